"""Accounts that two open again, and how long a case may wait for the login of a subaccount."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

# SQLite adds no CHECK to a table that exists, but one together with a column, which may name all the others.
_UNLOCKED_BY = """ALTER TABLE recovery_case ADD COLUMN unlocked_by TEXT
CONSTRAINT case_unlocked_by_two CHECK (CASE WHEN unlock_asked_at_us IS NULL
    THEN unlock_asked_by IS NULL AND unlocked_at_us IS NULL AND unlocked_by IS NULL
    ELSE account IS NOT NULL AND unlock_asked_by IS NOT NULL
    AND (unlocked_at_us IS NULL) = (unlocked_by IS NULL)
    AND unlock_asked_by <> COALESCE(unlocked_by, '')
    AND COALESCE(unlocked_at_us, unlock_asked_at_us) >= unlock_asked_at_us
    END)
CONSTRAINT case_waited_no_longer_than_the_rule CHECK (
    (subaccount_login_at_us IS NULL OR reset_done_at_us IS NULL
        OR subaccount_login_at_us - reset_done_at_us <= 259200000000)
    AND (released_at_us IS NULL OR subaccount_login_at_us IS NULL
        OR released_at_us - subaccount_login_at_us <= 259200000000))"""


def upgrade() -> None:
    op.add_column("recovery_case", sa.Column("unlock_asked_at_us", sa.BigInteger))
    op.add_column("recovery_case", sa.Column("unlock_asked_by", sa.Text))
    op.add_column("recovery_case", sa.Column("unlocked_at_us", sa.BigInteger))
    op.execute(_UNLOCKED_BY)
