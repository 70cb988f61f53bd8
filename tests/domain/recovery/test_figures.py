"""The figures of the identity policy as it is written down, and what stands where nothing else was said."""

from datetime import datetime, timedelta

import pytest

from ivr.domain.recovery.audit_chain import FIRST_SEAL, canonical
from ivr.domain.recovery.callback import ANSWERED, MOST, PLACED_WITHIN, TRIES, UNANSWERED, CallBack
from ivr.domain.recovery.case import MOVES, OVER, STATES, CaseId, MoveRefused, check_move
from ivr.domain.recovery.codes import CODE_DIGITS, MATCH_DIGITS, enrol_token, stop_token, talk_name
from ivr.domain.recovery.enrollment import Enrolment
from ivr.domain.recovery.factors import OWN_S, VOUCH_S
from ivr.domain.recovery.limits import DAY_S, SURGE_S, hour_of_day
from ivr.domain.recovery.policy import Limit, Policy, Wait
from ivr.domain.recovery.totp import STEP_S
from ivr.domain.recovery.verification_commands import CLOSED, CaseView
from ivr.domain.redaction import Secret
from tests.domain.recovery.ready import AT, OPENED

MINUTE_S, HOUR_S = 60, 3600
KEY = Secret("k" * 32)


def test_the_policy_that_is_shipped_has_the_figures_that_are_written_down() -> None:
    assert Policy() == Policy(
        approval="none",
        is_pci=False,
        factors=("phone", "mailbox"),
        call_back="at_opening",
        wrong_per_call=3,
        sends_per_contact=2,
        code_s=10 * MINUTE_S,
        code_checks=3,
        waits_for_code_s=5 * MINUTE_S,
        verified_s=15 * MINUTE_S,
        change_s=4 * HOUR_S,
        mail_wait_s=0,
        mail_s=24 * HOUR_S,
        held_s=16 * HOUR_S,
        chain_s=30 * MINUTE_S,
        checked_s=15 * MINUTE_S,
        contact_age_s=7 * 24 * HOUR_S,
        lapses_s=24 * HOUR_S,
        login_wait_s=3 * 24 * HOUR_S,
        worker_s=MINUTE_S,
        account_failures=(Limit(count=5, seconds=HOUR_S), Limit(count=10, seconds=24 * HOUR_S)),
        account_waits=tuple(
            Wait(failures=failures, seconds=minutes * MINUTE_S)
            for failures, minutes in ((3, 1), (5, 5), (7, 15), (10, 60))
        ),
        account_in_a_row=20,
        caller_failures=Limit(count=5, seconds=HOUR_S),
        caller_accounts=Limit(count=3, seconds=24 * HOUR_S),
        withheld_failures=Limit(count=30, seconds=HOUR_S),
        line_failures=Limit(count=50, seconds=10 * MINUTE_S),
        surge_times=5,
        surge_floor=50,
        contact_sends=(
            Limit(count=1, seconds=MINUTE_S),
            Limit(count=3, seconds=30 * MINUTE_S),
            Limit(count=5, seconds=24 * HOUR_S),
        ),
        kept_for_proved=2,
        prefix_sends=Limit(count=20, seconds=HOUR_S),
        day_sends=Limit(count=500, seconds=24 * HOUR_S),
    )


def test_what_is_no_setting_has_the_figures_that_are_written_down() -> None:
    assert (CODE_DIGITS, MATCH_DIGITS, STEP_S) == (6, 3, 30)
    assert (Policy().verified_s, 24 * HOUR_S) == (OWN_S, VOUCH_S)
    assert (DAY_S, SURGE_S) == (24 * HOUR_S, 8 * 24 * HOUR_S)
    assert (Limit(count=2, seconds=24 * HOUR_S), 3) == (MOST, TRIES)
    minutes = [waits / timedelta(minutes=1) for waits in (PLACED_WITHIN, UNANSWERED, ANSWERED)]
    assert minutes == [2, 10, 30]


def test_a_case_is_over_in_the_states_that_lead_nowhere_and_in_no_other() -> None:
    assert {state for state in STATES if not MOVES[state]} == OVER


def test_a_move_that_the_table_has_is_made_and_back_is_refused() -> None:
    for old, following in MOVES.items():
        for new in following:
            check_move(old, new)

    with pytest.raises(MoveRefused, match="OPENED cannot become CHANGED"):
        check_move("OPENED", "CHANGED")


def test_nothing_is_true_of_a_case_that_was_only_opened() -> None:
    facts = ("primary_claimed", "phone_texts", "approval_required")

    assert [getattr(OPENED, fact) for fact in facts] == [False, False, False]


def test_where_nobody_can_be_verified_the_dialogue_is_told_nothing_of_a_case() -> None:
    assert CaseView(next="closed") == CLOSED
    assert (
        CaseView(
            next="closed",
            number="",
            level=0,
            path="reset",
            waited_s=0,
            is_another_round=False,
            is_confirmed=False,
            confirming_key="",
            match="",
        )
        == CLOSED
    )
    assert Enrolment() == Enrolment(has_app=False, saved_codes=0, pin=None)


def test_the_name_of_a_talk_is_sixteen_hexadecimal_digits() -> None:
    names = [talk_name(KEY, call="CA1", turn=turn) for turn in range(200)]

    assert {len(name) for name in names} == {16}
    assert any(name.startswith("0") for name in names)
    assert len(set(names)) == len(names)


def test_the_part_of_a_link_that_nobody_can_guess_is_of_thirty_two_hexadecimal_digits() -> None:
    stops = [stop_token(KEY, case=f"{number:032x}") for number in range(200)]
    enrols = [enrol_token(KEY, invitation=f"{number:032x}") for number in range(200)]

    assert {len(token) for token in (*stops, *enrols)} == {32}
    assert any(token.startswith("0") for token in stops)
    assert any(token.startswith("0") for token in enrols)
    assert len({*stops, *enrols}) == 400


def test_the_hour_after_the_last_of_a_day_is_the_first() -> None:
    hour_us = HOUR_S * 1_000_000

    assert [hour_of_day(hour * hour_us) for hour in range(20, 30)] == [20, 21, 22, 23, 0, 1, 2, 3, 4, 5]


def test_a_chain_begins_with_a_seal_of_noughts_and_its_text_is_sorted_and_plain() -> None:
    assert FIRST_SEAL == 64 * "0"
    assert canonical(7, {"who": "Zoë", "kind": "case"}) == '{"kind":"case","seq":7,"who":"Zo\\u00eb"}'


def _try(due_at: datetime, *, answered_at: datetime | None = None, ended: bool = False) -> CallBack:
    return CallBack(
        id="b" * 32,
        case=CaseId("c" * 32),
        n=1,
        agent="",
        due_at=due_at,
        answered_at=answered_at,
        ended_at=AT if ended else None,
    )


@pytest.mark.parametrize(("seconds", "is_live"), [(0, True), (599, True), (600, False)])
def test_a_try_that_nobody_answers_is_open_for_ten_minutes(seconds: int, *, is_live: bool) -> None:
    assert _try(AT).is_live(AT + timedelta(seconds=seconds)) is is_live


@pytest.mark.parametrize(("seconds", "is_live"), [(601, True), (1799, True), (1800, False)])
def test_a_try_whose_key_was_pressed_is_open_for_half_an_hour(seconds: int, *, is_live: bool) -> None:
    answered = _try(AT - timedelta(hours=1), answered_at=AT)

    assert answered.is_live(AT + timedelta(seconds=seconds)) is is_live


def test_a_try_that_is_over_is_open_to_nobody() -> None:
    assert not _try(AT, ended=True).is_live(AT)
