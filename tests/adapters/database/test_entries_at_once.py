"""Entries that come at once in one call, in both databases: three are checked, however many are typed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Lock
from typing import Any

import pytest

from ivr.adapters.database.cases.case_store import SqlCases
from ivr.domain.dialogue.events import CallId, LegId
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.codes import SentCode
from ivr.domain.recovery.enrollment import Pin
from ivr.domain.recovery.policy import Policy
from ivr.domain.recovery.verification_commands import CheckEntry, Entered
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.pin_hashes import PinHashes
from ivr.services.calls.verification.verification import Verification
from ivr.services.case_ports import Answered
from ivr.services.ports import TurnKey
from tests.adapters.database.case_kept import KEY, opened
from tests.domain.recovery.ready import AT, OPENED, ago
from tests.sizes import drilled

AT_ONCE, TRIES = 12, 3
ROUNDS = drilled(5, full=200)
POLICY = Policy(factors=("pin", "phone", "mailbox"))
ACCOUNT = "a" * 32


class CountedPins(PinHashes):
    """Notes each comparison; every PIN is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.compared, self._lock = 0, Lock()

    def is_same(self, *_: object) -> bool:
        with self._lock:
            self.compared += 1
        return False


class Nobody:
    """A directory that is not asked: the case is opened."""


@pytest.fixture
def cases(url: str, tmp_path: Path) -> Iterator[SqlCases]:
    with opened(url, tmp_path / "audit.anchor") as cases:
        yield cases


def opened_case(cases: SqlCases, number: int) -> Case:
    """Open a case of an account of its own, whose call got a code and has a PIN."""
    name = f"{number:032x}"
    opened_as = {"id": name, "number": f"9{number:08}", "call": f"CA{name}", "account": name}
    case = replace(OPENED, state="CLAIMED", phone="p" * 32, enrolled=name, **opened_as)  # type: ignore[arg-type]
    sent = SentCode(
        case=case.id,
        call=case.call,
        contact="p" * 32,
        salt="s" * 32,
        asked_at=ago(30),
        expires_at=AT + timedelta(minutes=5),
        sends=1,
    )

    def work(tx: Any) -> None:
        tx.add(case)
        tx.join(case.id, case.call, ago(60))
        tx.keep_code(sent)
        tx.enrolments.keep_pin(name, Pin(hashed="a hash", issued_at=ago(60), way="letter"))

    cases.act(work)
    return case


def typed_at_once(verification: Verification, case: Case, step: Entered) -> None:
    """Type so many wrong entries in turns of one call, at the same moment."""
    ready = Barrier(AT_ONCE)

    def one(turn: int) -> None:
        key = TurnKey(call=CallId(case.call), leg=LegId(case.call), turn=turn)
        entry = CheckEntry(step=step, entry=Secret("1"), caller=None, is_open=True)
        ready.wait()
        verification.once(key, entry, POLICY, at=AT, answer=lambda *_: Answered(reply=b"", effects=()))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in [threads.submit(one, turn) for turn in range(AT_ONCE)]:
            refused = done.exception()
            # A turn that was overtaken is refused.
            assert refused is None or "passed long ago" in str(refused)


def checks(cases: SqlCases, case: Case) -> int:
    sent = cases.act(lambda tx: tx.code(case.id, case.call, "p" * 32))
    assert sent is not None
    return sent.checks


@pytest.mark.parametrize("step", ["phone", "pin"])
def test_of_many_wrong_entries_typed_at_once_in_a_call_three_are_checked(
    cases: SqlCases, step: Entered
) -> None:
    pins = CountedPins()
    fresh: Callable[[], str] = iter(f"{number:032x}" for number in range(10**6, 10**9)).__next__
    verification = Verification(
        cases=cases,
        directory=Nobody(),  # type: ignore[arg-type]  # it is not asked
        key=KEY,
        fresh=fresh,
        hashed=str,
        pins=pins,
    )
    for number in range(ROUNDS):
        case = opened_case(cases, number)
        compared = pins.compared

        typed_at_once(verification, case, step)

        joined = cases.act(lambda tx, case=case: tx.joined(case.id, case.call))  # type: ignore[misc]
        assert joined is not None
        tried = pins.compared - compared if step == "pin" else checks(cases, case)
        assert 1 <= tried <= TRIES
        assert joined.wrong == tried
