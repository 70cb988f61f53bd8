"""Who opens an account again, and how long a case may wait for a login, straight at the database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from ivr.domain.recovery.case import Case
from tests.adapters.database.case_kept import takes
from tests.domain.recovery.ready import AT, OPENED, TO_CHANGE, TO_RELEASE, Facts, ago

ASKED = replace(TO_CHANGE, unlock_asked_by="agent-1", unlock_asked_at=ago(60))
UNLOCKED = replace(ASKED, unlocked_by="agent-2", unlocked_at=AT)
THREE_DAYS, TICK = timedelta(days=3), timedelta(microseconds=1)
RELEASED = replace(TO_RELEASE, state="RELEASED", released_at=AT, released_by="agent-1")


@pytest.mark.parametrize("case", [OPENED, ASKED, UNLOCKED], ids=["not asked", "asked", "opened"])
def test_what_is_asked_and_who_opened_it_is_kept(connection: Connection, case: Case) -> None:
    assert takes(connection, case)


@pytest.mark.parametrize(
    "facts",
    [
        {"unlocked_by": "agent-1"},
        {"unlocked_by": None},
        {"unlocked_at": None},
        {"unlocked_at": ago(61)},
        {"unlock_asked_by": None},
        {"unlock_asked_at": None},
        {"unlock_asked_at": None, "unlock_asked_by": None},
        {"account": None},
    ],
    ids=str,
)
def test_nobody_opens_an_account_alone_or_unasked(connection: Connection, facts: Facts) -> None:
    assert not takes(connection, replace(UNLOCKED, **facts))


def test_a_login_later_than_three_days_after_the_reset_is_refused(connection: Connection) -> None:
    waited = replace(TO_RELEASE, reset_done_at=AT, subaccount_login_at=AT + THREE_DAYS)

    assert takes(connection, waited)
    assert not takes(connection, replace(waited, subaccount_login_at=AT + THREE_DAYS + TICK))


def test_a_release_later_than_three_days_after_the_login_is_refused(connection: Connection) -> None:
    login_at = ago(10)

    assert takes(connection, replace(RELEASED, released_at=login_at + THREE_DAYS))
    assert not takes(connection, replace(RELEASED, released_at=login_at + THREE_DAYS + TICK))
