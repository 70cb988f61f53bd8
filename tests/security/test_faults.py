"""Something that verification needs is broken: a spoken apology, a person, and never "verified"."""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from ivr.adapters.accounts.account_service import HttpDirectory
from ivr.bootstrap.line_parts import LineStores
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Directory, DirectoryUnavailable
from ivr.simulator.handset import Handset
from tests.security.asked import Unasked
from tests.security.line import NUMBER, GuardedLine, guarded_line
from tests.twiml_lint import lint

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

CLOSED = "I cannot verify anybody by phone right now. A person will help you."
NOT_CONFIRMED = "You have not confirmed it, so nothing changes. A person will help you."
APOLOGY = "something went wrong on our side"


def _path(line: GuardedLine) -> Path:
    return Path(line.cases.database.engine.url.database or "")


@contextmanager
def _replaced_by_rubbish(line: GuardedLine) -> Iterator[None]:
    line.cases.database.engine.dispose()
    _path(line).write_bytes(b"no database" * 4096)
    yield


@contextmanager
def _locked(line: GuardedLine) -> Iterator[None]:
    line.sends = False  # it waits for the lock as well, in a process of its own
    other = sqlite3.connect(_path(line), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


@contextmanager
def _read_only(line: GuardedLine) -> Iterator[None]:
    engine = line.cases.database.engine

    def forbid(connection: "DBAPIConnection", _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    engine.dispose()
    event.listen(engine, "connect", forbid)
    yield


@contextmanager
def _without_a_table(line: GuardedLine) -> Iterator[None]:
    with line.cases.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE case_call")
    yield


@contextmanager
def _without_an_anchor(line: GuardedLine) -> Iterator[None]:
    anchor = line.folder / "audit.anchor"
    anchor.unlink(missing_ok=True)
    anchor.mkdir()
    yield


@contextmanager
def _without_a_sender(line: GuardedLine) -> Iterator[None]:
    line.sends = False
    line.clock.advance(61)
    yield


Fault = Callable[[GuardedLine], AbstractContextManager[None]]
_OF_THE_STORE = {
    "a file that is no database": _replaced_by_rubbish,
    "a lock that is never given back": _locked,
    "a disk that takes nothing": _read_only,
    "a table that is gone": _without_a_table,
    "an audit that cannot be anchored": _without_an_anchor,
}
_FAULTS = {**_OF_THE_STORE, "no sender": _without_a_sender}


def _whispers(handset: Handset) -> list[str]:
    return [one.words for one in handset.heard if one.who == "whisper"]


def _said(handset: Handset) -> str:
    return " ".join(one.words for one in handset.heard if one.who == "line")


def _is_sent_to_a_person_unverified(handset: Handset) -> bool:
    whispers = _whispers(handset)
    return bool(whispers) and all("not verified" in words for words in whispers)


def _expect_menus_to_work(line: GuardedLine) -> None:
    line.exchanges.clear()
    handset = line.handset()
    handset.press("*")

    assert [lint(each.reply) for each in line.exchanges] == [[]] * len(line.exchanges)
    assert APOLOGY not in _said(handset)
    assert handset.waiting == "keys"


@pytest.mark.parametrize(
    "fault", [*_OF_THE_STORE.values(), _without_a_sender], ids=[*_OF_THE_STORE, "no sender"]
)
def test_who_cannot_be_verified_now_is_told_so_and_put_through_as_not_verified(fault: Fault) -> None:
    with guarded_line() as line:
        handset = line.handset()
        with fault(line):
            handset.type(NUMBER)

            assert CLOSED in _said(handset)
            assert _is_sent_to_a_person_unverified(handset)
            _expect_menus_to_work(line)
        assert line.codes == []


@pytest.mark.parametrize("fault", _OF_THE_STORE.values(), ids=_OF_THE_STORE)
def test_a_fault_after_the_first_code_verifies_nobody(fault: Fault) -> None:
    with guarded_line() as line:
        handset = line.handset()
        handset.type(NUMBER)
        code = line.code("text")
        with fault(line):
            handset.type(code)

            assert CLOSED in _said(handset)
            assert _is_sent_to_a_person_unverified(handset)


@pytest.mark.parametrize(
    "fault", [_replaced_by_rubbish, _read_only, _without_an_anchor], ids=["rubbish", "read-only", "no anchor"]
)
def test_a_fault_while_the_warning_is_heard_confirms_nothing(fault: Fault) -> None:
    with guarded_line() as line:
        handset = line.verified()
        key = handset.named_key()
        with fault(line):
            handset.press(key)

            assert NOT_CONFIRMED in _said(handset)
            assert _is_sent_to_a_person_unverified(handset)


def test_who_waits_in_vain_for_a_code_reaches_a_person_who_is_told() -> None:
    with guarded_line() as line:
        handset = line.handset()
        line.sends = False
        handset.type(NUMBER)
        asked_at = line.clock.now()
        while not handset.is_over and handset.waits_for_entry:
            handset.stay_silent()

        assert line.clock.now() - asked_at >= timedelta(minutes=5)
        assert "It seems that no code came. A person will help you." in _said(handset)
        assert _is_sent_to_a_person_unverified(handset)


def _on(directory: Directory) -> Callable[[LineStores], LineStores]:
    def changed(kept: LineStores) -> LineStores:
        assert kept.cases is not None
        return replace(kept, cases=replace(kept.cases, directory=directory))

    return changed


def test_a_directory_that_cannot_be_asked_closes_verification() -> None:
    with guarded_line(change=_on(Unasked(DirectoryUnavailable))) as line:
        handset = line.handset()
        handset.type(NUMBER)

        assert CLOSED in _said(handset)
        assert _is_sent_to_a_person_unverified(handset)
        assert line.audited() == []
        _expect_menus_to_work(line)


def test_a_directory_with_a_fault_of_its_own_is_an_apology_and_a_person() -> None:
    with guarded_line(change=_on(Unasked(KeyError, quotes=True))) as line:
        handset = line.handset()
        handset.type(NUMBER)

        assert APOLOGY in _said(handset)
        assert "ring" in {one.who for one in handset.heard}
        assert _whispers(handset) == []
        assert line.audited() == []
        _expect_menus_to_work(line)


def test_a_directory_that_takes_the_question_and_never_answers_closes_verification() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        hanging = HttpDirectory(address, token=Secret("token"), longest_wait_s=0.3)
        with guarded_line(change=_on(hanging)) as line:
            handset = line.handset()
            handset.type(NUMBER)

            assert CLOSED in _said(handset)
            assert _is_sent_to_a_person_unverified(handset)
            _expect_menus_to_work(line)
