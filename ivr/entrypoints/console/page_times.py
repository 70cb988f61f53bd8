"""Times on the pages: kept in UTC, shown in one zone that the page names, read in one that is chosen."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class NoMoment(ValueError):  # noqa: N818 -- it names what the field does not hold
    """The field does not name one moment. The sentence says what to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """zone: of the line whose agent looks at the page."""

    zone: ZoneInfo

    def shown(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%d %b, %H:%M:%S %Z}"

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def name(self, at: datetime) -> str:
        """Name the zone as its page does, such as "America/New_York (EST)"."""
        return f"{self.zone.key} ({at.astimezone(self.zone):%Z})"


def read_moment(text: str, zone: str) -> datetime:
    """Read a local time of a zone, such as "2026-11-24T10:00", as UTC. Raises NoMoment."""
    try:
        wall = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NoMoment("Type a date and a time, such as 2026-11-24T18:00.") from None
    try:
        place = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NoMoment("Choose the zone of the time that the product shows.") from None
    if wall.tzinfo is not None:
        raise NoMoment("Leave the offset out: the zone is chosen beside the time.")
    early, late = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early != late:
        raise NoMoment("The clocks change there at that hour: give the time in UTC.")
    return early
