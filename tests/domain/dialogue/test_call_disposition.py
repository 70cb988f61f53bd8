from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.domain.dialogue.call_disposition import CallSummary, Disposition, LastTurn, disposition
from ivr.domain.dialogue.turn import Judgement
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language
from tests.domain.dialogue.call import NIGHT, go

BEGAN = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def last(judged: Judgement) -> LastTurn:
    return LastTurn(
        version=MenuVersion("0123456789ab"),
        node=NodeId("x"),
        language=Language("en"),
        judged=judged,
        at=BEGAN,
    )


@pytest.mark.parametrize(
    ("bridged", "message_s", "judged", "heard_s", "answer_s", "went"),
    [
        pytest.param(True, 9, "apology", 0, None, "transferred", id="a talk is the strongest"),
        pytest.param(False, 2, "goodbye", 0, None, "voicemail", id="then a message of two seconds"),
        pytest.param(False, 1, "goodbye", 0, None, "answered", id="a shorter one is none; goodbye chosen"),
        pytest.param(False, 0, "held", 0, None, "answered", id="verified at night, and kept"),
        pytest.param(False, 0, None, 0, None, "abandoned", id="no turn at all"),
        pytest.param(False, 0, "apology", 99, 10.0, "failed", id="our apology came last"),
        pytest.param(False, 0, "choice", 5, 10.0, "answered", id="half an answer heard"),
        pytest.param(False, 0, "choice", 4, 10.0, "abandoned", id="less than half of it"),
        pytest.param(False, 0, "choice", -3, 10.0, "abandoned", id="the end is told with an earlier clock"),
        pytest.param(False, 0, "choice", 99, None, "abandoned", id="hung up in a menu"),
        pytest.param(False, 0, "no_input", 0, 10.0, "answered", id="silent since the answer was read out"),
        pytest.param(False, 0, "no_input", 99, None, "abandoned", id="silent in a menu"),
        pytest.param(False, 0, "no_match", 99, 10.0, "abandoned", id="at a loss which key to press"),
        pytest.param(False, 0, "person", 99, 10.0, "abandoned", id="asked for a person instead"),
        pytest.param(False, 0, "dial_ended", 99, 10.0, "abandoned", id="told that nobody is there"),
        pytest.param(False, 0, "recorded", 99, 10.0, "abandoned", id="recorded, and nothing said"),
    ],
)
def test_a_call_went_by_the_strongest_thing_in_it(
    bridged: bool,  # noqa: FBT001 -- a column of the table
    message_s: int,
    judged: Judgement | None,
    heard_s: int,
    answer_s: float | None,
    went: Disposition,
) -> None:
    summary = CallSummary(bridged=bridged, message_s=message_s, last=None if judged is None else last(judged))

    judgement = disposition(
        summary, ended_at=BEGAN + timedelta(seconds=heard_s), answer_s=lambda _turn: answer_s
    )

    assert judgement == went


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("10", id="key 0 and a closed line"),
        pytest.param("11", id="the answer's own key to it"),
        pytest.param("10#", id="which is told again"),
        pytest.param("10-", id="and nothing chosen"),
        pytest.param("10--", id="twice"),
        pytest.param("109", id="or a wrong key"),
        pytest.param("101", id="or the tone"),
    ],
)
def test_whoever_asked_for_a_person_after_an_answer_and_reached_nobody_gave_up(keys: str) -> None:
    turn = go(keys, at=NIGHT)
    heard = replace(last(turn.judged), node=turn.place.node)
    summary = CallSummary(bridged=False, message_s=0, last=heard)

    judgement = disposition(
        summary,
        ended_at=BEGAN + timedelta(seconds=99),
        answer_s=lambda turn: 10.0 if turn.node == "tickets" else None,
    )

    assert turn.place.node == "tickets"
    assert judgement == "abandoned"
