from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.recovery.factors import Evidence, Factor, counting, level_of

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FACTORS: tuple[Factor, ...] = get_args(Factor)
CHAIN_S = 1800

evidences = st.builds(
    Evidence,
    factor=st.sampled_from(FACTORS),
    call=st.sampled_from(["CA1", "CA2", "CA3"]),
    at=st.integers(-90_000, 10).map(lambda seconds: AT + timedelta(seconds=seconds)),
    contact=st.sampled_from([None, "m1", "m2", "p1"]),
    rests_on=st.sampled_from([None, "m1", "m2"]),
)


def proved(
    factor: Factor,
    *,
    call: str = "CA1",
    ago_s: float = 0,
    contact: str | None = None,
    rests_on: str | None = None,
) -> Evidence:
    at = AT - timedelta(seconds=ago_s)
    return Evidence(factor=factor, call=call, at=at, contact=contact, rests_on=rests_on)


def counted(*given: Evidence, call: str = "CA2", at: datetime = AT) -> tuple[Evidence, ...]:
    return counting(given, call=call, at=at, older_calls_s=CHAIN_S)


def test_nothing_proved_is_level_0() -> None:
    assert level_of(()) == 0


@pytest.mark.parametrize("factor", [factor for factor in FACTORS if factor != "vouch"])
def test_one_factor_alone_is_level_1_however_often_it_was_proved(factor: Factor) -> None:
    thrice = [proved(factor, call=f"CA{number}", contact=f"contact-{number}") for number in range(3)]

    assert [level_of(thrice[:1]), level_of(thrice)] == [1, 1]


def test_a_vouch_alone_is_level_0_however_often_it_was_given() -> None:
    thrice = [proved("vouch", call=f"CA{number}") for number in range(3)]

    assert [level_of(thrice[:1]), level_of(thrice)] == [0, 0]


@pytest.mark.parametrize(("one", "other"), list(combinations(FACTORS, 2)))
def test_two_different_factors_are_level_2(one: Factor, other: Factor) -> None:
    assert level_of([proved(one), proved(other)]) == 2


def test_a_pin_that_was_mailed_is_not_paired_with_that_mailbox() -> None:
    mailbox = proved("mailbox", contact="m1")

    assert level_of([proved("pin", rests_on="m1"), mailbox]) == 1
    assert level_of([mailbox, proved("pin", rests_on="m1")]) == 1
    assert level_of([proved("pin", rests_on="m1"), proved("phone", contact="p1")]) == 2


@pytest.mark.parametrize("factor", [factor for factor in FACTORS if factor != "mailbox"])
def test_no_factor_that_was_delivered_to_a_mailbox_is_paired_with_it(factor: Factor) -> None:
    assert level_of([proved(factor, rests_on="m1"), proved("mailbox", contact="m1")]) == 1


def test_a_pin_that_came_by_letter_is_paired_with_the_mailbox() -> None:
    assert level_of([proved("pin"), proved("mailbox", contact="m1")]) == 2
    assert level_of([proved("pin", rests_on="m2"), proved("mailbox", contact="m1")]) == 2


def test_a_third_factor_makes_up_for_two_that_rest_on_each_other() -> None:
    two = [proved("pin", rests_on="m1"), proved("mailbox", contact="m1")]

    assert level_of([*two, proved("app")]) == 2


@given(st.lists(evidences, max_size=6))
def test_level_2_always_rests_on_two_factors_one_of_them_more_than_knowledge(kept: list[Evidence]) -> None:
    level = level_of(kept)

    factors = {one.factor for one in kept}
    if level == 2:
        assert len(factors) >= 2
        assert factors - {"pin"}


@given(st.lists(evidences, max_size=6), st.randoms())
def test_the_order_of_proofs_and_their_repetition_change_no_level(
    kept: list[Evidence], chance: Random
) -> None:
    shuffled = [*kept, *kept]
    chance.shuffle(shuffled)

    assert level_of(shuffled) == level_of(kept)


@given(st.lists(evidences, max_size=6), evidences)
def test_one_more_proof_never_lowers_the_level(kept: list[Evidence], more: Evidence) -> None:
    assert level_of([*kept, more]) >= level_of(kept)


@given(st.lists(evidences, max_size=8))
def test_what_a_call_proved_itself_counts_in_it_for_a_quarter_of_an_hour(kept: list[Evidence]) -> None:
    own = {one for one in kept if one.call == "CA2" and one.factor != "vouch"}
    fresh = {one for one in own if AT - one.at <= timedelta(seconds=900)}

    assert fresh <= set(counted(*kept))


def test_what_a_call_proved_long_ago_counts_again_beside_a_fresh_code_and_not_by_itself() -> None:
    phone, mailbox = proved("phone", call="CA2", ago_s=950), proved("mailbox", call="CA2", ago_s=901)

    assert counted(phone, mailbox) == ()
    assert level_of(counted(phone, mailbox, proved("phone", call="CA2"))) == 2


@given(st.lists(evidences, max_size=8))
def test_a_new_leg_without_a_fresh_phone_or_app_counts_nothing_of_earlier_calls(kept: list[Evidence]) -> None:
    stale = [one for one in kept if one.call != "CA2" or one.factor not in ("phone", "app")]

    assert {one for one in counted(*stale) if one.call != "CA2" and one.factor != "vouch"} == set()


@given(st.lists(evidences, max_size=8))
def test_nothing_older_than_the_chain_counts_and_no_vouch_older_than_a_day(kept: list[Evidence]) -> None:
    ages = [
        ((AT - one.at).total_seconds(), one.factor)
        for one in counted(*kept, proved("phone", call="CA2"))
        if one.call != "CA2" or one.factor == "vouch"
    ]

    assert [age for age, factor in ages if age > (86_400 if factor == "vouch" else CHAIN_S)] == []


def test_evidence_of_an_earlier_call_counts_to_its_last_second_behind_a_fresh_code() -> None:
    fresh = proved("phone", call="CA2")
    mailbox = proved("mailbox", contact="m1", ago_s=CHAIN_S)

    in_time, late = counted(fresh, mailbox), counted(fresh, mailbox, at=AT + TICK)

    assert (level_of(in_time), level_of(late)) == (2, 1)


@pytest.mark.parametrize("fresh", ["mailbox", "pin", "saved_code"])
def test_only_phone_or_app_take_up_an_earlier_call(fresh: Factor) -> None:
    earlier = proved("phone", ago_s=60)

    assert counted(proved(fresh, call="CA2"), earlier) == (proved(fresh, call="CA2"),)


def test_two_factors_of_an_earlier_call_are_nothing_in_a_new_one() -> None:
    both = (proved("phone", ago_s=60), proved("mailbox", ago_s=30))

    assert level_of(counted(*both, call="CA1")) == 2
    assert counted(*both) == ()


def test_a_vouch_counts_for_a_day_in_whatever_call() -> None:
    mailbox, vouch = proved("mailbox", call="CA2"), proved("vouch", call="console", ago_s=86_400)

    assert level_of(counted(mailbox, vouch)) == 2
    assert level_of(counted(mailbox, vouch, at=AT + TICK)) == 1


def test_evidence_from_a_clock_that_was_ahead_does_not_count_in_a_later_call() -> None:
    fresh, ahead = proved("phone", call="CA2"), proved("mailbox", ago_s=-1)

    assert counted(fresh, ahead) == (fresh,)
