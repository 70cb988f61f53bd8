"""Mailboxes on file that callers cannot open, and others that two representatives name instead."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# SQLite adds no CHECK to a table that exists, but one together with a column, which may name all the others.
_NAMED_BY = """ALTER TABLE recovery_case ADD COLUMN other_named_by TEXT
CONSTRAINT case_other_mailbox_by_two CHECK (CASE WHEN other_mailbox IS NULL
    THEN other_asked_at_us IS NULL AND other_asked_by IS NULL
    AND other_named_at_us IS NULL AND other_named_by IS NULL
    ELSE mailbox_lost_at_us IS NOT NULL AND other_mailbox <> COALESCE(mailbox_lost, '')
    AND other_asked_at_us IS NOT NULL AND other_asked_by IS NOT NULL
    AND tam IS NOT NULL AND COALESCE(tam_answer, 'no') = 'yes'
    AND tam <> other_asked_by AND tam <> COALESCE(other_named_by, '')
    AND (other_named_at_us IS NULL) = (other_named_by IS NULL)
    AND other_asked_by <> COALESCE(other_named_by, '')
    AND COALESCE(other_named_at_us, other_asked_at_us) >= other_asked_at_us
    END
    AND (mailbox_lost_at_us IS NULL OR other_named_at_us IS NOT NULL
        OR (changed_at_us IS NULL AND released_at_us IS NULL)))"""


def upgrade() -> None:
    op.add_column("recovery_case", sa.Column("mailbox_lost_at_us", sa.BigInteger))
    op.add_column("recovery_case", sa.Column("mailbox_lost", sa.Text))
    op.add_column("recovery_case", sa.Column("other_mailbox", sa.Text))
    op.add_column("recovery_case", sa.Column("other_asked_at_us", sa.BigInteger))
    op.add_column("recovery_case", sa.Column("other_asked_by", sa.Text))
    op.add_column("recovery_case", sa.Column("other_named_at_us", sa.BigInteger))
    op.execute(_NAMED_BY)
