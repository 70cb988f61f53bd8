"""No value in a letter can become a header, or a second recipient."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.mail.mail_message import BadAddress, message_of, plain_address

AT = datetime(2026, 11, 24, 18, tzinfo=UTC)
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
]


@given(subject=st.text(max_size=60), body=st.text(max_size=200))
def test_a_letter_has_our_headers_and_no_other_whatever_it_says(subject: str, body: str) -> None:
    try:
        message = message_of(
            sender="support@example.com",
            to="jo@example.com",
            subject=subject,
            body=body.encode("utf-8", errors="replace").decode(),
            message_id="<1@example.com>",
            at=AT,
        )
        data = message.as_bytes()
    except (ValueError, UnicodeError):
        return  # refused: a line break in the subject, or half a letter
    read = message_from_bytes(data, policy=SMTP)

    assert sorted(read.keys()) == sorted(HEADERS)
    assert read["To"] == "jo@example.com"


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r"])
def test_a_line_break_in_the_subject_is_refused(line_break: str) -> None:
    with pytest.raises(ValueError, match="a subject is one line"):
        message_of(
            sender="support@example.com",
            to="jo@example.com",
            subject=f"Hello{line_break}Bcc: eve@example.com",
            body="",
            message_id="<1@example.com>",
            at=AT,
        )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jo",
        "jo@localhost",
        "@example.com",
        "jo@",
        "jo@example.com, eve@example.com",
        "jo@example.com;eve@example.com",
        "Jo <jo@example.com>",
        "jo@example.com\nBcc: eve@example.com",
        "jo@example.com ",
        '"jo eve"@example.com',
        "jo(eve)@example.com",
        "jo@[127.0.0.1]",
        "j\u00f6@example.com",
        "jo@ex\u00e4mple.com",
    ],
)
def test_only_one_plain_address_is_an_address(text: str) -> None:
    with pytest.raises(BadAddress) as refused:
        plain_address(text)

    assert "example.com" not in str(refused.value)


@pytest.mark.parametrize("text", ["jo@example.com", "jo.smith+ivr@mail.example.co.uk", "o'neil@example.com"])
def test_plain_addresses_stay_as_they_are(text: str) -> None:
    assert plain_address(text) == text
