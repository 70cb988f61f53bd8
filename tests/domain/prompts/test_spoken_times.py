import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import UnknownLocaleError
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.prompts.spoken_times import OpeningWords, spoken_opening

PACIFIC = ZoneInfo("America/Los_Angeles")
NIGHT = datetime(2026, 11, 25, 3, 2, tzinfo=PACIFIC)
"""A Wednesday, two minutes past three."""


def relative(wait: timedelta, locale: str = "en-US") -> str:
    return spoken_opening(NIGHT, NIGHT + wait, PACIFIC, locale).relative


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "en-US",
            OpeningWords(
                relative="in about 5 hours", time="8 in the morning", day="today", zone="Pacific Time"
            ),
        ),
        (
            "de-DE",
            OpeningWords(
                relative="in etwa 5 Stunden",
                time="8 Uhr",
                day="heute",
                zone="Nordamerikanische Westküstenzeit",
            ),
        ),
        (
            "es-MX",
            OpeningWords(
                relative="dentro de aproximadamente 5 horas",
                time="8 de la mañana",
                day="hoy",
                zone="hora del Pacífico",
            ),
        ),
        (
            "pt-BR",
            OpeningWords(relative="em 5 horas", time="8:00", day="quarta-feira", zone="Horário do Pacífico"),
        ),
    ],
)
def test_an_opening_is_said_in_the_caller_s_language(locale: str, words: OpeningWords) -> None:
    eight = datetime(2026, 11, 25, 8, 0, tzinfo=PACIFIC)

    assert spoken_opening(NIGHT, eight, PACIFIC, locale) == words


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(), "in 1 minute"),
        (timedelta(seconds=20), "in 1 minute"),
        (timedelta(minutes=7), "in 7 minutes"),
        (timedelta(minutes=7, seconds=1), "in 8 minutes"),
        (timedelta(minutes=15), "in 15 minutes"),
        (timedelta(minutes=44), "in about 45 minutes"),
        (timedelta(minutes=89), "in about 90 minutes"),
        (timedelta(minutes=90), "in about 2 hours"),
        (timedelta(hours=2), "in 2 hours"),
        (timedelta(hours=35, minutes=59), "in about 36 hours"),
        (timedelta(hours=36), "in 36 hours"),
        (timedelta(hours=36, minutes=1), "in about 36 hours"),
        (timedelta(hours=45), "in about 2 days"),
        (timedelta(days=3), "in 3 days"),
        (timedelta(days=3, hours=4), "in about 3 days"),
    ],
)
def test_the_wait_is_rounded_as_people_say_it(wait: timedelta, words: str) -> None:
    assert relative(wait) == words


def test_the_wait_is_real_time_where_clocks_change() -> None:
    eve = datetime(2026, 10, 31, 22, tzinfo=PACIFIC)
    morning = datetime(2026, 11, 1, 6, tzinfo=PACIFIC)

    words = spoken_opening(eve, morning, PACIFIC, "en")

    assert words.relative == "in 9 hours"
    assert words.day == "tomorrow"


@pytest.mark.parametrize(
    ("days", "english", "german"),
    [
        (0, "today", "heute"),
        (1, "tomorrow", "morgen"),
        (2, "on Friday", "am Freitag"),
        (6, "on Tuesday", "am Dienstag"),
        (7, "on Wednesday, December 2", "am Mittwoch, 2. Dezember"),
        (240, "on Friday, July 23, 2027", "am Freitag, 23. Juli 2027"),
    ],
)
def test_the_day_is_said_no_longer_than_needed(days: int, english: str, german: str) -> None:
    opening = datetime(2026, 11, 25, 8, tzinfo=PACIFIC) + timedelta(days=days)

    assert spoken_opening(NIGHT, opening, PACIFIC, "en-US").day == english
    assert spoken_opening(NIGHT, opening, PACIFIC, "de-DE").day == german


def test_the_day_is_that_of_the_line_s_zone() -> None:
    late = datetime(2026, 11, 26, 3, tzinfo=UTC)
    opening = datetime(2026, 11, 26, 14, tzinfo=UTC)

    words = spoken_opening(late, opening, PACIFIC, "en")

    assert (words.day, words.time) == ("tomorrow", "6 in the morning")


@pytest.mark.parametrize(
    ("hour", "minute", "locale", "words"),
    [
        (8, 30, "en-US", "8:30 in the morning"),
        (17, 0, "en-US", "5 in the afternoon"),
        (17, 0, "en-GB", "5 in the afternoon"),
        (12, 0, "en-US", "12 noon"),
        (17, 0, "de-DE", "17 Uhr"),
        (8, 30, "de-DE", "8:30"),
        (8, 0, "fr-FR", "8 h"),
        (8, 0, "ja-JP", "8時"),
    ],
)
def test_the_time_is_said_by_the_clock_of_the_language(
    hour: int, minute: int, locale: str, words: str
) -> None:
    opening = datetime(2026, 11, 26, hour, minute, tzinfo=PACIFIC)

    assert spoken_opening(NIGHT, opening, PACIFIC, locale).time == words


@pytest.mark.parametrize(
    ("zone", "month", "locale", "words"),
    [
        ("America/Los_Angeles", 11, "en", "Pacific Time"),
        ("America/Los_Angeles", 7, "en", "Pacific Time"),
        ("America/Phoenix", 7, "en", "Mountain Standard Time"),
        ("Pacific/Honolulu", 7, "en", "Hawaii-Aleutian Standard Time"),
        ("Europe/Berlin", 7, "de", "Mitteleuropäische Zeit"),
        ("Europe/London", 11, "en", "Greenwich Mean Time"),
        ("Europe/London", 7, "en", "British Summer Time"),
        ("Asia/Kolkata", 7, "en", "India Time"),
        ("UTC", 7, "en", "Coordinated Universal Time"),
        ("Etc/GMT+5", 7, "en", "GMT-05:00"),
        ("Asia/Kolkata", 7, "rw", "GMT+05:30"),
    ],
)
def test_the_zone_is_named_as_people_name_it(zone: str, month: int, locale: str, words: str) -> None:
    now = datetime(2027, month, 5, tzinfo=UTC)

    assert spoken_opening(now, now + timedelta(hours=5), ZoneInfo(zone), locale).zone == words


@pytest.mark.parametrize(
    ("tag", "like"), [("en-GB-WLS", "en"), ("cmn-CN", "zh-CN"), ("arb", "ar"), ("en_US", "en-US")]
)
def test_a_tag_that_the_data_lacks_is_said_in_its_language(tag: str, like: str) -> None:
    opening = NIGHT + timedelta(days=9)

    assert spoken_opening(NIGHT, opening, PACIFIC, tag) == spoken_opening(NIGHT, opening, PACIFIC, like)


def test_a_language_without_names_for_parts_of_the_day_says_the_written_time() -> None:
    opening = datetime(2026, 11, 26, 8, tzinfo=PACIFIC)

    assert spoken_opening(NIGHT, opening, PACIFIC, "pa-Arab").time


@pytest.mark.parametrize("tag", ["xx", "", "../en", "q"])
def test_a_language_that_nobody_has_words_for_is_an_error(tag: str) -> None:
    with pytest.raises(UnknownLocaleError):
        spoken_opening(NIGHT, NIGHT, PACIFIC, tag)


def test_an_opening_in_the_past_or_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="opened already"):
        spoken_opening(NIGHT, NIGHT - timedelta(seconds=1), PACIFIC, "en")
    with pytest.raises(ValueError, match="without a zone"):
        spoken_opening(NIGHT, NIGHT.replace(tzinfo=None), PACIFIC, "en")
    with pytest.raises(ValueError, match="without a zone"):
        spoken_opening(NIGHT.replace(tzinfo=None), NIGHT, PACIFIC, "en")


@given(
    st.timedeltas(timedelta(), timedelta(days=800)),
    st.sampled_from(
        ["en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "nl-NL", "ja-JP", "ko-KR", "hi-IN"]
    ),
    st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Pacific/Chatham"]),
)
def test_every_phrase_is_there_for_every_wait(wait: timedelta, locale: str, zone: str) -> None:
    words = spoken_opening(NIGHT, NIGHT + wait, ZoneInfo(zone), locale)

    for phrase in (words.relative, words.time, words.day, words.zone):
        assert phrase.strip() == phrase != ""
        assert "\u202f" not in phrase
        assert "\u00a0" not in phrase


DAYS_AHEAD = {"today": 0, "tomorrow": 1}


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 -- made aware below
    st.timedeltas(timedelta(), timedelta(days=30)),
    st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Pacific/Chatham"]),
)
def test_how_long_and_which_day_never_disagree(now: datetime, wait: timedelta, zone: str) -> None:
    line = ZoneInfo(zone)
    now = now.replace(tzinfo=UTC)

    words = spoken_opening(now, now + wait, line, "en-US")

    ahead = ((now + wait).astimezone(line).date() - now.astimezone(line).date()).days
    assert DAYS_AHEAD.get(words.day, ahead) == ahead
    counted = re.fullmatch(r"in (?:about )?(\d+) (minute|hour|day)s?", words.relative)
    assert counted is not None
    if counted[2] == "day":
        assert int(counted[1]) == ahead >= 2
    else:
        unit = timedelta(minutes=1) if counted[2] == "minute" else timedelta(hours=1)
        assert abs(int(counted[1]) * unit - wait) <= timedelta(minutes=30)


@pytest.mark.parametrize(
    ("now", "opens_at", "words"),
    [
        # A Wednesday, half past midnight: 41 hours and more are still tomorrow.
        ("2026-11-25T00:30", "2026-11-26T18:00", ("in about 42 hours", "tomorrow")),
        ("2026-11-25T20:00", "2026-11-27T08:00", ("in about 2 days", "on Friday")),
        # A Friday evening: Sunday would be in two days.
        ("2026-11-27T22:00", "2026-11-30T06:00", ("in about 3 days", "on Monday")),
        ("2026-11-27T02:00", "2026-11-30T20:00", ("in about 3 days", "on Monday")),
    ],
)
def test_days_are_counted_on_the_calendar(now: str, opens_at: str, words: tuple[str, str]) -> None:
    at, then = (datetime.fromisoformat(text).replace(tzinfo=PACIFIC) for text in (now, opens_at))

    opening = spoken_opening(at, then, PACIFIC, "en-US")

    assert (opening.relative, opening.day) == words
