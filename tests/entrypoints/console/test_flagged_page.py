"""What a supervisor is to look at reaches one, whatever became of the case since."""

from dataclasses import replace
from typing import Any

import pytest

from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from tests.domain.recovery.ready import OPENED, ago
from tests.entrypoints.console.house import Console, soup, words

CLAIMED = replace(OPENED, state="CLAIMED", agent="agent-1", claimed_at=ago(60), spoke_at=ago(30))


def put(console: Console, number: int, **facts: Any) -> Case:
    named = {"id": CaseId(f"{number:032x}"), "number": CaseNumber(f"9{number:08}"), "call": f"CA{number}"}
    return console.office.put(replace(CLAIMED, **{**named, **facts}))


def say(console: Console, case: Case, disposition: str, who: str = "agent-1") -> None:
    now = console.office.case(case.number)
    reply = console.as_(who).post("wrap-up", number=case.number, version=now.version, disposition=disposition)
    assert reply.status_code == 303


def flagged(console: Console, who: str = "sue") -> list[str]:
    return [one.get_text() for one in soup(console.as_(who).get("/flagged")).select(".follow-ups a")]


def test_only_what_was_said_to_be_looked_at_is_listed_the_last_first(console: Console) -> None:
    cases = [put(console, number) for number in (1, 2, 3)]
    for case, said in zip(cases, ("suspicious", "dropped", "suspicious"), strict=True):
        say(console, case, said)
        console.clock.advance(1)

    assert flagged(console) == [cases[2].number, cases[0].number]
    assert "Suspicious: supervisor looks, says agent-1" in words(console.as_("sue").get("/flagged"))


@pytest.mark.parametrize("end", ["refuse", "another call", "another line"])
def test_it_stays_listed_whatever_becomes_of_the_case(console: Console, end: str) -> None:
    case = put(console, 1)
    say(console, case, "suspicious")
    now = console.office.case(case.number)
    if end == "refuse":
        done = console.as_("agent-2").post("refuse", number=case.number, version=now.version, why="in-doubt")
        assert done.status_code == 303
    elif end == "another call":
        console.office.cases.act(lambda tx: tx.save(replace(now, call="CA2")))
        say(console, case, "solved")
    else:
        console.put_through(now, "customer-service")

    assert flagged(console) == [case.number]
    assert case.number in {
        one.get_text() for one in soup(console.as_("sue").get("/flagged")).select("a[href^='/case/']")
    }
    assert console.as_("sue").get(f"/case/{case.number}").status_code == 200


@pytest.mark.parametrize("who", ["agent-1", "olga", "nobody"])
def test_the_list_is_for_supervisors_alone(console: Console, who: str) -> None:
    case = put(console, 1)
    say(console, case, "suspicious")

    assert console.as_(who).get("/flagged").status_code == 403
    assert "For a supervisor to look at" not in words(console.as_("agent-1").get("/"))


def test_the_queue_of_a_supervisor_says_how_many_there_are(console: Console) -> None:
    assert "For a supervisor to look at Who searched" in words(console.as_("sue").get("/"))
    say(console, put(console, 1), "suspicious")
    say(console, put(console, 2), "suspicious")

    assert "For a supervisor to look at (2)" in words(console.as_("sue").get("/"))


def test_without_any_the_page_says_so(console: Console) -> None:
    assert "Nobody has asked a supervisor to look at a case." in words(console.as_("sue").get("/flagged"))
