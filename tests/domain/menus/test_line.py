"""Who rings at a moment, and when a closed line opens."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.menus.building.loader import load
from ivr.domain.menus.line import Line, LineId, LineNow, group_of, line_now
from tests.domain.menus.folder import built, small, told

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


NIGHTLY = LINES.replace("{ring}", "in_order") + "    on_call: [eva, ana]\n    after_hours: {who: on_call%s}\n"
WOKEN = built(lines=NIGHTLY % "").lines[LineId("desk")]


@pytest.mark.parametrize(
    ("further", "rings"),
    [
        pytest.param("", (), id="by default for verified callers"),
        pytest.param(", for: verified_recovery", (), id="for verified callers"),
        pytest.param(", for: everyone", ((2,), (0,)), id="for everyone"),
    ],
)
def test_a_closed_line_says_whom_it_wakes_and_for_whom(
    further: str, rings: tuple[tuple[int, ...], ...]
) -> None:
    now = line_now(built(lines=NIGHTLY % further).lines[LineId("desk")], TUESDAY_NIGHT)

    assert (now.is_open, now.rings, now.wakes) == (False, rings, ((2,), (0,)))
    assert now.for_verified().rings == ((2,), (0,))


def test_an_open_line_rings_its_rota_whoever_is_on_call() -> None:
    now = line_now(built(lines=NIGHTLY % "").lines[LineId("desk")], TUESDAY_NOON)

    assert (now.rings, now.wakes, now.for_verified()) == (((2,),), (), now)


def test_everybody_is_on_call_where_nobody_is_named() -> None:
    written = NIGHTLY.replace("    on_call: [eva, ana]\n", "") % ""

    assert line_now(built(lines=written).lines[LineId("desk")], TUESDAY_NIGHT).wakes == ((0,), (1,), (2,))


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- the zone is given beside
def test_nobody_is_woken_where_the_line_says_nobody_and_never_while_it_is_open(at: datetime) -> None:
    silent = NIGHTLY.replace("who: on_call%s", "who: nobody, for: everyone")

    closed = line_now(built(lines=silent).lines[LineId("desk")], at)
    woken = line_now(WOKEN, at)

    assert closed.wakes == ()
    assert bool(closed.rings) == closed.is_open
    assert bool(woken.wakes) != woken.is_open


def test_an_unknown_person_on_call_is_named_where_it_stands() -> None:
    wrong = (NIGHTLY % "").replace("on_call: [eva, ana]", "on_call: [eva, ann]")
    row = wrong.splitlines().index("    on_call: [eva, ann]") + 1

    assert told(load(small(lines=wrong))) == [("unknown-person", "error", f"menus/lines.yaml:{row}:14")]


SEATED = (
    LINES.replace("{ring}", "in_order") + "    members: {carla: luis, dora: eva, emil: luis, flora: ana}\n"
)


@pytest.mark.parametrize(
    ("member", "group"),
    [
        pytest.param("dora", 0, id="who is rung now"),
        pytest.param("carla", None, id="who is not rung in this shift"),
        pytest.param("gus", None, id="whom the line does not name"),
    ],
)
def test_a_member_is_found_among_those_who_ring_now(member: str, group: int | None) -> None:
    desk = built(lines=SEATED).lines[LineId("desk")]

    assert group_of(desk, line_now(desk, TUESDAY_NOON), member) == group


def test_nobody_is_found_where_all_are_rung_at_once_or_the_line_is_closed() -> None:
    at_once = SEATED.replace("in_order", "all_at_once")
    together, closed = (built(lines=written).lines[LineId("desk")] for written in (at_once, SEATED))

    assert line_now(together, TUESDAY_EVENING).rings == ((0, 1, 2),)
    assert group_of(together, line_now(together, TUESDAY_EVENING), "dora") is None
    assert group_of(closed, line_now(closed, TUESDAY_EVENING), "dora") == 2
    assert group_of(closed, line_now(closed, TUESDAY_NIGHT), "dora") is None


def test_an_unknown_person_of_a_member_is_named_where_it_stands() -> None:
    wrong = SEATED.replace("dora: eva", "dora: eve")
    row = len(wrong.splitlines())

    assert told(load(small(lines=wrong))) == [("unknown-person", "error", f"menus/lines.yaml:{row}:34")]


def test_what_nobody_can_sign_in_with_is_no_member() -> None:
    wrong = SEATED.replace("dora: eva", "Dora Miller: eva")

    row = len(wrong.splitlines())

    assert told(load(small(lines=wrong))) == [("bad-value", "error", f"menus/lines.yaml:{row}:28")]


def test_a_line_is_whispered_by_its_short_name_or_else_by_its_own() -> None:
    written = (
        "person: desk\nlines:\n  desk: {name: 'the desk of {company}', people: [x]}\n"
        "  deck: {name: the deck, whisper: D, people: [y]}\n"
    )

    lines = built(lines=written).lines

    assert [line.whispered for line in lines.values()] == ["the desk of Ferry", "D"]
