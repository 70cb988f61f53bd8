"""A line that asks every caller for a PIN, and accounts that were issued one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ivr.domain.recovery.enrollment import PinWay
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.pin_hashes import PinHashes, keep_pin
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.service import MORNING
from tests.security.line import GuardedLine, guarded_line

FACTORS: Final = ("phone", "mailbox", "pin")
PIN, WRONG_PIN = "31415926", "27182818"
HASHES: Final = PinHashes()


@contextmanager
def pinned_line() -> Iterator[GuardedLine]:
    with guarded_line(policy={"factors": FACTORS, "is_pci": True}) as line:
        yield line


def issue(line: GuardedLine, number: str, *, way: PinWay = "letter", pin: str = PIN) -> str:
    """Give the account of that number a PIN, and say what is kept of it."""
    found = line.cases.room.directory.find(number)
    assert found is not None
    mailbox = found.contact("mailbox")
    rests_on = mailbox.id if way == "mail" and mailbox is not None else None
    hashed = HASHES.hashed(line.cases.sender.house.key, found.id, Secret(pin))
    line.cases.room.cases.act(
        lambda tx: keep_pin(tx, found, hashed, way, at=MORNING, actor="operator", rests_on=rests_on)
    )
    return hashed


def asked_for_pin(line: GuardedLine, number: str, *, caller: str = "+14155550199") -> Handset:
    handset = line.handset(caller=caller)
    handset.type(number)
    return handset


def begun(line: GuardedLine) -> GuardedLine:
    """Give the line as it is before anybody calls, with one account that has a PIN."""
    line.rehearsed.forget_callers()
    line.exchanges.clear()
    line.clock.at = MORNING
    return line
