"""A mail that came back is known by the Message-ID of the one that we sent."""

import pytest

from ivr.adapters.mail.bounces import Bounce, read_bounce

OURS = "<m@example.com>"


def report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = f"Message-ID: {OURS}\r\nSubject: x\r\n",
    kind: str = "text/rfc822-headers",
    report_type: str = "message/delivery-status",
) -> bytes:
    """Write a report as RFC 3464 has it; the mail it returns, or its header, is the last part."""
    lines = f"""From: MAILER-DAEMON@relay.example.com
Message-ID: <report@relay.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry. Message-ID: <talked-about@example.com>
--b
Content-Type: {report_type}

Reporting-MTA: dns; relay.example.com

Final-Recipient: rfc822; jo@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: {kind}

"""
    return lines.replace("\n", "\r\n").encode() + returned.encode() + b"\r\n--b--\r\n"


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_failure_names_the_mail_that_came_back(kind: str) -> None:
    returned = f"Message-ID: {OURS}\r\nSubject: x\r\n\r\nIt has not been done.\r\n"

    assert read_bounce(report(kind=kind, returned=returned)) == Bounce(message_id=OURS, status="5.1.1")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_a_delay_or_a_success_is_no_bounce(action: str) -> None:
    assert read_bounce(report(action=action)) is None


def test_a_failure_without_a_clear_status_is_a_failure() -> None:
    assert read_bounce(report(action="Failed", status="oops")) == Bounce(message_id=OURS, status="5.0.0")


def test_a_reader_s_complaint_counts_as_one() -> None:
    complaint = report(report_type="message/feedback-report", action="none")

    assert read_bounce(complaint) == Bounce(message_id=OURS, status="complaint")


@pytest.mark.parametrize(
    "returned",
    ["Subject: x\r\n", "Message-ID: m@example.com\r\n", f"Message-ID: <{'x' * 300}@example.com>\r\n"],
)
def test_without_the_returned_mail_s_id_nothing_is_known(returned: str) -> None:
    assert read_bounce(report(returned=returned)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: hello\r\nMessage-ID: <m@example.com>\r\n\r\nHow are you?",
        b"\r\n" * 50,
    ],
)
def test_any_other_mail_is_none(data: bytes) -> None:
    assert read_bounce(data) is None
