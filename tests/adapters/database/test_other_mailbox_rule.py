"""Another mailbox than the one on file, at the database: asked for, vouched for, and named by two."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from ivr.domain.recovery.case import Case
from tests.adapters.database.case_kept import takes
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, Facts, ago

OLD, OTHER = "d" * 32, "e" * 32
LOST = replace(TO_CHANGE, mailbox_lost=OLD, mailbox_lost_at=ago(50))
VOUCHED: Facts = {
    "tam": "sam",
    "tam_asked_at": ago(45),
    "tam_asked_by": "agent-1",
    "tam_answer": "yes",
    "tam_answered_at": ago(40),
}
ASKING: Facts = {"other_mailbox": OTHER, "other_asked_by": "agent-1", "other_asked_at": ago(30)}
NAMING: Facts = {"mailbox": OTHER, "other_named_by": "agent-2", "other_named_at": ago(20)}
ASKED = replace(LOST, **VOUCHED, **ASKING)
NAMED = replace(ASKED, **NAMING)


@pytest.mark.parametrize("case", [LOST, ASKED, NAMED], ids=["lost", "asked", "named"])
def test_what_is_said_asked_and_named_is_kept(connection: Connection, case: Case) -> None:
    assert takes(connection, case)


@pytest.mark.parametrize(
    "facts",
    [
        {"other_named_by": "agent-1"},
        {"other_named_by": "sam"},
        {"other_asked_by": "sam"},
        {"other_mailbox": OLD},
        {"other_mailbox": None},
        {"other_asked_by": None},
        {"other_asked_at": None},
        {"other_named_by": None},
        {"other_named_at": None},
        {"other_named_at": ago(31)},
        {"mailbox_lost_at": None},
        {"tam_answer": "no"},
        {"tam_answer": "cannot_say"},
        {"tam_answer": None, "tam_answered_at": None},
        dict.fromkeys(VOUCHED),
    ],
    ids=str,
)
def test_no_mailbox_is_named_by_fewer_than_two_or_without_a_yes(connection: Connection, facts: Facts) -> None:
    assert not takes(connection, replace(NAMED, **facts))


@pytest.mark.parametrize(
    "act",
    [{"state": "CHANGED", "changed_at": AT}, {"state": "CLOSED", "changed_at": AT, "over_at": AT}],
    ids=["changed", "closed"],
)
def test_nothing_is_changed_while_the_caller_can_open_no_mailbox_that_counts(
    connection: Connection, act: Facts
) -> None:
    assert not takes(connection, replace(LOST, **act))
    assert not takes(connection, replace(ASKED, **act))
    assert takes(connection, replace(NAMED, **act))


def test_nothing_is_released_while_the_caller_can_open_no_mailbox_that_counts(connection: Connection) -> None:
    released = replace(TO_RELEASE, state="RELEASED", released_at=AT, released_by="agent-1")
    lost: Facts = {"mailbox_lost": OLD, "mailbox_lost_at": ago(50)}

    assert takes(connection, released)
    assert not takes(connection, replace(released, **lost))
    assert takes(connection, replace(released, **lost, **VOUCHED, **ASKING, **NAMING))
