"""What happens in one and the same second counts, and nothing counts before it happened."""

from dataclasses import replace
from datetime import datetime

import pytest

from ivr.domain.recovery.case import STATES, Case, State
from ivr.domain.recovery.gates import Gate, change_gates, missing, release_gates, reset_gates
from tests.domain.recovery.ready import AT, POLICY, TO_CHANGE, TO_RELEASE, TO_RESET, Facts, ago

_DATED = {
    "subaccounts_checked_at": "subaccounts",
    "confirmed_at": "level",
    "disclaimer_accepted_at": "disclaimer",
}


def _missing(gates: tuple[Gate, ...]) -> set[str]:
    return {gate.name for gate in missing(gates)}


def _at_once(case: Case, at: datetime) -> Case:
    """Let everything have happened at this one moment."""
    facts = {name: at for name in case.__slots__ if name.endswith("_at") and getattr(case, name) is not None}
    return replace(case, **facts)  # type: ignore[arg-type]  # the facts that are moments


def test_who_does_everything_within_one_second_may_change() -> None:
    assert _missing(change_gates(_at_once(TO_CHANGE, AT), POLICY, at=AT)) == set()
    assert _missing(reset_gates(_at_once(TO_RESET, AT), POLICY, at=AT)) == set()


@pytest.mark.parametrize(("fact", "gate"), _DATED.items())
def test_what_happens_a_second_from_now_does_not_count(fact: str, gate: str) -> None:
    case = replace(_at_once(TO_CHANGE, AT), **{fact: ago(-1)})  # type: ignore[arg-type]  # a moment

    assert gate in _missing(change_gates(case, POLICY, at=AT))


def test_a_login_in_the_second_of_the_reset_is_none_after_it() -> None:
    same = replace(TO_RELEASE, subaccount_login_at=TO_RELEASE.reset_done_at)

    assert _missing(release_gates(same)) == {"login"}
    assert _missing(release_gates(TO_RELEASE)) == set()


def test_a_mail_that_failed_in_the_second_in_which_it_was_accepted_does_not_count() -> None:
    case = replace(TO_CHANGE, disclaimer_failed_at=TO_CHANGE.disclaimer_accepted_at)

    assert _missing(change_gates(case, POLICY, at=AT)) == {"disclaimer"}


def _remedy(case: Case) -> str:
    [gate] = missing(change_gates(case, POLICY, at=AT))
    return gate.remedy


def test_only_a_warning_that_was_refused_asks_for_another_mailbox_on_file() -> None:
    refused = replace(TO_CHANGE, disclaimer_accepted_at=None, disclaimer_failed_at=ago(100))
    waiting = replace(TO_CHANGE, disclaimer_accepted_at=None)
    old = replace(TO_CHANGE, disclaimer_accepted_at=ago(POLICY.mail_s + 1))

    assert "correct the mailbox on file" in _remedy(refused)
    assert "wait for it" in _remedy(waiting)
    assert "wait for it" in _remedy(old)


@pytest.mark.parametrize("state", [state for state in STATES if state != "CONFIRMED"])
def test_a_case_that_is_over_is_opened_anew_and_any_other_goes_on(state: State) -> None:
    is_over = state in ("CLOSED", "REFUSED", "LAPSED", "CANCELLED")

    remedy = _remedy(replace(TO_CHANGE, state=state))

    assert remedy == (
        "open a new case: a case serves once" if is_over else "follow the next step that the card names"
    )


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"disclaimer_queued_at": None, "disclaimer_accepted_at": None}, "was not asked for"),
        ({"disclaimer_accepted_at": None}, "no mail server has accepted"),
        ({"disclaimer_accepted_at": None, "disclaimer_failed_at": ago(9)}, "was refused, or came back"),
        ({"disclaimer_accepted_at": ago(POLICY.mail_s + 1)}, "was accepted too long ago"),
    ],
)
def test_what_is_missing_of_a_warning_is_said_as_it_is(facts: Facts, what: str) -> None:
    [gate] = missing(change_gates(replace(TO_CHANGE, **facts), POLICY, at=AT))

    assert (gate.name, what in gate.missing) == ("disclaimer", True)
