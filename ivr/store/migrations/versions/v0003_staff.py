"""Who works with the consoles: members, their sessions, and the links by which they join."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("seed", sa.Text),
        sa.Column("last_step", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("added_at_us", sa.BigInteger, nullable=False),
        sa.Column("disabled_at_us", sa.BigInteger),
        sa.CheckConstraint("(password IS NULL) = (seed IS NULL)", name="staff_member_has_both_factors"),
        sa.CheckConstraint("disabled_at_us IS NULL OR password IS NULL", name="staff_member_shut_out"),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("begun_at_us", sa.BigInteger, nullable=False),
        sa.Column("active_at_us", sa.BigInteger, nullable=False),
        sa.Column("ended_at_us", sa.BigInteger),
        sa.Column("text", sa.Text),
        sa.CheckConstraint("stage IN ('password', 'in')", name="staff_session_stage"),
    )
    op.create_index("staff_session_member", "staff_session", ["member"])
    op.create_table(
        "staff_link",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("expires_at_us", sa.BigInteger, nullable=False),
        sa.Column("ended_at_us", sa.BigInteger),
    )
    op.create_index("staff_link_member", "staff_link", ["member"])
