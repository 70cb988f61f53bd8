"""Who recorded a login, and who released by it, straight at the database: two people in any spelling."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from tests.adapters.database.case_kept import takes
from tests.domain.recovery.ready import AT, TO_RELEASE

SEEN = replace(TO_RELEASE, subaccount_login_by="ben")
RELEASED = replace(SEEN, state="RELEASED", released_at=AT, released_by="ana")


def test_two_people_record_the_login_and_release(connection: Connection) -> None:
    assert takes(connection, SEEN)
    assert takes(connection, RELEASED)


@pytest.mark.parametrize("who", ["ana", "ben", "agent-1", "sue"])
def test_whoever_the_product_told_of_a_login_anybody_may_release(connection: Connection, who: str) -> None:
    told = replace(RELEASED, subaccount_login_by="system:product")

    assert takes(connection, replace(told, released_by=who))


@pytest.mark.parametrize("who", ["ben", "Ben", "BEN", " ben", "ben ", "b\u0435n", "be\u200bn", "", None])
def test_who_recorded_the_login_does_not_release_under_any_spelling(
    connection: Connection, who: str | None
) -> None:
    assert not takes(connection, replace(RELEASED, released_by=who))


@pytest.mark.parametrize("who", ["ana", "Ana", " ana", "", None, "system:", "system:ana", "SYSTEM:PRODUCT"])
def test_who_released_did_not_record_the_login_under_any_spelling(
    connection: Connection, who: str | None
) -> None:
    assert not takes(connection, replace(RELEASED, subaccount_login_by=who))


def test_nobody_is_named_for_a_release_that_was_not_made(connection: Connection) -> None:
    assert not takes(connection, replace(SEEN, released_by="ana"))


def test_the_product_releases_nothing(connection: Connection) -> None:
    assert not takes(connection, replace(RELEASED, released_by="system:product"))
