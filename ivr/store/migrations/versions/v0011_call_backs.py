"""Calls that we place about held cases: one row a try, and one open try a case."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "call_back",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("due_at_us", sa.BigInteger, nullable=False),
        sa.Column("placed_at_us", sa.BigInteger),
        sa.Column("call", sa.Text),
        sa.Column("answered_at_us", sa.BigInteger),
        sa.Column("ended_at_us", sa.BigInteger),
        sa.Column("outcome", sa.Text),
    )
    op.create_index("call_back_try", "call_back", ["case_id", "n"], unique=True)
    is_open = sa.text("ended_at_us IS NULL")
    op.create_index(
        "call_back_open",
        "call_back",
        ["case_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
