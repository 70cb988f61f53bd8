"""What an opening-hours expression may say on a telephone line, beyond what its parser accepts."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

LEAP_YEAR = 2028
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursFault:
    """column: from 1, in the expression; None where the fault is in the zone or the country."""

    what: str
    column: int | None
    remedy: str


# Words that the parser accepts and a telephone line cannot use: each of them would be guessed at in silence.
_WORDS_REFUSED = (
    (r"\bSH\b", "there is no calendar of school holidays", "write the dates, such as Jul 1-Aug 31 off"),
    (r"\bunknown\b", "a line has to know whether it is open", "write `off`, or leave the rule out"),
    (r"\|\|", "a fallback rule cannot be told to a caller", "write one rule after another, with `;`"),
    (r'"', "a comment has no effect on the hours", "put it after a # on a line of its own"),
    (
        r"\b(?:sunrise|sunset|dawn|dusk)\b",
        "the sun's times need a place on the map",
        "write times of the clock, such as 06:00-18:00",
    ),
    (r"\d\d?:\d\d\+", "a time without an end cannot be told to a caller", "write when the line closes"),
    (r"\d\d?:\d\d/\d", "a time that repeats is for trains", "write spans, such as 09:00-12:00,13:00-17:00"),
)
_TIME = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])", re.ASCII)
_SPAN = re.compile(r"(?<![\d:])(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})(?![\d:])", re.ASCII)
_DATE = re.compile(
    rf"(?:(\d{{4}})\s+)?\b({'|'.join(_MONTHS)})\s*(\d{{1,2}})(?![\d:])(?:-(\d{{1,2}})(?![\d:]))?", re.ASCII
)
_CLOSED_HOLIDAY = re.compile(r"PH\b.*\b(?:off|closed)")
_CLOSED = re.compile(r"\b(?:off|closed)$")
_WEEKLY_RULE = re.compile(rf"(?:{_WEEKDAY}|\d\d?:|24/7)", re.ASCII)
_WEEKLY_SPANS = re.compile(rf"({_WEEKDAY}[A-Za-z,-]*)\s+(\d[\d:,\s-]*)", re.ASCII)
_LAST_MINUTE = 24 * 60
_MINUTES = 60


def mentions_public_holidays(expression: str) -> bool:
    return re.search(r"\bPH\b", expression) is not None


def past_midnight(expression: str) -> tuple[str, ...]:
    """Take hours past midnight apart; where there are none, the expression is all.

    First what each day has until its own midnight. Then, to be asked a day late, what each night goes on to
    have, and the same without a night: where these two differ, the night before decides, by the first.
    """
    if not any(_is_night(span) for span in _SPAN.finditer(expression)):
        return (expression,)
    # The last minute of a day stands for hours that have no night: no night lasts until then, and the rule
    # still takes the place of the one before it.
    stand_in = "23:59-24:00"
    return (
        _SPAN.sub(lambda span: f"{span[1]}-24:00" if _wraps(span) else span.group(), expression),
        _SPAN.sub(lambda span: f"00:00-{span[2]},{stand_in}" if _is_night(span) else stand_in, expression),
        _SPAN.sub(stand_in, expression),
    )


def night_into_a_closed_day(expression: str) -> HoursFault | None:
    """Find a holiday or date that is closed while the night before it stays open past midnight.

    That is no fault; whoever writes it may have meant it otherwise.
    """
    night: str | None = None
    for rule, column in _rules(expression):
        is_closed = _CLOSED.search(rule) and not _WEEKLY_RULE.match(rule) and not _SPAN.search(rule)
        if night and is_closed:
            return HoursFault(
                what=f"`{rule}` closes what begins on that day: {night} of the day before runs to its end",
                column=column,
                remedy="if it must not, add a rule for the day before, such as Dec 23 18:00-24:00",
            )
        night = next((span.group() for span in _SPAN.finditer(rule) if _is_night(span)), night)
    return None


def _rules(expression: str) -> Iterator[tuple[str, int]]:
    """Give each rule with its column, from 1."""
    start = 0
    for part in expression.split(";"):
        yield part.strip(), start + len(part) - len(part.lstrip()) + 1
        start += len(part) + 1


def _wraps(span: re.Match[str]) -> bool:
    return _minute(span[2]) < _minute(span[1])


def _is_night(span: re.Match[str]) -> bool:
    """Whether the hours go on past midnight: 18:00-00:00 ends there."""
    return 0 < _minute(span[2]) < _minute(span[1])


def _minute(time: str) -> int:
    hour, _, minute = time.partition(":")
    return int(hour) * _MINUTES + int(minute)


def expression_fault(expression: str) -> HoursFault | None:
    """Find the first thing that the parser would take without a word and a caller would suffer from."""
    return next(
        (fault for check in (_empty, _word, _time, _date, _order) for fault in check(expression)), None
    )


def _empty(expression: str) -> Iterator[HoursFault]:
    if not expression.strip():
        yield HoursFault(
            what="no hours are written, which would mean always open",
            column=1,
            remedy="write hours such as Mo-Fr 09:00-17:00, or 24/7",
        )


def _word(expression: str) -> Iterator[HoursFault]:
    for pattern, what, remedy in _WORDS_REFUSED:
        found = re.search(pattern, expression, re.ASCII)
        if found:
            yield HoursFault(
                what=f"`{found.group()}` cannot be used: {what}", column=found.start() + 1, remedy=remedy
            )


def _time(expression: str) -> Iterator[HoursFault]:
    for found in _TIME.finditer(expression):
        hour, minute = int(found[1]), int(found[2])
        if hour * _MINUTES + minute > _LAST_MINUTE or minute >= _MINUTES:
            yield HoursFault(
                what=f"{found.group()} is no time of day",
                column=found.start() + 1,
                remedy="write 00:00 to 24:00; past midnight is written as in 18:00-02:00",
            )
    for found in _SPAN.finditer(expression):
        if _minute(found[1]) == _LAST_MINUTE:
            yield HoursFault(
                what=f"{found.group()} begins when its day is over",
                column=found.start() + 1,
                remedy="write hours from midnight on with the next day, from 00:00",
            )
        if _minute(found[1]) == _minute(found[2]):
            yield HoursFault(
                what=f"{found.group()} opens and closes at the same time",
                column=found.start() + 1,
                remedy="write 00:00-24:00 for the whole day, or `off` for none of it",
            )


def _date(expression: str) -> Iterator[HoursFault]:
    for found in _DATE.finditer(expression):
        month = _MONTHS.index(found[2]) + 1
        # Without a year 29 February is a date: it comes round.
        last = calendar.monthrange(int(found[1] or LEAP_YEAR), month)[1]
        wrong = next((day for day in (found[3], found[4]) if day and not 1 <= int(day) <= last), None)
        if wrong:
            year = f" {found[1]}" if found[1] else ""
            yield HoursFault(
                what=f"{found[2]} {wrong}{year} is no date",
                column=found.start() + 1,
                remedy=f"{found[2]} ends on the {last}th" if last != 31 else "write a day from 1 to 31",  # noqa: PLR2004 -- the length of a month
            )


def _order(expression: str) -> Iterator[HoursFault]:
    """Find rules that a later rule silently replaces: in this notation the last one that fits a day wins."""
    holiday_closed = False
    spans: dict[str, str] = {}
    for rule, column in _rules(expression):
        if holiday_closed and _WEEKLY_RULE.match(rule):
            yield HoursFault(
                what="this rule opens the line on the public holidays that an earlier rule closes",
                column=column,
                remedy="write `PH off` after the weekly hours",
            )
        holiday_closed = holiday_closed or _CLOSED_HOLIDAY.match(rule) is not None
        weekly = _WEEKLY_SPANS.fullmatch(rule)
        if weekly and weekly[1] in spans:
            yield HoursFault(
                what=f"{weekly[1]} is written twice, and only the second counts",
                column=column,
                remedy=f"write {weekly[1]} {spans[weekly[1]]},{weekly[2]}",
            )
        elif weekly:
            spans[weekly[1]] = weekly[2]
