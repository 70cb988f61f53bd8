"""The words of the agents' pages."""

from collections.abc import Mapping
from typing import Final

from ivr.domain.recovery.case import Goal, Path, State, TamAnswer
from ivr.domain.recovery.factors import Factor
from ivr.domain.recovery.gates import GateName
from ivr.services.desk.agent_desk import Reason
from ivr.services.desk.moves.moves import Move
from ivr.services.desk.product.product_acts import Owed
from ivr.services.desk_ports import Undoable
from ivr.services.product_ports import ProductAct

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
    "open": "Right stage",
    "reset_done": "Reset done",
    "login": "Login of a subaccount since the reset",
    "mailbox": "Mailbox that the caller can open",
}
MOVES: Final[Mapping[Move, str]] = {
    "claim": "Claim the case",
    "spoke": "I have spoken with the caller",
    "keypad": "Send the caller to the keypad, and get the call back",
    "subaccounts": "Record what I counted",
    "reset": "Ask for the reset",
    "reset-done": "Record what became of the reset in the product",
    "login": "Record a subaccount's login",
    "release": "Release the credentials",
    "released": "Record what became of the release in the product",
    "approve": "Approve as second representative",
    "change": "Allow the full change (saved reports are lost)",
    "changed": "What happened in the product?",
    "hold": "Keep the case for later",
    "restore": "Take the case up again",
    "call-back": "Call back now, on the phone on file",
    "ask-tam": "Ask the account manager",
    "ask-unlock": "Ask for the account to be opened again",
    "unlock": "Open the account again, as second representative",
    "name-mailbox": "Name another mailbox on file",
    "confirm-mailbox": "Confirm the other mailbox, as second representative",
    "refuse": "Refuse the case",
}
"""All but "close": a case is closed by saying how it went."""
ANSWERS: Final[Mapping[TamAnswer, str]] = {
    "yes": "Yes: I reached somebody whom I know, who called",
    "no": "No: whoever calls is somebody else",
    "cannot_say": "I cannot say",
}
ACTS: Final[Mapping[ProductAct, str]] = {
    "subaccounts": "Count of subaccounts",
    "reset": "Reset",
    "change": "Change",
    "release": "Release",
}
REASONS: Final[Mapping[Reason, str]] = {
    "not-primary": "Not the Primary administrator",
    "withdrew": "The caller withdrew",
    "in-doubt": "In doubt about the caller",
    "has-subaccount": "A subaccount exists after all",
    "unreachable": "The caller cannot be reached",
    "mistake": "Opened by mistake",
}
OWED: Final[Mapping[Owed, str]] = {"change": "Permit open", "release": "Release open"}
"""What stands at a case until it is recorded what became of what it was allowed."""
UNDO: Final[Mapping[Undoable, str]] = {
    "claim": "Undo: give the case back",
    "hand-over": "Undo: keep the case",
    "wrap-up": "Undo: take back how it went",
}
DONE: Final[Mapping[str, str]] = {
    "claim": "The case is yours.",
    "spoke": "Recorded: you have spoken with the caller.",
    "keypad": "The caller is at the keypad. You are called first afterwards, and hear how it went.",
    "subaccounts": "Recorded: what you counted.",
    "reset": "The reset is asked for.",
    "reset-done": "Recorded: what became of the reset.",
    "login": "Recorded: the login.",
    "release": "The credentials are released.",
    "released": "Recorded: what became of the release.",
    "approve": "Approved.",
    "change": "The full change is allowed, once.",
    "changed": "Recorded: what became of the change.",
    "ask": "The product has taken it.",
    "hold": "The case is kept.",
    "restore": "The case is taken up again.",
    "call-back": "The phone on file is called now. Who answers types a fresh code; then your line is rung, "
    "and you first where it names your telephone.",
    "ask-tam": "The account manager is asked, by mail and in the console.",
    "ask-unlock": "Asked. A colleague looks at this case, and opens the account.",
    "unlock": "The account is open again. The caller calls anew, and names the account, not this case. What "
    "may be tried in an hour and in a day still holds.",
    "name-mailbox": "The mailbox is named. A colleague looks at this case, and confirms it.",
    "confirm-mailbox": "The mailbox counts from now on, in this case alone.",
    "refuse": "The case is refused. Nothing was changed.",
    "note": "The note is saved.",
    "hand-over": "The case is handed over: a colleague claims it with the same three digits.",
    "wrap-up": "Recorded: how it went.",
    "undo": "Taken back: the case is as it was before.",
}
CHANGES: Final[Mapping[str, str]] = {
    **{str(state): words for state, words in STATES.items()},
    "claim": "claimed",
    "spoke": "spoken with the caller",
    "keypad": "sent to the keypad",
    "keypad_failed": "not taken to the keypad by the network",
    "keypad_in_doubt": "sent to the keypad, and perhaps taken there",
    "subaccounts": "subaccounts counted",
    "login": "login recorded",
    "subaccount_login": "a login, told by the product",
    "reset-done": "reset recorded as failed",
    "changed": "what became of the change was recorded",
    "released": "what became of the release was recorded",
    "reminded": "reminder sent",
    "approve": "approved",
    "hand-over": "handed over",
    "wrap-up": "wrapped up",
    "undo": "taken back",
    "taken_up": "taken up by the caller",
    "says_primary": "the caller says to be the primary administrator",
    "says_not_primary": "the caller says not to be the primary administrator",
    "call-back": "called back",
    "called_back": "taken up in the call back",
    "ask-tam": "the account manager was asked",
    "ask-unlock": "it was asked that the account be opened again",
    "unlock": "the account was opened again",
    "name-mailbox": "another mailbox was named",
    "confirm-mailbox": "another mailbox was confirmed",
    "no_mailbox": "the caller said that the mailbox cannot be opened",
    "vouch_yes": "the account manager vouched for the caller",
    "vouch_no": "the account manager does not know of the call",
    "vouch_cannot_say": "the account manager cannot say",
}
"""What was done last, for who comes second."""
