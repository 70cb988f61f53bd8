"""The queue's page: whose cases it lists, in which order, and what it says of each."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert
from werkzeug.test import TestResponse

from ivr.adapters.database.accounts.retention import Retention, purge
from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import OVER, Case, CaseId, CaseNumber, State
from ivr.domain.recovery.factors import Evidence
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, TO_RESET, ago
from tests.entrypoints.console.house import Console, soup, words
from tests.entrypoints.console.test_card_page import audited
from tests.services.desk.office import match_of

UNCLAIMED = replace(TO_RESET, agent=None, claimed_at=None, spoke_at=None)


def put(console: Console, index: int, case: Case, *, line: str | None = "support") -> Case:
    named = replace(case, id=CaseId(f"{index:032x}"), number=CaseNumber(f"9{index:08}"), call=f"CA{index}")
    console.office.put(named, talks=False)
    if line is not None:
        console.put_through(named, line)
    return named


def listed(console: Console) -> list[str]:
    return [str(link["data-row"]) for link in soup(console.get("/")).select("[data-row]")]


def test_the_longest_wait_stands_first_under_what_was_kept_overnight(console: Console) -> None:
    put(console, 1, UNCLAIMED)
    console.clock.advance(60)
    put(console, 2, UNCLAIMED)
    console.clock.advance(60)
    put(console, 3, replace(UNCLAIMED, state="HELD", held_at=ago(0)))
    console.clock.advance(601)

    assert listed(console) == ["900000003", "900000001", "900000002"]


def test_only_the_members_own_lines_are_listed_and_all_of_them_for_a_supervisor(console: Console) -> None:
    put(console, 1, UNCLAIMED, line="support")
    put(console, 2, UNCLAIMED, line="customer-service")
    put(console, 3, UNCLAIMED, line=None)

    assert listed(console) == ["900000001", "900000003"]
    assert listed(console.as_("carla")) == ["900000002"]
    assert listed(console.as_("nobody")) == []
    assert len(listed(console.as_("sue"))) == 3


@pytest.mark.parametrize(("who", "status"), [("olga", 403), ("", 302), ("agent-1", 200), ("sue", 200)])
def test_only_agents_and_supervisors_see_the_queue(console: Console, who: str, status: int) -> None:
    paths = ("/events", "/poll")

    assert {console.as_(who).get(path).status_code for path in paths} == {status}
    assert console.as_(who).get("/").status_code == (302 if who == "olga" else status)


def test_a_row_says_why_how_verified_since_when_and_who(console: Console) -> None:
    case = put(console, 1, replace(TO_CHANGE, agent="ana"))
    for factor, seconds in (("phone", 400), ("mailbox", 310)):
        proof = Evidence(factor=factor, call=case.call, at=ago(seconds))  # type: ignore[arg-type]  # two of them
        console.office.cases.act(lambda tx, proof=proof: tx.prove(case.id, proof))  # type: ignore[misc]  # a loop's own

    (row,) = soup(console.get("/")).select(".row")

    said = " ".join(row.get_text(" ").split())
    for part in ("900000001", "Locked out, not sure", "Full change", "✓ Verified: phone + mailbox", "ana"):
        assert part in said
    assert [str(time["datetime"]) for time in row.select("time")] == [ago(310).isoformat(), AT.isoformat()]


def test_a_caller_whose_time_ran_out_is_not_shown_as_verified(console: Console) -> None:
    put(console, 1, UNCLAIMED)
    console.clock.advance(901)

    assert "✗ Not verified: ran out" in words(console.get("/"))


def test_a_case_rings_until_it_is_taken(console: Console) -> None:
    case = put(console, 1, UNCLAIMED)
    poll = console.get("/poll").get_json()
    console.office.cases.act(lambda tx: tx.save(replace(case, agent="ana", claimed_at=AT)))

    assert (poll["rings"], poll["waiting"]) == (1, 1)
    assert "Ringing" in poll["html"]
    assert console.get("/poll").get_json()["rings"] == 0


def test_what_rings_stands_on_top_and_in_the_title_also_among_a_hundred(console: Console) -> None:
    for index in range(1, 100):
        put(console, index, replace(UNCLAIMED, state="HELD", held_at=ago(0)) if index % 2 else UNCLAIMED)
    console.clock.advance(601)
    put(console, 100, replace(UNCLAIMED, opened_at=console.clock.now()))

    page, poll = soup(console.get("/")), console.get("/poll").get_json()

    assert listed(console)[0] == "900000100"
    assert page.title is not None
    assert page.title.get_text().startswith("1 ringing, 100 waiting · Queue")
    assert (poll["headline"], poll["html"].index("900000100") < poll["html"].index("900000001")) == (
        "1 ringing, 100 waiting · ",
        True,
    )


@pytest.mark.parametrize(
    "case",
    [
        replace(TO_RELEASE, agent=None),
        replace(UNCLAIMED, state="HELD", held_at=AT),
        replace(TO_RESET, agent="ana", claimed_at=ago(30)),
    ],
    ids=["waits for a login", "kept overnight", "claimed in an earlier call"],
)
def test_whatever_the_case_is_in_it_stands_on_top_while_its_call_rings(console: Console, case: Case) -> None:
    put(console, 1, replace(UNCLAIMED, state="HELD", held_at=ago(60)), line=None)
    put(console, 2, case)

    rows = soup(console.get("/")).select(".row")

    assert "900000002" in rows[0].get_text()
    assert "Ringing" in rows[0].get_text()
    assert listed(console) == ["900000002", "900000001"]


def test_two_that_ring_at_once_are_told_apart_by_whose_telephone_rings_and_never_by_their_digits(
    console: Console,
) -> None:
    first, second = put(console, 1, UNCLAIMED), put(console, 2, UNCLAIMED, line="customer-service")
    third = put(console, 3, UNCLAIMED, line=None)
    console.put_through(third, person=1)

    page = soup(console.as_("sue").get("/"))

    tags = [tag.get_text() for tag in page.select(".tag.ringing")]
    assert len(set(tags)) == 3
    assert sorted(tag.partition(": ")[2] for tag in tags) == ["day desk", "first desk", "on call"]
    assert [tag.partition(": ")[0] for tag in tags] == ["Ringing 1 of 3", "Ringing 2 of 3", "Ringing 3 of 3"]
    for case in (first, second, third):
        assert match_of(case) not in page.get_text().replace(case.number, "")


def test_a_call_whose_ringing_ended_rings_no_more(console: Console) -> None:
    console.put_through(console.office.put(UNCLAIMED, talks=False), ended=True)

    assert console.get("/poll").get_json()["rings"] == 0


def test_a_call_that_somebody_took_rings_no_more(console: Console) -> None:
    case = put(console, 1, UNCLAIMED)
    leg = {"id": "CA7", "call": case.call, "line": "support", "accepted_at_us": us_of(AT)}
    with console.office.database.engine.begin() as connection:
        connection.execute(insert(call_tables.leg).values(**leg))

    assert console.get("/poll").get_json()["rings"] == 0


def test_no_call_rings_for_ever(console: Console) -> None:
    put(console, 1, UNCLAIMED)
    console.clock.advance(601)

    assert console.get("/poll").get_json()["rings"] == 0


def test_callers_who_were_put_through_nowhere_and_are_gone_are_not_listed(console: Console) -> None:
    gone = replace(UNCLAIMED, state="CLAIMED", l2_at=None)
    put(console, 1, replace(gone, opened_at=ago(1801)), line=None)
    put(console, 2, replace(gone, opened_at=ago(1799)), line=None)
    put(console, 3, replace(gone, opened_at=ago(1801)), line="support")

    # The third rings, so it stands above the second, a bare claim.
    assert listed(console) == ["900000003", "900000002"]


def test_cases_for_which_nothing_was_proved_stand_apart_and_are_not_counted(console: Console) -> None:
    bare = replace(UNCLAIMED, state="CLAIMED", l2_at=None, l2_call=None)
    for index in range(1, 4):
        put(console, index, bare, line=None)
    put(console, 4, replace(bare, agent="ana", claimed_at=ago(0)), line=None)
    put(console, 5, replace(bare, tam="tom", tam_asked_at=ago(0), tam_asked_by="ana"), line=None)
    proved = put(console, 6, bare, line=None)
    evidence = Evidence(factor="phone", call=proved.call, at=ago(0))
    console.office.cases.act(lambda tx: tx.prove(proved.id, evidence))
    ringing = put(console, 7, bare)

    page = soup(console.get("/"))

    apart = {str(link["data-row"]) for link in page.select("section[aria-labelledby=bare] [data-row]")}
    assert apart == {"900000001", "900000002", "900000003"}
    assert {"900000004", "900000005", "900000006", ringing.number} == set(listed(console)) - apart
    assert listed(console)[-3:] == sorted(apart)
    assert page.title is not None
    assert page.title.get_text().startswith("1 ringing, 4 waiting")


def test_an_empty_queue_says_so_and_when_the_lines_open(console: Console) -> None:
    console.clock.at = AT.replace(hour=4)

    assert "No case waits. support: open now" in words(console.get("/"))
    assert "customer-service: opens Tue 24 Nov, 06:00 PST" in words(console.as_("carla").get("/"))
    assert "You are on no line: ask a supervisor." in words(console.as_("nobody").get("/"))


def sent(console: Console, **typed: str) -> TestResponse:
    cells = {"csrf_token": console.token(), "number": "900", "reason": "the caller asks for it", **typed}
    return console.client.post("/search", data=cells, headers={"X-Asks": console.who})


def search(console: Console, sought: str) -> tuple[int, list[str]]:
    reply = sent(console, number=sought)
    return reply.status_code, [str(link["data-row"]) for link in soup(reply).select("[data-row]")]


def test_a_case_is_found_by_a_part_of_its_number_and_on_ones_own_lines_alone(console: Console) -> None:
    put(console, 12, UNCLAIMED)
    put(console, 13, UNCLAIMED, line="customer-service")

    assert search(console, "0012") == (200, ["900000012"])
    assert search(console, "0013") == (200, [])


@pytest.mark.parametrize("sought", ["%%%", "___", "9%2", "9_0000012", "' OR 1=1 --"])
def test_signs_that_mean_much_to_a_database_mean_themselves(console: Console, sought: str) -> None:
    put(console, 12, UNCLAIMED)

    assert search(console, sought) == (200, [])


@pytest.mark.parametrize("sought", ["", "9", "%_", "x" * 33, "9" * 10_000])
def test_too_little_and_too_much_to_look_for_is_refused_and_shown_again(
    console: Console, sought: str
) -> None:
    put(console, 12, UNCLAIMED)

    status, _ = search(console, sought)

    assert status == 422


def over(state: State, *, since_s: float = 0, agent: str | None = "agent-1") -> Case:
    changed_at = ago(since_s) if state == "CLOSED" else None
    return replace(TO_CHANGE, state=state, over_at=ago(since_s), changed_at=changed_at, agent=agent)


@pytest.mark.parametrize("state", sorted(OVER))
def test_a_search_finds_what_is_over_behind_what_is_open(console: Console, state: State) -> None:
    put(console, 101, over(state))
    put(console, 102, UNCLAIMED)

    assert search(console.as_("sue"), "00010") == (200, ["900000102", "900000101"])
    assert listed(console.as_("sue")) == ["900000102"]


def test_a_search_finds_what_is_over_on_the_members_lines_alone_the_last_first(console: Console) -> None:
    put(console, 101, over("REFUSED", since_s=50))
    put(console, 102, over("REFUSED", since_s=40), line="customer-service")
    put(console, 103, over("CLOSED", since_s=30))
    put(console, 204, over("CLOSED", since_s=20))

    found = {who: search(console.as_(who), "00010")[1] for who in ("agent-1", "carla", "sue", "nobody")}

    assert found == {
        "agent-1": ["900000103", "900000101"],
        "carla": ["900000102"],
        "sue": ["900000103", "900000102", "900000101"],
        "nobody": [],
    }


def test_nothing_rings_in_a_case_that_is_over(console: Console) -> None:
    put(console, 101, over("REFUSED", agent=None))

    page = sent(console, number="000101")

    assert (len(soup(page).select(".row")), soup(page).select(".rings")) == (1, [])
    assert "refused" in words(page)


def test_nobody_searches_all_day(console: Console) -> None:
    tried = [search(console, "900")[0] for _ in range(31)]
    console.clock.advance(60)

    assert tried == [200] * 30 + [422]
    assert search(console, "900")[0] == 200


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "turned \u202e round"])
def test_nothing_is_looked_for_without_a_reason_of_1_to_500_characters(console: Console, reason: str) -> None:
    put(console, 12, UNCLAIMED)

    reply = sent(console, number="0012", reason=reason)

    field = soup(reply).select_one("#reason")
    number = soup(reply).select_one("#sought")
    assert reply.status_code == 422
    assert field is not None
    assert number is not None
    assert (field["aria-invalid"], number["value"]) == ("true", "0012")
    assert console.work.seeing.searches() == ()


def test_a_reason_is_read_by_supervisors_as_text_and_the_audit_holds_only_where_it_is(
    console: Console,
) -> None:
    reason = "the caller rang <script>alert(1)</script> again"
    sent(console, number="0012", reason=reason)

    (kept,) = console.work.seeing.searches()
    page = console.as_("sue").get("/searches")
    (record,) = (one for one in audited(console) if '"outcome":"search"' in one)
    assert (kept.member, kept.sought, kept.reason) == ("agent-1", "0012", reason)
    assert f"{reason} agent-1 looked for 0012" in words(page)
    assert not soup(page).select("main script")
    assert f'"search":"{kept.id}"' in record
    assert "caller rang" not in record


@pytest.mark.parametrize("who", ["agent-1", "olga", "nobody"])
def test_only_supervisors_read_who_searched(console: Console, who: str) -> None:
    assert console.as_(who).get("/searches").status_code == 403


def test_a_reason_goes_when_calls_do_and_its_record_stays(console: Console) -> None:
    sent(console, number="0012")
    days = timedelta(days=1)

    purge(console.office.cases, Retention(), at=AT + 89 * days)
    before = len(console.work.seeing.searches())
    purge(console.office.cases, Retention(), at=AT + 91 * days)

    assert (before, console.work.seeing.searches()) == (1, ())
    assert any('"outcome":"search"' in one for one in audited(console))
