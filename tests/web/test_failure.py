"""Our own code fails, or the database does: the caller is answered all the same."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event
from werkzeug.test import Client

from ivr.app import Kept, RehearsalLine
from ivr.dialogue.effect import Effect
from ivr.dialogue.event import CallId
from ivr.ports import CallBegun, JournalRow, TurnKey
from ivr.store.memory import MemoryStore
from ivr.store.migrate import upgrade
from ivr.store.open import open_store
from tests.twiml_lint import lint
from tests.web.service import CALL, line_on, place, post, usual


class _Broken(MemoryStore):
    """Fails at the seams that are named, as a fault of our own would."""

    broken: frozenset[str] = frozenset()

    def begin(self, call: CallBegun) -> None:
        self._fail("begin")
        super().begin(call)

    def record(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime) -> None:
        self._fail("record")
        super().record(key, effects, at=at)

    def once(self, key: TurnKey, effects: tuple[Effect, ...], *, at: datetime, reply: bytes) -> bytes:
        self._fail("once")
        return super().once(key, effects, at=at, reply=reply)

    def note(self, row: JournalRow) -> None:
        self._fail("note")
        super().note(row)

    def _fail(self, seam: str) -> None:
        if seam in self.broken:
            raise RuntimeError(f"{seam} is broken")


def _broken_line(*seams: str) -> RehearsalLine:
    store = _Broken()
    store.broken = frozenset(seams)
    return replace(line_on(Kept(journal=store, ledger=store, menus=store)), store=store)


@pytest.mark.parametrize(
    ("seam", "path", "fields"),
    [
        ("begin", "/voice", {}),
        ("record", "/voice/turn/{main}", {"Digits": "0"}),
        ("once", "/voice/dial/{dialled}", {"DialCallStatus": "busy"}),
        ("note", "/voice/turn/{main}", {"Digits": "3"}),
    ],
)
def test_whatever_fails_is_one_apology_and_a_person(seam: str, path: str, fields: dict[str, str]) -> None:
    line = _broken_line(seam)
    dialled = place(line, "no-boot", rest="main.support.0.0", turn="04")

    reply = post(line, path.format(main=place(line), dialled=dialled), usual(line, **fields))

    assert reply.status_code == 200
    assert (
        "I am sorry, something went wrong on our side. I am connecting you to Customer Service." in reply.text
    )
    assert "<Number>" in reply.text


def test_a_call_that_ends_after_our_apology_counts_as_failed() -> None:
    line = _broken_line("record")
    post(line, "/voice", usual(line))

    post(line, f"/voice/turn/{place(line)}", usual(line, Digits="0"))
    post(line, "/voice/status", usual(line, CallStatus="completed"))

    assert isinstance(line.store, _Broken)
    assert line.store.ended[CallId(CALL)].disposition == "failed"


def test_without_a_database_menus_answers_and_transfers_go_on(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/missing/none.db", spool_folder=tmp_path / "spool")
    line = line_on(Kept(journal=store.journal, ledger=store.ledger, menus=store.menus))

    replies = [
        post(line, "/voice", usual(line)),
        post(line, f"/voice/turn/{place(line)}", usual(line, Digits="3")),
        post(line, f"/voice/turn/{place(line, 'no-boot', turn='03')}", usual(line, Digits="1")),
        post(
            line,
            f"/voice/dial/{place(line, 'no-boot', rest='main.support.0.0', turn='04')}",
            usual(line, DialCallStatus="completed"),
        ),
    ]
    store.close()

    assert [lint(reply.get_data()) for reply in replies] == [[], [], [], []]
    assert "<Dial" in replies[2].text
    assert all("something went wrong" not in reply.text for reply in replies)
    assert Client(line.wsgi).get("/readyz").get_json() == {"status": "degraded", "degraded": ["store"]}


def test_menus_answers_and_transfers_read_nothing_from_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/line.db"
    upgrade(url)
    store = open_store(url, spool_folder=tmp_path / "spool")
    said: list[str] = []
    for database in store.databases:
        event.listen(
            database.engine,
            "before_cursor_execute",
            lambda *found: said.append(str(found[2]).lstrip().upper()),
        )
    line = line_on(Kept(journal=store.journal, ledger=store.ledger, menus=store.menus))

    post(line, f"/voice/turn/{place(line)}", usual(line, Digits="3"))
    post(line, f"/voice/turn/{place(line, 'scanner-appliance', turn='02')}", usual(line, Digits="1"))
    post(line, f"/voice/turn/{place(line, 'no-boot', turn='03')}", usual(line, Digits="1"))
    store.flush(5)
    store.close()

    assert [statement for statement in said if statement.startswith("SELECT")] == []
    assert any(statement.startswith("INSERT INTO JOURNAL") for statement in said)
    assert any(statement.startswith("INSERT INTO TRANSFER") for statement in said)


@pytest.mark.parametrize(
    ("seam", "path", "fields"),
    [
        ("summary", "/voice/status", {"CallStatus": "completed"}),
        ("close", "/voice/status", {"CallStatus": "completed"}),
        ("transcribe", "/voice/transcribed", {"RecordingSid": "RE" + "a" * 32}),
        (
            "is_accepted",
            "/voice/dial/{dialled}",
            {"DialCallStatus": "completed", "DialCallSid": "CA" + "d" * 32},
        ),
    ],
)
def test_no_failure_is_an_error_page(seam: str, path: str, fields: dict[str, str]) -> None:
    line = line_on(_without(seam))
    post(line, "/voice", usual(line))
    dialled = place(line, "no-boot", rest="main.support.0.0", turn="04")

    reply = post(line, path.format(dialled=dialled), usual(line, **fields))

    assert reply.status_code == 200
    assert lint(reply.get_data()) == [] or reply.text.endswith("<Response/>")
    assert seam != "is_accepted" or "something went wrong" in reply.text


def _without(seam: str) -> Kept:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(f"{seam} is broken")

    store = type("Broken", (MemoryStore,), {seam: fails})()
    return Kept(journal=store, ledger=store, menus=store)
