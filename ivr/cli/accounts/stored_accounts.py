"""The accounts that are kept in the database here, for commands that a person runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from ivr.adapters.database.accounts.account_store import ListedAccount, listed_accounts
from ivr.adapters.database.circuit_breaker import RETRY_S, Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.settings.settings import Settings
from ivr.services.ports import StoreUnavailable

_LONGEST_WAIT_S: Final = 30


@contextmanager
def accounts_database(settings: Settings) -> Iterator[Database]:
    """Open the database for a person, who waits longer than a caller; ends the command where it fails."""
    if settings.account_service is not None:
        raise click.ClickException(
            "accounts are asked of the service in IVR_DIRECTORY_URL: nothing is kept in a database here"
        )
    try:
        database = Database(
            settings.database_url.reveal(),
            breaker=Breaker(retry_s=RETRY_S),
            durability="survives_power_loss",
            longest_wait_s=_LONGEST_WAIT_S,
        )
    except StoreUnavailable as fault:
        raise click.ClickException(str(fault)) from fault
    try:
        yield database
    except StoreUnavailable as fault:
        raise click.ClickException(
            f"the accounts cannot be read or written ({fault}); before the first import, run `ivr migrate`"
        ) from fault
    finally:
        database.close()


def listed_or_end(settings: Settings) -> tuple[ListedAccount, ...]:
    """List every account, or end the command with why that is not possible."""
    with accounts_database(settings) as database:
        return listed_accounts(database)
