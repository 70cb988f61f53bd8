"""The first tables: calls, their journal, what they leave behind, and the menus they began with."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_call()
    _create_turns()
    _create_people_and_messages()
    op.create_table("menu", sa.Column("version", sa.Text, primary_key=True))
    op.create_table(
        "menu_file",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _create_call() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("begun_at_us", sa.BigInteger),
        sa.Column("version", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("caller", sa.Text),
        sa.Column("called", sa.Text),
        sa.Column("stir_level", sa.Text),
        sa.Column("effect_n", sa.Integer, nullable=False, server_default="-1"),
        sa.Column("ended_at_us", sa.BigInteger),
        sa.Column("status", sa.Text),
        sa.Column("disposition", sa.Text),
    )


def _turn_key() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("call", sa.Text, primary_key=True),
        sa.Column("leg", sa.Text, primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    )


def _create_turns() -> None:
    op.create_table(
        "journal",
        *_turn_key(),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("judged", sa.Text, nullable=False),
        sa.Column("heard", sa.Text, nullable=False),
        sa.Column("took_ms", sa.Float, nullable=False),
    )
    op.create_table(
        "reply",
        *_turn_key(),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("document", sa.LargeBinary),
    )
    op.create_index("reply_at", "reply", ["at_us"])
    op.create_table(
        "transfer",
        *_turn_key(),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("person", sa.Integer, nullable=False),
        sa.Column("moment", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("talk_s", sa.Integer),
    )


def _create_people_and_messages() -> None:
    op.create_table(
        "leg",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("accepted_at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("leg_call", "leg", ["call"])
    op.create_table(
        "voicemail",
        sa.Column("recording", sa.Text, primary_key=True),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
    )
    op.create_index("voicemail_call", "voicemail", ["call"])
    op.create_table(
        "transcript",
        sa.Column("recording", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
