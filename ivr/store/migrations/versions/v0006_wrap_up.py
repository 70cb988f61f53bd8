"""When a case is looked at again, what may be taken back, and who looked for which case, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("case_wrap_up", sa.Column("follow_up", sa.Text))
    op.create_table(
        "case_last_move",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("move", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("was", sa.Text, nullable=False),
    )
    op.create_table(
        "case_search",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("sought", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("case_search_at", "case_search", ["at_us"])
