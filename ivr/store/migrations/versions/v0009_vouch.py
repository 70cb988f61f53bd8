"""Account managers who are asked whether a caller is who she says, and where they are asked."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# SQLite adds no CHECK to a table that exists, but one together with a column, which may name all the others.
_ANSWERED_AT = """ALTER TABLE recovery_case ADD COLUMN tam_answered_at_us BIGINT
CONSTRAINT case_vouched_by_the_rule CHECK (CASE WHEN tam IS NULL
    THEN tam_asked_at_us IS NULL AND tam_answer IS NULL AND tam_answered_at_us IS NULL
    ELSE account IS NOT NULL AND tam_asked_at_us IS NOT NULL
    AND tam_asked_by IS NOT NULL AND tam <> tam_asked_by
    AND tam <> COALESCE(agent, '') AND tam <> COALESCE(approver, '')
    AND tam <> COALESCE(subaccounts_checked_by, '')
    AND (tam_answer IS NULL) = (tam_answered_at_us IS NULL)
    AND COALESCE(tam_answer, 'no') IN ('yes', 'no', 'cannot_say')
    AND COALESCE(tam_answered_at_us, tam_asked_at_us) - tam_asked_at_us BETWEEN 0 AND 86400000000
    END)"""


def upgrade() -> None:
    op.add_column("staff_member", sa.Column("phone", sa.Text))
    op.add_column("staff_member", sa.Column("mail", sa.Text))
    op.add_column("recovery_case", sa.Column("tam", sa.Text))
    op.add_column("recovery_case", sa.Column("tam_asked_at_us", sa.BigInteger))
    op.add_column("recovery_case", sa.Column("tam_asked_by", sa.Text))
    op.add_column("recovery_case", sa.Column("tam_answer", sa.Text))
    op.execute(_ANSWERED_AT)
