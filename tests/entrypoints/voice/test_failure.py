"""Our own code fails, or the database does: the caller is answered all the same."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
import structlog
from sqlalchemy import event
from structlog.testing import capture_logs
from werkzeug.test import Client

from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.open_store import open_store
from ivr.bootstrap.line_parts import LineStores
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.domain.dialogue.effects import Effect
from ivr.domain.dialogue.events import CallId
from ivr.domain.menus.opening_hours import Hours
from ivr.services.ports import CallBegun, Clock, JournalRow, TurnKey
from tests.entrypoints.voice.service import CALL, LEG, RECORDING, line_on, place, post, usual
from tests.twiml_lint import lint


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
    return replace(line_on(LineStores(journal=store, ledger=store, menus=store)), store=store)


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


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A clock that cannot be read."""

    def now(self) -> datetime:
        raise RuntimeError("the clock is broken")

    def seconds(self) -> float:
        raise RuntimeError("the clock is broken")


@dataclass(frozen=True, slots=True)
class _NeverKnown:
    """Hours that nobody can work out."""

    def is_open(self, at: datetime) -> bool:
        raise RuntimeError(f"no hours at {at}")


class _Unreadable(MemoryStore):
    """An archive whose files are no menu."""

    def files(self, version: str) -> dict[str, bytes]:
        raise RuntimeError(f"{version} is broken")


def _without_voices(line: RehearsalLine) -> RehearsalLine:
    voices = dict(line.tree.voices)
    broken = _rebuilt(replace(line, tree=replace(line.tree, voices=voices)))
    voices.clear()
    return broken


def _without_nodes(line: RehearsalLine) -> RehearsalLine:
    return _rebuilt(replace(line, tree=replace(line.tree, nodes={})))


def _without_hours(line: RehearsalLine) -> RehearsalLine:
    lines = {
        name: replace(each, hours=cast("Hours", _NeverKnown())) for name, each in line.tree.lines.items()
    }
    return _rebuilt(replace(line, tree=replace(line.tree, lines=lines)))


def _without_time(line: RehearsalLine) -> RehearsalLine:
    return _rebuilt(line, clock=_Stopped())


def _without_archive(line: RehearsalLine) -> RehearsalLine:
    return _rebuilt(replace(line, store=_Unreadable()))


def _without_facts(*seams: str) -> Callable[[RehearsalLine], RehearsalLine]:
    return lambda _: _broken_line(*seams)


_SEAMS: dict[str, tuple[Callable[[RehearsalLine], RehearsalLine], str, str]] = {
    "render": (_without_voices, "turn/{main}", "3"),
    "menus": (_without_nodes, "turn/{main}", "3"),
    "hours": (_without_hours, "turn/{main}", "0"),
    "clock": (_without_time, "turn/{main}", "3"),
    "pinned menu": (_without_archive, "turn/{old}", "3"),
    "journal": (_without_facts("note"), "turn/{main}", "3"),
    "ledger, a fact": (_without_facts("record"), "turn/{main}", "0"),
    "ledger, a fact with its reply": (_without_facts("once"), "recorded/{said}", "#"),
}
_ERROR_ID = re.compile(r"[0-9a-f]{8}")


@pytest.mark.parametrize(("breaks", "path", "key"), _SEAMS.values(), ids=_SEAMS)
def test_a_failure_at_any_seam_is_an_apology_and_a_log_line_that_tells_nobody_apart(
    breaks: Callable[[RehearsalLine], RehearsalLine], path: str, key: str
) -> None:
    whole = line_on(LineStores(journal=(store := MemoryStore()), ledger=store, menus=store))
    line = breaks(whole)
    places = {
        "main": place(whole),
        "old": place(whole).replace(whole.tree.version, "0" * 12),
        "said": place(whole, "no-boot", rest="main.support.1.0", turn="08"),
    }
    told = usual(whole, Digits=key, RecordingSid=RECORDING, RecordingDuration="9", SpeechResult="code 4711")

    with capture_logs([structlog.processors.format_exc_info]) as lines:
        reply = post(line, f"/voice/{path.format(**places)}", told)

    assert reply.status_code == 200
    assert lint(reply.get_data()) == []
    assert "something went wrong on our side" in reply.text
    assert "<Number>" in reply.text
    first = lines[0]
    assert (first["event"], first["log_level"], first["call_id"]) == ("turn_failed", "error", CALL)
    assert _ERROR_ID.fullmatch(first["error_id"])
    assert {each["error_id"] for each in lines} == {first["error_id"]}
    text = json.dumps(lines)
    assert "is broken" in text or "no hours" in text or "KeyError" in text
    assert not [private for private in ("4155550199", "4711", RECORDING, f'"{key}"') if private in text]


def test_a_call_that_ends_after_our_apology_counts_as_failed() -> None:
    line = _broken_line("record")
    post(line, "/voice", usual(line))

    post(line, f"/voice/turn/{place(line)}", usual(line, Digits="0"))
    post(line, "/voice/status", usual(line, CallStatus="completed"))

    assert isinstance(line.store, _Broken)
    assert line.store.ended[CallId(CALL)].disposition == "failed"


def test_without_a_database_menus_answers_and_transfers_go_on(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/missing/none.db", spool_folder=tmp_path / "spool")
    line = line_on(LineStores(journal=store.journal, ledger=store.ledger, menus=store.menus))

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


def test_menus_and_answers_read_nothing_from_the_database_and_a_transfer_who_else_rings(
    tmp_path: Path,
) -> None:
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
    line = line_on(LineStores(journal=store.journal, ledger=store.ledger, menus=store.menus))

    post(line, f"/voice/turn/{place(line)}", usual(line, Digits="3"))
    post(line, f"/voice/turn/{place(line, 'scanner-appliance', turn='02')}", usual(line, Digits="1"))
    post(line, f"/voice/turn/{place(line, 'no-boot', turn='03')}", usual(line, Digits="1"))
    store.flush(5)
    store.close()

    _reads_who_else_rings(said)
    assert any(statement.startswith("INSERT INTO JOURNAL") for statement in said)
    assert any(statement.startswith("INSERT INTO TRANSFER") for statement in said)


def _reads_who_else_rings(said: list[str]) -> None:
    """Check that calls are counted, in no more than two statements, and nothing else is read."""
    read = [statement for statement in said if statement.startswith("SELECT")]
    assert 1 <= len(read) <= 2
    assert all("FROM CALL" in statement for statement in read)


_RINGS = "a transfer"
_TURNS: dict[str, tuple[str, dict[str, str]]] = {
    "the greeting": ("/voice", {}),
    "a choice": ("/voice/turn/{main}", {"Digits": "3"}),
    "an answer": ("/voice/turn/{answer}", {"Digits": "#"}),
    "silence": ("/voice/turn/{main}", {}),
    _RINGS: ("/voice/turn/{answer}", {"Digits": "0"}),
    "the next person": ("/voice/between/{rung}", {}),
    "an offer of a message": ("/voice/message/{rung}", {"Digits": "1"}),
    "a whisper": ("/voice/whisper/{rung}", {"CallSid": LEG, "ParentCallSid": CALL}),
    "the key of an agent": ("/voice/accept/{rung}", {"CallSid": LEG, "ParentCallSid": CALL, "Digits": "1"}),
    "the end of a dial": (
        "/voice/dial/{rung}",
        {"DialCallStatus": "busy", "DialBridged": "false", "DialCallSid": LEG},
    ),
    "a message": ("/voice/recorded/{rung}", {"RecordingSid": RECORDING, "RecordingDuration": "9"}),
}


@pytest.mark.parametrize("turn", _TURNS)
def test_no_turn_reads_before_it_answers_but_one_that_rings(turn: str, tmp_path: Path) -> None:
    path, fields = _TURNS[turn]
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
    line = line_on(LineStores(journal=store.journal, ledger=store.ledger, menus=store.menus))
    places = {
        "main": place(line),
        "answer": place(line, "no-boot", turn="03"),
        "rung": place(line, "no-boot", rest="main.support.1.0", turn="05"),
    }

    reply = post(line, path.format(**places), usual(line, **fields))
    store.flush(5)
    store.close()

    assert reply.status_code == 200
    assert "something went wrong" not in reply.text
    assert any(statement.startswith("INSERT") for statement in said)
    if turn == _RINGS:
        _reads_who_else_rings(said)
    else:
        assert [statement for statement in said if statement.startswith("SELECT")] == []


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


def _without(seam: str) -> LineStores:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(f"{seam} is broken")

    store = type("Broken", (MemoryStore,), {seam: fails})()
    return LineStores(journal=store, ledger=store, menus=store)


def _rebuilt(line: RehearsalLine, *, clock: Clock | None = None) -> RehearsalLine:
    """Put the line up again around its changed tree, store or clock."""
    kept = LineStores(journal=line.store, ledger=line.store, menus=line.store)
    return line_on(kept, tree=line.tree, clock=clock)
