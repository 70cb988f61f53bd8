"""What a strict receiver scores, read from the bytes that a real relay was handed.

Source of the rules: RFC 5322 §3.6 (Date and From once each), RFC 2045 (MIME), RFC 3834 (automatic mail); RFC
5321 §4.5.3.1.6 (no line over 998 bytes). Filters such as SpamAssassin score each of them (MISSING_DATE,
MISSING_MID, INVALID_MSGID, MIME_HEADER_CTYPE_ONLY).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest

from ivr.adapters.mail.smtp import SmtpMailer
from ivr.adapters.settings.mail_relay import Relay as Address
from ivr.services.delivery import Letter
from tests.adapters.mail.relay import relay

AT = datetime(2026, 11, 24, 18, 0, 7, tzinfo=UTC)
LONG = "The scan reports of Müller & Söhne are encrypted with the present password. " * 40
LETTERS = {
    "plain": Letter(
        to="jo@example.com",
        subject="Password change",
        body="It has not been done.\n",
        message_id="<1@example.com>",
        at=AT,
    ),
    "long and not ASCII": Letter(
        to="jo.smith+ivr@mail.example.co.uk",
        subject="Müller & Söhne GmbH: " + "password change asked for by phone " * 4 + "today",
        body=f"{LONG}\n.\n{LONG}\n",
        message_id="<" + "9f" * 16 + "@example.com>",
        at=AT.astimezone(tz=None),
    ),
}


@pytest.fixture(params=LETTERS)
def letter(request: pytest.FixtureRequest) -> Letter:
    return LETTERS[request.param]


@pytest.fixture
def data(letter: Letter) -> Iterator[bytes]:
    with relay("well") as server:
        address = Address(host="127.0.0.1", port=server.port, encryption="none")
        delivery = SmtpMailer(relay=address, sender="support@example.com").send(letter)
        assert delivery.fate == "accepted"
        yield server.kept[0]


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize(
    "name",
    ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted"],
)
def test_every_header_that_is_looked_for_is_there_once(data: bytes, name: str) -> None:
    assert len(read(data).get_all(name, [])) == 1


def test_the_date_is_when_it_was_written_with_its_zone(data: bytes) -> None:
    date = parsedate_to_datetime(str(read(data)["Date"]))

    assert date == AT
    assert date.utcoffset() == timedelta(0)


def test_who_writes_and_who_reads_is_one_plain_address_each(data: bytes, letter: Letter) -> None:
    message = read(data)

    assert [one.addr_spec for one in message["From"].addresses] == ["support@example.com"]
    assert [one.addr_spec for one in message["To"].addresses] == [letter.to]
    assert not message.defects
    assert not [defect for value in message.values() for defect in value.defects]


def test_the_message_id_is_of_the_sender_s_own_domain(data: bytes, letter: Letter) -> None:
    written = str(read(data)["Message-ID"])

    assert written == letter.message_id
    assert re.fullmatch(r"<[0-9a-f]+@example\.com>", written)


def test_it_is_whole_text_in_utf_8_and_says_that_a_machine_wrote_it(data: bytes, letter: Letter) -> None:
    message = read(data)

    assert (message.get_content_type(), message.get_content_charset()) == ("text/plain", "utf-8")
    assert (message["MIME-Version"], message["Auto-Submitted"]) == ("1.0", "auto-generated")
    assert message.get_content().replace("\r\n", "\n") == letter.body
    assert message["Subject"] == letter.subject


def test_no_line_is_longer_or_stranger_than_relays_take(data: bytes) -> None:
    lines = data.split(b"\r\n")

    assert max(map(len, lines)) <= 78
    assert data.isascii()
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
