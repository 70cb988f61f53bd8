"""When something happens, in the words of a caller's language."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_timezone_location,
    get_timezone_name,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningWords:
    """Four phrases for one sentence, none of which begins with a capital for the sentence's sake.

    relative: "in about 5 hours". time: "8 in the morning". day: "tomorrow". zone: "Pacific Time".
    """

    relative: str
    time: str
    day: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _DayWords:
    """Words that the locale data lacks. about: how "in 5 hours" begins, exact and rounded."""

    today: str
    tomorrow: str
    on_day: str
    about: tuple[str, str]


# Any other language says the weekday alone and leaves "about" out, which is right everywhere, if plainer.
_DAY_WORDS = {
    "en": _DayWords(today="today", tomorrow="tomorrow", on_day="on {day}", about=("in ", "in about ")),
    "de": _DayWords(today="heute", tomorrow="morgen", on_day="am {day}", about=("in ", "in etwa ")),
    "es": _DayWords(
        today="hoy", tomorrow="mañana", on_day="el {day}", about=("dentro de ", "dentro de aproximadamente ")
    ),
    "fr": _DayWords(today="aujourd'hui", tomorrow="demain", on_day="{day}", about=("dans ", "dans environ ")),
}

# Twilio's tags that the locale data files under another name.
_TAGS = {"arb": "ar", "cmn": "zh"}

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_ROUNDED_FROM = timedelta(minutes=15)
_ROUNDED_TO = timedelta(minutes=5)
_LONGEST_IN_MINUTES = timedelta(minutes=90)
_LONGEST_IN_HOURS = timedelta(hours=36)
_DAYS_FROM = 2
_DAYS_OF_A_WEEK = 7
_DAYS_WITHOUT_A_YEAR = 180
_YEAR_IN_MONTHS = [timedelta(days=30 * month) for month in range(12)]


def spoken_opening(now: datetime, opens_at: datetime, zone: ZoneInfo, locale: str) -> OpeningWords:
    """Say when a line opens, as a caller at *now* puts it; *locale* is a tag such as "en-US".

    The relative words come first in a sentence, since a caller's own zone is unknown.
    Raises ValueError for naive moments or an opening in the past, UnknownLocaleError for a language
    that the locale data (CLDR) does not have.
    """
    if now.utcoffset() is None or opens_at.utcoffset() is None:
        raise ValueError("a moment without a zone cannot be said: make it aware")
    # Two moments of one zone would be subtracted by their wall clocks, an hour wrong where clocks change.
    wait = opens_at.astimezone(UTC) - now.astimezone(UTC)
    if wait < timedelta():
        raise ValueError("the line has opened already: ask for its next opening")
    spoken = _locale(locale)
    opening = opens_at.astimezone(zone)
    today = now.astimezone(zone).date()
    return OpeningWords(
        relative=_relative(wait, (opening.date() - today).days, spoken),
        time=_time(opening, spoken),
        day=_day(opening.date(), today, spoken),
        zone=_zone(opening, zone, spoken),
    )


def _locale(tag: str) -> Locale:
    language, _, region = tag.replace("_", "-").partition("-")
    language = _TAGS.get(language, language)
    try:
        return Locale.parse(f"{language}-{region}" if region else language, sep="-")
    except (UnknownLocaleError, ValueError):
        # A dialect that the data lacks ("en-GB-WLS") is said in its language's usual words.
        try:
            return Locale.parse(language)
        except ValueError as error:
            raise UnknownLocaleError(tag) from error


def _relative(wait: timedelta, days: int, locale: Locale) -> str:
    """Say how long *wait* is; *days*: how many days ahead its end is by the calendar, as its name says."""
    unit, granularity = _unit(wait, days)
    rounded = max(round(wait / unit), 1) * unit
    if unit == _DAY:
        rounded = days * _DAY
    if unit == _MINUTE:
        rounded = -(-wait // unit) * unit  # up: a caller who calls back a moment early is told off again
    words = _plain(
        format_timedelta(
            max(rounded, _MINUTE),
            granularity=granularity,
            threshold=float("inf"),
            add_direction=True,
            locale=locale,
        )
    )
    known = _DAY_WORDS.get(locale.language)
    if known is None or abs(rounded - wait) < _MINUTE:
        return words
    exact, about = known.about
    return about + words.removeprefix(exact)


def _unit(wait: timedelta, days: int) -> tuple[timedelta, Literal["minute", "hour", "day"]]:
    if wait < _ROUNDED_FROM:
        return _MINUTE, "minute"
    if wait < _LONGEST_IN_MINUTES:
        return _ROUNDED_TO, "minute"
    # "In two days" must not be tomorrow, however long tomorrow's hours are.
    return (_HOUR, "hour") if wait < _LONGEST_IN_HOURS or days < _DAYS_FROM else (_DAY, "day")


def _time(opening: datetime, locale: Locale) -> str:
    """Say the hour as people do: with the part of the day where the clock has twelve hours.

    English takes those words in every country, also where it writes 24 hours.
    """
    patterns = locale.datetime_skeletons
    short = locale.time_formats["short"].pattern
    whole_hour = opening.minute == 0
    if "h" in short or locale.language == "en":
        pattern = patterns["Bh" if whole_hour else "Bhm"].pattern
    elif whole_hour and patterns["H"].pattern.strip("H"):
        pattern = patterns["H"].pattern  # "8 Uhr"; elsewhere the hour alone would be a bare number
    else:
        pattern = short
    try:
        words = format_time(opening, pattern.replace("HH", "H"), tzinfo=opening.tzinfo, locale=locale)
    except ValueError:  # a language whose parts of the day have no names in the data
        words = format_time(opening, "short", tzinfo=opening.tzinfo, locale=locale)
    return _plain(words)


def _day(opening: date, today: date, locale: Locale) -> str:
    known = _DAY_WORDS.get(locale.language)
    days = (opening - today).days
    if known and days == 0:
        return known.today
    if known and days == 1:
        return known.tomorrow
    if days >= _DAYS_WITHOUT_A_YEAR:
        day = format_date(opening, "full", locale=locale)
    elif days >= _DAYS_OF_A_WEEK:
        weekday = format_date(opening, "EEEE", locale=locale)
        day = f"{weekday}, {format_skeleton('MMMMd', opening, locale=locale)}"
    else:
        day = format_date(opening, "EEEE", locale=locale)
    return _plain(known.on_day.format(day=day) if known else day)


def _zone(opening: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """Name the zone as people do: "Pacific Time" all year where clocks change, else the standard name.

    The generic name is wrong where clocks never change: Phoenix is not on "Mountain Time" in summer.
    """
    clocks_change = len({(opening + later).utcoffset() for later in _YEAR_IN_MONTHS}) > 1
    generic = get_timezone_name(opening, "long", zone_variant="generic", locale=locale)
    full = get_timezone_name(opening, "long", locale=locale)
    names = (generic, full) if clocks_change else (full, generic)
    # Where the data has no name it gives an offset, which nobody says; the place says more.
    named = [name for name in names if not any(character.isdigit() for character in name)]
    if named or zone.key.startswith("Etc/"):
        return _plain([*named, generic][0])
    try:
        return _plain(get_timezone_location(zone, locale=locale))
    except KeyError:  # a language that has no names for places in the data
        return generic


def _plain(text: str) -> str:
    """Replace the no-break spaces of typography, which some voices stumble over."""
    return " ".join(text.split())
