"""Times on the pages: stored and shown in UTC, and read in the zone that is chosen beside them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class NoMoment(ValueError):  # noqa: N818 -- it names what the field does not hold
    """The field does not name one moment. The sentence says what to type."""


def shown(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %b, %H:%M:%S} UTC"


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
