"""Members, sessions and links in both databases: counted together, used once, ended for good."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest

from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.services.ports import StoreUnavailable
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.sign_in_attempts import AttemptCount
from ivr.services.staff.staff_ports import Link, Session, StaffWork, StoredMember
from tests.adapters.database.case_kept import KEY, opened
from tests.domain.recovery.ready import AT

Result = TypeVar("Result")
ANA = Member(
    id=MemberId("ana"),
    name="Ana Lima",
    roles=frozenset({"agent", "supervisor"}),
    lines=frozenset({"support", "tam"}),
)
JOINED = StoredMember(member=ANA, added_at=AT, password="argon", seed="sealed")
SESSION = Session(
    id="1" * 32,
    hash="a" * 64,
    member=ANA.id,
    stage="in",
    begun_at=AT,
    active_at=AT + timedelta(microseconds=7),
)
LINK = Link(hash="b" * 64, member=ANA.id, expires_at=AT + timedelta(hours=24))
AT_ONCE = 8


@pytest.fixture
def staff(url: str, tmp_path: Path) -> Iterator[SqlStaff]:
    with opened(url, tmp_path / "audit.anchor") as cases:
        staff = SqlStaff(cases)
        staff.act(lambda tx: tx.save(JOINED))
        yield staff


def together(staff: SqlStaff, work: Callable[[StaffWork], Result]) -> list[Result]:
    """Do the same in so many threads at the same moment."""
    ready = Barrier(AT_ONCE)

    def one(_: int) -> Result:
        ready.wait()
        return staff.act(work)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def test_a_member_is_kept_as_given_and_as_changed(staff: SqlStaff) -> None:
    shut_out = StoredMember(member=replace(ANA, lines=frozenset()), added_at=AT, disabled_at=AT)

    before = staff.act(lambda tx: tx.member(ANA.id))
    staff.act(lambda tx: tx.save(shut_out))

    assert before == JOINED
    assert staff.act(lambda tx: tx.members()) == (shut_out,)
    assert staff.act(lambda tx: tx.member(MemberId("eve"))) is None


@pytest.mark.parametrize(
    "impossible",
    [replace(JOINED, seed=None), replace(JOINED, password=None), replace(JOINED, disabled_at=AT)],
    ids=["no app", "no password", "shut out with a password"],
)
def test_the_database_itself_refuses_a_member_with_one_factor(
    staff: SqlStaff, impossible: StoredMember
) -> None:
    with pytest.raises(StoreUnavailable):
        staff.act(lambda tx: tx.save(impossible))

    assert staff.act(lambda tx: tx.member(ANA.id)) == JOINED


def test_of_many_who_try_at_once_no_more_are_let_through_than_the_limit(staff: SqlStaff) -> None:
    counted = AttemptCount(at=AT, counters=(("staff_again", "x"),), key=KEY)

    assert sorted(together(staff, counted.count)) == [False] * 3 + [True] * 5


def test_a_step_serves_one_of_many_and_no_earlier_one_after_it(staff: SqlStaff) -> None:
    served = together(staff, lambda tx: tx.use_step(ANA.id, 7))
    staff.act(lambda tx: tx.save(replace(JOINED, password="anew", seed="anew")))

    assert served.count(True) == 1
    assert [staff.act(partial(use_step, step)) for step in (6, 7, 8)] == [False, False, True]


def test_a_link_serves_one_of_many(staff: SqlStaff) -> None:
    staff.act(lambda tx: tx.offer(LINK))

    served = together(staff, lambda tx: tx.use_link(LINK.hash, at=AT))

    assert served.count(True) == 1
    assert staff.act(lambda tx: tx.link(LINK.hash)) == replace(LINK, ended_at=AT)


def use_step(step: int, tx: StaffWork) -> bool:
    return tx.use_step(ANA.id, step)


def touch(at: datetime, text: str, tx: StaffWork) -> None:
    tx.active(SESSION.id, at=at)
    tx.keep_text(SESSION.id, text)


def test_a_session_is_found_by_its_hash_and_ends_for_good(staff: SqlStaff) -> None:
    later = AT + timedelta(minutes=1)
    staff.act(lambda tx: tx.begin(SESSION))
    staff.act(partial(touch, later, "typed"))

    changed = staff.act(lambda tx: tx.session(SESSION.hash))
    ended = [staff.act(lambda tx: tx.end(SESSION.id, at=later)) for _ in range(2)]
    staff.act(partial(touch, AT, "more"))

    assert changed == replace(SESSION, active_at=later, text="typed")
    assert ended == [True, False]
    assert staff.act(lambda tx: tx.session(SESSION.hash)) == replace(SESSION, active_at=later, ended_at=later)
    assert staff.act(lambda tx: tx.session("c" * 64)) is None


def test_all_of_one_member_ends_and_nothing_of_another(staff: SqlStaff) -> None:
    ben = MemberId("ben")
    half = replace(SESSION, id="2" * 32, hash="d" * 64, stage="password")
    others = replace(SESSION, id="3" * 32, hash="e" * 64, member=ben)
    others_link = replace(LINK, hash="f" * 64, member=ben)
    sessions, links = (SESSION, half, others), (LINK, others_link)

    def begins(tx: StaffWork) -> None:
        for session in sessions:
            tx.begin(session)
        for link in links:
            tx.offer(link)

    staff.act(begins)
    ended = staff.act(lambda tx: tx.end_all(ANA.id, at=AT))

    assert ended == 2
    assert staff.act(lambda tx: [tx.session(one.hash) == one for one in sessions]) == [False, False, True]
    assert staff.act(lambda tx: [tx.link(one.hash) == one for one in links]) == [False, True]


def test_what_fails_leaves_nothing(staff: SqlStaff) -> None:
    def breaks(tx: StaffWork) -> None:
        tx.begin(SESSION)
        tx.record("sign_in", {"actor": "agent:ana", "outcome": "signed_in"}, at=AT)
        raise LookupError("half-way")

    with pytest.raises(LookupError):
        staff.act(breaks)

    assert staff.act(lambda tx: tx.session(SESSION.hash)) is None
