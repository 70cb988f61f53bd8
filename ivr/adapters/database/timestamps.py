"""Instants as the database keeps them: microseconds since 1970, so that every database sorts them alike."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def us_of(at: datetime) -> int:
    """Count the microseconds of an aware instant exactly; a float would round the last one."""
    return (at - _EPOCH) // _TICK


def at_of(us: int) -> datetime:
    return _EPOCH + us * _TICK
