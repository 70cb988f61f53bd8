"""What the product accepted to do, and the logins that were seen in it, in the database."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Table, Text, insert, select

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.calls.statements import insert_into
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.case import CaseId
from ivr.services.product_ports import Order, SeenLogin

product_order = Table(
    "product_order",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("act", Text, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("accepted_at_us", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

login_seen = Table(
    "login_seen",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("happened_at_us", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)


class SqlProductActs:
    """The part of `product_ports.Permits` that is about orders and logins, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep_order(self, order: Order, *, at: datetime) -> None:
        cells: dict[str, str | int] = {
            "reference": order.reference,
            "accepted_at_us": us_of(order.at),
            "agent": order.by,
            "at_us": us_of(at),
        }
        statement = insert_into(product_order, self._connection.dialect.name)
        statement = statement.values(case_id=order.case, act=order.act, **cells)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["case_id", "act"], set_=cells)
        )

    def orders(self, case: CaseId) -> tuple[Order, ...]:
        kept = product_order.c
        query = select(product_order).where(kept.case_id == case).order_by(kept.at_us, kept.act)
        return tuple(
            Order(case=case, act=row.act, reference=row.reference, at=at_of(row.accepted_at_us), by=row.agent)
            for row in self._connection.execute(query)
        )

    def keep_login(self, login: SeenLogin, *, at: datetime) -> None:
        row = {
            "case_id": login.case,
            "name": login.name,
            "place": login.where,
            "happened_at_us": us_of(login.at),
            "agent": login.by,
            "at_us": us_of(at),
        }
        self._connection.execute(insert(login_seen).values(**row))

    def login(self, case: CaseId) -> SeenLogin | None:
        row = self._connection.execute(select(login_seen).where(login_seen.c.case_id == case)).first()
        if row is None:
            return None
        at = at_of(row.happened_at_us)
        return SeenLogin(case=case, name=row.name, where=row.place, at=at, by=row.agent)
