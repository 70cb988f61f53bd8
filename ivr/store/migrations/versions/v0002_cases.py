"""Accounts, recovery cases with their gates, codes, counters, the outbox and the audit."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_CHANGED: Final = f"""changed_at_us IS NULL OR (
    primary_claimed = 1 AND account IS NOT NULL
    AND l2_at_us IS NOT NULL AND confirmed_at_us IS NOT NULL AND warning_hash IS NOT NULL
    AND confirmed_at_us - l2_at_us BETWEEN 0 AND {15 * _MINUTE}
    AND changed_at_us - confirmed_at_us BETWEEN 0 AND {4 * _HOUR}
    AND COALESCE(subaccounts, -1) = 0 AND subaccounts_checked_at_us IS NOT NULL
    AND changed_at_us - subaccounts_checked_at_us BETWEEN 0 AND {15 * _MINUTE}
    AND disclaimer_queued_at_us IS NOT NULL AND disclaimer_accepted_at_us IS NOT NULL
    AND (disclaimer_failed_at_us IS NULL OR disclaimer_failed_at_us < disclaimer_accepted_at_us)
    AND changed_at_us - disclaimer_accepted_at_us BETWEEN 0 AND {24 * _HOUR}
    AND agent IS NOT NULL AND spoke_at_us IS NOT NULL
    AND (approval_required = 0 OR (approved_at_us IS NOT NULL AND approver IS NOT NULL AND approver <> agent))
    AND released_at_us IS NULL
    AND (over_at_us IS NULL OR over_at_us >= changed_at_us)
)"""
_RELEASED: Final = f"""released_at_us IS NULL OR (
    primary_claimed = 1 AND account IS NOT NULL AND l2_at_us IS NOT NULL
    AND reset_requested_at_us IS NOT NULL AND reset_requested_at_us - l2_at_us BETWEEN 0 AND {15 * _MINUTE}
    AND COALESCE(subaccounts, 0) > 0 AND reset_done_at_us IS NOT NULL AND subaccount_login_at_us IS NOT NULL
    AND reset_done_at_us >= reset_requested_at_us AND subaccount_login_at_us > reset_done_at_us
    AND released_at_us >= subaccount_login_at_us
    AND (over_at_us IS NULL OR over_at_us >= released_at_us)
)"""
_STANDS: Final = """CASE state
    WHEN 'VERIFIED' THEN l2_at_us IS NOT NULL
    WHEN 'HELD' THEN held_at_us IS NOT NULL AND l2_at_us IS NOT NULL
    WHEN 'RESET_REQUESTED' THEN reset_requested_at_us IS NOT NULL
    WHEN 'RESET_DONE' THEN reset_done_at_us IS NOT NULL
    WHEN 'CONFIRMED' THEN confirmed_at_us IS NOT NULL
    ELSE 1 = 1 END"""
_ENDS: Final = """
    (changed_at_us IS NOT NULL) = (state = 'CHANGED' OR (state = 'CLOSED' AND released_at_us IS NULL))
    AND (released_at_us IS NOT NULL) = (state = 'RELEASED' OR (state = 'CLOSED' AND changed_at_us IS NULL))
    AND (over_at_us IS NOT NULL) = (state IN ('CLOSED', 'REFUSED', 'LAPSED', 'CANCELLED'))"""
_STATES: Final = """state IN (
    'OPENED', 'CLAIMED', 'VERIFIED', 'HELD', 'RESET_REQUESTED',
    'RESET_DONE', 'RELEASED', 'CONFIRMED', 'CHANGED', 'CLOSED',
    'REFUSED', 'LAPSED', 'CANCELLED')"""


def upgrade() -> None:
    _create_accounts()
    _create_cases()
    _create_proofs()
    _create_enrolments()
    _create_sending()
    _create_audit()


def _create_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("primary_administrator", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("subaccounts", sa.Text, nullable=False),
        sa.Column("tam_name", sa.Text),
        sa.Column("tam_phone", sa.Text),
        sa.Column("closed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("imported_at_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("added_at_us", sa.BigInteger, nullable=False),
        sa.Column("can_text", sa.Integer, nullable=False),
        sa.Column("consented_at_us", sa.BigInteger),
        sa.UniqueConstraint("account", "kind", "address", name="contact_once"),
    )
    op.create_index("contact_address", "contact", ["address"])


def _create_cases() -> None:
    op.create_table(
        "recovery_case",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_at_us", sa.BigInteger, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("goal", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("phone_texts", sa.Integer, nullable=False),
        sa.Column("phone_prefix", sa.Text, nullable=False),
        sa.Column("mailbox", sa.Text),
        sa.Column("enrolled", sa.Text),
        sa.Column("notify", sa.Text, nullable=False),
        sa.Column("on_file", sa.Text, nullable=False),
        sa.Column("primary_claimed", sa.Integer, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("path", sa.Text),
        *_facts(),
        sa.CheckConstraint(_STATES, name="case_state"),
        sa.CheckConstraint(_STANDS, name="case_state_stands_on_facts"),
        sa.CheckConstraint(_ENDS, name="case_ends_with_its_act"),
        sa.CheckConstraint(_CHANGED, name="case_changed_by_the_rule"),
        sa.CheckConstraint(_RELEASED, name="case_released_by_the_rule"),
    )
    op.create_index("recovery_case_state", "recovery_case", ["state"])
    op.create_table(
        "case_call",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("call", sa.Text, primary_key=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("case_call_call", "case_call", ["call"])


def _facts() -> tuple[sa.Column[int] | sa.Column[str], ...]:
    return (
        sa.Column("l2_at_us", sa.BigInteger),
        sa.Column("l2_call", sa.Text),
        sa.Column("held_at_us", sa.BigInteger),
        sa.Column("confirmed_at_us", sa.BigInteger),
        sa.Column("warning_hash", sa.Text),
        sa.Column("disclaimer_queued_at_us", sa.BigInteger),
        sa.Column("disclaimer_accepted_at_us", sa.BigInteger),
        sa.Column("disclaimer_failed_at_us", sa.BigInteger),
        sa.Column("subaccounts", sa.Integer),
        sa.Column("subaccounts_checked_at_us", sa.BigInteger),
        sa.Column("subaccounts_checked_by", sa.Text),
        sa.Column("agent", sa.Text),
        sa.Column("claimed_at_us", sa.BigInteger),
        sa.Column("spoke_at_us", sa.BigInteger),
        sa.Column("approval_required", sa.Integer, nullable=False),
        sa.Column("approver", sa.Text),
        sa.Column("approved_at_us", sa.BigInteger),
        sa.Column("reset_requested_at_us", sa.BigInteger),
        sa.Column("reset_done_at_us", sa.BigInteger),
        sa.Column("subaccount_login_at_us", sa.BigInteger),
        sa.Column("released_at_us", sa.BigInteger),
        sa.Column("changed_at_us", sa.BigInteger),
        sa.Column("over_at_us", sa.BigInteger),
        sa.Column("over_why", sa.Text),
    )


def _create_proofs() -> None:
    op.create_table(
        "evidence",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("call", sa.Text, primary_key=True),
        sa.Column("factor", sa.Text, primary_key=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("contact", sa.Text),
        sa.Column("rests_on", sa.Text),
    )
    op.create_table(
        "code",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("call", sa.Text, primary_key=True),
        sa.Column("contact", sa.Text, primary_key=True),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("asked_at_us", sa.BigInteger, nullable=False),
        sa.Column("expires_at_us", sa.BigInteger, nullable=False),
        sa.Column("sends", sa.Integer, nullable=False),
        sa.Column("checks", sa.Integer, nullable=False),
        sa.Column("used_at_us", sa.BigInteger),
    )
    op.create_table(
        "tally",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("moments", sa.Text, nullable=False),
    )


def _create_enrolments() -> None:
    op.create_table(
        "app",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("enrolled_at_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "saved_code",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("mac", sa.Text, primary_key=True),
        sa.Column("used_at_us", sa.BigInteger),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("expires_at_us", sa.BigInteger, nullable=False),
        sa.Column("ended_at_us", sa.BigInteger),
    )
    op.create_index("invitation_account", "invitation", ["account"])


def _create_sending() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("contact", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at_us", sa.BigInteger, nullable=False),
        sa.Column("due_at_us", sa.BigInteger, nullable=False),
        sa.Column("leased_until_us", sa.BigInteger),
        sa.Column("lease", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("message_id", sa.Text),
        sa.Column("reply_code", sa.Integer),
        sa.Column("reply_text", sa.Text),
        sa.Column("host", sa.Text),
        sa.Column("tls", sa.Text),
        sa.Column("recipient_hmac", sa.Text),
        sa.Column("template", sa.Text),
        sa.Column("body_hash", sa.Text),
        sa.Column("ended_at_us", sa.BigInteger),
    )
    op.create_index("outbox_due", "outbox", ["state", "due_at_us"])
    op.create_index("outbox_message_id", "outbox", ["message_id"])
    op.create_table(
        "sign_of_life",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
    )
