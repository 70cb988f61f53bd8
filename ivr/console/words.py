"""The words of the agents' pages."""

from collections.abc import Mapping
from typing import Final

from ivr.agents.desk import Reason
from ivr.agents.moves import Move
from ivr.case_ports import Disposition
from ivr.recovery.case import Goal, Path, State
from ivr.recovery.factor import Factor
from ivr.recovery.gates import GateName

GOALS: Final[Mapping[Goal, str]] = {
    "reset": "Locked out, says a subaccount exists",
    "change": "Locked out, says there is no subaccount",
    "unsure": "Locked out, not sure about subaccounts",
}
PATHS: Final[Mapping[Path, str]] = {
    "reset": "Reset, released once a subaccount logs in",
    "change": "Full change, which loses the saved reports",
}
STATES: Final[Mapping[State, str]] = {
    "OPENED": "opened",
    "CLAIMED": "being verified",
    "VERIFIED": "caller passed the checks",
    "HELD": "kept for opening hours",
    "RESET_REQUESTED": "reset asked for",
    "RESET_DONE": "waiting for a subaccount to log in",
    "RELEASED": "credentials released",
    "CONFIRMED": "change confirmed by the caller",
    "CHANGED": "change allowed",
    "CLOSED": "closed",
    "REFUSED": "refused",
    "LAPSED": "lapsed",
    "CANCELLED": "stopped by a contact on file",
}
FACTORS: Final[Mapping[Factor, str]] = {
    "phone": "Code to the phone on file",
    "mailbox": "Code to the mailbox on file",
    "app": "Code of the app",
    "saved_code": "Saved code",
    "pin": "PIN that we issued",
    "vouch": "Vouched for by the account manager",
}
SHORT_FACTORS: Final[Mapping[Factor, str]] = {
    "phone": "phone",
    "mailbox": "mailbox",
    "app": "app",
    "saved_code": "saved code",
    "pin": "PIN",
    "vouch": "vouch",
}
STRENGTHS: Final[Mapping[Factor, str]] = {
    "phone": "one of two",
    "mailbox": "one of two",
    "app": "one of two",
    "saved_code": "one of two",
    "pin": "one of two, weak",
    "vouch": "one of two",
}
CALLING: Final = {
    "on file": "number on file matches: hint only",
    "another": "another number than the one on file: says nothing",
    "unknown": "not compared; a number is never more than a hint",
}
GATES: Final[Mapping[GateName, str]] = {
    "primary": "Primary administrator",
    "level": "Verified by two factors",
    "subaccounts": "Subaccounts looked for",
    "disclaimer": "Disclaimer e-mail accepted",
    "acknowledgement": "Warning confirmed by key",
    "representative": "Claimed, and spoken with the caller",
    "approval": "Approved by a second representative",
    "open": "Case where it must be",
    "reset_done": "Reset done",
    "login": "Login of a subaccount since the reset",
}
MOVES: Final[Mapping[Move, str]] = {
    "claim": "Claim the case",
    "spoke": "I have spoken with the caller",
    "subaccounts": "Record what I counted",
    "reset": "Ask for the reset",
    "reset-done": "Record that the reset is done",
    "login": "Record a subaccount's login",
    "release": "Release the credentials",
    "approve": "Approve as second representative",
    "change": "Allow the full change (saved reports are lost)",
    "hold": "Keep the case for later",
    "restore": "Take the case up again",
    "refuse": "Refuse the case",
}
"""All but "close": a case is closed by saying how it went."""
REASONS: Final[Mapping[Reason, str]] = {
    "not-primary": "Not the Primary administrator",
    "withdrew": "The caller withdrew",
    "in-doubt": "In doubt about the caller",
    "has-subaccount": "A subaccount exists after all",
    "unreachable": "The caller cannot be reached",
    "mistake": "Opened by mistake",
}
DISPOSITIONS: Final[Mapping[Disposition, str]] = {
    "solved": "Solved",
    "waits": "Goes on later",
    "sent_on": "Sent to the Primary administrator",
    "no_proof": "Could not be verified",
    "dropped": "Caller hung up",
    "withdrew": "Caller withdrew",
    "suspicious": "Suspicious: supervisor looks",
}
DONE: Final[Mapping[str, str]] = {
    "claim": "The case is yours.",
    "spoke": "Recorded: you have spoken with the caller.",
    "subaccounts": "Recorded: what you counted.",
    "reset": "The reset is asked for.",
    "reset-done": "Recorded: the reset is done.",
    "login": "Recorded: the login.",
    "release": "The credentials are released.",
    "approve": "Approved.",
    "change": "The full change is allowed, once.",
    "hold": "The case is kept.",
    "restore": "The case is taken up again.",
    "refuse": "The case is refused. Nothing was changed.",
    "note": "The note is saved.",
    "hand-over": "The case is handed over: a colleague claims it with the same three digits.",
    "wrap-up": "Recorded: how it went.",
}
CHANGES: Final[Mapping[str, str]] = {
    **{str(state): words for state, words in STATES.items()},
    "claim": "claimed",
    "spoke": "spoken with the caller",
    "subaccounts": "subaccounts counted",
    "login": "login recorded",
    "approve": "approved",
    "hand-over": "handed over",
    "wrap-up": "wrapped up",
    "taken_up": "taken up by the caller",
}
"""What was done last, for who comes second."""
