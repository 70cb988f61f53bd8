"""Asking an account's own manager whether a caller is who she says.

A yes is one factor of two, for a day and in this case alone. It replaces neither the caller's own proof nor
the warning and the confirming key.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, cast, get_args

from ivr.domain.phone import E164
from ivr.domain.recovery.audit_chain import Fields
from ivr.domain.recovery.case import (
    OTHER_MAILBOX,
    Case,
    CaseCall,
    CaseNumber,
    TamAnswer,
    check_move,
    level_2_facts,
)
from ivr.domain.recovery.factors import VOUCH_S, Evidence, counting, level_of
from ivr.domain.recovery.limits import IN_A_ROW
from ivr.services.case_ports import CaseWork, Outgoing
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.card.card import Vouch, vouch_of
from ivr.services.desk.card.current_call import standing_of
from ivr.services.desk.card.member_names import marked
from ivr.services.desk.moves.move_record import MoveRecord, numbered
from ivr.services.desk.moves.moves import Lack, MoveBlocked
from ivr.services.desk.moves.notes_and_wrap_up import fit
from ivr.services.desk_ports import Note
from ivr.services.notices import notices
from ivr.services.staff.member import Member, MemberId
from ivr.services.staff.staff_ports import Staff

ANSWERS: Final[tuple[TamAnswer, ...]] = get_args(TamAnswer)
MEMBER: Final = "member:"
"""Stands before a member's id where a message names who gets it."""
_NUMBER: Final = re.compile(r"9[0-9]{8}", re.ASCII)
_IN_CONSOLE: Final = "console"
_VOUCH_LASTS: Final = timedelta(seconds=VOUCH_S)
_FULL_LEVEL: Final = 2
_GOES_ON: Final = ("talks", "rings", "nowhere")
_OTHERWISE: Final = "go on by two factors of the caller's own, or refuse the case"


class NotAsked(LookupError):  # noqa: N818 -- it names what is so
    """The member was not asked about that case, or there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchRequest:
    """A case about which a member was asked. until: when an answer counts no more."""

    case: Case
    vouch: Vouch
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """Every method raises StoreUnavailable and AuditUnavailable."""

    desk: Desk
    staff: Staff

    def ask(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Ask the manager of the case's account, by mail and in the console.

        Raises Refused, also where the account has no manager who can be asked; NoSuchCase, StaleCase,
        DirectoryUnavailable.
        """
        account = self.desk.cases.act(lambda tx: numbered(tx, number).account)
        # Asked outside the transaction: a directory may be somebody else's service, and slow.
        filed = None if account is None else self.desk.directory.account(account)
        tam = None if filed is None or filed.tam is None or filed.is_closed else self._manager(filed.tam)

        def lacks(_: CaseWork, case: Case) -> tuple[Lack, ...]:
            return () if account is None else tuple(_unaskable(case, agent, tam))

        def mail(tx: CaseWork, case: Case) -> None:
            message = Outgoing(
                id=self.desk.fresh(),
                channel="mail",
                purpose="vouch",
                case=case.id,
                call=case.call,
                contact=f"{MEMBER}{tam}",
                language=case.language,
                details={"number": case.number},
            )
            tx.queue(message, at=at)

        asked = {"tam": tam, "tam_asked_at": at, "tam_asked_by": agent}
        # Nobody else's word rests on the answer that is asked for anew: see `moves`.
        facts = {**asked, **dict.fromkeys(("tam_answer", "tam_answered_at", *OTHER_MAILBOX))}
        record, reason = MoveRecord(put=mail, lacks=lacks), tam or ""
        return self.desk.recorded(
            "ask-tam", number, agent, at=at, facts=lambda _: facts, record=record, reason=reason
        )

    def questions(self, member: Member) -> tuple[VouchRequest, ...]:
        """List the cases about which the member was asked and that are not over, oldest first."""
        cases = self.desk.cases.act(lambda tx: tx.cases())
        return tuple(
            VouchRequest(case=case, vouch=vouch, until=vouch.asked_at + _VOUCH_LASTS)
            for case in cases
            if (vouch := vouch_of(case)) is not None and vouch.tam == member.id
        )

    def check(self, number: str, member: Member, *, answer: str, reason: str, at: datetime) -> None:
        """Say what stands against an answer before the member's code is used up for it.

        Raises NotKept, Refused, and NotAsked; the last two go on record.
        """
        fit(reason, "reason")
        self._answered(number, member, lambda *_: None, at=at, answer=answer)

    def answer(self, number: CaseNumber, member: Member, *, answer: str, reason: str, at: datetime) -> None:
        """Keep what the manager says, with the reason as a note on the case.

        The member's own code was proved with it. A yes makes the caller verified at once where the call is
        with the agents, and another factor was proved in it. Raises NotKept, NotAsked, Refused, StaleCase.
        """
        words = fit(reason, "reason")

        def keep(tx: CaseWork, case: Case) -> None:
            said = cast("TamAnswer", answer)
            answered = replace(case, tam_answer=said, tam_answered_at=at)
            tx.desk.keep_note(Note(id=self.desk.fresh(), case=case.id, author=member.id, text=words, at=at))
            tx.record("vouch", {**_named(case, member), "outcome": f"vouch_{said}"}, at=at)
            if said != "yes":
                tx.save(answered)
                return
            tx.prove(case.id, Evidence(factor="vouch", call=_IN_CONSOLE, at=at))
            due = self._due(tx, answered, at)
            if due is None:
                tx.save(answered)
                return
            check_move(case.state, "VERIFIED")
            facts = level_2_facts(case, due, at=at)
            verified = tx.save(replace(answered, state="VERIFIED", **facts))
            tx.keep_moments(IN_A_ROW, verified.account or verified.id, ())
            tx.record("case", {**_named(verified, member), "outcome": "VERIFIED"}, at=at)
            for notice in notices(verified, "verified", call=verified.call, fresh=self.desk.fresh):
                tx.queue(notice, at=at)

        self._answered(number, member, keep, at=at, answer=answer)

    def _answered(
        self,
        number: str,
        member: Member,
        work: Callable[[CaseWork, Case], None],
        *,
        at: datetime,
        answer: str,
    ) -> None:
        def done(tx: CaseWork) -> MoveBlocked | NotAsked | None:
            case = tx.case_numbered(CaseNumber(number)) if _NUMBER.fullmatch(number) else None
            if case is None or case.tam != member.id or not member.may("tam"):
                fields = {"case": None if case is None else case.id, "actor": f"agent:{member.id}"}
                tx.record("console", {**fields, "outcome": "turned_away", "reason": "not_found"}, at=at)
                return NotAsked(number)
            lacking = tuple(_unanswerable(case, member.id, answer, at))
            if lacking:
                why = " ".join(lack.name for lack in lacking)
                refused = {**_named(case, member), "outcome": "vouch", "reason": why}
                tx.record("case_refused", refused, at=at)
                return MoveBlocked("ask-tam", lacking)
            work(tx, case)
            return None

        fault = self.desk.cases.act(done)
        if fault is not None:
            raise fault

    def _manager(self, phone: E164) -> MemberId | None:
        """Find the one account manager who has this telephone, and an address for mail."""
        members = self.staff.act(lambda tx: tx.members())
        found = [
            kept.member.id
            for kept in members
            if kept.member.phone == phone
            and kept.member.may("tam")
            and kept.member.mail is not None
            and kept.disabled_at is None
            and kept.seed is not None
        ]
        return found[0] if len(found) == 1 else None

    def _due(self, tx: CaseWork, case: Case, at: datetime) -> CaseCall | None:
        """Find the call that the yes verifies: another factor was proved in it, and it is not over."""
        if case.state != "CLAIMED":
            return None
        evidence = tx.evidence(case.id)
        going_on = [one.joined for one in tx.desk.calls(case.id) if standing_of(one, at=at) in _GOES_ON]
        return next((one for one in going_on if self._makes_two(evidence, one, at)), None)

    def _makes_two(self, evidence: tuple[Evidence, ...], joined: CaseCall, at: datetime) -> bool:
        policy, call = self.desk.policy, joined.call
        proved = counting(evidence, call=call, at=at, older_calls_s=policy.chain_s, own_s=policy.verified_s)
        is_own = any(one.call == call for one in proved)
        return is_own and joined.wrong < policy.wrong_per_call and level_of(proved) == _FULL_LEVEL


def _unaskable(case: Case, agent: str, tam: MemberId | None) -> Iterator[Lack]:
    if tam is None:
        what = "no account manager who works with the console belongs to the account's telephone on file"
        yield Lack(name="tam", missing=what, remedy=_OTHERWISE)
    elif tam in (agent, case.agent, case.approver, case.subaccounts_checked_by):
        what = f"the account manager, {marked(tam)}, has acted on the case"
        yield Lack(name="second", missing=what, remedy=_OTHERWISE)


def _unanswerable(case: Case, member: MemberId, answer: str, at: datetime) -> Iterator[Lack]:
    if answer not in ANSWERS:
        yield Lack(name="answer", missing="none of the three answers is chosen", remedy="choose one")
    if case.is_over:
        yield Lack(name="open", missing="the case is over", remedy="nothing is left to be answered")
    elif case.tam_answered_at is not None:
        yield Lack(name="answered", missing="you have answered already", remedy="tell the agent what changed")
    elif case.tam_asked_at is None or not timedelta(0) <= at - case.tam_asked_at <= _VOUCH_LASTS:
        yield Lack(name="late", missing="you were asked more than a day ago", remedy="the agent asks again")
    if member in (case.agent, case.approver, case.subaccounts_checked_by, case.tam_asked_by):
        what = "you have acted on this case yourself"
        yield Lack(
            name="second", missing=what, remedy="nobody vouches for a caller whose case is in his hands"
        )


def _named(case: Case, member: Member) -> Fields:
    return {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{member.id}"}
