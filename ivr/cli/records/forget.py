"""`ivr forget`."""

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.database.accounts.erase_account import compact, forget
from ivr.cli.environment import settings_or_end
from ivr.cli.records.audit import done_or_end, key_or_end
from ivr.domain.redaction import number_hmac
from ivr.services.ports import StoreUnavailable


@click.command("forget")
@click.argument("subscription_number")
@click.confirmation_option(prompt="This cannot be undone. Erase the account and its people?")
def command(subscription_number: str) -> None:
    """Erase an account, its contacts and whatever leads to its people, as they may ask.

    The audit stays, and names nobody. Take the account out of the file that you import too, and mind your
    backups, and recordings that Twilio keeps.
    """
    settings, at = settings_or_end(), WallClock().now()
    key = key_or_end(settings).reveal().encode()
    found = done_or_end(
        settings,
        lambda cases: forget(
            cases, subscription_number.strip(), hashed=lambda number: number_hmac(key, number), at=at
        ),
    )
    if not found:
        raise click.ClickException("no account has this subscription number: nothing was erased")
    try:
        compact(settings.database_url.reveal())
    except StoreUnavailable as fault:
        raise click.ClickException(
            "the account is erased, but its bytes may still be in the database's file, which is in use: "
            "run VACUUM on it when no call is in progress"
        ) from fault
    click.echo("the account is erased")
