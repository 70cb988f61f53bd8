"""The product from the card: by hand, step by step, or asked over HTTP; the permit; the wait for a login."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import responses
from bs4 import Tag
from sqlalchemy import select

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.cases import permit_store, product_act_store
from ivr.adapters.product.manual_product import ProductByHand
from ivr.domain.recovery.case import Case
from ivr.services.desk.product.change_permit import PERMIT_S
from ivr.services.desk.reset_deadlines import Waits
from tests.adapters.product.service import ACCOUNT, ADDRESS, Service, http_product
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, TO_RESET, ago
from tests.entrypoints.console.house import CARD, Console, pages_of, soup, words
from tests.services.desk.office import Office
from tests.services.desk.test_change import SPOILED_AT_THE_DESK

NUMBERED = re.compile(r"[0-9]{5}(?:-[0-9]{5}){3}")
REQUESTED = replace(TO_RESET, state="RESET_REQUESTED", reset_requested_at=ago(50), notify="mail:m1")
WAITING = replace(TO_RELEASE, subaccount_login_at=None, notify="mail:m1")
DONE = {"outcome": "done", "at": "2026-11-24 17:59:30", "zone": "UTC", "reference": "T-1"}
FAILED = {"outcome": "failed", "at": "2026-11-24 17:59:30", "zone": "UTC"}
SEEN = {"at": "2026-11-24 17:59:50", "zone": "UTC", "name": "kim@northwind.example", "where": "login history"}


def form(console: Console, move: str) -> Tag:
    (found,) = [one for one in soup(console.get()).select("form.move") if one["action"] == f"{CARD}/{move}"]
    return found


def is_locked(console: Console, move: str) -> bool:
    button = form(console, move).button
    assert button is not None
    return button.get("aria-disabled") == "true"


# By hand


@pytest.mark.parametrize(
    ("case", "move", "step"),
    [
        (TO_RESET, "subaccounts", "count those that are active, without the primary administrator"),
        (REQUESTED, "reset-done", "Write case 900000001 into the note of what you do."),
        (
            replace(TO_RELEASE, state="RELEASED", released_at=AT, released_by="agent-1"),
            "released",
            "Have the tool send its own link, to the mailbox on file and to nothing else.",
        ),
    ],
)
def test_each_act_opens_the_steps_to_take_in_the_products_own_tool(
    console: Console, case: Case, move: str, step: str
) -> None:
    console.office.put(case)

    steps = [one.get_text() for one in form(console, move).select("ol li")]

    assert any(step in one for one in steps), steps
    assert len(steps) >= 3


def test_steps_in_the_companys_own_words_are_shown_instead_of_ours(console: Console) -> None:
    hand = ProductByHand(written={"reset": ("Open the tool <b>there</b>.", "Note case {case}.")})
    work = replace(console.work, hand=hand)
    other = Console(
        office=console.office, clock=console.clock, work=work, client=pages_of(work).test_client()
    )
    other.office.put(REQUESTED)

    steps = [one.get_text() for one in form(other, "reset-done").select("ol li")]

    assert steps == ["Open the tool <b>there</b>.", "Note case 900000001."]


def test_a_reset_that_is_done_is_recorded_once_and_moves_the_case_in_one_go(console: Console) -> None:
    console.office.put(REQUESTED)

    replies = [console.post("reset-done", version=1, **DONE) for _ in range(2)]

    assert [reply.headers["Location"] for reply in replies] == [
        f"{CARD}?done=reset-done",
        f"{CARD}?done=reset-done.twice",
    ]
    assert (console.office.case().state, console.office.case().reset_done_at) == ("RESET_DONE", ago(30))
    assert len(console.office.rows(select(permit_store.by_hand))) == 1
    assert "done 24 Nov, 09:59:30 PST, reference T-1, recorded by agent-1" in words(console.get())


def test_the_time_is_kept_in_the_zone_that_it_was_read_in(console: Console) -> None:
    console.office.put(REQUESTED)

    console.post("reset-done", **{**DONE, "at": "2026-11-24 11:59:30", "zone": "America/Chicago"})

    assert console.office.case().reset_done_at == ago(30)
    assert "done 24 Nov, 09:59:30 PST" in words(console.get())


def test_a_reset_that_failed_is_recorded_and_the_case_stays_with_what_comes_next(console: Console) -> None:
    console.office.put(REQUESTED)

    replies = [console.post("reset-done", version=1, **FAILED) for _ in range(2)]

    shown = words(console.get())
    assert [reply.status_code for reply in replies] == [303, 303]
    assert (console.office.case().state, len(console.office.rows(select(permit_store.by_hand)))) == (
        "RESET_REQUESTED",
        1,
    )
    assert "FAILED 24 Nov, 09:59:30 PST, recorded by agent-1" in shown
    assert "The reset failed in the product: find out why there, and try it again" in shown
    assert not is_locked(console, "reset-done")


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"outcome": ""}, "", "Choose whether it is done, or failed."),
        ({"outcome": "perhaps"}, "", "Choose whether it is done, or failed."),
        ({"reference": ""}, "reference-reset-done", "That is no reference."),
        ({"reference": "<script>"}, "reference-reset-done", "That is no reference."),
        ({"reference": "ann@northwind.example"}, "reference-reset-done", "That is no reference."),
        ({"at": "2026-11-24 18:00:01"}, "", "That time lies in the future."),
        ({"at": "2026-11-24 17:59:09"}, "", "The reset lies before it was asked for."),
        ({"at": "soon"}, "at-reset-done", "Type a date and a time"),
    ],
)
def test_a_record_that_cannot_be_is_told_at_its_field_and_what_was_typed_stays(
    console: Console, wrong: dict[str, str], field: str, sentence: str
) -> None:
    case = console.office.put(REQUESTED)

    page = console.post("reset-done", **{**DONE, **wrong})

    marked = [str(one.get("id")) for one in soup(page).select("input[type=text][aria-invalid]")]
    assert page.status_code == 422
    assert sentence in words(page)
    assert marked == ([field] if field else [])
    assert console.office.case() == case
    kept = soup(page).find(id="at-reset-done")
    assert kept is not None
    assert kept["value"] == {**DONE, **wrong}["at"]


@pytest.mark.parametrize(("minutes", "is_enough"), [(0, True), (14, True), (16, False)])
def test_no_subaccount_is_what_somebody_saw_there_within_a_quarter_of_an_hour(
    console: Console, minutes: int, *, is_enough: bool
) -> None:
    console.office.put(replace(TO_CHANGE, subaccounts=None, subaccounts_checked_at=None))
    at = f"{AT - timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"

    console.post("subaccounts", count="0", at=at, zone="UTC")

    case = console.office.case()
    assert (case.subaccounts, case.subaccounts_checked_by) == (0, "agent-1")
    assert case.subaccounts_checked_at == AT - timedelta(minutes=minutes)
    assert is_locked(console, "change") is not is_enough


def test_a_look_that_names_no_time_was_now_and_none_lies_ahead(console: Console) -> None:
    console.office.put(TO_RESET)

    ahead = console.post("subaccounts", count="0", at="2026-11-24 18:00:01", zone="UTC")
    console.post("subaccounts", count="2", at="", zone="")

    assert ahead.status_code == 422
    assert (console.office.case().subaccounts, console.office.case().subaccounts_checked_at) == (2, AT)


# The permit


@pytest.mark.parametrize("gate", [None, *(gate for gate in SPOILED_AT_THE_DESK if gate != "approval")])
def test_a_permit_is_shown_once_every_gate_is_met_and_never_before(
    console: Console, gate: str | None
) -> None:
    console.office.put(replace(TO_CHANGE, **({} if gate is None else SPOILED_AT_THE_DESK[gate])))
    before = NUMBERED.findall(console.get().text)

    reply = console.post("change")

    after = set(NUMBERED.findall(console.get().text))
    assert before == []
    assert (reply.status_code, len(after)) == ((303, 1) if gate is None else (422, 0))


def test_the_permit_is_shown_to_who_holds_the_case_alone_and_with_its_end(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("change")

    shown = soup(console.get()).select_one(".permit")

    assert shown is not None
    assert NUMBERED.search(shown.get_text())
    end = shown.time
    assert end is not None
    assert end["datetime"] == (AT + timedelta(seconds=PERMIT_S)).isoformat()
    for who in ("agent-2", "sue"):
        assert NUMBERED.findall(console.as_(who).get().text) == []


@pytest.mark.parametrize(("seconds", "count"), [(PERMIT_S, 1), (PERMIT_S + 1, 0)])
def test_the_permit_is_shown_for_an_hour_and_no_second_longer(
    console: Console, seconds: int, count: int
) -> None:
    console.office.put(TO_CHANGE)
    console.post("change")

    console.clock.advance(seconds)

    page = console.get()
    assert len(set(NUMBERED.findall(page.text))) == count
    assert ("The permit ran out: change nothing in the product." in words(page)) is (count == 0)


def test_recording_the_change_uses_the_permit_up_and_a_failure_leaves_it(console: Console) -> None:
    console.office.put(TO_CHANGE)
    console.post("change")
    at = {"at": "2026-11-24 18:00:00"}

    failed = console.post("changed", **{**FAILED, **at})
    kept = NUMBERED.findall(console.get().text)
    done = console.post("changed", **{**DONE, **at})
    page = console.get()
    again = console.post("changed", **{**DONE, **at, "reference": "T-2"})

    assert [one.status_code for one in (failed, done, again)] == [303, 303, 422]
    assert kept
    assert NUMBERED.findall(page.text) == []
    assert "Say how it went: that closes the case." in words(page)
    (permit,) = console.office.rows(select(permit_store.permit))
    assert (permit.reference, permit.used_at_us is not None) == ("T-1", True)


# Asked over HTTP


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    console: Console
    service: Service
    mock: responses.RequestsMock


@pytest.fixture
def asked(console: Console) -> Iterator[Asked]:
    """Give a console whose product is asked."""
    work = replace(console.work, product=http_product())
    other = Console(
        office=console.office, clock=console.clock, work=work, client=pages_of(work).test_client()
    )
    service = Service()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        service.serve(mock)
        yield Asked(console=other, service=service, mock=mock)


def test_a_reset_is_asked_of_the_product_by_the_button_that_allows_it(asked: Asked) -> None:
    asked.console.office.put(TO_RESET)

    replies = [asked.console.post("reset", version=1) for _ in range(2)]

    assert [one.headers["Location"] for one in replies] == [f"{CARD}?done=reset", f"{CARD}?done=reset.twice"]
    assert asked.service.orders == {(ACCOUNT, "reset", TO_RESET.number): {"case": TO_RESET.number}}
    assert asked.console.office.case().state == "RESET_REQUESTED"
    page = words(asked.console.get())
    assert "accepted by the product 24 Nov, 10:00:00 PST, reference reset-900000001, asked by agent-1" in page
    assert "Wait: the product was asked, and says when it is done." in page


def test_the_permit_goes_to_the_product_with_the_change_and_nowhere_else(asked: Asked) -> None:
    asked.console.office.put(TO_CHANGE)

    asked.console.post("change")

    (order,) = asked.service.orders.values()
    assert order["permit"] in asked.console.get().text
    (row,) = asked.console.office.rows(select(product_act_store.product_order))
    assert (row.act, row.agent) == ("change", "agent-1")
    assert order["permit"] not in repr(row)


def test_any_agent_of_the_line_releases_and_the_product_is_asked_to_send_its_link(asked: Asked) -> None:
    asked.console.office.put(TO_RELEASE)

    reply = asked.console.as_("agent-2").post("release")

    assert reply.status_code == 303
    assert [act for _, act, _ in asked.service.orders] == ["release"]


def test_the_product_counts_its_subaccounts_and_that_is_this_agents_look(asked: Asked) -> None:
    asked.console.office.put(replace(TO_RESET, subaccounts=None, subaccounts_checked_at=None))

    reply = asked.console.post("ask", act="subaccounts")

    case = asked.console.office.case()
    assert reply.status_code == 303
    assert (case.subaccounts, case.subaccounts_checked_at) == (2, AT)
    assert case.subaccounts_checked_by == "agent-1"


def test_a_product_that_is_away_loses_nothing_and_is_asked_again(asked: Asked) -> None:
    asked.console.office.put(TO_RESET)
    asked.mock.reset()
    asked.mock.add(responses.POST, f"{ADDRESS}/accounts/{ACCOUNT}/reset", status=500)

    away = asked.console.post("reset")
    state = asked.console.office.case().state
    asked.mock.reset()
    asked.service.serve(asked.mock)
    again = asked.console.post("ask", act="reset")

    assert (away.status_code, state, again.status_code) == (503, "RESET_REQUESTED", 303)
    assert "The product did not answer, or not as agreed. What is recorded here stays." in words(away)
    assert "Ask the product to reset it" in words(away)
    assert len(asked.service.orders) == 1
    assert "Ask the product again to reset it" in words(asked.console.get())


def test_a_count_that_does_not_come_leaves_no_look_behind(asked: Asked) -> None:
    case = asked.console.office.put(replace(TO_RESET, subaccounts=None, subaccounts_checked_at=None))
    asked.mock.reset()

    reply = asked.console.post("ask", act="subaccounts")

    assert reply.status_code == 503
    assert asked.console.office.case() == case


@pytest.mark.parametrize("act", ["reset", "change", "release", "", "close", "subaccounts "])
def test_the_product_is_asked_for_nothing_that_the_desk_has_not_allowed(asked: Asked, act: str) -> None:
    asked.console.office.put(TO_RESET)

    assert asked.console.post("ask", act=act).status_code == 422
    assert asked.service.orders == {}


def test_a_change_whose_permit_ran_out_is_not_asked_for(asked: Asked) -> None:
    asked.console.office.put(TO_CHANGE)
    asked.console.office.desk.change(TO_CHANGE.number, "agent-1", at=AT)
    asked.console.clock.advance(PERMIT_S + 1)

    reply = asked.console.post("ask", act="change")

    assert reply.status_code == 422
    assert "No permit serves now." in words(reply)
    assert asked.service.orders == {}


def test_where_acts_are_done_by_hand_nothing_is_asked(console: Console) -> None:
    console.office.put(REQUESTED)

    assert console.post("ask", act="reset").status_code == 422
    assert "Ask the product" not in words(console.get())


# The wait for a subaccount


def test_a_case_that_waits_stands_in_a_list_of_its_own_and_turns_green_when_the_login_is_known(
    console: Console,
) -> None:
    console.office.put(WAITING)
    before = soup(console.get("/"))
    mark = console.get("/poll").json

    console.as_("agent-2").post("login", **SEEN)

    after, polled = soup(console.get("/")), console.get("/poll").json
    (waiting,), (green,) = before.select(".waits li"), after.select(".waits li")
    assert before.select(".queue:not(.waits .queue)") == []
    assert (waiting["class"], green["class"]) == (["row"], ["row", "green"])
    assert "lapses 27 Nov, 09:59:20 PST" in " ".join(waiting.get_text(" ").split())
    assert "Logged in: release it" in green.get_text()
    assert green["data-green"] == WAITING.number
    assert mark is not None
    assert polled is not None
    assert mark["mark"] != polled["mark"]
    assert (mark["waiting"], polled["waiting"]) == (0, 1)


def test_other_lines_do_not_see_who_waits(console: Console) -> None:
    case = console.office.put(WAITING)
    console.put_through(case, "support")

    assert soup(console.as_("carla").get("/")).select(".waits") == []


def test_a_login_is_recorded_by_a_second_agent_alone_with_its_place_and_a_masked_name(
    console: Console,
) -> None:
    case = console.office.put(WAITING)

    own = console.post("login", **SEEN)
    unchanged = console.office.case()
    other = console.as_("agent-2").post("login", **SEEN)

    shown = words(console.get())
    assert (own.status_code, other.status_code) == (422, 303)
    assert "cannot be the second representative too" in words(own)
    assert unchanged == case
    assert "k•••@•••.example, in login history, seen by agent-2" in shown
    assert "northwind.example" not in shown
    (row,) = console.office.rows(select(product_act_store.login_seen))
    assert (row.name, row.place, row.agent) == ("k•••@•••.example", "login history", "agent-2")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 200}, "name"),
        ({"name": "\u202eeve"}, "name"),
        ({"where": ""}, "where"),
        ({"where": "<b>here</b>"}, "where"),
        ({"where": "ann@northwind.example"}, "where"),
        ({"at": "2026-11-24 17:59:20"}, ""),
    ],
)
def test_a_login_that_does_not_say_whose_where_and_when_is_not_recorded(
    console: Console, wrong: dict[str, str], field: str
) -> None:
    case = console.office.put(WAITING)

    page = console.as_("agent-2").post("login", **{**SEEN, **wrong})

    marked = [one["name"] for one in soup(page).select("input[aria-invalid]")]
    assert page.status_code == 422
    assert marked == ([field] if field else [])
    assert console.office.case() == case


def test_release_is_locked_until_a_login_that_is_later_than_the_reset(console: Console) -> None:
    console.office.put(WAITING)
    colleague = console.as_("agent-2")

    early = colleague.post("login", **{**SEEN, "at": "2026-11-24 17:59:20"})
    locked = is_locked(console, "release"), is_locked(colleague, "release")
    colleague.post("login", **{**SEEN, "at": "2026-11-24 17:59:21"})

    assert (early.status_code, locked) == (422, (True, True))
    assert (is_locked(console, "release"), is_locked(colleague, "release")) == (False, True)
    assert colleague.post("release").status_code == 422
    assert console.as_("ana").post("release").status_code == 303
    assert console.office.case().state == "RELEASED"


def test_the_card_says_who_recorded_the_login_and_who_released_by_it(console: Console) -> None:
    console.office.put(WAITING)
    console.as_("agent-2").post("login", **{**SEEN, "at": "2026-11-24 17:59:21"})
    console.as_("ana").post("release")

    shown = words(console.get())

    assert "seen by agent-2" in shown
    assert "Released by ana" in shown


def test_who_releases_anothers_case_can_say_how_it_went_and_so_close_it(console: Console) -> None:
    console.office.put(replace(WAITING, subaccount_login_at=ago(10), subaccount_login_by="agent-2"))
    releaser = console.as_("ana")
    releaser.post("release")
    releaser.post("released", **DONE)

    offered = soup(releaser.get()).select('form[action$="/wrap-up"]')
    closed = releaser.post("wrap-up", disposition="solved")

    assert len(offered) == 1
    assert closed.status_code == 303
    assert console.office.case().state == "CLOSED"


@pytest.mark.parametrize(("seconds", "state"), [(-1, "RESET_DONE"), (0, "LAPSED"), (1, "LAPSED")])
def test_a_case_is_gone_from_the_list_three_days_after_its_reset(
    console: Console, seconds: int, state: str
) -> None:
    console.office.put(WAITING)
    console.clock.advance(72 * 3600 - 40 + seconds)

    tended(console.office, console.clock)

    assert console.office.case().state == state
    assert len(soup(console.get("/")).select(".waits li")) == (state == "RESET_DONE")
    assert is_locked(console, "login")


def test_nothing_is_released_in_the_second_in_which_the_case_lapses(console: Console) -> None:
    console.office.put(TO_RELEASE)
    console.clock.advance(72 * 3600 - 10)
    late = console.post("release")

    assert late.status_code == 422
    assert "The case has waited for 72 hours, and lapses." in words(late)
    console.clock.advance(-1)
    assert console.post("release").status_code == 303


def test_the_reminder_is_sent_once_and_stands_on_no_agents_way(console: Console) -> None:
    console.office.put(WAITING)
    console.clock.advance(36 * 3600)

    for _ in range(3):
        tended(console.office, console.clock)

    assert len(console.office.notices()) == 1
    assert console.as_("agent-2").post("login", **SEEN).status_code == 303


def tended(office: Office, clock: ManualClock) -> None:
    Waits(cases=office.cases, policy=office.desk.policy, fresh=office.desk.fresh).tend(clock.now())
