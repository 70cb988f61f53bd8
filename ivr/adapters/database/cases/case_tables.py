"""The tables of accounts and recovery cases. Times are microseconds since 1970."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.rules import case_rules as rules

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("company", Text, nullable=False),
    Column("primary_administrator", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("subaccounts", Text, nullable=False),
    Column("tam_name", Text),
    Column("tam_phone", Text),
    Column("closed", Integer, nullable=False, server_default="0"),
    Column("imported_at_us", BigInteger, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("added_at_us", BigInteger, nullable=False),
    Column("can_text", Integer, nullable=False),
    Column("consented_at_us", BigInteger),
    Column("is_other", Integer, nullable=False, server_default="0"),
    CheckConstraint("is_other = 0 OR (is_other = 1 AND kind = 'mailbox')", name="contact_other_is_a_mailbox"),
    UniqueConstraint("account", "kind", "address", name="contact_once"),
    Index("contact_address", "address"),
)

recovery_case = Table(
    "recovery_case",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at_us", BigInteger, nullable=False),
    Column("call", Text, nullable=False),
    Column("goal", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("account", Text),
    Column("phone", Text),
    Column("phone_texts", Integer, nullable=False),
    Column("phone_prefix", Text, nullable=False),
    Column("mailbox", Text),
    Column("enrolled", Text),
    Column("notify", Text, nullable=False),
    Column("on_file", Text, nullable=False),
    Column("primary_claimed", Integer, nullable=False),
    Column("primary_at_us", BigInteger),
    Column("path", Text),
    Column("l2_at_us", BigInteger),
    Column("l2_call", Text),
    Column("held_at_us", BigInteger),
    Column("confirmed_at_us", BigInteger),
    Column("confirmed_call", Text),
    Column("warning_hash", Text),
    Column("disclaimer_queued_at_us", BigInteger),
    Column("disclaimer_accepted_at_us", BigInteger),
    Column("disclaimer_failed_at_us", BigInteger),
    Column("subaccounts", Integer),
    Column("subaccounts_checked_at_us", BigInteger),
    Column("subaccounts_checked_by", Text),
    Column("agent", Text),
    Column("claimed_at_us", BigInteger),
    Column("claimed_call", Text),
    Column("spoke_at_us", BigInteger),
    Column("spoke_call", Text),
    Column("approval_required", Integer, nullable=False),
    Column("approver", Text),
    Column("approved_at_us", BigInteger),
    Column("tam", Text),
    Column("tam_asked_at_us", BigInteger),
    Column("tam_asked_by", Text),
    Column("tam_answer", Text),
    Column("tam_answered_at_us", BigInteger),
    Column("unlock_asked_at_us", BigInteger),
    Column("unlock_asked_by", Text),
    Column("unlocked_at_us", BigInteger),
    Column("unlocked_by", Text),
    Column("mailbox_lost_at_us", BigInteger),
    Column("mailbox_lost", Text),
    Column("other_mailbox", Text),
    Column("other_asked_at_us", BigInteger),
    Column("other_asked_by", Text),
    Column("other_named_at_us", BigInteger),
    Column("other_named_by", Text),
    Column("acted_by", Text),
    Column("reset_requested_at_us", BigInteger),
    Column("reset_done_at_us", BigInteger),
    Column("subaccount_login_at_us", BigInteger),
    Column("subaccount_login_by", Text),
    Column("reminded_at_us", BigInteger),
    Column("released_at_us", BigInteger),
    Column("released_by", Text),
    Column("changed_at_us", BigInteger),
    Column("over_at_us", BigInteger),
    Column("over_by", Text),
    Column("over_why", Text),
    CheckConstraint(rules.STATES, name="case_state"),
    CheckConstraint(rules.STANDS, name="case_state_stands_on_facts"),
    CheckConstraint(rules.ENDS, name="case_ends_with_its_act"),
    CheckConstraint(rules.CHANGED, name="case_changed_by_the_rule"),
    CheckConstraint(rules.ASKED, name="case_reset_asked_for_by_the_rule"),
    CheckConstraint(rules.DONE, name="case_reset_done_by_the_rule"),
    CheckConstraint(rules.RELEASED, name="case_released_by_the_rule"),
    CheckConstraint(rules.RELEASED_BY_TWO, name="case_released_by_two"),
    CheckConstraint(rules.VOUCHED, name="case_vouched_by_the_rule"),
    CheckConstraint(rules.UNLOCKED, name="case_unlocked_by_two"),
    CheckConstraint(rules.OTHER_MAILBOX, name="case_other_mailbox_by_two"),
    CheckConstraint(rules.WAITED, name="case_waited_no_longer_than_the_rule"),
    Index("recovery_case_state", "state"),
)

case_call = Table(
    "case_call",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("call", Text, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("wrong", Integer, nullable=False, server_default="0"),
    Column("is_primary", Integer, nullable=False, server_default="0"),
    Column("said_at_us", BigInteger),
    Index("case_call_call", "call"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("call", Text, primary_key=True),
    Column("factor", Text, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("contact", Text),
    Column("rests_on", Text),
)

code = Table(
    "code",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("call", Text, primary_key=True),
    Column("contact", Text, primary_key=True),
    Column("salt", Text, nullable=False),
    Column("asked_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("sends", Integer, nullable=False),
    Column("checks", Integer, nullable=False),
    Column("used_at_us", BigInteger),
    Column("asks", Integer, nullable=False, server_default="0"),
    Column("last_ask_at_us", BigInteger),
)

app = Table(
    "app",
    metadata,
    Column("account", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("enrolled_at_us", BigInteger, nullable=False),
)

saved_code = Table(
    "saved_code",
    metadata,
    Column("account", Text, primary_key=True),
    Column("mac", Text, primary_key=True),
    Column("used_at_us", BigInteger),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("ended_at_us", BigInteger),
    Index("invitation_account", "account"),
)

pin = Table(
    "pin",
    metadata,
    Column("account", Text, primary_key=True),
    Column("hashed", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("rests_on", Text),
    Column("issued_at_us", BigInteger, nullable=False),
)

pin_try = Table(
    "pin_try",
    metadata,
    Column("call", Text, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("case_id", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("may_try", Integer, nullable=False),
    Index("pin_try_at", "at_us"),
)

tally = Table(
    "tally",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    # Moments in microseconds since 1970, oldest first, separated by blanks.
    Column("moments", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("contact", Text),
    Column("language", Text, nullable=False),
    Column("details", Text, nullable=False),
    # queued, attempting, in_doubt, deferred; at the end accepted, refused, bounced, undelivered, expired,
    # void.
    Column("state", Text, nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    Column("due_at_us", BigInteger, nullable=False),
    Column("leased_until_us", BigInteger),
    Column("lease", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("message_id", Text),
    Column("reply_code", Integer),
    Column("reply_text", Text),
    Column("host", Text),
    Column("tls", Text),
    Column("recipient_hmac", Text),
    Column("template", Text),
    Column("body_hash", Text),
    Column("ended_at_us", BigInteger),
    Index("outbox_due", "state", "due_at_us"),
    Index("outbox_message_id", "message_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("seal", Text, nullable=False),
)

# One row, once the audit's start was let go. Triggers hold that no record is changed, none goes that
# the checkpoint does not cover, and a checkpoint only moves on.
audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("seal", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("proof", Text, nullable=False),
    CheckConstraint("id = 1", name="checkpoint_is_one"),
)

sign_of_life = Table(
    "sign_of_life",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
)
