"""An account manager of the office's account, a case that is about it, and what the two are asked."""

from dataclasses import replace
from typing import Final

from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.domain.phone import E164
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.factors import Evidence, Factor
from ivr.services.desk.moves.vouch import Vouching
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.staff_ports import StoredMember
from tests.domain.recovery.ready import AT, TO_RESET, ago
from tests.services.desk.office import Office

AGENT: Final = "agent-1"
SAM: Final = Member(
    id=MemberId("sam"),
    name="Sam Ortiz",
    roles=frozenset({"tam"}),
    lines=frozenset(),
    phone=E164("+14155550190"),
    mail="sam@vendor.example",
)
TIA: Final = replace(SAM, id=MemberId("tia"), name="Tia Roy", phone=E164("+14155550191"))


def joined(office: Office, *members: Member) -> Vouching:
    """Let members work here, each with both factors."""
    staff = SqlStaff(office.cases)
    for member in members:
        keep(staff, StoredMember(member=member, added_at=AT, password="a hash", seed="a seed"))
    return Vouching(desk=office.desk, staff=staff)


def claimed(office: Office, *factors: Factor, seconds_ago: float = 100) -> Case:
    """Put a case that agent-1 has claimed, in whose call the caller proved these factors."""
    account = office.account()
    phone, mailbox = account.contact("phone"), account.contact("mailbox")
    assert phone is not None
    assert mailbox is not None
    unproved = replace(
        TO_RESET,
        state="CLAIMED",
        l2_at=None,
        l2_call=None,
        path=None,
        subaccounts=None,
        subaccounts_checked_at=None,
        subaccounts_checked_by=None,
        account=account.id,
        phone=phone.id,
        mailbox=mailbox.id,
        notify=f"mail:{mailbox.id}",
    )
    case = office.put(unproved)
    for factor in factors:
        prove(office, case, Evidence(factor=factor, call=case.call, at=ago(seconds_ago)))
    return case


def keep(staff: SqlStaff, kept: StoredMember) -> None:
    staff.act(lambda tx: tx.save(kept))


def prove(office: Office, case: Case, proof: Evidence) -> None:
    office.cases.act(lambda tx: tx.prove(case.id, proof))
