"""The tables of the agents' desk. Times are microseconds since 1970."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from ivr.store.tables import metadata

case_note = Table(
    "case_note",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("case_note_case", "case_id"),
)

case_wrap_up = Table(
    "case_wrap_up",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("call", Text, primary_key=True),
    Column("disposition", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
