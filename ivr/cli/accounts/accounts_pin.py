"""`ivr accounts issue-pin`."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.settings.settings import Settings
from ivr.cli.accounts.accounts_invite import open_directory, policy_or_end
from ivr.cli.environment import settings_or_end
from ivr.cli.records.audit import done_or_end, key_or_end
from ivr.domain.recovery.enrollment import PinWay
from ivr.domain.recovery.policy import Policy
from ivr.services.calls.verification.pin_hashes import PinHashes, issue_pin, new_pin
from ivr.services.case_ports import Account, Contact, Directory

_NOTHING: Final = "no PIN was issued"
_HALF: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    """rests_on: the mailbox on file that the PIN goes to; None where it goes to none."""

    way: PinWay
    rests_on: str | None = None


@click.command("issue-pin")
@click.argument("subscription_number")
@click.option(
    "--delivered-by",
    "way",
    required=True,
    metavar="letter|phone|EMAIL",
    help="How you will bring it to the primary administrator; EMAIL is the mailbox on file.",
)
def command(subscription_number: str, way: str) -> None:
    """Make a PIN of eight digits, and show it this once: you deliver it. An earlier one of the account ends.

    A PIN that goes by e-mail never counts together with a code to that mailbox.
    """
    settings, now = settings_or_end(), WallClock().now()
    if settings.account_service is not None:
        raise click.ClickException(
            "accounts are asked of the service in IVR_DIRECTORY_URL, which does not tell when their people"
            f" change, and a PIN has to end then; {_NOTHING}"
        )
    policy = policy_or_end(settings, nothing=_NOTHING)
    _want_pins(settings, policy)
    with open_directory(settings, nothing=_NOTHING) as directory:
        account = directory.find(subscription_number.strip())
        if account is None:
            raise click.ClickException(f"no account has this subscription number; {_NOTHING}")
        oldest = now - timedelta(seconds=policy.contact_age_s)
        delivery = _delivery_or_end(directory, account, way.strip(), oldest)
    pin = new_pin(lambda: secrets.token_hex(16))
    hashed = PinHashes().hashed(key_or_end(settings), account.id, pin)
    done_or_end(
        settings,
        lambda cases: cases.act(
            lambda tx: issue_pin(
                tx,
                account,
                hashed,
                delivery.way,
                at=now,
                rests_on=delivery.rests_on,
                fresh=lambda: secrets.token_hex(16),
            )
        ),
    )
    digits = pin.reveal()
    click.echo(f"PIN {digits[:_HALF]} {digits[_HALF:]}  shown this once, and kept nowhere as it is")
    click.echo("`ivr work` tells every contact on file that one was issued")


def _want_pins(settings: Settings, policy: Policy) -> None:
    if "pin" not in policy.factors:
        raise click.ClickException(
            "callers are not asked for a PIN: with the carrier's PCI mode on, write `pci: on` and add pin to"
            f" `factors` in {settings.menus / 'verification.yaml'}; {_NOTHING}"
        )


def _delivery_or_end(directory: Directory, account: Account, way: str, oldest: datetime) -> _Delivery:
    if account.is_closed:
        raise click.ClickException(f"the account is closed; {_NOTHING}")
    if way == "letter":
        return _Delivery(way="letter")
    if way == "phone":
        _old_enough(account.contact("phone"), oldest, "phone")
        return _Delivery(way="phone")
    if "@" not in way:
        raise click.ClickException(
            f"--delivered-by is letter, phone, or the mailbox on file, and not {way}; {_NOTHING}"
        )
    mailbox = _old_enough(account.contact("mailbox"), oldest, "mailbox")
    addressee = directory.addressee(mailbox.id)
    if addressee is None or addressee.address.casefold() != way.casefold():
        raise click.ClickException(
            "that is not the mailbox on file, and a PIN goes to no other: import the one that counts, and"
            f" wait until it has been on file long enough; {_NOTHING}"
        )
    return _Delivery(way="mail", rests_on=mailbox.id)


def _old_enough(contact: Contact | None, oldest: datetime, kind: str) -> Contact:
    if contact is None or contact.added_at > oldest:
        raise click.ClickException(f"no {kind} has been on file long enough; {_NOTHING}")
    return contact
