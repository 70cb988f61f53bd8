"""Who rings at a moment, and when a closed line opens."""

from datetime import UTC, datetime

import pytest

from ivr.menu.line import Line, LineId, LineNow, line_now
from tests.menu.folder import built

LINES = (
    "person: desk\nlines:\n"
    "  desk:\n"
    "    name: the desk\n    people: [ana, luis, eva]\n    ring: {ring}\n    holidays: US\n"
    "    time_zone: America/Los_Angeles\n    hours: 'Mo-Fr 06:00-18:00; PH off'\n"
    "    rota:\n"
    "      - {when: Mo-Fr 06:00-12:00, ring: [luis, ana]}\n"
    "      - {when: Tu 06:00-14:00, ring: [eva]}\n"
)
TUESDAY_MORNING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
TUESDAY_NOON = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
TUESDAY_EVENING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TUESDAY_NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
WEDNESDAY_NIGHT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
THANKSGIVING = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)


def line(ring: str = "in_order") -> Line:
    return built(lines=LINES.replace("{ring}", ring)).lines[LineId("desk")]


@pytest.mark.parametrize(
    ("at", "rings"),
    [
        pytest.param(TUESDAY_MORNING, ((1,), (0,)), id="the first entry of the rota decides"),
        pytest.param(TUESDAY_NOON, ((2,),), id="then the next that matches"),
        pytest.param(TUESDAY_EVENING, ((0,), (1,), (2,)), id="outside all of them everybody, in order"),
    ],
)
def test_an_open_line_rings_whom_its_rota_names(at: datetime, rings: tuple[tuple[int, ...], ...]) -> None:
    assert line_now(line(), at) == LineNow(at=at, is_open=True, rings=rings, opens_at=None)  # type: ignore[arg-type]  # positions, written as numbers


def test_a_line_that_rings_all_at_once_rings_the_same_people_together() -> None:
    assert line_now(line("all_at_once"), TUESDAY_MORNING).rings == ((1, 0),)


@pytest.mark.parametrize(
    ("at", "opens_at"),
    [
        pytest.param(TUESDAY_NIGHT, datetime(2026, 11, 25, 14, 0, tzinfo=UTC), id="tomorrow at six"),
        pytest.param(WEDNESDAY_NIGHT, datetime(2026, 11, 27, 14, 0, tzinfo=UTC), id="after the holiday"),
        pytest.param(THANKSGIVING, datetime(2026, 11, 27, 14, 0, tzinfo=UTC), id="on the holiday"),
    ],
)
def test_a_closed_line_rings_nobody_and_says_when_it_opens(at: datetime, opens_at: datetime) -> None:
    now = line_now(line(), at)

    assert (now.is_open, now.rings, now.opens_at) == (False, (), opens_at)


def test_a_line_is_whispered_by_its_short_name_or_else_by_its_own() -> None:
    written = (
        "person: desk\nlines:\n  desk: {name: 'the desk of {company}', people: [x]}\n"
        "  deck: {name: the deck, whisper: D, people: [y]}\n"
    )

    lines = built(lines=written).lines

    assert [line.whispered for line in lines.values()] == ["the desk of Ferry", "D"]
