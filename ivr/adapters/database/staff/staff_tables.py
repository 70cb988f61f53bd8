"""The tables of who works with the consoles. Times are microseconds since 1970; no secret stands in clear."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Table, Text

from ivr.adapters.database.calls.call_tables import metadata

staff_member = Table(
    "staff_member",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # Words separated by blanks.
    Column("roles", Text, nullable=False),
    Column("lines", Text, nullable=False),
    Column("password", Text),
    Column("seed", Text),
    Column("last_step", BigInteger, nullable=False, server_default="0"),
    Column("added_at_us", BigInteger, nullable=False),
    Column("disabled_at_us", BigInteger),
    Column("phone", Text),
    Column("mail", Text),
    # Both factors are set together, and whoever is shut out has none.
    CheckConstraint("(password IS NULL) = (seed IS NULL)", name="staff_member_has_both_factors"),
    CheckConstraint("disabled_at_us IS NULL OR password IS NULL", name="staff_member_shut_out"),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("member", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("begun_at_us", BigInteger, nullable=False),
    Column("active_at_us", BigInteger, nullable=False),
    Column("ended_at_us", BigInteger),
    Column("text", Text),
    CheckConstraint("stage IN ('password', 'in')", name="staff_session_stage"),
    Index("staff_session_member", "member"),
)

staff_link = Table(
    "staff_link",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("member", Text, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("ended_at_us", BigInteger),
    Index("staff_link_member", "member"),
)
