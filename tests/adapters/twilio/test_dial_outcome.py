import itertools
from typing import get_args

import pytest
from hypothesis import given, settings

from ivr.adapters.twilio.dial_outcome import DialFields, DialStatus, outcome, read_dial
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.dialogue.events import LegId, Outcome
from tests.adapters.twilio.forms import LEG, any_forms, form


def dial(
    status: DialStatus = "completed", *, bridged: bool | None = None, caller_gone: bool = False
) -> DialFields:
    return DialFields(status=status, bridged=bridged, leg=LegId(LEG), talk_s=0, caller_gone=caller_gone)


def test_the_end_of_a_dial_is_read_field_by_field() -> None:
    sent = form(
        CallStatus="completed",
        DialCallStatus="completed",
        DialCallSid=LEG,
        DialCallDuration="42",
        DialBridged="true",
    )

    assert read_dial(sent) == DialFields(
        status="completed", bridged=True, leg=LegId(LEG), talk_s=42, caller_gone=True
    )


UNTOLD = DialFields(status="unknown", bridged=None, leg=None, talk_s=0, caller_gone=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("DialCallStatus", value) for value in ("", "Completed", "done", "no_answer", "busy ")),
        *(("DialCallSid", value) for value in ("", "CA1", LEG + "0", LEG.upper(), "RE" + LEG[2:])),
        *(("DialCallDuration", value) for value in ("", "-1", "text", "1.5", "\uff11", "9" * 5000)),
        *(("DialBridged", value) for value in ("", "1", "yes", "TRUE", "true ")),
        *(("CallStatus", value) for value in ("", "COMPLETED", "in-progress", "gone")),
    ],
)
def test_a_field_without_a_meaning_is_not_told(name: str, value: str) -> None:
    assert read_dial(form(**{name: value})) == UNTOLD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DialCallStatus", "completed"),
        ("DialCallSid", LEG),
        ("DialCallDuration", "5"),
        ("DialBridged", "true"),
    ],
)
def test_a_field_that_comes_twice_is_not_told(name: str, value: str) -> None:
    assert read_dial(form((name, value), (name, value))) == UNTOLD


@pytest.mark.parametrize(
    ("fields", "accepted", "expected"),
    [
        # The carrier's own word counts most, in both directions.
        (dial(bridged=True), None, "bridged"),
        (dial("failed", bridged=True), False, "bridged"),
        (dial(bridged=True, caller_gone=True), True, "bridged"),
        (dial(bridged=False), True, "declined"),
        (dial(bridged=False), None, "declined"),
        # Where it is silent, the agent's key counts.
        (dial(), True, "bridged"),
        (dial(), False, "declined"),
        (dial("answered"), False, "declined"),
        (dial("no-answer"), True, "bridged"),
        # Where the store cannot be asked either, a leg that completed counts as a talk.
        (dial(), None, "bridged"),
        (dial("answered"), None, "bridged"),
        (dial("busy"), None, "busy"),
        # Nobody talked.
        (dial("busy"), False, "busy"),
        (dial("no-answer"), False, "no_answer"),
        (dial("canceled"), False, "no_answer"),
        (dial("failed"), False, "failed"),
        (dial("unknown"), False, "failed"),
        (dial("unknown"), None, "failed"),
        # Nobody talked, and nobody is there any more.
        (dial("canceled", caller_gone=True), False, "caller_left"),
        (dial("no-answer", caller_gone=True), False, "caller_left"),
        (dial(caller_gone=True), False, "caller_left"),
    ],
)
def test_an_attempt_is_judged_by_who_really_talked(
    *, fields: DialFields, accepted: bool | None, expected: Outcome
) -> None:
    assert outcome(fields, accepted=accepted) == expected


def test_a_leg_that_nobody_accepted_is_never_bridged_by_its_status_alone() -> None:
    told: list[tuple[DialStatus, bool | None, bool]] = list(
        itertools.product(get_args(DialStatus), (False, None), (False, True))
    )

    outcomes = {
        outcome(dial(status, bridged=bridged, caller_gone=gone), accepted=False)
        for status, bridged, gone in told
    }

    assert outcomes == set(get_args(Outcome)) - {"bridged"}


@settings(max_examples=500, deadline=None)
@given(any_forms)
def test_any_form_is_a_dial_that_ended_somehow(sent: Form) -> None:
    fields = read_dial(sent)

    assert 0 <= fields.talk_s <= 999_999
    assert {outcome(fields, accepted=accepted) for accepted in (True, False, None)} <= set(get_args(Outcome))
