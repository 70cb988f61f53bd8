"""PINs that were issued, and tries at them, each counted before it is checked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "pin",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("hashed", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("rests_on", sa.Text),
        sa.Column("issued_at_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "pin_try",
        sa.Column("call", sa.Text, primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("may_try", sa.Integer, nullable=False),
    )
    op.create_index("pin_try_at", "pin_try", ["at_us"])
