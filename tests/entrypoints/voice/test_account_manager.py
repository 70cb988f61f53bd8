"""Callers whose number is on file reach their account's own manager first; the number proves nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Event

import pytest
import responses
from sqlalchemy import event, update
from structlog.testing import capture_logs

from ivr.adapters.database.accounts.account_store import SqlDirectory
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.engine import Database
from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.adapters.settings.read_settings import read_settings
from ivr.bootstrap.line_parts import LineStores
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.bootstrap.startup import directory_of
from ivr.domain.dialogue.effects import TransferEnded, TransferPlaced
from ivr.domain.dialogue.events import CallId
from ivr.domain.menus.line import LineId
from ivr.services.calls import account_manager
from ivr.services.calls.account_manager import OwnTams
from ivr.services.case_ports import Account, Directory, DirectoryUnavailable
from ivr.simulator.handset import Handset
from tests.adapters.accounts.service import ADDRESS, TOKEN, serve
from tests.entrypoints.voice.service import CALL, LEG, fresh_line, line_on, place, post, usual
from tests.twiml_lint import lint

ON_FILE, MANAGER = "+14155550123", "+14155550190"
NIGHT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
TAM = LineId("tam")


@pytest.fixture(name="line")
def _line(monkeypatch: pytest.MonkeyPatch) -> RehearsalLine:
    # Whether a busy machine finds an account in time is no matter of these tests.
    monkeypatch.setattr(account_manager, "BUDGET_S", 30)
    return fresh_line()


def asks(line: RehearsalLine, node: str = "obtain-account", key: str = "0", **fields: str) -> str:
    """Ask for a person from an answer, and give the reply."""
    told = usual(line, Digits=key, **({"From": ON_FILE} | fields))
    reply = post(line, f"/voice/turn/{place(line, node, turn='03')}", told)
    assert reply.status_code == 200
    assert lint(reply.get_data()) == []
    return reply.text


def at_tam(line: RehearsalLine, stage: str, person: int, turn: str = "04", **fields: str) -> str:
    there = place(line, "obtain-account", rest=f"-.tam.{person}.0", turn=turn)
    reply = post(line, f"/voice/{stage}/{there}", usual(line, **({"From": ON_FILE} | fields)))
    assert reply.status_code == 200
    return reply.text


def rung(reply: str) -> list[str]:
    return re.findall(r"<Number[^>]*>([^<]*)</Number>", reply)


def deputies(line: RehearsalLine) -> list[str]:
    return list(line.numbers[TAM])


def database_of(line: RehearsalLine) -> Database:
    assert line.cases is not None
    return line.cases.database


@contextmanager
def reads_of(line: RehearsalLine) -> Iterator[list[str]]:
    """List every statement that asks the accounts anything."""
    said: list[str] = []

    def note(*found: object) -> None:
        if str(found[2]).lstrip().upper().startswith("SELECT"):
            said.append(str(found[2]))

    engine = database_of(line).engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def on_directory(line: RehearsalLine, directory: Directory) -> RehearsalLine:
    """The same line, whose accounts are kept elsewhere."""
    assert line.cases is not None
    store = MemoryStore()
    room = replace(line.cases.room, directory=directory)
    return replace(line_on(LineStores(journal=store, ledger=store, menus=store, cases=room)), store=store)


def changed(line: RehearsalLine, **columns: object) -> None:
    table = case_tables.account
    with database_of(line).engine.begin() as connection:
        connection.execute(update(table).where(table.c.number == "204117").values(**columns))


@pytest.mark.parametrize("key", ["0", "1"])
def test_a_number_on_file_rings_the_accounts_own_manager_first_and_alone(
    line: RehearsalLine, key: str
) -> None:
    reply = asks(line, key=key)

    assert rung(reply) == [MANAGER]
    assert line.store.effects == (TransferPlaced(line=TAM, person=9, why="wants an account"),)


def test_nothing_personal_is_spoken_or_stands_in_an_address(line: RehearsalLine) -> None:
    own, general = asks(line), asks(line, From="+14155550199")

    def words(reply: str) -> list[str]:
        return re.findall(r"<Say[^>]*>(.*?)</Say>", reply)

    addresses = " ".join(re.findall(r'https?://[^"<]*', own))
    assert words(own) == words(general)
    assert not [digits for digits in ("4155550190", "4155550123", "204117") if digits in addresses]
    assert ".tam.9.0." in addresses


def test_the_manager_hears_the_usual_whisper(line: RehearsalLine) -> None:
    told = {"CallSid": LEG, "ParentCallSid": CALL, "From": "+14155550100", "To": MANAGER}

    assert "T A M, wants an account, not verified" in at_tam(line, "whisper", 9, **told)


def test_the_lines_people_follow_as_deputies_and_nobody_is_looked_up_again(line: RehearsalLine) -> None:
    with reads_of(line) as said:
        missed = at_tam(line, "dial", 9, DialCallStatus="busy", DialBridged="false", DialCallSid=LEG)
        deputy = at_tam(line, "between", 0, "05")

    assert "To leave a message instead, press 1." in missed
    assert rung(deputy) == deputies(line)
    assert line.store.effects == (
        TransferEnded(line=TAM, person=9, outcome="busy", talk_s=0),
        TransferPlaced(line=TAM, person=0, why="wants an account"),
    )
    assert said == []


def test_a_closed_line_takes_a_message_and_looks_nobody_up(line: RehearsalLine) -> None:
    line.clock.at = NIGHT
    with reads_of(line) as said:
        reply = asks(line)

    assert "the Technical Account Manager line is closed" in reply
    assert (rung(reply), said) == ([], [])


def test_only_a_transfer_to_such_a_line_reads_the_accounts(line: RehearsalLine) -> None:
    with reads_of(line) as said:
        asks(line, node="no-boot")
        asks(line, key="#")
        asks(line, node="main", key="2")
        other = list(said)
        asks(line)

    assert other == []
    assert any("FROM account" in statement for statement in said)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"From": "+14155550199"}, id="unknown"),
        pytest.param({"From": "+14155550124"}, id="an account without a manager of its own"),
        pytest.param({"From": "anonymous"}, id="withheld"),
        pytest.param({"From": "+266696687"}, id="withheld, spelt in digits"),
        pytest.param({"From": ""}, id="blank"),
        pytest.param({"From": "204117"}, id="a subscription number for a caller's"),
        pytest.param({"StirVerstat": "TN-Validation-Failed"}, id="doubted by the network"),
        pytest.param({"StirVerstat": "TN-Validation-Failed-C-Diverted"}, id="doubted, and diverted"),
    ],
)
def test_whoever_is_not_known_reaches_the_line_as_usual(line: RehearsalLine, fields: dict[str, str]) -> None:
    assert rung(asks(line, **fields)) == deputies(line)
    assert line.store.effects == (TransferPlaced(line=TAM, person=0, why="wants an account"),)


def test_a_number_that_is_given_twice_is_nobodys(line: RehearsalLine) -> None:
    fields = [*usual(line, Digits="0", From=ON_FILE).items(), ("From", ON_FILE)]

    reply = post(line, f"/voice/turn/{place(line, 'obtain-account', turn='03')}", fields)

    assert rung(reply.text) == deputies(line)


@pytest.mark.parametrize("columns", [{"closed": 1}, {"tam_phone": None}, {"tam_phone": ON_FILE}])
def test_a_closed_account_no_manager_and_a_caller_who_is_the_manager_ring_the_line(
    line: RehearsalLine, columns: dict[str, object]
) -> None:
    changed(line, **columns)

    assert rung(asks(line)) == deputies(line)


@dataclass(slots=True)
class _Hanging:
    """Accounts that nobody answers for until the test is over."""

    over: Event = field(default_factory=Event)

    def find(self, typed: str) -> Account | None:
        self.over.wait()
        raise DirectoryUnavailable(f"{typed} was never found")

    def account(self, account: str) -> Account | None:
        raise NotImplementedError(account)

    def addressee(self, contact: str) -> None:
        raise NotImplementedError(contact)


def test_a_directory_that_hangs_costs_the_caller_a_moment_and_never_the_line(
    line: RehearsalLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_manager, "BUDGET_S", 0.05)
    hanging = _Hanging()
    with capture_logs() as logs:
        reply = asks(on_directory(line, hanging))
    hanging.over.set()

    assert rung(reply) == deputies(line)
    assert ("own_tam_unknown", CALL, "no answer in time") in [
        (each["event"], each.get("call_id"), each.get("why")) for each in logs
    ]
    assert "4155550123" not in str(logs)


def test_no_more_callers_wait_for_a_hanging_directory_than_there_are_places(line: RehearsalLine) -> None:
    hanging, known = _Hanging(), SqlDirectory(database_of(line), countries=frozenset())
    tams = OwnTams(budget_s=0.01, most_at_once=1)
    with capture_logs() as logs:
        found = [tams.of(each, ON_FILE, call=CallId(CALL)) for each in (hanging, known)]
    hanging.over.set()

    assert found == [None, None]
    assert [each["why"] for each in logs] == ["no answer in time", "too many are asked for"]


def test_a_place_is_free_again_once_the_directory_has_answered(line: RehearsalLine) -> None:
    tams, known = OwnTams(budget_s=30, most_at_once=1), SqlDirectory(database_of(line), countries=frozenset())

    for _ in range(3):
        assert tams.of(known, ON_FILE, call=CallId(CALL)) == MANAGER


class _Broken(SqlDirectory):
    def find(self, typed: str) -> Account | None:
        raise DirectoryUnavailable(f"{typed} cannot be read")


class _Faulty(SqlDirectory):
    def find(self, typed: str) -> Account | None:
        raise RuntimeError(f"{typed} is a fault of our own")


@pytest.mark.parametrize("kind", [_Broken, _Faulty])
def test_a_directory_that_fails_leads_to_the_line_as_usual(
    line: RehearsalLine, kind: type[SqlDirectory]
) -> None:
    with capture_logs() as logs:
        reply = asks(on_directory(line, kind(database_of(line), countries=frozenset({"US"}))))

    assert rung(reply) == deputies(line)
    assert "4155550123" not in str(logs)


@pytest.mark.parametrize(
    ("environ", "number"),
    [
        pytest.param({"IVR_COUNTRIES": "DE"}, MANAGER, id="a country that is not allowed any more"),
        pytest.param({"IVR_NUMBERS": MANAGER}, MANAGER, id="the line's own number"),
        pytest.param({}, "+19005550123", id="a premium number"),
        pytest.param({}, "911", id="an emergency"),
    ],
)
def test_a_manager_who_may_not_be_rung_is_not_told_of(
    line: RehearsalLine, environ: dict[str, str], number: str
) -> None:
    changed(line, tam_phone=number)
    settings = read_settings(environ, read_bytes=None)
    directory = directory_of(settings, database_of(line))

    found = directory.find(ON_FILE)

    assert found is not None
    assert found.tam is None
    assert directory.account(found.id) == found
    assert rung(asks(on_directory(line, directory))) == deputies(line)


def test_accounts_of_a_service_are_asked_of_it_alone(line: RehearsalLine) -> None:
    environ = {"IVR_DIRECTORY_URL": ADDRESS, "IVR_DIRECTORY_TOKEN": TOKEN.reveal()}
    ours = fresh_line()
    asked = directory_of(read_settings(environ, read_bytes=None), database_of(ours))
    known = SqlDirectory(database_of(line), countries=frozenset({"US"}))

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock, reads_of(ours) as said:
        serve(mock, known)
        assert rung(asks(on_directory(line, asked))) == [MANAGER]
        assert len(mock.calls) == 1
    assert said == []


def _with_managers_everywhere(line: RehearsalLine) -> RehearsalLine:
    assert line.cases is not None
    lines = {name: replace(each, own="tam") for name, each in line.tree.lines.items()}
    tree, store = replace(line.tree, lines=lines), MemoryStore()
    kept = LineStores(journal=store, ledger=store, menus=store, cases=line.cases.room)
    served = line_on(kept, tree=tree, clock=line.clock)
    return replace(served, tree=tree, store=store, clock=line.clock, cases=line.cases)


def test_a_caller_who_tried_to_be_verified_reaches_the_own_manager_as_well(line: RehearsalLine) -> None:
    everywhere = _with_managers_everywhere(line)
    handset = Handset(line=everywhere, caller=ON_FILE, answer_as=lambda _: "answers")

    handset.dial()
    for key in "112":
        handset.press(key)
    handset.type("1")
    for _ in range(3):
        handset.type("000000")

    assert [heard.words.partition(" ")[0] for heard in handset.heard if heard.who == "ring"] == [MANAGER]
    ended = [effect.person for effect in everywhere.store.effects if isinstance(effect, TransferEnded)]
    assert ended == [9]
    assert "not verified" in " ".join(heard.words for heard in handset.heard if heard.who == "whisper")
