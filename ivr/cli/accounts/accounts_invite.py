"""`ivr accounts invite`."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.startup import directory_of
from ivr.cli.environment import settings_or_end
from ivr.cli.identity_policy import policy_in_menus
from ivr.cli.records.audit import database_of, done_or_end
from ivr.domain.recovery.policy import Policy
from ivr.services.calls.verification.enroll import invite, reachable
from ivr.services.case_ports import Account, Contact, Directory, DirectoryUnavailable

_NOTHING = "nobody was invited"


@click.command("invite")
@click.argument("subscription_number")
def command(subscription_number: str) -> None:
    """Mail the primary administrator a link, for one day, to set up an authenticator app and saved codes.

    Its page asks for a code that is sent to the phone on file. An earlier link of the account ends.
    """
    settings, now = settings_or_end(), WallClock().now()
    policy = policy_or_end(settings, nothing=_NOTHING)
    if not {"app", "saved_codes"} & set(policy.factors):
        raise click.ClickException(_not_offered(settings))
    with open_directory(settings, nothing=_NOTHING) as directory:
        found = directory.find(subscription_number.strip())
    account, mailbox = _reached_or_end(found, now - timedelta(seconds=policy.contact_age_s))
    done_or_end(
        settings,
        lambda cases: cases.act(
            lambda tx: invite(tx, account, mailbox, fresh=lambda: secrets.token_hex(16), at=now)
        ),
    )
    click.echo("invited: `ivr work` mails the link, which works for 24 hours, once")


def policy_or_end(settings: Settings, *, nothing: str) -> Policy:
    """Give the policy that the menus have, or end with why there is none. nothing: what then was not done."""
    policy = policy_in_menus(settings, nothing=nothing)
    if policy is None:
        raise click.ClickException(
            f"nobody is verified by phone: write {settings.menus / 'verification.yaml'}; {nothing}"
        )
    return policy


def _not_offered(settings: Settings) -> str:
    return (
        "callers are not offered an app or saved codes: add them to `factors` in"
        f" {settings.menus / 'verification.yaml'}; {_NOTHING}"
    )


@contextmanager
def open_directory(settings: Settings, *, nothing: str) -> Iterator[Directory]:
    """Open the accounts for a person who waits; ends the command where they cannot be asked."""
    database = database_of(settings)
    try:
        yield directory_of(settings, database)
    except DirectoryUnavailable as fault:
        raise click.ClickException(f"{fault}; {nothing}") from fault
    finally:
        database.close()


def _reached_or_end(account: Account | None, oldest: datetime) -> tuple[Account, Contact]:
    """Give where the link goes, or end with why it may go nowhere."""
    if account is None:
        raise click.ClickException(f"no account has this subscription number; {_NOTHING}")
    if account.is_closed:
        raise click.ClickException(f"the account is closed; {_NOTHING}")
    mailbox, phone = reachable(account, oldest)
    if mailbox is None:
        raise click.ClickException(f"no mailbox has been on file long enough; {_NOTHING}")
    if phone is None:
        raise click.ClickException(f"no phone that gets texts has been on file long enough; {_NOTHING}")
    return account, mailbox
