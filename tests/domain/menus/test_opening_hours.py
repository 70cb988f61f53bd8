from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.menus.opening_hours import Hours, HoursFault

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
EVERY_DAY = range(7)
WORKDAYS = range(5)

ZONES = (
    "America/Los_Angeles",
    "America/St_Johns",  # half an hour beside its neighbours
    "America/Santiago",  # changes at midnight, in the other half of the year
    "Europe/Berlin",
    "Africa/Casablanca",  # summer time is the standard, Ramadan the exception
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Chatham",  # three quarters of an hour beside the full hour
    "Asia/Kolkata",  # never changes
)

Week = Mapping[int, tuple[tuple[int, int], ...]]
"""Spans in minutes of the day, by weekday from Monday: the oracle's own notation."""

WEEKS: dict[str, Week] = {
    "Mo-Fr 06:00-18:00": dict.fromkeys(WORKDAYS, ((360, 1080),)),
    "Mo-Su 00:00-02:30": dict.fromkeys(EVERY_DAY, ((0, 150),)),
    "Mo-Su 01:30-03:15": dict.fromkeys(EVERY_DAY, ((90, 195),)),
    "Mo-Su 02:15-02:45": dict.fromkeys(EVERY_DAY, ((135, 165),)),
    "Sa-Su 22:00-01:30": {5: ((1320, 1440),), 6: ((0, 90), (1320, 1440)), 0: ((0, 90),)},
}


def hours(expression: str, zone: str = "America/Los_Angeles", holidays: str | None = None) -> Hours:
    parsed = Hours.parse(expression, zone, holidays)
    assert isinstance(parsed, Hours), parsed
    return parsed


def clock_changes(zone: ZoneInfo) -> list[datetime]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    quarters = [start + timedelta(minutes=15 * quarter) for quarter in range(365 * 96)]
    offsets = [moment.astimezone(zone).utcoffset() for moment in quarters]
    changes = [quarters[i] for i in range(1, len(quarters)) if offsets[i] != offsets[i - 1]]
    return changes or [datetime(2026, 3, 8, 10, tzinfo=UTC)]


def is_open_by_oracle(week: Week, at: datetime, zone: ZoneInfo) -> bool:
    wall = at.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    return any(start <= minute < end for start, end in week.get(wall.weekday(), ()))


def minutes_around(change: datetime, *, span_h: int) -> Iterator[datetime]:
    for minute in range(-span_h * 60, span_h * 60):
        yield change + timedelta(minutes=minute)


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_around_each_clock_change_is_open_as_the_wall_clock_says(zone: str) -> None:
    place = ZoneInfo(zone)
    for expression, week in WEEKS.items():
        line = hours(expression, zone)
        for change in clock_changes(place):
            wrong = [
                at
                for at in minutes_around(change, span_h=5)
                if line.is_open(at) != is_open_by_oracle(week, at, place)
            ]

            assert wrong == []


@pytest.mark.parametrize("zone", ZONES)
def test_the_next_opening_around_each_clock_change_is_told_to_the_minute(zone: str) -> None:
    place = ZoneInfo(zone)
    for expression in ("Mo-Su 01:30-03:15", "Mo-Su 02:15-02:45"):
        line = hours(expression, zone)
        for change in clock_changes(place):
            minutes = list(minutes_around(change, span_h=30))
            states = [is_open_by_oracle(WEEKS[expression], at, place) for at in minutes]
            for start in range(26 * 60, 32 * 60, 7):
                later = zip(minutes[start:], states[start:], strict=True)
                expected = next((at for at, is_open in later if is_open), None)

                told = line.opens_at(minutes[start])

                assert expected is None or (told is not None and told.astimezone(UTC) == expected)


def test_opening_times_are_told_in_the_line_s_own_zone() -> None:
    line = hours("Mo-Fr 06:00-18:00", "Europe/Berlin")
    sunday = datetime(2026, 3, 29, 12, tzinfo=UTC)

    opens_at = line.opens_at(sunday)

    assert opens_at == datetime(2026, 3, 30, 4, tzinfo=UTC)
    assert opens_at is not None
    assert opens_at.tzinfo == ZoneInfo("Europe/Berlin")


def test_an_open_line_opens_now_and_a_closed_one_on_its_next_day() -> None:
    line = hours("Mo-Fr 06:00-18:00")
    wednesday_noon = datetime(2026, 11, 18, 12, tzinfo=LOS_ANGELES)
    sunday = datetime(2026, 11, 22, 12, tzinfo=LOS_ANGELES)

    assert line.opens_at(wednesday_noon) == wednesday_noon
    assert line.opens_at(sunday) == datetime(2026, 11, 23, 6, tzinfo=LOS_ANGELES)


def test_the_last_second_before_closing_is_open() -> None:
    line = hours("Mo-Fr 06:00-18:00")
    last = datetime(2026, 11, 18, 17, 59, 59, 999_999, tzinfo=LOS_ANGELES)

    assert line.is_open(last)
    assert not line.is_open(last + timedelta(microseconds=1))


def test_thanksgiving_is_closed_and_the_next_day_opens_at_six() -> None:
    line = hours("Mo-Fr 06:00-18:00; PH off", holidays="US")
    thanksgiving = datetime(2026, 11, 26, 9, tzinfo=LOS_ANGELES)

    assert not line.is_open(thanksgiving)
    assert line.is_open(thanksgiving - timedelta(days=1))
    assert line.opens_at(thanksgiving) == datetime(2026, 11, 27, 6, tzinfo=LOS_ANGELES)


def test_thanksgiving_is_an_ordinary_thursday_elsewhere() -> None:
    line = hours("Mo-Fr 06:00-18:00; PH off", "Europe/Berlin", holidays="DE")

    assert line.is_open(datetime(2026, 11, 26, 9, tzinfo=ZoneInfo("Europe/Berlin")))
    assert not line.is_open(datetime(2026, 12, 25, 9, tzinfo=ZoneInfo("Europe/Berlin")))


@pytest.mark.parametrize(
    "expression", ["off", "2020 Jan 1 10:00-12:00", "Mo 10:00-12:00; Mo-Su off", "Mo 18:00-02:00; Mo off"]
)
def test_a_line_that_never_opens_says_so(expression: str) -> None:
    line = hours(expression)

    assert line.opens_at(datetime(2026, 11, 18, tzinfo=UTC)) is None


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    line = hours("Fr 18:00-06:00")

    assert line.is_open(datetime(2026, 11, 21, 5, 59, tzinfo=LOS_ANGELES))
    assert not line.is_open(datetime(2026, 11, 21, 6, tzinfo=LOS_ANGELES))
    assert not line.is_open(datetime(2026, 11, 20, 5, tzinfo=LOS_ANGELES))


def test_a_moment_without_a_zone_is_refused() -> None:
    line = hours("24/7")
    naive = datetime(2026, 11, 18, 12)  # noqa: DTZ001 -- the fault under test

    for question in (line.is_open, line.opens_at):
        with pytest.raises(ValueError, match="without a zone"):
            question(naive)


@given(st.timedeltas(timedelta(), timedelta(days=3650)), st.sampled_from(ZONES))
def test_what_is_told_to_open_is_open_then_and_closed_just_before(later: timedelta, zone: str) -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC) + later
    line = hours("Mo-Fr 06:00-18:00; Sa 22:00-03:00; Dec 24 off", zone)

    opens_at = line.opens_at(at)

    assert opens_at is not None
    opened = opens_at.astimezone(UTC)  # a moment inside a repeated hour equals none of another zone
    assert line.is_open(opened)
    assert opened == at or not line.is_open(opened - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("zone", "remedy"),
    [
        ("America/Los_Angels", "did you mean America/Los_Angeles?"),
        ("america/los_angeles", "did you mean America/Los_Angeles?"),
        ("Europe/Berlni", "did you mean Europe/Berlin?"),
        ("Mars/Olympus_Mons", "write a name such as America/Los_Angeles"),
        ("America", "did you mean America/Nuuk?"),
        ("../../etc/passwd", "write a name such as America/Los_Angeles"),
        ("", "write a name such as America/Los_Angeles"),
    ],
)
def test_an_unknown_zone_is_a_fault_with_the_nearest_name(zone: str, remedy: str) -> None:
    fault = Hours.parse("24/7", zone, None)

    assert fault == HoursFault(what=f'"{zone}" is no time zone', column=None, remedy=remedy)


@pytest.mark.parametrize("zone", ["PST8PDT", "localtime", "Etc/GMT+5", "posix/America/Los_Angeles"])
def test_a_zone_that_means_something_else_than_it_seems_is_refused(zone: str) -> None:
    assert isinstance(Hours.parse("24/7", zone, None), HoursFault)


@pytest.mark.parametrize(
    ("country", "remedy"),
    [
        ("us", "did you mean US?"),
        ("US-CA", "did you mean US?"),
        ("UK", "did you mean GB?"),
        ("usa", "did you mean US?"),
        ("99", "write a country's two letters, such as US"),
        ("", "write a country's two letters, such as US"),
    ],
)
def test_an_unknown_country_is_a_fault_with_the_nearest_code(country: str, remedy: str) -> None:
    fault = Hours.parse("Mo-Fr 08:00-18:00; PH off", "America/Los_Angeles", country)

    assert fault == HoursFault(
        what=f'there is no calendar of public holidays for "{country}"', column=None, remedy=remedy
    )


@given(st.text(alphabet='MoTuWeThFrSaPH NvDec0123456789:-,;+/[]offw\n"|', max_size=40))
def test_any_expression_is_read_or_refused(expression: str) -> None:
    parsed = Hours.parse(expression, "America/Los_Angeles", "US")

    if isinstance(parsed, HoursFault):
        assert parsed.column is None or 1 <= parsed.column <= len(expression) + 1
    else:
        assert parsed.is_open(datetime(2026, 11, 18, tzinfo=UTC)) in (True, False)
