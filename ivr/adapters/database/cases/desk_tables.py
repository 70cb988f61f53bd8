"""The tables of the agents' desk. Times are microseconds since 1970."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from ivr.adapters.database.calls.call_tables import metadata

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
    # A day, as 2026-11-24.
    Column("follow_up", Text),
)

case_last_move = Table(
    "case_last_move",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("move", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    # JSON: in whose hands the case was before, and what was said of its call.
    Column("was", Text, nullable=False),
)

case_search = Table(
    "case_search",
    metadata,
    Column("id", Text, primary_key=True),
    Column("member", Text, nullable=False),
    Column("sought", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("case_search_at", "at_us"),
)
