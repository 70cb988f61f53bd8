"""PINs: made by us, hashed slowly, and told to nobody afterwards.

A hash takes about twenty milliseconds, so none is made while the database is held: a try is counted in one
transaction, checked outside of any, and judged in the next.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Final

from ivr.domain.recovery.case import CaseId
from ivr.domain.recovery.enrollment import Pin, PinWay
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Account, CaseWork, Outgoing
from ivr.services.notices import told_of

if TYPE_CHECKING:
    from ivr.services.staff.passwords import Passwords

PIN_DIGITS: Final = 8
_MEMORY_KIB: Final = 19 * 1024
_PASSES: Final = 2
_LANES: Final = 1
"""Figures of argon2id. Source: OWASP, Password Storage Cheat Sheet, read November 2026."""
_AT_ONCE: Final = 4
_LONGEST_WAIT_S: Final = 2.0
"""The caller hears nothing meanwhile, and the carrier asks again after four seconds."""
_NO_CALL: Final = "issuing"
"""Stands for the call where a message is about none."""


class TooManyPins(Exception):  # noqa: N818 -- it names a state of the process
    """More PINs are compared just now than callers can wait for."""


class PinHashes:
    """Hashes and compares, four at once in a process at most. Methods raise TooManyPins within 2 seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._slow: Passwords | None = None

    def hashed(self, key: Secret, account: str, pin: Secret) -> str:
        with self._turn() as slow:
            return slow.hashed(_peppered(key, account, pin))

    def is_same(self, key: Secret, account: str, hashed: str | None, entry: Secret) -> bool:
        """Compare what was typed; with no hash to compare with, this takes as long, and gives False."""
        with self._turn() as slow:
            return slow.is_right(hashed, _peppered(key, account, entry))

    @contextmanager
    def _turn(self) -> "Iterator[Passwords]":
        # Imported here: a line that asks for no PIN loads no argon2.
        from argon2 import PasswordHasher  # noqa: PLC0415

        from ivr.services.staff.passwords import Busy, Passwords  # noqa: PLC0415

        with self._lock:
            if self._slow is None:
                figures = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
                self._slow = Passwords(hasher=figures, most=_AT_ONCE, longest_wait_s=_LONGEST_WAIT_S)
        try:
            yield self._slow
        except Busy as fault:
            raise TooManyPins("more PINs are typed just now than can be checked in time") from fault


def new_pin(fresh: Callable[[], str]) -> Secret:
    """Make eight digits. fresh: gives 32 random hexadecimal digits."""
    return Secret(f"{int(fresh(), 16) % 10**PIN_DIGITS:0{PIN_DIGITS}}")


def keep_pin(
    tx: CaseWork,
    account: Account,
    hashed: str,
    way: PinWay,
    *,
    at: datetime,
    actor: str,
    rests_on: str | None = None,
) -> None:
    """Keep a PIN instead of the account's earlier one, on record. rests_on: the mailbox that it goes to."""
    tx.enrolments.keep_pin(account.id, Pin(hashed=hashed, way=way, issued_at=at, rests_on=rests_on))
    who = {"account": account.id, "actor": actor, "outcome": "pin_issued", "way": way}
    tx.record("enrolment", who, at=at)


def issue_pin(
    tx: CaseWork,
    account: Account,
    hashed: str,
    way: PinWay,
    *,
    at: datetime,
    rests_on: str | None,
    fresh: Callable[[], str],
) -> None:
    """Keep a PIN that an operator delivers, and tell every contact on file that one was issued."""
    keep_pin(tx, account, hashed, way, at=at, actor="operator", rests_on=rests_on)
    for entry in told_of(account).split():
        kind, _, contact = entry.partition(":")
        message = Outgoing(
            id=fresh(),
            channel="mail" if kind == "mail" else "text",
            purpose="pin_issued",
            case=CaseId(fresh()),
            call=_NO_CALL,
            contact=contact,
            language=account.language,
            details={},
        )
        tx.queue(message, at=at)


def _peppered(key: Secret, account: str, pin: Secret) -> Secret:
    """Mix in the key, which no database holds: without it eight digits are found from a hash within days."""
    text = f"PIN:{account}:{pin.reveal()}"
    return Secret(hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).hexdigest())
