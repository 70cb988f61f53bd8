"""Members, sessions and links in the database, in one transaction with what is put on record of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, RowMapping, insert, select, update

from ivr.adapters.database.calls.statements import insert_into
from ivr.adapters.database.cases.case_store import SqlCases, SqlCaseWork
from ivr.adapters.database.staff import staff_tables as tables
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.audit_chain import Fields
from ivr.domain.recovery.limits import Moments
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.staff_ports import Link, Session, StaffWork, StoredMember

Result = TypeVar("Result")
_MEMBER: Final = tables.staff_member
_SESSION: Final = tables.staff_session
_LINK: Final = tables.staff_link


class SqlStaff:
    """What `staff.ports.Staff` promises, beside the cases and their audit."""

    def __init__(self, cases: SqlCases) -> None:
        self._cases = cases

    def act(self, work: Callable[[StaffWork], Result]) -> Result:
        return self._cases.transaction(lambda connection, tx: work(SqlStaffWork(connection, tx)))


class SqlStaffWork:
    """What `staff.ports.StaffWork` promises, on one connection."""

    def __init__(self, connection: Connection, tx: SqlCaseWork) -> None:
        self._connection = connection
        self._tx = tx

    def member(self, member: MemberId) -> StoredMember | None:
        query = select(_MEMBER).where(_MEMBER.c.id == member)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _kept(row)

    def members(self) -> tuple[StoredMember, ...]:
        rows = self._connection.execute(select(_MEMBER).order_by(_MEMBER.c.id)).mappings()
        return tuple(_kept(row) for row in rows)

    def save(self, kept: StoredMember) -> None:
        row = {
            "id": kept.member.id,
            "name": kept.member.name,
            "roles": " ".join(sorted(kept.member.roles)),
            "lines": " ".join(sorted(kept.member.lines)),
            "password": kept.password,
            "seed": kept.seed,
            "added_at_us": us_of(kept.added_at),
            "disabled_at_us": _us_or_none(kept.disabled_at),
            "phone": kept.member.phone,
            "mail": kept.member.mail,
        }
        statement = insert_into(_MEMBER, self._connection.dialect.name).values(**row, last_step=0)
        new = {name: statement.excluded[name] for name in row if name != "id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new))

    def use_step(self, member: MemberId, step: int) -> bool:
        later = (_MEMBER.c.id == member) & (_MEMBER.c.last_step < step)
        return self._connection.execute(update(_MEMBER).where(later).values(last_step=step)).rowcount == 1

    def begin(self, session: Session) -> None:
        row = {
            "id": session.id,
            "hash": session.hash,
            "member": session.member,
            "stage": session.stage,
            "begun_at_us": us_of(session.begun_at),
            "active_at_us": us_of(session.active_at),
            "ended_at_us": _us_or_none(session.ended_at),
            "text": session.text,
        }
        self._connection.execute(insert(_SESSION).values(**row))

    def session(self, hashed: str) -> Session | None:
        row = self._connection.execute(select(_SESSION).where(_SESSION.c.hash == hashed)).first()
        if row is None:
            return None
        return Session(
            id=row.id,
            hash=row.hash,
            member=MemberId(row.member),
            stage=row.stage,
            begun_at=at_of(row.begun_at_us),
            active_at=at_of(row.active_at_us),
            ended_at=_at_or_none(row.ended_at_us),
            text=row.text,
        )

    def active(self, session: str, *, at: datetime) -> None:
        self._set(session, active_at_us=us_of(at))

    def keep_text(self, session: str, text: str | None) -> None:
        self._set(session, text=text)

    def end(self, session: str, *, at: datetime) -> bool:
        live = (_SESSION.c.id == session) & _SESSION.c.ended_at_us.is_(None)
        ends = update(_SESSION).where(live).values(ended_at_us=us_of(at), text=None)
        return self._connection.execute(ends).rowcount == 1

    def end_all(self, member: MemberId, *, at: datetime) -> int:
        offered = (_LINK.c.member == member) & _LINK.c.ended_at_us.is_(None)
        self._connection.execute(update(_LINK).where(offered).values(ended_at_us=us_of(at)))
        live = (_SESSION.c.member == member) & _SESSION.c.ended_at_us.is_(None)
        ends = update(_SESSION).where(live).values(ended_at_us=us_of(at), text=None)
        return self._connection.execute(ends).rowcount

    def offer(self, link: Link) -> None:
        row = {
            "hash": link.hash,
            "member": link.member,
            "expires_at_us": us_of(link.expires_at),
            "ended_at_us": _us_or_none(link.ended_at),
        }
        self._connection.execute(insert(_LINK).values(**row))

    def link(self, hashed: str) -> Link | None:
        row = self._connection.execute(select(_LINK).where(_LINK.c.hash == hashed)).first()
        if row is None:
            return None
        return Link(
            hash=row.hash,
            member=MemberId(row.member),
            expires_at=at_of(row.expires_at_us),
            ended_at=_at_or_none(row.ended_at_us),
        )

    def use_link(self, hashed: str, *, at: datetime) -> bool:
        live = (_LINK.c.hash == hashed) & _LINK.c.ended_at_us.is_(None)
        return self._connection.execute(update(_LINK).where(live).values(ended_at_us=us_of(at))).rowcount == 1

    def moments(self, scope: str, key: str) -> Moments:
        return self._tx.moments(scope, key)

    def shown_moments(self, scope: str, key: str) -> Moments:
        return self._tx.shown_moments(scope, key)

    def keep_moments(self, scope: str, key: str, moments: Moments) -> None:
        self._tx.keep_moments(scope, key, moments)

    def record(self, kind: str, fields: Fields, *, at: datetime) -> None:
        self._tx.record(kind, fields, at=at)

    def _set(self, session: str, **cells: Any) -> None:
        live = (_SESSION.c.id == session) & _SESSION.c.ended_at_us.is_(None)
        self._connection.execute(update(_SESSION).where(live).values(**cells))


def _kept(row: RowMapping) -> StoredMember:
    member = Member(
        id=MemberId(row["id"]),
        name=row["name"],
        roles=frozenset(row["roles"].split()),
        lines=frozenset(row["lines"].split()),
        phone=row["phone"],
        mail=row["mail"],
    )
    return StoredMember(
        member=member,
        added_at=at_of(row["added_at_us"]),
        password=row["password"],
        seed=row["seed"],
        disabled_at=_at_or_none(row["disabled_at_us"]),
    )


def _us_or_none(at: datetime | None) -> int | None:
    return None if at is None else us_of(at)


def _at_or_none(us: int | None) -> datetime | None:
    return None if us is None else at_of(us)
