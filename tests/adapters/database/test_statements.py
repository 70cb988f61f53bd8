"""What the statements say to PostgreSQL, also where no server is installed to run them."""

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.calls.fact_rows import FactRow, begun, ended
from ivr.adapters.database.calls.statements import claimed_turn, fill_call, insert_new
from tests.adapters.database import sample

POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]  # the library leaves it untyped


@pytest.mark.parametrize("name", sorted(call_tables.metadata.tables))
def test_a_row_that_postgresql_has_is_left_as_it_is(name: str) -> None:
    table = call_tables.metadata.tables[name]

    statement = str(insert_new(table, "postgresql").compile(dialect=POSTGRESQL))

    assert statement.startswith("INSERT INTO ")
    assert statement.endswith("ON CONFLICT DO NOTHING")


@pytest.mark.parametrize(
    ("row", "unknown"),
    [
        (begun(sample.begun())[0], "begun_at_us IS NULL"),
        (ended(sample.ended("answered"))[0], "ended_at_us IS NULL"),
        (FactRow(table="call", cells={"id": "CA1", "effect_n": 4}), "effect_n < excluded.effect_n"),
    ],
)
def test_postgresql_fills_a_chapter_of_a_call_once(row: FactRow, unknown: str) -> None:
    statement = str(fill_call(frozenset(row.cells), "postgresql").compile(dialect=POSTGRESQL))

    assert "ON CONFLICT (id) DO UPDATE SET" in statement
    assert unknown in statement.partition(" WHERE ")[2]


def test_postgresql_claims_a_turn_in_one_statement() -> None:
    statement = str(claimed_turn("postgresql").compile(dialect=POSTGRESQL))

    assert "ON CONFLICT (id) DO UPDATE SET effect_n = excluded.effect_n" in statement
    assert "effect_n < excluded.effect_n" in statement.partition(" WHERE ")[2]


def test_postgresql_has_a_type_for_every_column() -> None:
    created = "".join(
        str(CreateTable(table).compile(dialect=POSTGRESQL)) for table in call_tables.metadata.sorted_tables
    )

    assert "document BYTEA" in created
    assert "at_us BIGINT NOT NULL" in created
    assert "SERIAL" not in created
