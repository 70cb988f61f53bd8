"""The next step that a card names can be made now, by who reads it; and no card contradicts itself."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.product.manual_product import ProductByHand
from ivr.domain.recovery.case import OVER, STATES, Case
from ivr.entrypoints.console.page_times import Times
from ivr.entrypoints.console.pages.card_view import view_of
from ivr.services.desk.card.card import Card, Reach, Stored, card_of
from ivr.services.desk.card.card_text import lines_of
from ivr.services.desk.card.current_call import CallNow
from ivr.services.desk.card.member_names import NO_NAMES
from ivr.services.desk.moves.moves import MOVE_NAMES, lacks_of
from ivr.services.desk.moves.next_step import next_step
from tests.domain.recovery.ready import APPROVED, AT, POLICY, ago
from tests.entrypoints.console.house import shipped_menu
from tests.sizes import drilled

moments = st.none() | st.sampled_from([0, 30, 100, 150, 240, 300, 899, 901, 14_401]).map(ago)
calls = st.sampled_from([None, "CA1", "CA2"])
members = st.sampled_from([None, "agent-1", "agent-2", "tia"])
cases = st.builds(
    replace,
    st.just(APPROVED),
    state=st.sampled_from(STATES),
    account=st.sampled_from(["a" * 32, None]),
    phone=st.sampled_from(["p", None]),
    primary_claimed=st.sampled_from([True, True, False]),
    goal=st.sampled_from(["reset", "change", "unsure"]),
    path=st.sampled_from([None, "reset", "change"]),
    l2_at=moments,
    l2_call=calls,
    held_at=moments,
    confirmed_at=moments,
    confirmed_call=calls,
    warning_hash=st.sampled_from(["f" * 64, None]),
    disclaimer_accepted_at=moments,
    disclaimer_failed_at=moments,
    subaccounts=st.sampled_from([None, 0, 1]),
    subaccounts_checked_at=moments,
    agent=members,
    claimed_at=moments,
    claimed_call=calls,
    spoke_at=moments,
    spoke_call=calls,
    approval_required=st.booleans(),
    approver=members,
    approved_at=moments,
    tam=st.sampled_from([None, "tia"]),
    tam_asked_at=moments,
    tam_answer=st.sampled_from([None, "yes", "no", "cannot_say"]),
    unlock_asked_by=members,
    mailbox_lost_at=moments,
    other_mailbox=st.sampled_from([None, "m2"]),
    other_asked_by=members,
    reset_requested_at=moments,
    reset_done_at=moments,
    subaccount_login_at=moments,
    subaccount_login_by=members,
    over_at=moments,
)
nows = st.builds(
    CallNow,
    call=st.sampled_from(["CA1", "CA2"]),
    standing=st.sampled_from(["nowhere", "rings", "talks", "left", "ended"]),
    wrong=st.integers(0, 3),
    is_another_here=st.booleans(),
    needs_digits=st.booleans(),
)


@settings(max_examples=drilled(1500, full=50_000), deadline=None)
@given(case=cases, now=nows, agent=st.sampled_from(["agent-1", "agent-2", "ben"]), is_shut=st.booleans())
def test_the_step_that_is_named_is_never_locked(
    case: Case, now: CallNow, agent: str, *, is_shut: bool
) -> None:
    step = next_step(case, POLICY, at=AT, now=now, agent=agent, is_shut=is_shut)

    assert step.move in (None, *MOVE_NAMES)
    if step.move is not None:
        assert lacks_of(step.move, case, POLICY, at=AT, now=now, agent=agent) == ()
        assert is_shut or step.move not in ("ask-unlock", "unlock")
        # Nobody is asked for digits that nobody was told.
        if step.move == "claim" and not now.is_another_here:
            assert ("three digits" in step.step) == (now.standing in ("talks", "rings"))


def carded(case: Case, now: CallNow, agent: str) -> Card:
    return card_of(
        case,
        Stored(now=now),
        reach=Reach(company="Acme", phone="none", mailbox="none"),
        match="407",
        policy=POLICY,
        at=AT,
        agent=agent,
    )


MENU = shipped_menu()
TIMES = Times(zone=next(iter(MENU.lines.values())).hours.zone)
HAND = ProductByHand(written=MENU.product_steps)


@settings(max_examples=drilled(500, full=20_000), deadline=None)
@given(case=cases, now=nows, agent=st.sampled_from(["agent-1", "agent-2"]))
def test_banner_gates_and_times_of_a_card_never_contradict_each_other(
    case: Case, now: CallNow, agent: str
) -> None:
    card = carded(case, now, agent)
    view = view_of(card, agent=agent, at=AT, hand=HAND, times=TIMES, names=NO_NAMES)
    shut = {gate.name for gate in card.gates if not gate.is_met}
    said = " ".join(" ".join(lines_of(card)).split())

    if card.standing in ("verified", "hung_up"):
        assert "level" not in shut or case.confirmed_call == case.l2_call
    if case.state in OVER:
        assert (view.level, card.gates) == ("settled", ())
    if case.is_acted:
        assert view.level == "settled"
    if view.level == "verified":
        assert now.standing != "ended"
        assert (case.l2_call, view.has_run_out) == (now.call, False)
    ran_out = view.has_run_out or "ran out" in view.banner or "it ran out" in said
    if ran_out:
        assert case.l2_at is not None
        assert case.l2_at + timedelta(seconds=POLICY.verified_s) < AT


@settings(max_examples=100, deadline=None)
@given(now=nows, later=st.integers(0, 100_000))
def test_what_was_allowed_is_shown_by_what_it_rested_on(now: CallNow, later: int) -> None:
    """A change that was allowed is not held against how old its facts are by now."""
    allowed = replace(APPROVED, state="CHANGED", changed_at=AT - timedelta(seconds=later), acted_by="agent-1")
    earlier = timedelta(seconds=later)
    facts = {
        name: value - earlier
        for name in ("l2_at", "confirmed_at", "disclaimer_accepted_at", "subaccounts_checked_at")
        if (value := getattr(APPROVED, name)) is not None
    }
    talked = {name: getattr(APPROVED, name) - earlier for name in ("claimed_at", "spoke_at", "approved_at")}

    gates = carded(replace(allowed, **facts, **talked), now, "agent-1").gates

    assert gates != ()
    assert [gate.name for gate in gates if not gate.is_met] == []
