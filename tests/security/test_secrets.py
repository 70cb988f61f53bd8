"""What is typed where a secret is asked for exists nowhere after its request, whatever fails meanwhile."""

import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Literal

import pytest
import structlog
from argon2 import PasswordHasher
from sqlalchemy import select

from ivr.adapters.database.audit.audit_store import exported
from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.logging import log_to_stderr
from ivr.services.calls.verification.pin_hashes import new_pin
from ivr.services.case_ports import CaseWork
from ivr.services.delivery import Delivery, Letter
from ivr.simulator.handset import Handset
from tests.pins.pinned import issue
from tests.security.breaking import Seam, breakable
from tests.security.line import NUMBER, GuardedLine, filed_line

DIGITS = 9
CANARIES = 1000
_QUARTER_S = 900
_RUN = re.compile(rb"[0-9]{9,}")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Everything that goes to standard error, with the log set up as a served line sets it up."""
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    log_to_stderr("debug")
    # The loggers of this process log for other tests as well.
    structlog.configure(cache_logger_on_first_use=False)
    yield written
    structlog.reset_defaults()


def _canaries(seed: int) -> Iterator[str]:
    dice = random.Random(seed)  # noqa: S311 -- the same in every run
    given: set[str] = set()
    while True:
        # Unlike an account's number, a moment, or a case's number, which begins with nine.
        canary = f"5{dice.randrange(10 ** (DIGITS - 1)):0{DIGITS - 1}}"
        if canary not in given:
            given.add(canary)
            yield canary


class _Typed:
    """Types what nobody else would, and remembers all of it."""

    def __init__(self, seed: int) -> None:
        self._canaries = _canaries(seed)
        self.all: list[str] = []

    def entry(self, shape: str) -> str:
        """Fill each c of the shape."""
        parts = []
        for sign in shape:
            if sign == "c":
                self.all.append(next(self._canaries))
            parts.append(self.all[-1] if sign == "c" else sign)
        return "".join(parts)


def _told(line: GuardedLine, log: StringIO) -> bytes:
    """Everything that is left: files of the store, messages, replies, addresses, the audit, and the log."""
    line.flush()
    files = [path.read_bytes() for path in line.folder.rglob("*") if path.is_file()]
    with line.cases.database.engine.connect() as connection:
        audit = [str(record) for record in exported(connection)]
    sent = [f"{one.kind} {one.to} {one.words}" for one in line.received]
    asked = [each.path.encode() for each in line.exchanges]
    replies = [each.reply for each in line.exchanges]
    texts = [text.encode() for text in (log.getvalue(), *audit, *sent)]
    return b"\n".join([*files, *asked, *replies, *texts])


def _found(canaries: Iterable[str], told: bytes) -> set[str]:
    windows = {
        run[at : at + DIGITS].decode() for run in _RUN.findall(told) for at in range(len(run) - DIGITS + 1)
    }
    return windows & set(canaries)


def _holds(told: bytes, code: str) -> bool:
    """Whether the six digits stand there by themselves: within a longer number or a hash they are chance."""
    return re.search(rb"(?<![0-9a-f])%b(?![0-9a-f])" % code.encode(), told) is not None


def _try_in_vain(handset: Handset, typed: _Typed, abandoned: int) -> None:
    for _ in range(abandoned):
        handset.type(typed.entry("c*c*"))
    handset.type(typed.entry("c*c"))
    handset.type(typed.entry("c*c*"))
    for _ in range(3):
        handset.type(typed.entry("c*c"))
    handset.hang_up()


def test_a_thousand_typed_entries_are_nowhere_after_their_request(log: StringIO) -> None:
    typed = _Typed(3)
    with filed_line() as line:
        while len(typed.all) < CANARIES:
            line.clock.advance(_QUARTER_S)
            _try_in_vain(line.handset(caller=f"+1415555{line.calls:04}"), typed, 25)
        known = line.cases.room.cases.act(_case_numbers)
        told = _told(line, log)

    assert _found(known, told) == set(known)
    assert _found(typed.all, told) == set()


def test_typed_pins_are_nowhere_after_their_request_whether_right_or_refused(
    log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = _Typed(7)
    broken: list[str] = []
    verify = PasswordHasher.verify

    def fragile(self: PasswordHasher, hashed: str | bytes, password: str | bytes) -> bool:
        if len(broken) % 5 == 4:
            broken.append(str(password))
            raise RuntimeError(f"cannot take {password!r}")
        broken.append("")
        return bool(verify(self, hashed, password))

    monkeypatch.setattr(PasswordHasher, "verify", fragile)
    with filed_line(policy={"factors": ("phone", "mailbox", "pin"), "is_pci": True}) as line:
        issued = new_pin(lambda: "b" * 32)
        issue(line, NUMBER, pin=issued.reveal())
        for shape in ("c", "c*c", "cc") * 40:
            line.clock.advance(_QUARTER_S)
            handset = line.handset(caller=f"+1415555{line.calls:04}")
            handset.type(NUMBER if len(typed.all) % 3 else typed.entry("c"))
            handset.type(typed.entry(shape))
            if not handset.is_over:
                handset.hang_up()
        line.clock.advance(_QUARTER_S)
        right = line.handset()
        right.type(NUMBER)
        right.type(issued.reveal())
        told = _told(line, log)

    assert len(typed.all) > 150
    assert log.getvalue().count("Traceback (most recent call last)") == sum(map(bool, broken))
    assert sum(map(bool, broken)) > 10
    assert _found(typed.all, told) == set()
    assert not _holds(told, issued.reveal())


def _case_numbers(tx: CaseWork) -> list[str]:
    return [case.number for case in tx.cases()]


def test_a_right_code_is_in_the_one_message_that_brings_it(log: StringIO) -> None:
    with filed_line() as line:
        handset = line.handset()
        handset.type(NUMBER)
        text = line.code("text")
        handset.type(text)
        mail = line.code("mail")
        handset.type(f"111*{mail}")
        handset.press(handset.named_key())
        handset.hang_up()
        sent = [one.words for one in line.received]
        line.cases.post.received.clear()
        told = _told(line, log)

    assert [sum(code in words for words in sent) for code in (text, mail)] == [1, 1]
    assert b"CONFIRMED" in told
    assert [
        code for code in (text, mail) if re.search(rb"(?<![0-9a-f])%b(?![0-9a-f])" % code.encode(), told)
    ] == []


def test_what_was_typed_to_be_found_by_is_only_in_the_accounts_themselves() -> None:
    with filed_line() as line:
        line.verified().hang_up()
        line.flush()
        with line.cases.database.engine.connect() as connection:
            cells = [
                (table.name, str(cell))
                for table in metadata.sorted_tables
                for row in connection.execute(select(table))
                for cell in row
            ]

    assert {name for name, cell in cells if NUMBER in re.findall(r"[0-9a-f]+", cell)} == {"account"}


_WORK = (
    "case_of",
    "case_numbered",
    "add",
    "save",
    "join",
    "evidence",
    "code",
    "keep_code",
    "moments",
    "keep_moments",
    "queue",
    "record",
    "sender_seen_at",
)
_SEAMS = (
    "directory.find",
    "fresh",
    "journal.note",
    "cases.once",
    "cases.act",
    *(f"work.{name}" for name in _WORK),
)


def test_a_failure_at_any_seam_quotes_nothing_that_was_typed(log: StringIO) -> None:
    seam, typed = Seam(), _Typed(5)
    failed: dict[str, int] = {}
    with filed_line(change=lambda kept: breakable(kept, seam)) as line:
        for name in _SEAMS:
            sound_entries = (0, 1, 3) if name == "cases.act" else (0, 1)
            failed[name] = sum(_break(line, seam, name, typed, sound) for sound in sound_entries)
        told = _told(line, log)

    assert {name for name, failures in failed.items() if not failures} == set()
    assert log.getvalue().count("Traceback (most recent call last)") >= len(_SEAMS) - 1
    assert _found(typed.all, told) == set()


def _break(line: GuardedLine, seam: Seam, name: str, typed: _Typed, sound: int) -> int:
    """Call, let so many entries pass, and break the seam for the next; count how often it was met."""
    line.clock.advance(_QUARTER_S)
    seam.name, seam.failures = "", 0
    handset = line.handset(caller=f"+1415555{line.calls:04}")
    for entry in range(4):
        if entry == sound:
            seam.name = name
        if handset.is_over or not handset.waits_for_entry:
            break
        if entry == 3:
            handset.stay_silent()
        else:
            handset.type(typed.entry("c*c" if entry % 2 else "c"))
    seam.name = ""
    if not handset.is_over:
        handset.hang_up()
    return seam.failures


@pytest.mark.parametrize("kind", ["text", "mail"])
def test_a_sender_whose_peer_fails_tells_nobody_the_code_it_was_sending(
    kind: Literal["text", "mail"], log: StringIO
) -> None:
    peer = _Quoting()
    with filed_line() as line:
        handset = line.handset()
        whole = line.cases.sender
        if kind == "text":
            line.cases.sender = replace(whole, telephone=peer)
            handset.type(NUMBER)
        else:
            handset.type(NUMBER)
            line.cases.sender = replace(whole, mailer=peer)
            handset.type(line.code("text"))
        line.cases.post.received.clear()
        told = _told(line, log)

    (code,) = {code for words in peer.given for code in re.findall(r"\b[0-9]{6}\b", words)}
    assert b"in_doubt" in told
    assert not _holds(told, code)


@dataclass(slots=True)
class _Quoting:
    """A peer that fails with the words it was to bring."""

    given: list[str] = field(default_factory=list)

    def text(
        self, *, to: str, body: str, name: str, status: str | None = None, lasts_s: int | None = None
    ) -> Delivery:
        raise self._fault(f"{name} to {to}: {body} {status} {lasts_s}")

    def ring(self, *, to: str, url: str, name: str, status: str | None = None) -> Delivery:
        raise self._fault(f"{name} to {to}: {url} {status}")

    def send(self, letter: Letter) -> Delivery:
        raise self._fault(f"{letter.to}: {letter.subject} {letter.body}")

    def _fault(self, words: str) -> OSError:
        self.given.append(words)
        return OSError(words)
