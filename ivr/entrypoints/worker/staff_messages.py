"""Messages to our own staff go to the address that a member was added with."""

from dataclasses import dataclass

from ivr.services.case_ports import Account, Addressee, Directory, DirectoryUnavailable
from ivr.services.desk.moves.vouch import MEMBER
from ivr.services.ports import StoreUnavailable
from ivr.services.staff.member import MemberId
from ivr.services.staff.staff_ports import Staff


@dataclass(frozen=True, slots=True)
class WithStaff:
    directory: Directory
    staff: Staff

    def find(self, typed: str) -> Account | None:
        return self.directory.find(typed)

    def account(self, account: str) -> Account | None:
        return self.directory.account(account)

    def addressee(self, contact: str) -> Addressee | None:
        if not contact.startswith(MEMBER):
            return self.directory.addressee(contact)
        try:
            kept = self.staff.act(lambda tx: tx.member(MemberId(contact.removeprefix(MEMBER))))
        except StoreUnavailable as fault:
            raise DirectoryUnavailable(str(fault)) from fault
        if kept is None or kept.disabled_at is not None or kept.member.mail is None:
            return None
        return Addressee(kind="mailbox", address=kept.member.mail, company="")
