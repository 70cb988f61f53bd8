from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.database.timestamps import at_of, us_of

INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone


@given(at=INSTANTS)
def test_an_instant_comes_back_to_the_microsecond(at: datetime) -> None:
    assert at_of(us_of(at)) == at


@given(first=INSTANTS, second=INSTANTS)
def test_numbers_sort_as_instants_do(first: datetime, second: datetime) -> None:
    assert (us_of(first) < us_of(second)) == (first < second)


def test_the_same_instant_in_another_zone_is_the_same_number() -> None:
    west = timezone(-timedelta(hours=8))

    assert us_of(datetime(2026, 11, 24, 10, tzinfo=west)) == us_of(datetime(2026, 11, 24, 18, tzinfo=UTC))
