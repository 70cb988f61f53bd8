"""`ivr desk keypad` and `ivr desk callers`: who is on the line is sent there from a terminal too."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import requests
import responses
from sqlalchemy import create_engine, insert

from ivr.adapters.clock import WallClock
from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.timestamps import us_of
from tests.cli.test_desk import KEY, ROOT, desk, put, said
from tests.domain.recovery.ready import OPENED, ago
from tests.process.production import ACCOUNT_SID, PRODUCTION

CALL = "CA" + "1" * 32
LIVE = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/{CALL}.json"
CLAIMED = replace(OPENED, state="CLAIMED", call=CALL, agent="agent-1", claimed_at=ago(60), claimed_call=CALL)
KEYPAD = ("keypad", CLAIMED.number, "--agent", "agent-1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    upgrade(f"sqlite:///{tmp_path}/ivr.db")
    ours = {"IVR_HOME": str(tmp_path), "IVR_DATABASE_URL": f"sqlite:///{tmp_path}/ivr.db", "IVR_KEY": KEY}
    read = {"IVR_MENUS": str(ROOT / "menus"), "IVR_PROMPTS": str(ROOT / "prompts")}
    for name, value in {**PRODUCTION, "IVR_ENV": "development", **ours, **read}.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def twilio() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def talks(home: Path, *, about_a_case: bool = False) -> None:
    """Store a call that an agent of the support line has just taken."""
    at_us = us_of(WallClock().now())
    placed = {"call": CALL, "leg": CALL, "turn": 9, "part": 0, "at_us": at_us, "person": 1}
    rows = [
        insert(call_tables.call).values(id=CALL, begun_at_us=at_us, language="en", effect_n=9),
        insert(call_tables.transfer).values(
            **placed, line="support", moment="placed", why="appliance broken"
        ),
        insert(call_tables.leg).values(id="CA" + "2" * 32, call=CALL, line="support", accepted_at_us=at_us),
    ]
    if about_a_case:
        joined = {"case_id": CLAIMED.id, "call": CALL, "at_us": at_us}
        rows.append(insert(call_tables.metadata.tables["case_call"]).values(**joined))
    engine = create_engine(f"sqlite:///{home}/ivr.db")
    with engine.begin() as connection:
        for row in rows:
            connection.execute(row)
    engine.dispose()


def test_the_caller_of_a_case_is_sent_and_the_card_follows(
    home: Path, twilio: responses.RequestsMock
) -> None:
    put(home, CLAIMED, talks=False)
    talks(home, about_a_case=True)
    twilio.post(LIVE, json={"sid": CALL})

    sent = desk(*KEYPAD)

    assert (sent.exit_code, "done, and on record" in said(sent)) == (0, True)
    (asked,) = twilio.calls
    (url,) = parse_qs(str(asked.request.body))["Url"]
    assert "/voice/sent_back/" in url


def test_a_caller_without_a_case_is_listed_by_a_name_and_sent_by_it(
    home: Path, twilio: responses.RequestsMock
) -> None:
    talks(home)
    twilio.post(LIVE, json={"sid": CALL})

    listed = desk("callers", "--agent", "ana")
    name = listed.stdout.split()[0]
    sent, again = (desk("keypad", name, "--agent", "ana") for _ in range(2))

    assert "support: " in said(listed)
    assert "appliance broken" in said(listed)
    assert CALL not in listed.output
    assert "done, and on record: the caller is at the keypad" in said(sent)
    assert "done already, once" in said(again)
    assert len(twilio.calls) == 1


def test_where_nobody_is_on_the_line_nobody_is_listed_or_sent(
    home: Path, twilio: responses.RequestsMock
) -> None:
    put(home, CLAIMED, talks=False)

    refused = desk(*KEYPAD)

    assert desk("callers", "--agent", "ana").stdout == "nobody is on the line without a case\n"
    assert (refused.exit_code, "No agent has this caller on the line." in said(refused)) == (1, True)
    assert len(twilio.calls) == 0


def test_an_answer_that_never_came_is_said_to_leave_it_open(
    home: Path, twilio: responses.RequestsMock
) -> None:
    put(home, CLAIMED, talks=False)
    talks(home, about_a_case=True)
    twilio.post(LIVE, body=requests.ReadTimeout("silence"))

    sent = desk(*KEYPAD)

    assert sent.exit_code == 1
    assert "It is not known whether the caller was taken to the keypad" in said(sent)
    assert "nothing was done" not in said(sent)


def test_a_demo_has_no_calls_to_move(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PRODUCTION:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IVR_KEY", KEY)
    put(home, CLAIMED, talks=False)

    refused = desk(*KEYPAD)

    assert (refused.exit_code, "nothing was done" in said(refused)) == (1, True)


def test_who_has_no_name_of_an_agent_sends_nobody(home: Path, twilio: responses.RequestsMock) -> None:
    talks(home)

    refused = desk("callers", "--agent", "Ana Lima")

    assert (refused.exit_code, "an agent is not named like this" in said(refused).casefold()) == (1, True)
    assert len(twilio.calls) == 0
