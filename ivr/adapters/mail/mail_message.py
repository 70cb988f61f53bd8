"""A letter as the bytes that travel: no value in it can become a header, or a second recipient."""

from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP


class BadAddress(ValueError):  # noqa: N818 -- it names what is wrong
    """Not exactly one plain mail address. The message shows nothing of it."""


def plain_address(text: str) -> str:
    """Give *text* where it is one address in ASCII and nothing else. Raises BadAddress."""
    try:
        address = Address(addr_spec=text)
        is_plain = address.addr_spec == text and bool(address.username) and "." in address.domain
    except (MessageError, ValueError, IndexError):
        is_plain = False
    if not is_plain or not text.isascii() or not text.isprintable() or set(text) & set(' ,;:<>()[]"\\'):
        raise BadAddress("this is not exactly one plain mail address: see the accounts file")
    return text


def message_of(
    *, sender: str, to: str, subject: str, body: str, message_id: str, at: datetime
) -> EmailMessage:
    """Build the message. Raises BadAddress; ValueError for a line break in the subject.

    at: the date in its head; receivers distrust a mail without one.
    """
    if subject.splitlines() not in ([], [subject]):
        raise ValueError("a subject is one line")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=plain_address(sender))
    message["To"] = Address(addr_spec=plain_address(to))
    message["Subject"] = subject
    message["Date"] = at.astimezone(UTC)
    message["Message-ID"] = message_id
    # A reply of a machine to a machine would go on for ever, and a holiday notice helps nobody.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    return message
