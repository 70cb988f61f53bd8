"""Calls that we place to read a code aloud: company and reason first, and no code without a key."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from ivr.adapters.database.memory.memory_store import MemoryStore
from ivr.bootstrap.line_parts import LineStores
from ivr.domain.recovery.verification_commands import CheckEntry, SendAgain
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.read_code_aloud import SpokenCodes
from tests.entrypoints.voice.desk import KEY, Desk, desk_at
from tests.entrypoints.voice.service import line_on, post, usual
from tests.twiml_lint import lint

OURS = {"CallSid": "CA" + "e" * 32, "Direction": "outbound-api", "To": "+14155550123"}
UNKNOWN = "f" * 32
MISSHAPEN = ("x", "F" * 32, "f" * 31, "f" * 33, f"{UNKNOWN}/3", f"{UNKNOWN}/0", f"{UNKNOWN}/1/1", "a" * 3000)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as desk:
        yield desk


def placed(desk: Desk) -> str:
    """Open a case, ask for its code by a call, and name the message that the call is placed for."""
    desk.open()
    desk.clock.advance(61)
    desk.do(SendAgain(step="phone", way="call"))
    return desk.messages(channel="call")[-1]


def spoken(desk: Desk, address: str, **fields: str) -> str:
    reply = post(desk.line, f"/voice/spoken/{address}", usual(desk.line, **OURS, **fields))
    assert (reply.status_code, reply.content_type) == (200, "text/xml; charset=utf-8")
    assert lint(reply.get_data()) == []
    return reply.text


def words(document: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", document).split())


def digits_in(document: str) -> list[str]:
    """Find each row of six digits that is read one by one, by itself."""
    return [re.sub(r"\D", "", row) for row in re.findall(r"(?<![0-9] )(?:\d, ?){6}", words(document))]


def test_the_call_says_who_calls_and_why_before_it_asks_for_the_key(desk: Desk) -> None:
    message = placed(desk)

    document = spoken(desk, message)

    assert words(document).startswith(
        "This is Acme &amp; Sons, with a code to change the password on your account."
        " You asked for this call. Our number is 1 4 1 5 5 5 5 0 1 0 0."
    )
    assert words(document).endswith("To hear the code, press 1.")
    assert f'action="{desk.line.public_url}/voice/spoken/{message}/1#' in document
    assert 'input="dtmf"' in document


def test_the_key_has_the_code_read_twice_and_it_is_the_one_that_is_waited_for(desk: Desk) -> None:
    message = placed(desk)

    document = spoken(desk, f"{message}/1", Digits="1")
    code, again = digits_in(document)
    view = desk.do(CheckEntry(step="phone", entry=Secret(code), caller=None, is_open=True))

    assert code == again
    assert document.endswith("<Hangup/></Response>")
    assert "<Gather" not in document
    assert document.count('<prosody rate="') == 12
    assert view.next == "mailbox"
    assert view.level == 1


@pytest.mark.parametrize("heard", [{}, {"Digits": ""}, {"Digits": "2"}, {"Digits": "11"}])
def test_silence_or_another_key_is_asked_once_more_and_then_the_call_ends(
    desk: Desk, heard: dict[str, str]
) -> None:
    message = placed(desk)

    again = spoken(desk, f"{message}/1", **heard)
    end = spoken(desk, f"{message}/2", **heard)

    assert words(again) == "To hear the code, press 1."
    assert f"/voice/spoken/{message}/2#" in again
    assert words(end) == "I did not hear that key, so I do not read the code. Goodbye."
    assert end.endswith("<Hangup/></Response>")


def test_a_voicemail_never_keeps_a_code(desk: Desk) -> None:
    message = placed(desk)
    (code, _) = digits_in(spoken(desk, f"{message}/1", Digits="1"))

    kept = [spoken(desk, address) for address in (message, f"{message}/1", f"{message}/2")]

    assert [code in re.sub(r"\D", "", words(document)) for document in kept] == [False, False, False]


def test_a_repeated_webhook_hears_the_same(desk: Desk) -> None:
    message = placed(desk)

    first = spoken(desk, f"{message}/1", Digits="1")

    assert spoken(desk, f"{message}/1", Digits="1") == first


def used(desk: Desk, message: str) -> None:
    (code, _) = digits_in(spoken(desk, f"{message}/1", Digits="1"))
    desk.do(CheckEntry(step="phone", entry=Secret(code), caller=None, is_open=True))


def expired(desk: Desk, message: str) -> None:
    assert message
    policy = desk.tree.verification
    assert policy is not None
    desk.clock.advance(policy.code_s)


def asked_again(desk: Desk, message: str) -> None:
    """Let a new code take the place of the one that this message is about."""
    case = desk.case()
    assert case.phone is not None
    contact = case.phone
    desk.clock.advance(61)
    kept = desk.verification.cases.act(lambda tx: tx.code(case.id, case.call, contact))
    assert kept is not None
    new = replace(kept, salt="0" * 32, asked_at=desk.clock.now())
    desk.verification.cases.act(lambda tx: tx.keep_code(new))
    assert message


def case_over(desk: Desk, message: str) -> None:
    assert message
    desk.put(replace(desk.case(), state="CANCELLED", over_at=desk.clock.now(), over_why="stopped"))


@pytest.mark.parametrize("ended", [used, expired, asked_again, case_over])
def test_a_code_that_serves_no_more_is_not_read(desk: Desk, ended: object) -> None:
    message = placed(desk)
    assert len(digits_in(spoken(desk, f"{message}/1", Digits="1"))) == 2
    assert callable(ended)

    ended(desk, message)
    document = spoken(desk, f"{message}/1", Digits="1")

    assert words(document).startswith("I am sorry, there is no code that I could read to you.")
    assert digits_in(document) == []


def test_a_code_is_read_until_its_last_second(desk: Desk) -> None:
    message = placed(desk)
    policy = desk.tree.verification
    assert policy is not None

    desk.clock.advance(policy.code_s - 1)

    assert len(digits_in(spoken(desk, f"{message}/1", Digits="1"))) == 2


def test_only_a_call_with_a_code_for_somebody_is_read(desk: Desk) -> None:
    desk.open()
    by_text = desk.messages(channel="text", purpose="code")[-1]
    desk.call = type(desk.call)("CA" + "9" * 32)
    desk.open(typed="999999")
    for_nobody = desk.messages(channel="call", purpose="code")[-1]

    said = {spoken(desk, f"{message}/1", Digits="1") for message in (by_text, for_nobody, UNKNOWN)}

    assert len(said) == 1
    assert digits_in(said.pop()) == []


def test_nobody_can_tell_a_message_that_is_from_one_that_is_not(desk: Desk) -> None:
    message = placed(desk)

    there = [spoken(desk, address) for address in (message, f"{message}/1", f"{message}/2")]
    nowhere = [spoken(desk, address) for address in (UNKNOWN, f"{UNKNOWN}/1", f"{UNKNOWN}/2")]

    assert [document.replace(message, UNKNOWN) for document in there] == nowhere


@pytest.mark.parametrize("misshapen", MISSHAPEN, ids=range(len(MISSHAPEN)))
def test_an_address_that_is_none_of_ours_hears_that_there_is_no_code(desk: Desk, misshapen: str) -> None:
    assert words(spoken(desk, misshapen, Digits="1")).startswith("I am sorry, there is no code")


def test_an_address_with_a_query_hears_that_there_is_no_code(desk: Desk) -> None:
    message = placed(desk)

    assert digits_in(spoken(desk, f"{message}/1?again=1", Digits="1")) == []


def test_without_a_signature_nothing_is_said(desk: Desk) -> None:
    message = placed(desk)
    told = usual(desk.line, **OURS, Digits="1")
    assert len(digits_in(spoken(desk, f"{message}/1", Digits="1"))) == 2

    unsigned = post(desk.line, f"/voice/spoken/{message}/1", told, headers={})
    forged = post(
        desk.line,
        f"/voice/spoken/{message}/1",
        told,
        headers={"X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
    )
    opened = post(desk.line, f"/voice/spoken/{message}/1", told, method="GET")

    assert [(reply.status_code, reply.get_data()) for reply in (unsigned, forged, opened)] == [
        (403, b""),
        (403, b""),
        (405, b""),
    ]


def test_a_database_that_is_away_is_a_polite_sentence_and_a_log_line(desk: Desk) -> None:
    message = placed(desk)
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")

    with capture_logs([structlog.processors.format_exc_info]) as lines:
        document = spoken(desk, f"{message}/1", Digits="1")

    assert words(document).startswith("I am sorry, there is no code")
    assert [line["event"] for line in lines] == ["code_not_spoken"]


def test_where_nobody_is_verified_such_a_call_hears_the_menu() -> None:
    store = MemoryStore()
    line = line_on(LineStores(journal=store, ledger=store, menus=store))

    reply = post(line, f"/voice/spoken/{UNKNOWN}/1", usual(line, **OURS, Digits="1"))
    lost = post(line, "/voice/turn/nowhere", usual(line, **OURS, Digits="1"))

    assert reply.status_code == 200
    assert reply.get_data() == lost.get_data()


def test_the_six_digits_are_in_the_one_reply_and_nowhere_else(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    message = placed(desk)
    codes = SpokenCodes(cases=desk.verification.cases, key=KEY, clock=desk.clock)

    with capture_logs([structlog.processors.format_exc_info]) as lines:
        quiet = [
            spoken(desk, message),
            spoken(desk, f"{message}/1"),
            spoken(desk, f"{message}/2"),
            spoken(desk, f"{message}/1", Digits="2"),
        ]
        told = spoken(desk, f"{message}/1", Digits="1")
        found = codes.find(message)
    code = digits_in(told)[0]
    desk.database.close()

    assert found.digits is not None
    assert found.digits.reveal() == code
    files = [file.read_bytes() for file in sorted(desk.path.rglob("*")) if file.is_file()]
    assert len(files) >= 2
    assert [file for file in files if code.encode() in file] == []
    store = desk.line.store
    elsewhere = [*quiet, json.dumps(lines, default=repr), repr(found), *capsys.readouterr()]
    elsewhere += [repr(store.rows), repr(store.replies), repr(store.kept)]
    assert [text for text in elsewhere if code in re.sub(r"<[^>]*>|[ ,]", "", text)] == []
