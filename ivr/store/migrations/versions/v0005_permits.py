"""Permits of a full change, and what the product and representatives say of its acts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "permit",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("mac", sa.Text, nullable=False, unique=True),
        sa.Column("issued_at_us", sa.BigInteger, nullable=False),
        sa.Column("expires_at_us", sa.BigInteger, nullable=False),
        sa.Column("used_at_us", sa.BigInteger),
        sa.Column("reference", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint("expires_at_us > issued_at_us", name="permit_ends"),
        sa.CheckConstraint("used_at_us IS NULL OR used_at_us <= expires_at_us", name="permit_used_in_time"),
    )
    op.create_index("permit_issued", "permit", ["issued_at_us"])
    op.create_table(
        "product_told",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("happened_at_us", sa.BigInteger, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "by_hand",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("happened_at_us", sa.BigInteger, nullable=False),
        sa.Column("zone_minutes", sa.Integer, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("by_hand_case", "by_hand", ["case_id"])
