"""What the database itself refuses of a case: CHECKs over one row, the same on both databases.

The gates of the policy stand here a second time: whatever the code says, a row that breaks the FAQ's law is
refused. A policy may be tighter than these figures, never wider.
"""

from typing import Final

from ivr.domain.recovery.case import BY_PRODUCT as _BY_PRODUCT
from ivr.domain.recovery.case import STATES as _STATES

_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE

# A name has one spelling: of small letters, digits and hyphens nothing is left once these are trimmed.
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-"
_SPOKE: Final = f"""acted_by IS NOT NULL AND acted_by <> '' AND TRIM(acted_by, '{_LETTERS}') = ''
    AND claimed_at_us IS NOT NULL AND spoke_at_us IS NOT NULL
    AND spoke_at_us >= claimed_at_us AND spoke_call IS NOT NULL AND spoke_call = l2_call"""
_APPROVED: Final = f"""approval_required = 0 OR (
    approved_at_us IS NOT NULL AND approved_at_us >= confirmed_at_us
    AND approver IS NOT NULL AND approver <> '' AND TRIM(approver, '{_LETTERS}') = ''
    AND approver <> acted_by)"""
"""A name of other letters than a member's could be the agent's own, spelled in another way."""

CHANGED: Final = f"""changed_at_us IS NULL OR (
    primary_claimed = 1 AND account IS NOT NULL
    AND l2_at_us IS NOT NULL AND l2_call IS NOT NULL
    AND confirmed_at_us IS NOT NULL AND confirmed_call IS NOT NULL AND warning_hash IS NOT NULL
    AND confirmed_call = l2_call AND {_SPOKE}
    AND confirmed_at_us - l2_at_us BETWEEN 0 AND {15 * _MINUTE}
    AND changed_at_us - confirmed_at_us BETWEEN 0 AND {4 * _HOUR}
    AND COALESCE(subaccounts, -1) = 0 AND subaccounts_checked_at_us IS NOT NULL
    AND changed_at_us - subaccounts_checked_at_us BETWEEN 0 AND {15 * _MINUTE}
    AND disclaimer_queued_at_us IS NOT NULL AND disclaimer_accepted_at_us IS NOT NULL
    AND (disclaimer_failed_at_us IS NULL OR disclaimer_failed_at_us < disclaimer_accepted_at_us)
    AND changed_at_us - disclaimer_accepted_at_us BETWEEN 0 AND {24 * _HOUR}
    AND ({_APPROVED})
    AND reset_requested_at_us IS NULL AND released_at_us IS NULL
    AND (over_at_us IS NULL OR over_at_us >= changed_at_us)
)"""
ASKED: Final = f"""reset_requested_at_us IS NULL OR (
    primary_claimed = 1 AND account IS NOT NULL
    AND l2_at_us IS NOT NULL AND l2_call IS NOT NULL AND {_SPOKE}
    AND reset_requested_at_us - l2_at_us BETWEEN 0 AND {15 * _MINUTE}
    AND COALESCE(subaccounts, 0) > 0 AND subaccounts_checked_at_us IS NOT NULL
    AND reset_requested_at_us - subaccounts_checked_at_us BETWEEN 0 AND {15 * _MINUTE}
    AND (over_at_us IS NULL OR over_at_us >= reset_requested_at_us)
)"""
DONE: Final = """reset_done_at_us IS NULL OR (
    reset_requested_at_us IS NOT NULL AND reset_done_at_us >= reset_requested_at_us
)"""
RELEASED: Final = """released_at_us IS NULL OR (
    reset_requested_at_us IS NOT NULL AND reset_done_at_us IS NOT NULL AND subaccount_login_at_us IS NOT NULL
    AND subaccount_login_at_us > reset_done_at_us AND released_at_us >= subaccount_login_at_us
    AND (over_at_us IS NULL OR over_at_us >= released_at_us)
)"""
RELEASED_BY_TWO: Final = f"""
    (subaccount_login_at_us IS NULL OR subaccount_login_by IS NOT NULL)
    AND (subaccount_login_by IS NULL OR subaccount_login_by = '{_BY_PRODUCT}'
        OR (subaccount_login_by <> '' AND TRIM(subaccount_login_by, '{_LETTERS}') = ''))
    AND (released_at_us IS NULL) = (released_by IS NULL)
    AND (released_by IS NULL OR (released_by <> '' AND TRIM(released_by, '{_LETTERS}') = ''
        AND released_by <> COALESCE(subaccount_login_by, '')))"""
VOUCHED: Final = f"""CASE WHEN tam IS NULL
    THEN tam_asked_at_us IS NULL AND tam_answer IS NULL AND tam_answered_at_us IS NULL
    ELSE account IS NOT NULL AND tam_asked_at_us IS NOT NULL
    AND tam_asked_by IS NOT NULL AND tam <> tam_asked_by
    AND tam <> COALESCE(agent, '') AND tam <> COALESCE(approver, '')
    AND tam <> COALESCE(subaccounts_checked_by, '')
    AND (tam_answer IS NULL) = (tam_answered_at_us IS NULL)
    AND COALESCE(tam_answer, 'no') IN ('yes', 'no', 'cannot_say')
    AND COALESCE(tam_answered_at_us, tam_asked_at_us) - tam_asked_at_us BETWEEN 0 AND {24 * _HOUR}
    END"""
UNLOCKED: Final = """CASE WHEN unlock_asked_at_us IS NULL
    THEN unlock_asked_by IS NULL AND unlocked_at_us IS NULL AND unlocked_by IS NULL
    ELSE account IS NOT NULL AND unlock_asked_by IS NOT NULL
    AND (unlocked_at_us IS NULL) = (unlocked_by IS NULL)
    AND unlock_asked_by <> COALESCE(unlocked_by, '')
    AND COALESCE(unlocked_at_us, unlock_asked_at_us) >= unlock_asked_at_us
    END"""
OTHER_MAILBOX: Final = """CASE WHEN other_mailbox IS NULL
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
        OR (changed_at_us IS NULL AND released_at_us IS NULL))"""
WAITED: Final = f"""
    (subaccount_login_at_us IS NULL OR reset_done_at_us IS NULL
        OR subaccount_login_at_us - reset_done_at_us <= {72 * _HOUR})
    AND (released_at_us IS NULL OR subaccount_login_at_us IS NULL
        OR released_at_us - subaccount_login_at_us <= {72 * _HOUR})"""
STANDS: Final = """CASE state
    WHEN 'VERIFIED' THEN l2_at_us IS NOT NULL AND l2_call IS NOT NULL
    WHEN 'HELD' THEN held_at_us IS NOT NULL AND l2_at_us IS NOT NULL AND l2_call IS NOT NULL
    WHEN 'RESET_REQUESTED' THEN reset_requested_at_us IS NOT NULL
    WHEN 'RESET_DONE' THEN reset_done_at_us IS NOT NULL
    WHEN 'CONFIRMED' THEN confirmed_at_us IS NOT NULL AND confirmed_call IS NOT NULL
    ELSE 1 = 1 END"""
ENDS: Final = """
    (changed_at_us IS NOT NULL) = (state = 'CHANGED' OR (state = 'CLOSED' AND released_at_us IS NULL))
    AND (released_at_us IS NOT NULL) = (state = 'RELEASED' OR (state = 'CLOSED' AND changed_at_us IS NULL))
    AND (over_at_us IS NOT NULL) = (state IN ('CLOSED', 'REFUSED', 'LAPSED', 'CANCELLED'))"""
STATES: Final = f"state IN ({', '.join(repr(state) for state in _STATES)})"
