"""An agent's moves: who may make them, in what order, and what stays of each on record."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from ivr.adapters.database.audit.audit_store import Anchor, verify
from ivr.adapters.database.cases import case_tables as tables
from ivr.domain.recovery.case import MOVES, OVER, Case, CaseId, CaseNumber, Path, State
from ivr.services.case_ports import AuditUnavailable, StaleCase
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.move_record import NoSuchCase
from ivr.services.desk.moves.moves import MOVE_NAMES, MoveBlocked
from ivr.services.desk.product.manual_steps import Recording
from ivr.services.product_ports import SeenLogin
from tests.domain.recovery.ready import AT, OPENED, TO_CHANGE, TO_RELEASE, TO_RESET, ago
from tests.services.desk.office import KEY, MINUTE, NUMBER, Office, later, match_of, names_of

AGENT = "agent-1"
UNCLAIMED = replace(TO_RESET, agent=None, claimed_at=None, claimed_call=None, spoke_at=None, spoke_call=None)
ASKED = replace(TO_RESET, state="RESET_REQUESTED", acted_by="agent-1", reset_requested_at=ago(50))
DONE = replace(TO_RELEASE, subaccount_login_at=None)
SEEN = {"name": "kim", "where": "login history"}


def wrong(match: str) -> str:
    return f"{(int(match) + 1) % 1000:03}"


def recorded(office: Office) -> list[dict[str, Any]]:
    bodies = office.rows(select(tables.audit.c.body).order_by(tables.audit.c.seq))
    return [json.loads(row.body) for row in bodies]


def test_a_case_is_claimed_with_the_digits_of_its_call_and_no_others(office: Office) -> None:
    case = office.put(UNCLAIMED)

    with pytest.raises(MoveBlocked, match="These digits belong to another call") as other:
        office.desk.claim(NUMBER, "ana", at=AT, match=wrong(match_of(case)))
    with pytest.raises(MoveBlocked, match="the digits of that call are needed") as none:
        office.desk.claim(NUMBER, "ana", at=AT)
    office.desk.claim(NUMBER, "ana", at=AT, match=match_of(case))

    assert (names_of(other.value), names_of(none.value)) == (("match",), ("match",))
    assert (office.case().agent, office.case().claimed_at) == ("ana", AT)


def test_a_case_whose_last_call_began_long_ago_needs_no_digits_but_no_wrong_ones(office: Office) -> None:
    case = office.put(replace(UNCLAIMED, opened_at=ago(86_000)), talks=False)
    office.join(case, case.call, at=AT - 30 * MINUTE)

    with pytest.raises(MoveBlocked):
        office.desk.claim(NUMBER, "ana", at=AT)
    with pytest.raises(MoveBlocked):
        office.desk.claim(NUMBER, "ana", at=later(1), match=wrong(match_of(case)))

    assert office.desk.claim(NUMBER, "ana", at=later(1)).agent == "ana"


def test_a_claimed_case_is_taken_over_only_from_whom_it_is_with_and_then_spoken_anew(office: Office) -> None:
    case = office.put(TO_RESET)

    for taken_from in (None, "ben"):
        with pytest.raises(MoveBlocked, match="The case is claimed by agent-1"):
            office.desk.claim(NUMBER, "ana", at=AT, match=match_of(case), taken_from=taken_from)
    office.desk.claim(NUMBER, "ana", at=AT, match=match_of(case), taken_from=AGENT)

    assert (office.case().agent, office.case().spoke_at) == ("ana", None)
    with pytest.raises(MoveBlocked) as refused:
        office.desk.ask_for_reset(NUMBER, "ana", at=AT)
    assert names_of(refused.value) == ("representative",)


def test_of_two_who_claim_at_once_one_has_the_case(office: Office) -> None:
    case = office.put(UNCLAIMED)
    together = Barrier(2)

    def claim(agent: str) -> str:
        together.wait()
        try:
            return office.desk.claim(NUMBER, agent, at=AT, match=match_of(case)).agent or ""
        except (MoveBlocked, StaleCase):
            return "not"

    with ThreadPoolExecutor(2) as pool:
        got = [one.result() for one in [pool.submit(claim, agent) for agent in ("ana", "ben")]]

    assert got.count("not") == 1
    assert office.case().agent in got


def test_who_reads_a_case_that_another_changes_meanwhile_is_told_to_look_again(office: Office) -> None:
    office.put(UNCLAIMED)

    def meanwhile(case: Case) -> dict[str, Any]:
        office.desk.claim(NUMBER, "ben", at=AT, match=match_of(case))
        return {"agent": "ana"}

    with pytest.raises(StaleCase, match="changed by somebody else meanwhile: look at it again"):
        office.desk._make("claim", NUMBER, "ana", at=AT, facts=meanwhile)

    assert office.case().agent == "ben"


def test_the_way_of_a_reset_from_its_claim_to_its_end(office: Office) -> None:
    case = office.put(replace(UNCLAIMED, subaccounts=None, subaccounts_checked_at=None, notify="mail:m1"))
    desk = office.desk

    desk.claim(NUMBER, "ana", at=AT, match=match_of(case))
    desk.spoke(NUMBER, "ana", at=AT)
    desk.subaccounts(NUMBER, "ana", count=2, at=AT)
    desk.ask_for_reset(NUMBER, "ana", at=AT)
    desk.reset_done(NUMBER, "ana", done_at=later(1), at=later(2))
    desk.login(NUMBER, "ben", login_at=later(3), **SEEN, at=later(4))
    desk.release(NUMBER, "ana", at=later(5))
    Recording(desk=desk).record(
        NUMBER, "ana", "release", is_done=True, done_at=later(5), reference="T-1", at=later(5)
    )
    desk.close(NUMBER, "ana", at=later(6))

    ended = office.case()
    assert (ended.state, ended.released_at, ended.over_at) == ("CLOSED", later(5), later(6))
    assert [json.loads(details)["event"] for _, _, details in office.notices()] == [
        "requested",
        "waiting",
        "release_allowed",
        "released",
    ]
    assert [(one["actor"], one["outcome"]) for one in recorded(office)] == [
        ("agent:ana", "claim"),
        ("agent:ana", "spoke"),
        ("agent:ana", "subaccounts"),
        ("agent:ana", "RESET_REQUESTED"),
        ("agent:ana", "RESET_DONE"),
        ("agent:ben", "login"),
        ("agent:ana", "RELEASED"),
        ("agent:ana", "release"),
        ("agent:ana", "released"),
        ("agent:ana", "CLOSED"),
    ]
    with office.database.engine.connect() as connection:
        assert verify(connection, KEY, Anchor(office.anchor)) is None


def test_nothing_is_released_before_a_subaccount_has_logged_in(office: Office) -> None:
    office.put(DONE)

    with pytest.raises(MoveBlocked, match="No subaccount has logged in since the reset") as refused:
        office.desk.release(NUMBER, AGENT, at=AT)

    assert names_of(refused.value) == ("login",)
    assert office.case() == DONE


@pytest.mark.parametrize("seconds", [0, 1, 3600])
def test_a_login_that_is_no_later_than_the_reset_is_refused(office: Office, seconds: int) -> None:
    office.put(DONE)
    assert DONE.reset_done_at is not None

    with pytest.raises(MoveBlocked, match="That login is no later than the reset") as refused:
        office.desk.login(NUMBER, "agent-2", login_at=ago(40 + seconds), **SEEN, at=AT)

    assert names_of(refused.value) == ("login",)
    assert office.case().subaccount_login_at is None


@pytest.mark.parametrize("seconds", [5, 20])
def test_the_login_that_was_recorded_first_stays_with_its_evidence(office: Office, seconds: int) -> None:
    office.put(DONE)
    first = office.desk.login(NUMBER, "agent-2", login_at=ago(10), **SEEN, at=AT)

    with pytest.raises(MoveBlocked, match="A login is recorded already") as refused:
        office.desk.login(NUMBER, "agent-3", login_at=ago(seconds), name="lee", where="audit log", at=AT)

    seen = office.cases.act(lambda tx: tx.permits.login(DONE.id))
    assert names_of(refused.value) == ("login",)
    assert office.case() == first
    assert seen == SeenLogin(case=DONE.id, name="k•••", where="login history", at=ago(10), by="agent-2")
    assert office.desk.release(NUMBER, AGENT, at=AT).state == "RELEASED"


def test_a_login_that_the_product_told_is_not_replaced_by_one_that_is_seen(office: Office) -> None:
    told = office.put(TO_RELEASE)

    with pytest.raises(MoveBlocked, match="A login is recorded already"):
        office.desk.login(NUMBER, "agent-2", login_at=ago(5), **SEEN, at=AT)

    assert office.case() == told


def test_who_reset_the_password_cannot_also_say_that_somebody_logged_in(office: Office) -> None:
    office.put(DONE)

    with pytest.raises(MoveBlocked) as refused:
        office.desk.login(NUMBER, AGENT, login_at=ago(10), **SEEN, at=AT)

    assert names_of(refused.value) == ("second",)
    assert office.case() == DONE


def test_no_time_of_the_product_lies_ahead_or_before_what_it_follows(office: Office) -> None:
    office.put(ASKED)
    for done_at in (later(1), ago(51)):
        with pytest.raises(MoveBlocked) as refused:
            office.desk.reset_done(NUMBER, AGENT, done_at=done_at, at=AT)
        assert names_of(refused.value) == ("time",)
    office.desk.reset_done(NUMBER, AGENT, done_at=AT, at=AT)

    with pytest.raises(MoveBlocked) as refused:
        office.desk.login(NUMBER, "agent-2", login_at=later(2), **SEEN, at=later(1))

    assert names_of(refused.value) == ("time",)


def test_a_held_case_permits_nothing_and_is_restored_only_while_the_caller_is_verified(
    office: Office,
) -> None:
    office.put(TO_RESET)
    office.desk.hold(NUMBER, AGENT, at=AT)

    with pytest.raises(MoveBlocked) as held:
        office.desk.ask_for_reset(NUMBER, AGENT, at=AT)
    with pytest.raises(MoveBlocked, match="a fresh code: that restores it") as late:
        office.desk.restore(NUMBER, AGENT, at=later(11))
    assert (names_of(held.value), names_of(late.value)) == (("open",), ("level",))

    restored = office.desk.restore(NUMBER, AGENT, at=later(1))
    assert (restored.state, restored.l2_at) == ("VERIFIED", TO_RESET.l2_at)


@pytest.mark.parametrize("state", [state for state, moves in MOVES.items() if "REFUSED" in moves])
def test_anybody_may_refuse_a_case_until_something_was_done(office: Office, state: State) -> None:
    office.put(replace(DONE, state=state, held_at=ago(20), confirmed_at=ago(240), confirmed_call="CA1"))

    refused = office.desk.refuse(NUMBER, "ben", why="in-doubt", at=AT)

    assert (refused.state, refused.over_at, refused.over_why) == ("REFUSED", AT, "in-doubt")
    assert recorded(office)[-1]["reason"] == "in-doubt"


def test_what_was_changed_cannot_be_refused_and_what_is_over_is_left_alone(office: Office) -> None:
    office.put(TO_CHANGE)
    office.desk.change(NUMBER, AGENT, at=AT)

    with pytest.raises(MoveBlocked, match=r"nothing can take back\. Close it"):
        office.desk.refuse(NUMBER, AGENT, why="in-doubt", at=AT)
    Recording(desk=office.desk).record(
        NUMBER, AGENT, "change", is_done=False, done_at=AT, reference="", at=AT
    )
    office.desk.close(NUMBER, AGENT, at=AT)

    card = office.desk.card(NUMBER, at=AT)
    assert card.state in OVER
    assert [one.move for one in card.moves if not one.lacks] == []
    assert office.desk.open_cards(at=AT) == ()


@pytest.mark.parametrize("move", ["spoke", "ask_for_reset", "change", "hold", "restore", "close"])
def test_only_who_claimed_a_case_moves_it_on(office: Office, move: str) -> None:
    office.put(TO_RESET)

    with pytest.raises(MoveBlocked, match="claimed by agent-1, not by agent-2") as refused:
        getattr(office.desk, move)(NUMBER, "agent-2", at=AT)

    assert "claim" in names_of(refused.value)
    assert office.case() == TO_RESET


def test_a_caller_who_is_not_the_primary_administrator_gets_words_and_no_act(office: Office) -> None:
    moves: list[tuple[Case, Callable[..., Case]]] = [
        (TO_RESET, Desk.ask_for_reset),
        (TO_CHANGE, Desk.change),
    ]

    for index, (case, move) in enumerate(moves):
        number = CaseNumber(f"90000010{index}")
        office.put(replace(case, id=CaseId(f"{index:032x}"), number=number, primary_claimed=False))
        with pytest.raises(MoveBlocked) as refused:
            move(office.desk, number, AGENT, at=AT)
        assert "primary" in names_of(refused.value)
        assert "contact that person" in office.desk.card(number, at=AT).next.words


@pytest.mark.parametrize("agent", ["Ana", "ana ", "", "ana\n", "anä", "a" * 33, "1ana"])
def test_a_name_that_could_be_spelled_as_two_people_is_refused(office: Office, agent: str) -> None:
    case = office.put(UNCLAIMED)

    with pytest.raises(MoveBlocked, match="Use small letters"):
        office.desk.claim(NUMBER, agent, at=AT, match=match_of(case))

    assert office.case() == UNCLAIMED


def test_no_count_of_subaccounts_is_less_than_none(office: Office) -> None:
    office.put(TO_RESET)

    with pytest.raises(MoveBlocked):
        office.desk.subaccounts(NUMBER, AGENT, count=-1, at=AT)

    assert office.case() == TO_RESET


@pytest.mark.parametrize(("count", "said", "path"), [(0, "reset", "change"), (3, "change", "reset")])
def test_what_is_seen_in_the_product_decides_the_path_and_not_what_the_caller_said(
    office: Office, count: int, said: Path, path: Path
) -> None:
    office.put(replace(TO_RESET, path=said, goal=said, subaccounts=None))

    seen = office.desk.subaccounts(NUMBER, AGENT, count=count, at=AT)

    assert (seen.path, seen.subaccounts, seen.subaccounts_checked_by) == (path, count, AGENT)


def test_a_number_that_no_case_has_is_said_to_be_none(office: Office) -> None:
    with pytest.raises(NoSuchCase):
        office.desk.claim(CaseNumber("999999999"), "ana", at=AT)
    with pytest.raises(NoSuchCase):
        office.desk.card(CaseNumber("999999999"), at=AT)


def test_a_refusal_is_on_record_with_who_tried_what_and_why_it_was_refused(office: Office) -> None:
    office.put(replace(TO_CHANGE, warning_hash=None, disclaimer_accepted_at=None))

    with pytest.raises(MoveBlocked):
        office.desk.change(NUMBER, AGENT, at=AT)

    (record,) = recorded(office)
    assert (record["kind"], record["actor"], record["outcome"], record["reason"]) == (
        "case_refused",
        "agent:agent-1",
        "change",
        "disclaimer acknowledgement",
    )


def test_what_cannot_go_on_record_is_not_done(office: Office) -> None:
    office.put(replace(TO_CHANGE, notify="mail:m1"))
    office.anchor.unlink()
    office.anchor.mkdir()

    with pytest.raises(AuditUnavailable):
        office.desk.change(NUMBER, AGENT, at=AT)

    office.anchor.rmdir()
    assert office.case().state == "CONFIRMED"
    assert office.notices() == []
    assert recorded(office) == []


def test_a_case_with_nothing_but_its_opening_is_claimed_or_refused_and_no_more(office: Office) -> None:
    office.put(OPENED)

    card = office.desk.card(NUMBER, at=AT)

    assert [one.move for one in card.moves if not one.lacks] == ["claim", "refuse"]
    assert tuple(one.move for one in card.moves) == MOVE_NAMES
