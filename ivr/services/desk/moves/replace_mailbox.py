"""Another mailbox on file for a caller who cannot open the one that counts: two representatives name it.

The account's manager must have said yes. The mailbox may be younger than the days after which one counts by
itself; where it is not on file, nobody can name it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.case_ports import CaseWork, Contact, Outgoing
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.card.mailbox_replacement import mailboxes_of, nameable
from ivr.services.desk.moves.move_record import MoveRecord, numbered
from ivr.services.desk.moves.moves import Lack


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailboxes:
    """Every method raises what every move of the desk raises, and DirectoryUnavailable."""

    desk: Desk

    def name(self, number: CaseNumber, agent: str, *, contact: str, at: datetime) -> Case:
        """Ask that this mailbox on file counts in the case. contact: its id."""
        on_file = self._on_file(number)

        def lacks(_: CaseWork, case: Case) -> tuple[Lack, ...]:
            return _not_on_file(contact, on_file, case)

        asked = {"other_mailbox": contact, "other_asked_by": agent, "other_asked_at": at}
        record = MoveRecord(lacks=lacks)
        return self.desk.recorded("name-mailbox", number, agent, at=at, facts=lambda _: asked, record=record)

    def confirm(self, number: CaseNumber, second: str, *, at: datetime) -> Case:
        """Let the mailbox that a colleague named count; a warning that is due goes there at once."""
        on_file = self._on_file(number)

        def lacks(_: CaseWork, case: Case) -> tuple[Lack, ...]:
            return () if case.other_mailbox is None else _not_on_file(case.other_mailbox, on_file, case)

        def put(tx: CaseWork, case: Case) -> None:
            named = {"case": case.id, "account": case.account, "call": case.call, "contact": case.mailbox}
            both = {"actor": f"agent:{case.other_asked_by}", "approver": f"agent:{second}"}
            tx.record("mailbox", {**named, **both, "outcome": "named"}, at=at)
            if case.state == "CONFIRMED":
                tx.queue(self._disclaimer(case), at=at)

        def facts(case: Case) -> dict[str, Any]:
            queued = {"disclaimer_queued_at": at} if case.state == "CONFIRMED" else {}
            named = {"mailbox": case.other_mailbox, "other_named_by": second, "other_named_at": at}
            return {**named, **queued}

        record = MoveRecord(put=put, lacks=lacks)
        return self.desk.recorded("confirm-mailbox", number, second, at=at, facts=facts, record=record)

    def _on_file(self, number: CaseNumber) -> tuple[Contact, ...]:
        account = self.desk.cases.act(lambda tx: numbered(tx, number).account)
        # Asked outside the transaction: a directory may be somebody else's service, and slow.
        return mailboxes_of(None if account is None else self.desk.directory.account(account))

    def _disclaimer(self, case: Case) -> Outgoing:
        return Outgoing(
            id=self.desk.fresh(),
            channel="mail",
            purpose="disclaimer",
            case=case.id,
            call=case.call,
            contact=case.mailbox,
            language=case.language,
            details={"number": case.number},
        )


def _not_on_file(contact: str, on_file: Iterable[Contact], case: Case) -> tuple[Lack, ...]:
    if any(contact == one.id for one in nameable(case, on_file)):
        return ()
    what = "that is no other mailbox of the account on file"
    return (Lack(name="contact", missing=what, remedy="choose one of those that the card shows"),)
