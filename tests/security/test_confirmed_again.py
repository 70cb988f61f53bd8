"""A case that is confirmed, and proved again after its line has closed: nothing is lost, nothing is held."""

import pytest
from sqlalchemy import select

from ivr.adapters.database.cases import case_tables
from ivr.bootstrap.rehearsal import line_for_tests
from ivr.simulator.conversation import read_conversation
from ivr.simulator.play import Result, play
from tests.security.line import ROOT


@pytest.fixture(scope="module")
def played() -> tuple[Result, dict[str, object]]:
    """Play the shipped conversation, and give what came of it with the one case that it left."""
    path = ROOT / "menus/calls/recovery-confirmed-closed.yaml"
    document, conversation, _ = read_conversation(path.name, path.read_bytes())
    assert conversation is not None
    line = line_for_tests(menus="menus", prompts="prompts", at=conversation.at)
    line = line.in_circumstances(hours=conversation.hours, away=())
    result = play(document, conversation, line)
    assert line.cases is not None
    with line.cases.database.engine.connect() as connection:
        row = connection.execute(select(case_tables.recovery_case)).mappings().one()
    return result, dict(row)


def test_the_call_goes_as_written(played: tuple[Result, dict[str, object]]) -> None:
    result, _ = played

    assert result.fault is None
    assert "something went wrong" not in " ".join(one.words for one in result.heard).lower()


def test_it_stays_confirmed_and_is_verified_in_the_later_call(
    played: tuple[Result, dict[str, object]],
) -> None:
    _, case = played

    assert (case["state"], case["held_at_us"]) == ("CONFIRMED", None)
    assert case["l2_at_us"] is not None
    assert case["confirmed_at_us"] is not None
    assert int(str(case["l2_at_us"])) > int(str(case["confirmed_at_us"]))
