"""Opening an account again that too many wrong entries in a row closed: two representatives do it."""

from dataclasses import dataclass
from datetime import datetime

from ivr.domain.recovery.case import Case, CaseNumber
from ivr.domain.recovery.limits import IN_A_ROW
from ivr.services.case_ports import Account, Cases, CaseWork
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.card.lockout import NOT_SHUT
from ivr.services.desk.moves.move_record import MoveRecord
from ivr.services.desk.moves.moves import Lack, agent_lacks
from ivr.services.desk.moves.notes_and_wrap_up import fit
from ivr.services.desk.moves.terminal import stranger_lacks
from ivr.services.desk_ports import Note
from ivr.services.staff.staff_ports import StoredMember


class NotOpened(Exception):  # noqa: N818 -- it names what happened to the account
    """Nothing was done. lacks: why, each with its remedy."""

    def __init__(self, lacks: tuple[Lack, ...]) -> None:
        super().__init__("; ".join(f"{lack.missing}: {lack.remedy}" for lack in lacks))
        self.lacks = lacks


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocking:
    """What two who are signed in do about a case's account. Raises what every move of the desk raises."""

    desk: Desk

    def ask(self, number: CaseNumber, agent: str, *, reason: str, at: datetime) -> Case:
        """Ask for the account to be opened. reason: kept as a note on the case. Raises NotKept as well."""
        words = fit(reason, "reason")

        def put(tx: CaseWork, case: Case) -> None:
            tx.desk.keep_note(Note(id=self.desk.fresh(), case=case.id, author=agent, text=words, at=at))

        asked = {"unlock_asked_by": agent, "unlock_asked_at": at}
        facts = {**asked, "unlocked_by": None, "unlocked_at": None}
        record = MoveRecord(put=put, lacks=self._lacks)
        return self.desk.recorded("ask-unlock", number, agent, at=at, facts=lambda _: facts, record=record)

    def unlock(self, number: CaseNumber, second: str, *, at: datetime) -> Case:
        """Open the account that a colleague asked for. The case stays as it is: nobody is verified by it."""

        def put(tx: CaseWork, case: Case) -> None:
            _open(tx, case.account or "", agent=case.unlock_asked_by or "", second=second, at=at)

        done = {"unlocked_by": second, "unlocked_at": at}
        record = MoveRecord(put=put, lacks=self._lacks)
        return self.desk.recorded("unlock", number, second, at=at, facts=lambda _: done, record=record)

    def _lacks(self, tx: CaseWork, case: Case) -> tuple[Lack, ...]:
        # Held until the end: of two who open it at once, the second finds it open.
        failures = () if case.account is None else tx.moments(IN_A_ROW, case.account)
        return () if len(failures) >= self.desk.policy.account_in_a_row else (NOT_SHUT,)


def unlock(
    cases: Cases, account: Account, *, agent: str, second: str, roster: tuple[StoredMember, ...], at: datetime
) -> int:
    """Open an account for two of the roster, who have only been named; tell how many failures it had.

    Raises NotOpened, StoreUnavailable, AuditUnavailable. Source: NIST SP 800-63B-4, at most 100 in a row.
    """
    lacks = (*agent_lacks(agent), *agent_lacks(second))
    if agent == second:
        remedy = "let a colleague look at what was tried, and name both"
        lacks = (*lacks, Lack(name="second", missing="one person alone opens no account", remedy=remedy))
    lacks = lacks or (*stranger_lacks(agent, roster), *stranger_lacks(second, roster))
    if lacks:
        raise NotOpened(lacks)
    return cases.act(lambda tx: _open(tx, account.id, agent=agent, second=second, at=at))


def _open(tx: CaseWork, account: str, *, agent: str, second: str, at: datetime) -> int:
    """Forget the account's failures in a row, and count them. Its other limits hold."""
    failures = tx.moments(IN_A_ROW, account)
    tx.keep_moments(IN_A_ROW, account, ())
    fields = {"account": account, "actor": f"agent:{agent}", "approver": f"agent:{second}"}
    tx.record("account", {**fields, "outcome": "unlocked", "failures": len(failures)}, at=at)
    return len(failures)
