"""What is written about an enrolment: it belongs to no case, and its code names what it is for."""

from pathlib import Path

import pytest

from ivr.adapters.database.cases.outbox import Leased
from ivr.adapters.mail.message_templates import read_template_files, read_templates
from ivr.domain.recovery.case import CaseId, CaseNumber
from ivr.domain.recovery.codes import SentCode, enrol_token
from ivr.entrypoints.worker.message_writer import digits_of, write
from ivr.entrypoints.worker.sender_identity import House
from ivr.services.case_ports import Channel, Purpose
from tests.entrypoints.worker.desk import AT, KEY, MAILBOX, PHONE

INVITATION = CaseId("e" * 32)
TEMPLATES, _ = read_templates(read_template_files(Path("prompts")), ["en"])
HOUSE = House(
    words={"en": {"company": "Acme", "product": "Scan", "privacy": "acme.example/privacy"}},
    phone="+14155550100",
    public_url="https://ivr.example.com",
    key=KEY,
)
CODE = SentCode(
    case=INVITATION,
    call="enrolling",
    contact=PHONE,
    salt="s",
    asked_at=AT,
    expires_at=AT.replace(minute=10),
    sends=1,
)


def leased(channel: Channel, purpose: Purpose, code: SentCode | None = None) -> Leased:
    return Leased(
        id="1" * 32,
        channel=channel,
        purpose=purpose,
        case=INVITATION,
        number=CaseNumber(""),
        call="enrolling",
        contact=MAILBOX if channel == "mail" else PHONE,
        language="en",
        details={"of": "enrolment"},
        attempt=1,
        message_id=None,
        created_at=AT,
        code=code,
    )


def test_an_invitation_carries_the_link_of_its_page() -> None:
    written = write(leased("mail", "invite"), TEMPLATES, HOUSE)

    token = enrol_token(KEY, invitation=INVITATION)
    assert f"\nhttps://ivr.example.com/enrol/{INVITATION}/{token}\n" in written.body
    assert "Acme" in written.subject


def test_the_code_of_an_enrolment_says_what_it_is_for() -> None:
    written = write(leased("text", "code", CODE), TEMPLATES, HOUSE)

    assert written.template.name == "enrol_code"
    assert written.body.startswith(digits_of(CODE, KEY).reveal())
    assert "set up an authenticator app" in written.body
    assert "password" not in written.body
    assert "within 10 minutes" in written.body


@pytest.mark.parametrize("channel", ["mail", "text"])
def test_word_of_an_enrolment_names_no_case_and_no_link(channel: Channel) -> None:
    written = write(leased(channel, "enrolled"), TEMPLATES, HOUSE)

    assert "24 November 2026, 18:00 UTC" in written.body
    assert "+14155550100" in written.body
    assert "/enrol/" not in written.body
    assert "/stop/" not in written.body
