"""What a returned mail says about the one it returns: which one, and whether it failed for good."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Final

_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>", re.ASCII)
_FAILED: Final = re.compile(r"5\.\d{1,3}\.\d{1,3}", re.ASCII)
_PER_RECIPIENT: Final = "message/delivery-status"
_COMPLAINT: Final = "message/feedback-report"
_RETURNED: Final = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """message_id: of the mail that came back. status: such as "5.1.1", or "complaint" of its reader."""

    message_id: str
    status: str


def read_bounce(data: bytes) -> Bounce | None:
    """Read a delivery status notification (RFC 3464) or a complaint (RFC 5965); None for any other mail.

    Notices of delay or of success are no bounces. The returned mail has to be in it, or its header.
    """
    message = message_from_bytes(data, _class=EmailMessage, policy=default)
    status: str | None = None
    returned: str | None = None
    for part in message.walk():
        kind = part.get_content_type()
        if kind == _COMPLAINT:
            status = "complaint"
        elif kind == _PER_RECIPIENT:
            status = status or _failure_in(part)
        elif kind in _RETURNED and returned is None:
            returned = _message_id_in(part)
    return None if status is None or returned is None else Bounce(message_id=returned, status=status)


def _failure_in(part: Message) -> str | None:
    """Find the status of a recipient that failed for good; each recipient is a block of fields."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            found = _FAILED.search(str(block.get("Status", "")))
            return found.group() if found else "5.0.0"
    return None


def _message_id_in(part: Message) -> str | None:
    payload = part.get_payload()
    if isinstance(payload, list):  # a whole mail
        header = next((str(mail.get("Message-ID", "")) for mail in payload if isinstance(mail, Message)), "")
    else:  # its header alone, as text
        raw = part.get_payload(decode=True)
        text = raw if isinstance(raw, bytes) else str(payload).encode("ascii", errors="replace")
        header = str(message_from_bytes(text, policy=default).get("Message-ID", ""))
    found = _MESSAGE_ID.search(header)
    return found.group() if found else None
