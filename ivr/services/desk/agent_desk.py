"""The desk: each of an agent's moves is one transaction, which reads the facts anew and puts it on record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, get_args

from ivr.domain.menus.line import Line
from ivr.domain.recovery.audit_chain import Fields
from ivr.domain.recovery.case import Case, CaseNumber, Goal, State, check_move, end_facts
from ivr.domain.recovery.codes import match_code
from ivr.domain.recovery.deadlines import waits_until
from ivr.domain.recovery.policy import Policy
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Cases, CaseWork, Directory, Notice, StaleCase
from ivr.services.desk.card.callback_attempts import calls_of
from ivr.services.desk.card.card import Card, Stored, calling_of, card_of, reach_of, stored_of
from ivr.services.desk.card.current_call import call_now
from ivr.services.desk.card.primary_statement import as_answered
from ivr.services.desk.moves.claim import Claiming
from ivr.services.desk.moves.move_record import NO_RECORD, Lacking, MoveRecord, numbered
from ivr.services.desk.moves.moves import Lack, Move, MoveBlocked, agent_lacks, lacks_of
from ivr.services.desk.moves.removed_contacts import gone_contacts
from ivr.services.desk.moves.terminal import Terminal
from ivr.services.desk.product.change_permit import issue
from ivr.services.desk.product.login_evidence import seen
from ivr.services.desk.product.product_acts import acts_of, outcome_lacks
from ivr.services.notices import notices

Reason = Literal["not-primary", "withdrew", "in-doubt", "has-subaccount", "unreachable", "mistake"]
"""Why an agent refuses a case. A code, since what is typed freely might hold what must not be kept."""
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

Facts = Mapping[str, Any]
_NONE: Final[Facts] = {}
_PRODUCT_TIME: Final = "give the time that the product shows, in UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What agents do with cases. fresh: gives 32 random hexadecimal digits.

    seen: the version of the case that whoever moves it has looked at; None: whatever it is by now.
    lines: by what callers ask for, the line that a kept case waits for; without them no card says when the
    house calls next. terminal: where whoever moves it has only named himself; None in the console.

    Every move raises Refused where something is missing, NoSuchCase, StaleCase, StoreUnavailable and
    AuditUnavailable; then nothing was done. A refusal is on record too.
    """

    cases: Cases
    directory: Directory
    policy: Policy
    key: Secret
    fresh: Callable[[], str]
    seen: int | None = None
    lines: Mapping[Goal, Line] = field(default_factory=dict)
    terminal: Terminal | None = None

    def open_cards(self, *, at: datetime) -> tuple[Card, ...]:
        """Show every case that is not over, oldest first."""
        return tuple(self.card(one.number, at=at) for one in self.cases.act(lambda tx: tx.cases()))

    def card(self, number: CaseNumber, *, at: datetime, agent: str | None = None) -> Card:
        """Show one case. agent: who reads it; None leaves open who."""

        def read(tx: CaseWork) -> tuple[Case, Stored]:
            case = as_answered(tx, numbered(tx, number))
            acts = acts_of(tx, case, key=self.key, agent=agent, at=at)
            calls = calls_of(tx, case, self.policy, self.lines, at=at)
            return case, stored_of(tx, case, self.policy, acts=acts, calls=calls, at=at)

        case, stored = self.cases.act(read)
        # Asked outside the transaction: a directory may be somebody else's service, and slow.
        card = card_of(
            case,
            stored,
            agent=agent,
            reach=reach_of(case, self.directory, agent=agent),
            calling=calling_of(case, self.directory, stored.caller, self.key),
            match="" if case.claimed_call is None else self._match(case, case.claimed_call),
            policy=self.policy,
            at=at,
        )
        return card if self.terminal is None else card.locked(partial(self.terminal.second_lacks, case))

    def claim(
        self,
        number: CaseNumber,
        agent: str,
        *,
        at: datetime,
        match: str | None = None,
        taken_from: str | None = None,
    ) -> Case:
        """Take the case. match: the three digits that were whispered: needed while a call may last.

        taken_from: who hands it over. Whoever takes it, or takes it by another call, speaks with the caller
        anew, and is approved anew.
        """
        claiming = Claiming(
            agent=agent,
            at=at,
            match=match,
            taken_from=taken_from,
            digits_of=self._match,
            lasts_s=self.policy.chain_s,
        )
        record = MoveRecord(lacks=claiming.lacks, put=claiming.put)
        return self._make("claim", number, agent, at=at, facts=claiming.facts, record=record)

    def spoke(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Record that the agent has spoken with the caller; it proves nothing about who that is."""
        return self._make(
            "spoke",
            number,
            agent,
            at=at,
            facts=lambda case: {"spoke_at": at, "spoke_call": case.claimed_call},
        )

    def subaccounts(
        self, number: CaseNumber, agent: str, *, count: int, at: datetime, seen_at: datetime | None = None
    ) -> Case:
        """Record how many subaccounts the agent sees in the product: that decides the path.

        seen_at: when, as the product shows it; None: now.
        """
        looked_at = at if seen_at is None else seen_at

        def facts(_: Case) -> Facts:
            path = "reset" if count else "change"
            seen_by = {"subaccounts_checked_at": looked_at, "subaccounts_checked_by": agent}
            return {**seen_by, "subaccounts": count, "path": path}

        none = _lack("count", "there is no such number", "count them in the product")
        wrong = (*(() if count >= 0 else (none,)), *_future(looked_at, at=at))
        return self._make("subaccounts", number, agent, at=at, facts=facts, lacks=lambda *_: wrong)

    def ask_for_reset(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Ask for the password to be reset, where a subaccount exists."""
        return self._make(
            "reset",
            number,
            agent,
            at=at,
            state="RESET_REQUESTED",
            facts=lambda _: {"reset_requested_at": at, "acted_by": agent},
            lacks=gone_contacts(self.cases, self.directory, number),
            notice="requested",
        )

    def reset_done(
        self,
        number: CaseNumber,
        agent: str,
        *,
        done_at: datetime,
        at: datetime,
        record: MoveRecord = NO_RECORD,
    ) -> Case:
        """Record when the product says that it reset the password; who asked is told what is waited for."""

        def lacks(_: CaseWork, case: Case) -> tuple[Lack, ...]:
            asked_at = case.reset_requested_at
            if asked_at is not None and done_at < asked_at:
                return (_lack("time", "the reset lies before it was asked for", _PRODUCT_TIME),)
            return _future(done_at, at=at)

        return self._make(
            "reset-done",
            number,
            agent,
            at=at,
            state="RESET_DONE",
            facts=lambda _: {"reset_done_at": done_at},
            lacks=lacks,
            notice="waiting",
            record=record,
        )

    def login(
        self, number: CaseNumber, agent: str, *, login_at: datetime, name: str, where: str, at: datetime
    ) -> Case:
        """Record, as a second representative, when the product says that a subaccount logged in.

        Only a person's own login counts, with a subaccount that is older than the request. name: the
        subaccount's; it is kept masked, whatever is typed. where: in the product it was seen.
        """
        return self._make(
            "login",
            number,
            agent,
            at=at,
            facts=lambda _: {"subaccount_login_at": login_at, "subaccount_login_by": agent},
            lacks=lambda *_: _future(login_at, at=at),
            record=seen(name=name, where=where, login_at=login_at, by=agent, at=at),
        )

    def release(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Release the credentials: the product then sends its own link."""
        return self._make(
            "release",
            number,
            agent,
            at=at,
            state="RELEASED",
            facts=lambda _: {"released_at": at, "released_by": agent},
            notice="release_allowed",
        )

    def recorded(
        self,
        move: Move,
        number: CaseNumber,
        agent: str,
        *,
        at: datetime,
        record: MoveRecord,
        facts: Callable[[Case], Facts] = lambda _: _NONE,
        reason: str = "",
        notice: Notice | None = None,
    ) -> Case:
        """Put down what was done about a case, with its facts, where that leaves the state as it is."""
        made = partial(self._make, move, number, agent, at=at, facts=facts, record=record)
        return made(reason=reason, notice=notice)

    def approve(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Approve a full change, as a second representative."""
        return self._make(
            "approve", number, agent, at=at, facts=lambda _: {"approver": agent, "approved_at": at}
        )

    def change(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Allow the full password change, once, where every gate is met; it is made in the product then."""
        return self._make(
            "change",
            number,
            agent,
            at=at,
            state="CHANGED",
            facts=lambda _: {"changed_at": at, "acted_by": agent},
            lacks=gone_contacts(self.cases, self.directory, number),
            notice="change_allowed",
            record=MoveRecord(put=lambda tx, case: issue(tx, case, key=self.key, at=at)),
        )

    def hold(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Keep a verified caller's case for later; meanwhile it permits nothing."""
        return self._make("hold", number, agent, at=at, state="HELD", facts=lambda _: {"held_at": at})

    def restore(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Undo a hold while the caller is still verified; it makes nobody verified."""
        return self._make("restore", number, agent, at=at, state="VERIFIED", facts=lambda _: _NONE)

    def refuse(self, number: CaseNumber, agent: str, *, why: Reason, at: datetime) -> Case:
        """End the case without anything changed. Anybody may: it is the safe side."""
        ended = end_facts(at=at, by=agent, why=why)
        return self._make("refuse", number, agent, at=at, state="REFUSED", facts=lambda _: ended, reason=why)

    def close(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """End a case, once it is recorded what became of its act."""
        close = partial(self._make, "close", number, agent, at=at, state="CLOSED", lacks=outcome_lacks)
        return close(facts=lambda _: end_facts(at=at, by=agent, why="done"))

    def _make(
        self,
        move: Move,
        number: CaseNumber,
        agent: str,
        *,
        at: datetime,
        facts: Callable[[Case], Facts],
        state: State | None = None,
        lacks: Lacking = lambda *_: (),
        notice: Notice | None = None,
        reason: str = "",
        record: MoveRecord = NO_RECORD,
    ) -> Case:
        misnamed = agent_lacks(agent)
        if misnamed:
            raise MoveBlocked(move, misnamed)

        def work(tx: CaseWork) -> Case | MoveBlocked:
            case = self.looked_at(as_answered(tx, numbered(tx, number)))
            lacking = (
                *(() if self.terminal is None else self.terminal.lacks(move, case, agent)),
                *self.lacks_now(tx, move, case, agent, at=at),
                *lacks(tx, case),
                *record.lacks(tx, case),
            )
            named = {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{agent}"}
            if lacking:
                why = " ".join(dict.fromkeys(lack.name for lack in lacking))
                tx.record("case_refused", {**named, "outcome": move, "reason": why}, at=at)
                return MoveBlocked(move, lacking)
            if state is not None:
                check_move(case.state, state)
            saved = tx.save(replace(case, **{**facts(case), "state": state or case.state}))
            record.put(tx, saved)
            tx.record("case", {**named, "outcome": state or move, **_told(saved, state, reason)}, at=at)
            if notice is not None:
                self._notify(tx, saved, notice, at=at)
            return saved

        made = self.cases.act(work)
        if isinstance(made, MoveBlocked):
            raise made
        return made

    def lacks_now(
        self, tx: CaseWork, move: Move, case: Case, agent: str, *, at: datetime
    ) -> tuple[Lack, ...]:
        """Name what a move of the agent lacks by the case's facts, and by the call that it is about."""
        now = call_now(tx, case, self.policy, at=at)
        return lacks_of(move, case, self.policy, at=at, agent=agent, now=now)

    def looked_at(self, case: Case) -> Case:
        """Give the case as it was looked at. Raises StaleCase where it was changed since."""
        if self.seen not in (None, case.version):
            raise StaleCase(f"case {case.number} was changed by somebody else meanwhile: look at it again")
        return case

    def _notify(self, tx: CaseWork, case: Case, event: Notice, *, at: datetime) -> None:
        until = waits_until(case, self.policy)
        for notice in notices(case, event, call=case.call, fresh=self.fresh, until=until):
            tx.queue(notice, at=at)

    def _match(self, case: Case, call: str) -> str:
        return match_code(self.key, case=case.id, call=call)


def _lack(name: str, missing: str, remedy: str) -> Lack:
    return Lack(name=name, missing=missing, remedy=remedy)


def _told(saved: Case, state: State | None, reason: str) -> Fields:
    why = {"reason": reason} if reason else {}
    has_approver = state == "CHANGED" and saved.approver is not None
    return {**why, "approver": f"agent:{saved.approver}"} if has_approver else why


def _future(seen_at: datetime, *, at: datetime) -> tuple[Lack, ...]:
    return (_lack("time", "that time lies in the future", _PRODUCT_TIME),) if seen_at > at else ()
