from datetime import UTC, datetime, timedelta

import pytest

from ivr.dialogue.disposition import CallSummary, Disposition, LastTurn, disposition
from ivr.dialogue.turn import Judgement
from ivr.menu.tree import MenuVersion, NodeId
from ivr.prompt.speech import Language

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
        pytest.param(False, 0, None, 0, None, "abandoned", id="no turn at all"),
        pytest.param(False, 0, "apology", 99, 10.0, "failed", id="our apology came last"),
        pytest.param(False, 0, "choice", 5, 10.0, "answered", id="half an answer heard"),
        pytest.param(False, 0, "choice", 4, 10.0, "abandoned", id="less than half of it"),
        pytest.param(False, 0, "choice", -3, 10.0, "abandoned", id="the end is told with an earlier clock"),
        pytest.param(False, 0, "choice", 99, None, "abandoned", id="hung up in a menu"),
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
