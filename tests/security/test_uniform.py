"""Nobody learns by telephone who has an account: the same words, steps and work for everybody."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import delete, select

from ivr.adapters.database.cases import case_tables
from ivr.bootstrap.line_parts import LineStores
from ivr.simulator.conversation import read_conversation
from ivr.simulator.play import play
from tests.entrypoints.voice.service import MORNING
from tests.security.asked import Asked
from tests.security.line import NUMBER, PHONE, ROOT, WRONG, Exchange, GuardedLine, guarded_line

UNKNOWN = "999111"
OTHER = "204118"


@pytest.fixture(scope="module")
def line() -> Iterator[GuardedLine]:
    with guarded_line() as line:
        yield line


@pytest.fixture(scope="module")
def nobody(line: GuardedLine) -> list[Exchange]:
    """The whole call of somebody without an account."""
    # The first record of an audit makes its head, once.
    _dialogue(line, UNKNOWN)
    return _dialogue(line, UNKNOWN)


def _take_mailbox_away(line: GuardedLine) -> None:
    contact = case_tables.contact.c
    gone = (contact.account == line.account_of(OTHER)) & (contact.kind == "mailbox")
    with line.cases.database.engine.begin() as connection:
        connection.execute(delete(case_tables.contact).where(gone))


def _as_it_is(_: GuardedLine) -> None:
    """Leave the account as it is on file."""


def _dialogue(
    line: GuardedLine,
    number: str,
    prepare: Callable[[GuardedLine], None] = _as_it_is,
    *,
    rights: int = 0,
    after: int = 0,
) -> list[Exchange]:
    """Call, type the number, so many right codes, and then wrong ones until nobody asks for any.

    after: so many calls like it were made just before, from other numbers. Gives the last one's exchanges.
    """
    line.rehearsed.forget_callers()
    line.clock.at = MORNING
    prepare(line)
    for last in range(after + 1):
        line.exchanges.clear()
        _call(line, number, f"+1415555015{last}", rights)
    return list(line.exchanges)


def _call(line: GuardedLine, number: str, caller: str, rights: int) -> None:
    handset = line.handset(caller=caller)
    handset.type(number)
    for _ in range(rights):
        handset.type(line.code("text"))
    while not handset.is_over and handset.waits_for_entry:
        handset.type(WRONG)
    handset.hang_up()


_ALIKE: dict[str, tuple[str, Callable[[GuardedLine], None]]] = {
    "another that nobody has": ("999112", _as_it_is),
    "no telephone on file": ("204119", _as_it_is),
    "wrong codes": (NUMBER, _as_it_is),
    "a young contact": ("204120", _as_it_is),
    "a closed account": ("204121", _as_it_is),
    "the telephone number on file": (PHONE.removeprefix("+1"), _as_it_is),
    "no mailbox on file": (OTHER, _take_mailbox_away),
}


@pytest.mark.parametrize(("number", "prepare"), _ALIKE.values(), ids=_ALIKE)
def test_every_account_sounds_and_works_as_one_that_does_not_exist(
    line: GuardedLine, nobody: list[Exchange], number: str, prepare: Callable[[GuardedLine], None]
) -> None:
    somebody = _dialogue(line, number, prepare)

    assert len(nobody) > 8
    assert [each.alike for each in somebody] == [each.alike for each in nobody]
    assert [each.statements for each in somebody] == [each.statements for each in nobody]


def test_a_paused_account_sounds_and_works_as_one_that_does_not_exist(line: GuardedLine) -> None:
    nobody = _dialogue(line, UNKNOWN, after=1)

    paused = _dialogue(line, OTHER, after=1)

    # Of the second call's three, those typed within the pause are not counted.
    failures = line.failures(line.account_of(OTHER))
    assert 3 <= len(failures) < 6
    assert [each.alike for each in paused] == [each.alike for each in nobody]
    assert [each.statements for each in paused] == [each.statements for each in nobody]


def test_who_has_the_telephone_on_file_hears_the_same_until_a_stranger_is_put_through(
    line: GuardedLine, nobody: list[Exchange]
) -> None:
    halfway = _dialogue(line, NUMBER, rights=1)

    common = next(at for at, each in enumerate(nobody) if b"I could not verify you" in each.reply)
    assert [each.alike for each in halfway[:common]] == [each.alike for each in nobody[:common]]
    assert any(b"I could not verify you" in each.reply for each in halfway[common:])


def _on_file(line: GuardedLine) -> set[str]:
    """Everything the tables know of accounts, piece by piece, but for words of our own."""
    found: set[str] = set()
    with line.cases.database.engine.connect() as connection:
        for table in (case_tables.account, case_tables.contact):
            for row in connection.execute(select(table)):
                cells = {str(cell) for cell in row if isinstance(cell, str)}
                found |= cells | {piece for cell in cells for piece in re.split(r"[^A-Za-z0-9]+", cell)}
    return {
        piece for piece in found if len(piece) > 3 and piece not in {"unknown", "phone", "mailbox", "example"}
    }


def _read(reply: bytes) -> ET.Element:
    return ET.fromstring(reply)  # noqa: S314 -- our own document


def _spoken(reply: bytes) -> str:
    return " ".join(_read(reply).itertext())


def test_nothing_of_an_account_is_said_before_the_caller_is_verified(line: GuardedLine) -> None:
    on_file = _on_file(line)
    assert {"Northwind", "204117", "+14155550123", "ann@northwind.example"} <= on_file

    said = [
        _spoken(each.reply)
        for number, prepare in _ALIKE.values()
        for each in _dialogue(line, number, prepare)
    ]
    said += [_spoken(each.reply) for each in _dialogue(line, NUMBER, rights=1)]

    assert {
        piece for piece in on_file for words in said if re.search(rf"\b{re.escape(piece)}\b", words)
    } == set()


def test_a_code_is_typed_by_the_caller_alone_and_nobody_else_is_on_the_line(line: GuardedLine) -> None:
    replies = [each.reply for each in _dialogue(line, NUMBER, rights=1)]
    documents = [_read(reply) for reply in replies]

    entries = [one for one in documents if one.find("Gather[@finishOnKey='#']") is not None]

    assert len(entries) >= 5
    verbs = [verb for document in entries for verb in document.iter()]
    assert {verb.get("input") for verb in verbs if verb.tag == "Gather"} == {"dtmf"}
    assert {verb.tag for verb in verbs} <= {"Response", "Gather", "Say", "prosody", "break", "say-as"}
    assert [verb for verb in verbs if "partialResultCallback" in verb.attrib] == []


def test_who_is_not_the_primary_administrator_has_no_account_looked_up() -> None:
    asked: list[Asked] = []

    def watch(kept: LineStores) -> LineStores:
        assert kept.cases is not None
        asked.append(Asked(kept.cases.directory))
        return replace(kept, cases=replace(kept.cases, directory=asked[0]))

    path = ROOT / "menus/calls/recovery-not-primary.yaml"
    document, conversation, _ = read_conversation(path.name, path.read_bytes())
    assert conversation is not None
    with guarded_line(at=conversation.at, change=watch) as line:
        told = play(document, conversation, line, number=0)
        of_the_call = list(asked[0].names)
        line.handset().type(NUMBER)

        assert told.fault is None
        assert (of_the_call, asked[0].names) == ([], ["find"])
        assert line.audited() != []
