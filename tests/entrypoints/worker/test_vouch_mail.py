"""The mail that asks an account manager about a caller, to a real mail server."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.adapters.mail.smtp import SmtpMailer
from ivr.adapters.settings.mail_relay import Relay
from ivr.domain.phone import E164
from ivr.entrypoints.worker.staff_messages import WithStaff
from ivr.services.case_ports import Outgoing
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.staff_ports import StoredMember
from tests.adapters.mail.relay import relay
from tests.entrypoints.worker.desk import AT, CALL, CASE, MAILBOX, PHONE, Desk

SAM = Member(
    id=MemberId("sam"),
    name="Sam Ortiz",
    roles=frozenset({"tam"}),
    lines=frozenset(),
    phone=E164("+14155550190"),
    mail="sam@vendor.example",
)


def asked(desk: Desk) -> WithStaff:
    """Queue the question to Sam, and give a directory that knows where Sam is."""
    desk.open()
    message = Outgoing(
        id="a" * 32,
        channel="mail",
        purpose="vouch",
        case=CASE,
        call=CALL,
        contact="member:sam",
        language="en",
        details={"number": desk.case().number},
    )
    desk.cases.act(lambda tx: tx.queue(message, at=AT))
    return WithStaff(desk.directory, SqlStaff(desk.cases))


def save(desk: Desk, kept: StoredMember) -> None:
    SqlStaff(desk.cases).act(lambda tx: tx.save(kept))


def test_the_manager_is_asked_at_the_own_address_and_told_no_number_link_or_secret(desk: Desk) -> None:
    directory = asked(desk)
    save(desk, StoredMember(member=SAM, added_at=AT))

    with relay("well") as server:
        mailer = SmtpMailer(
            relay=Relay(host="127.0.0.1", port=server.port, encryption="none"), sender="line@vendor.example"
        )
        count = replace(desk.sender(mailer=mailer), directory=directory).send_due("mail")

    assert (count, server.recipients) == (1, ["sam@vendor.example"])
    letter = message_from_bytes(server.kept[0], policy=default)
    text = f"{letter['Subject']}\n{letter.get_content()}"
    assert "912345678" in text
    assert "at a number that you knew before this mail" in " ".join(text.split())
    for told in ("+1", "jo.smith", "Acme", "http"):
        assert told not in text
    assert desk.state("a" * 32) == "accepted"


def test_a_manager_who_was_shut_out_gets_no_mail(desk: Desk) -> None:
    directory = asked(desk)
    save(desk, StoredMember(member=SAM, added_at=AT, disabled_at=AT))

    replace(desk.sender(), directory=directory).send_due("mail")

    assert desk.post.letters == []
    assert desk.state("a" * 32) == "refused"


def test_everybody_else_is_where_the_directory_says(desk: Desk) -> None:
    directory = asked(desk)
    save(desk, StoredMember(member=SAM, added_at=AT))

    known = [directory.addressee(contact) for contact in (PHONE, MAILBOX, "nobody", "member:nobody")]

    assert known == [desk.directory.addressee(PHONE), desk.directory.addressee(MAILBOX), None, None]
