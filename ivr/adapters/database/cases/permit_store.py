"""Permits in the database, and what the product and representatives say of its acts."""

from datetime import datetime, timedelta, timezone
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Row,
    Table,
    Text,
    insert,
    select,
    update,
)

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.cases.product_act_store import SqlProductActs
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.case import CaseId
from ivr.services.product_ports import ByHand, Happening, Permit, ProductEvent

_MINUTE: Final = timedelta(minutes=1)

permit = Table(
    "permit",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("mac", Text, nullable=False, unique=True),
    Column("issued_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("used_at_us", BigInteger),
    Column("reference", Text, nullable=False, server_default=""),
    CheckConstraint("expires_at_us > issued_at_us", name="permit_ends"),
    CheckConstraint("used_at_us IS NULL OR used_at_us <= expires_at_us", name="permit_used_in_time"),
    Index("permit_issued", "issued_at_us"),
)

product_told = Table(
    "product_told",
    metadata,
    Column("source", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("happened_at_us", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

by_hand = Table(
    "by_hand",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("happened_at_us", BigInteger, nullable=False),
    # East of Greenwich, as the tool showed the time.
    Column("zone_minutes", Integer, nullable=False),
    Column("reference", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("by_hand_case", "case_id"),
)


class SqlPermits(SqlProductActs):
    """What `product_ports.Permits` promises, on one connection."""

    def issue(self, new: Permit) -> None:
        row = {
            "case_id": new.case,
            "account": new.account,
            "mac": new.mac,
            "issued_at_us": us_of(new.issued_at),
            "expires_at_us": us_of(new.expires_at),
        }
        self._connection.execute(insert(permit).values(**row))

    def permit(self, case: CaseId) -> Permit | None:
        row = self._connection.execute(select(permit).where(permit.c.case_id == case)).first()
        return None if row is None else _permit(row)

    def permits(self, *, since: datetime) -> tuple[Permit, ...]:
        query = select(permit).where(permit.c.issued_at_us >= us_of(since)).order_by(permit.c.issued_at_us)
        return tuple(_permit(row) for row in self._connection.execute(query))

    def use(self, mac: str, *, at: datetime, reference: str) -> bool:
        unused = (permit.c.mac == mac) & permit.c.used_at_us.is_(None)
        statement = update(permit).where(unused).values(used_at_us=us_of(at), reference=reference)
        return self._connection.execute(statement).rowcount == 1

    def told(self, source: str) -> str | None:
        query = select(product_told.c.digest).where(product_told.c.source == source)
        digest: str | None = self._connection.execute(query).scalar()
        return digest

    def was_told(self, case: CaseId, what: Happening) -> bool:
        query = select(product_told.c.source).where(
            product_told.c.case_id == case, product_told.c.what == what
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def keep_told(self, told: ProductEvent, *, case: CaseId, at: datetime) -> None:
        row = {
            "source": told.source,
            "digest": told.digest,
            "what": told.what,
            "case_id": case,
            "reference": told.reference,
            "happened_at_us": us_of(told.at),
            "at_us": us_of(at),
        }
        self._connection.execute(insert(product_told).values(**row))

    def keep_by_hand(self, record: ByHand, *, at: datetime) -> None:
        zone = record.at.utcoffset()
        if zone is None:
            raise ValueError("a time without a zone was recorded")
        row = {
            "id": record.id,
            "case_id": record.case,
            "act": record.act,
            "done": int(record.is_done),
            "happened_at_us": us_of(record.at),
            "zone_minutes": zone // _MINUTE,
            "reference": record.reference,
            "agent": record.by,
            "at_us": us_of(at),
        }
        self._connection.execute(insert(by_hand).values(**row))

    def by_hand(self, case: CaseId) -> tuple[ByHand, ...]:
        query = select(by_hand).where(by_hand.c.case_id == case).order_by(by_hand.c.at_us, by_hand.c.id)
        return tuple(
            ByHand(
                id=row.id,
                case=CaseId(row.case_id),
                act=row.act,
                is_done=bool(row.done),
                at=at_of(row.happened_at_us).astimezone(timezone(row.zone_minutes * _MINUTE)),
                reference=row.reference,
                by=row.agent,
            )
            for row in self._connection.execute(query)
        )


def _permit(row: Row[Any]) -> Permit:
    return Permit(
        case=CaseId(row.case_id),
        account=row.account,
        mac=row.mac,
        issued_at=at_of(row.issued_at_us),
        expires_at=at_of(row.expires_at_us),
        used_at=None if row.used_at_us is None else at_of(row.used_at_us),
        reference=row.reference,
    )
