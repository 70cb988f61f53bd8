"""Hours past midnight, against a simple model: they belong to the day on which they begin."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.menus.building.loader import load
from ivr.domain.menus.opening_hours import Hours
from tests.domain.menus.folder import small

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
A_DAY = 24 * 60
THURSDAY = date(2026, 11, 26)
"""Thanksgiving, and no clock changes near it."""


class Rule(NamedTuple):
    """days: weekdays from 0; None for the one date THURSDAY. spans: in minutes, past A_DAY after midnight."""

    days: frozenset[int] | None
    spans: tuple[tuple[int, int], ...]

    def fits(self, day: date) -> bool:
        return day == THURSDAY if self.days is None else day.weekday() in self.days

    def written(self) -> str:
        days = "Nov 26" if self.days is None else ",".join(WEEKDAYS[day] for day in sorted(self.days))
        spans = ",".join(f"{clock(start)}-{clock(end)}" for start, end in self.spans)
        return f"{days} {spans or 'off'}"


def clock(minute: int) -> str:
    minute = minute if minute <= A_DAY else minute - A_DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def is_open_by_model(rules: Sequence[Rule], at: datetime) -> bool:
    """Each day has the hours of the last rule that fits it; what began yesterday goes on to its end."""
    minute = at.hour * 60 + at.minute
    return any(
        start <= minute + back * A_DAY < end
        for back in (0, 1)
        for start, end in spans_of(rules, at.date() - timedelta(days=back))
    )


def spans_of(rules: Sequence[Rule], day: date) -> tuple[tuple[int, int], ...]:
    return next((rule.spans for rule in reversed(rules) if rule.fits(day)), ())


quarters = st.integers(1, 95).map(lambda quarter: quarter * 15)
spans = (
    st.tuples(quarters, quarters)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: pair if pair[0] < pair[1] else (pair[0], pair[1] + A_DAY))
)  # fmt: skip -- a chain
rules = st.builds(
    Rule,
    days=st.none() | st.frozensets(st.integers(0, 6), min_size=1),
    spans=st.lists(spans, max_size=2).map(lambda found: tuple(sorted(found))),
)
some_rules = st.lists(rules, min_size=1, max_size=4, unique_by=lambda rule: rule.days)
moments = st.integers(0, 14 * A_DAY).map(
    lambda minute: datetime(2026, 11, 20, tzinfo=BERLIN) + timedelta(minutes=minute)
)


def hours(expression: str, *, holidays: str | None = None) -> Hours:
    parsed = Hours.parse(expression, "Europe/Berlin", holidays)
    assert isinstance(parsed, Hours), parsed
    return parsed


@given(some_rules, moments)
def test_a_line_is_open_when_people_read_it_so(written: list[Rule], at: datetime) -> None:
    line = hours("; ".join(rule.written() for rule in written))

    assert line.is_open(at) == is_open_by_model(written, at)


@given(some_rules, moments)
def test_the_next_opening_is_the_first_that_people_read(written: list[Rule], at: datetime) -> None:
    line = hours("; ".join(rule.written() for rule in written))
    at = at.replace(minute=at.minute // 15 * 15)

    quarters_of_a_week = (at + timedelta(minutes=15 * quarter) for quarter in range(7 * 96 + 1))
    expected = next((moment for moment in quarters_of_a_week if is_open_by_model(written, moment)), None)

    told = line.opens_at(at)
    assert told == expected if expected else told is None or told > at + timedelta(days=7)


NIGHTS: Mapping[str, tuple[str, bool]] = {
    # What stands in the file, a moment, and whether the line is open then.
    "Mo-Fr 18:00-02:00; Sa 10:00-14:00": ("2026-11-21T01:00", True),
    "Mo-Fr 18:00 - 02:00; Sa 10:00 - 14:00": ("2026-11-21T01:00", True),
    "Mo-Fr 18:00-2:00; Sa off": ("2026-11-21T01:59", True),
    "Mo-Fr 18:00-02:00; Sa 10:00-14:00; Su off": ("2026-11-21T02:00", False),
    "Mo-Fr 18:00-00:00; Sa 10:00-14:00": ("2026-11-21T00:00", False),
    "Mo-Fr 18:00-02:00; PH off": ("2026-11-26T01:00", True),  # the night of Wednesday
    "Mo-Th 18:00-02:00; PH off": ("2026-11-27T01:00", False),  # Thanksgiving's own, which is off
    "Mo-Fr 12:00-14:00,18:00-02:00; Sa 10:00-14:00": ("2026-11-21T01:00", True),
    "Mo-Fr; Sa 18:00-02:00": ("2026-11-21T01:00", False),  # Friday is open until midnight
    "24/7; Fr 22:00-02:00 off": ("2026-11-21T01:00", False),
    "Fr 18:00-02:00; Fr[3] off": ("2026-11-21T01:00", False),
}


@pytest.mark.parametrize("expression", NIGHTS)
def test_a_night_lasts_as_long_as_its_own_day_says(expression: str) -> None:
    at, is_open = NIGHTS[expression]

    line = hours(expression, holidays="US")

    assert line.is_open(datetime.fromisoformat(at).replace(tzinfo=BERLIN)) == is_open


def advice(hours: str) -> list[str]:
    lines = (
        "person: desk\nlines:\n  desk:\n    name: the desk\n    people: [ana]\n"
        f"    holidays: US\n    hours: {hours}\n"
    )
    loaded = load(small(lines=lines))
    assert loaded.tree is not None
    return [f"{one.spot} {one.severity} {one.rule}" for one in loaded.findings if one.rule != "unreachable"]


@pytest.mark.parametrize(
    ("hours", "column"),
    [
        ("Mo-Fr 18:00-02:00; PH off", 31),
        ('"Mo-Fr 18:00-02:00; Sa 10:00-14:00; Dec 24-26 off; Jan 1 off"', 48),
    ],
)
def test_a_closed_day_that_a_night_goes_on_into_is_pointed_out(hours: str, column: int) -> None:
    assert advice(hours) == [f"menus/lines.yaml:7:{column} advice night-into-closed-day"]


@pytest.mark.parametrize(
    "hours", ["Mo-Fr 08:00-18:00; PH off", "Mo-Fr 18:00-24:00; PH off", "Mo-Fr 18:00-02:00; Sa off"]
)
def test_a_day_that_no_night_goes_on_into_is_not(hours: str) -> None:
    assert advice(hours) == []
