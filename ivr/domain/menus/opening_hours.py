"""When a line is open, by the clock on the wall of its own zone."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from string import ascii_uppercase
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from opening_hours import OpeningHours, ParserError, UnknownCountryError  # type: ignore[attr-defined]  # the stub omits both errors

from ivr.domain.menus.hours_expression import (
    HoursFault,
    expression_fault,
    mentions_public_holidays,
    past_midnight,
)
from ivr.domain.yaml_source.suggestions import did_you_mean

__all__ = ["Hours", "HoursFault"]

# Names outside this shape are traps: "localtime" differs from machine to machine, "EST5EDT" keeps old rules,
# "Etc/GMT+5" lies west of Greenwich.
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_-]+){1,2}", re.ASCII)
_COLUMN = re.compile(r"--> 1:(\d+)")
_DAY = timedelta(days=1)
_TWO_YEARS = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Opening hours in the notation of OpenStreetMap, a zone, and the country of the holidays (ISO 3166).

    What the clock on the wall shows decides: hours that a clock change skips do not happen, hours that it
    repeats happen twice. Hours past midnight belong to the day on which they begin.
    """

    expression: str
    zone: ZoneInfo
    holidays: str | None
    _rules: OpeningHours = field(repr=False, compare=False)
    _nights: tuple[OpeningHours, ...] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, expression: str, zone: str, holidays: str | None) -> Self | HoursFault:
        fault = _zone_fault(zone) or _holidays_fault(expression, holidays) or expression_fault(expression)
        if fault:
            return fault
        try:
            # Given no zone, the library reads the wall clock; given one, it errs by up to an hour where
            # clocks change. The zone is therefore applied here.
            rules = OpeningHours(expression.strip(), country=holidays)
        except ParserError as error:
            return _unreadable(expression, str(error))
        if rules.warnings:
            return HoursFault(
                what=f"the hours can be read in two ways: {rules.warnings[0]}",
                column=None,
                remedy="write weekdays as Mo, Tu, We, Th, Fr, Sa, Su and months as Jan to Dec",
            )
        # The library lets a rule for the day on which a night ends cut it off, and a rule that closes the day
        # on which it begins leave it. So it is asked about each day alone, and about the night before.
        days, *nights = (OpeningHours(part, country=holidays) for part in past_midnight(expression.strip()))
        return cls(
            expression=expression,
            zone=ZoneInfo(zone),
            holidays=holidays,
            _rules=days,
            _nights=tuple(nights),
        )

    def is_open(self, at: datetime) -> bool:
        wall = self._wall(at)
        answers = [rules.is_open(wall - _DAY) for rules in self._nights]
        if len(set(answers)) > 1:
            return answers[0]
        return self._rules.is_open(wall)

    def opens_at(self, at: datetime) -> datetime | None:
        """Give the first moment from *at* on when the line is open, in its zone.

        None: not within two years.
        """
        self._wall(at)  # refuses a naive moment, which astimezone would take for this machine's time
        # Two moments of one zone are compared by their wall clocks, so all reckoning is done in UTC.
        moment: datetime | None = at.astimezone(UTC)
        latest = at.astimezone(UTC) + _TWO_YEARS
        while moment is not None and not self.is_open(moment):
            moment = self._next(moment)
            if moment is not None and moment > latest:
                return None
        return moment and moment.astimezone(self.zone)

    def _next(self, at: datetime) -> datetime | None:
        """Give the next moment at which the state may change, always a later one: a rule's, or the clocks'.

        A clock change further away than a day need not be looked at: the wall clock then passes, or
        repeats, only times between *at* and the rule's own change.
        """
        change = self._next_on_the_wall(self._wall(at))
        by_rule = None if change is None else self._instant(change, after=at)
        by_clock = self._clock_change(at, at + _DAY)
        moments = [moment for moment in (by_rule, by_clock) if moment is not None and moment > at]
        return min(moments, default=None)

    def _next_on_the_wall(self, wall: datetime) -> datetime | None:
        changes = [_change(self._rules, wall)]
        for rules in self._nights:
            change = _change(rules, wall - _DAY)
            changes.append(change and change + _DAY)
        return min((change for change in changes if change is not None), default=None)

    def _instant(self, wall: datetime, *, after: datetime) -> datetime:
        """Give the first moment after *after* at which the wall clock shows *wall* or has just skipped it."""
        folds = (wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        shown = [moment for moment in folds if moment > after and self._wall(moment) == wall]
        if shown:
            return shown[0]
        skipped = wall.replace(tzinfo=self.zone).astimezone(UTC)
        return self._clock_change(skipped - _DAY, skipped) or skipped

    def _clock_change(self, after: datetime, until: datetime) -> datetime | None:
        """Give the first moment of the new offset, to the second; zones change at most once a day."""
        low, high = after.replace(microsecond=0), until.replace(microsecond=0)
        before = self._offset(low)
        if before == self._offset(high):
            return None
        while high - low > timedelta(seconds=1):
            middle = (low + (high - low) / 2).replace(microsecond=0)
            if self._offset(middle) == before:
                low = middle
            else:
                high = middle
        return high

    def _offset(self, at: datetime) -> timedelta | None:
        return at.astimezone(self.zone).utcoffset()

    def _wall(self, at: datetime) -> datetime:
        if at.utcoffset() is None:
            raise ValueError("a moment without a zone cannot be compared with opening hours: make it aware")
        return at.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0)


def _change(rules: OpeningHours, wall: datetime) -> datetime | None:
    """Give the next change within two years; `next_change` looks for seconds, up to the year 9999."""
    latest = wall + _TWO_YEARS
    until: datetime = next(iter(rules.intervals(wall, latest)))[1]
    return None if until == latest else until


def _zone_fault(zone: str) -> HoursFault | None:
    if _ZONE.fullmatch(zone):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # a wrong name and a folder of names are told in the same words
        else:
            return None
    near = did_you_mean(zone, (name for name in available_timezones() if _ZONE.fullmatch(name)))
    return HoursFault(
        what=f'"{zone}" is no time zone',
        column=None,
        remedy=f"did you mean {near}?" if near else "write a name such as America/Los_Angeles",
    )


def _holidays_fault(expression: str, holidays: str | None) -> HoursFault | None:
    if holidays is None:
        if not mentions_public_holidays(expression):
            return None
        return HoursFault(
            what="PH stands for public holidays, but no country is named, so none would be kept",
            column=expression.index("PH") + 1,
            remedy="name the country whose holidays count, such as US",
        )
    if _has_calendar(holidays):
        return None
    near = {"UK": "GB", "USA": "US"}.get(holidays.upper()) or did_you_mean(holidays[:2], _countries())
    return HoursFault(
        what=f'there is no calendar of public holidays for "{holidays}"',
        column=None,
        remedy=f"did you mean {near}?" if near else "write a country's two letters, such as US",
    )


def _has_calendar(country: str) -> bool:
    try:
        OpeningHours("24/7", country=country)
    except UnknownCountryError:
        return False
    return True


def _countries() -> list[str]:
    """Ask for every pair of letters, since the library has no list; only a fault needs it."""
    pairs = ("".join(letters) for letters in product(ascii_uppercase, repeat=2))
    return [pair for pair in pairs if _has_calendar(pair)]


def _unreadable(expression: str, message: str) -> HoursFault:
    found = _COLUMN.search(message)
    indent = len(expression) - len(expression.lstrip())
    column = indent + int(found[1]) if found else None
    rest = expression[column - 1 :].strip() if column else expression
    return HoursFault(
        what=f'the hours cannot be read from "{rest}" on' if rest else "the hours break off at the end",
        column=column,
        remedy="write rules such as Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off",
    )
