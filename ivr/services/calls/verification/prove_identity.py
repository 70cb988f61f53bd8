"""Steps of proving who a caller is. Every one asks and writes the same, whether or not an account exists."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, assert_never

from ivr.domain.recovery.case import Case, CaseId, CaseNumber, level_2_facts
from ivr.domain.recovery.factors import Evidence
from ivr.domain.recovery.limits import IN_A_ROW
from ivr.domain.recovery.verification_commands import (
    CLOSED,
    CaseView,
    CheckEntry,
    Entered,
    GoOn,
    Identify,
    Step,
    Way,
    WithoutPin,
)
from ivr.services.calls.verification.case_transaction import Act
from ivr.services.calls.verification.enroll import renew
from ivr.services.calls.verification.enrolled_factors import Enrolled
from ivr.services.calls.verification.send_codes import NO_PREFIX, Codes
from ivr.services.case_ports import Account, Contact
from ivr.services.notices import told_of

_NUMBER_DIGITS: Final = 8
_SHORTEST_NUMBER: Final = 7
"""Of digits at a number's end that are taken for the number, without its country code."""
_FULL_LEVEL: Final = 2
NOTICES: Final = 2
"""So many contacts an account has: its telephone and its mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    act: Act

    def identify(self, deed: Identify, found: Account | None) -> CaseView:
        """Open a case for what the caller typed, or take up the one whose number was typed; send a code."""
        act = self.act
        typed = deed.caller or "" if deed.typed is None else deed.typed.reveal()
        resumed = act.tx.case_numbered(CaseNumber(typed))
        counter = act.counter(_named(resumed, found) or act.hashed(typed))
        # All are asked before any decides: what is counted must not depend on who calls.
        answers = (act.can_send(), counter.line_allows(), counter.may_name())
        if not all(answers):
            act.record("verification_closed", None, outcome="limit" if answers[0] else "closed")
            return CLOSED
        if resumed is not None and not resumed.is_over:
            case = self._taken_up(resumed, deed)
        else:
            case = self._opened(deed, found)
        act.tx.join(case.id, act.call, act.at)
        act.tx.keep_answer(act.answered(case))
        if "pin" in act.policy.factors:
            return act.view(case, "pin")
        return self._send(case, "phone", "text")

    def go_on(self, deed: GoOn | WithoutPin) -> CaseView:
        """Go on with the case that the call has already; who types no PIN has made no mistake.

        A PIN is asked for before the first code, as for everybody, and once in a call; a kept case takes one
        fresh code alone. Whoever has not said in this call to be the primary administrator is asked first.
        """
        case = self.act.case()
        if case is None or case.is_over or not self.act.can_send():
            return CLOSED
        if isinstance(deed, WithoutPin):
            self.act.record_factor(case, "pin", "none")
        if isinstance(deed, GoOn) and not self.act.answered(case).is_primary:
            return self.act.view(case, "primary")
        if self.act.standing(case) != "phone":
            return self.act.view(case)
        is_asked = "pin" in self.act.policy.factors and case.state != "HELD"
        if isinstance(deed, GoOn) and is_asked and not Codes(act=self.act).was_asked(case, "phone"):
            return self.act.view(case, "pin")
        return self._send(case, "phone", "text")

    def send_again(self, step: Step, way: Way) -> CaseView:
        case = self.act.case()
        if case is None or case.is_over or not self.act.can_send():
            return CLOSED
        return self._send(case, step, way)

    def check(self, deed: CheckEntry) -> CaseView:
        """Check what was typed against the code that was sent: a try is counted before it is judged."""
        act = self.act
        case = act.case()
        if case is None or case.is_over:
            return CLOSED
        counter = act.counter_of(case)
        is_line_open = counter.line_allows()
        # Read behind the counters, which are held: of entries that come at once, each sees those before it.
        if act.is_out_of_tries(case):
            return act.view(case, "failed")
        if not is_line_open:
            act.record("verification_closed", case, outcome="limit")
            return CLOSED
        may_try = counter.account_allows()
        counter.reserve(is_checked=may_try)
        is_right = self._is_right(case, deed, may_try=may_try)
        if is_right:
            counter.succeed(is_checked=may_try)
            case = self._prove(case, deed.step)
        else:
            act.tx.count_wrong(case.id, act.call)
            told = case if counter.was_paused() else replace(case, notify="")
            # Written also where nobody is told: the time that it takes would say who has an account.
            act.notify(told, "locked", at_least=NOTICES)
        act.record_factor(case, deed.step, "right" if is_right else "wrong")
        return self.after(case, deed)

    def _is_right(self, case: Case, deed: CheckEntry, *, may_try: bool) -> bool:
        match deed.step:
            case "phone" | "mailbox" as step:
                return Codes(act=self.act).is_right(case, step, deed.entry) and may_try
            case "app":
                return Enrolled(act=self.act).is_app_right(case, deed.entry, may_try=may_try)
            case "saved_code":
                # Nobody guesses one: a pause that strangers brought about need not keep its owner out.
                return Enrolled(act=self.act).is_saved_right(case, deed.entry)
            case "pin":
                return False  # compared elsewhere: see PinTurn
            case _:
                assert_never(deed.step)

    def _send(self, case: Case, step: Step, way: Way) -> CaseView:
        return Codes(act=self.act).send(case, step, way)

    def _opened(self, deed: Identify, found: Account | None) -> Case:
        """Open a case. found: None where nothing matched, which nobody is told."""
        phone, mailbox = (None, None) if found is None else self._contacts(found)
        if deed.is_number_doubtful and _is_own_number(deed):
            phone = None
        case = Case(
            id=CaseId(self.act.fresh()),
            number=self._free_number(),
            state="OPENED",
            version=1,
            opened_at=self.act.at,
            call=self.act.call,
            goal=deed.goal,
            language=deed.language,
            account=None if found is None else found.id,
            phone=None if phone is None else phone.id,
            phone_texts=phone is not None and phone.can_text and phone.has_consented,
            phone_prefix=NO_PREFIX if phone is None else phone.prefix,
            mailbox=None if mailbox is None else mailbox.id,
            enrolled=None if found is None or found.is_closed else found.id,
            notify="" if found is None else told_of(found),
            on_file="unknown" if found is None else found.subaccounts,
            approval_required=self.act.policy.approval == "second_agent",
        )
        self.act.tx.add(case)
        self.act.record("case", case, outcome="OPENED", ani_match=_is_own_number(deed), stir=_stir(deed))
        said = self.act.answered(case)
        return self.act.move(case, "CLAIMED", primary_claimed=said.is_primary, primary_at=said.said_at)

    def _contacts(self, account: Account) -> tuple[Contact | None, Contact | None]:
        """Choose who gets codes: a young contact may be a thief's, and a closed account has none."""
        oldest = self.act.at - timedelta(seconds=self.act.policy.contact_age_s)
        phone, mailbox = account.contact("phone"), account.contact("mailbox")
        if account.is_closed:
            return None, None
        return (
            phone if phone is not None and phone.added_at <= oldest else None,
            mailbox if mailbox is not None and mailbox.added_at <= oldest else None,
        )

    def _free_number(self) -> CaseNumber:
        while True:
            number = CaseNumber(f"9{int(self.act.fresh(), 16) % 10**_NUMBER_DIGITS:0{_NUMBER_DIGITS}}")
            if self.act.tx.case_numbered(number) is None:
                return number

    def _taken_up(self, case: Case, deed: Identify) -> Case:
        """Let the call join: it takes nothing from the case's other calls, and has nothing of theirs."""
        self.act.record("case", case, outcome="taken_up", stir=_stir(deed))
        return case

    def _prove(self, case: Case, step: Entered) -> Case:
        """Keep the proof; a case that no agent was asked to act on goes by this call from now on."""
        is_first = not self.act.evidence(case)
        contact = {"phone": case.phone, "mailbox": case.mailbox}.get(step)
        proof = Evidence(factor=step, call=self.act.call, at=self.act.at, contact=contact)
        self.act.tx.prove(case.id, proof)
        if is_first and case.phone_texts:
            self.act.queue(case, case.phone, purpose="case_number", channel="text")
        if case.call == self.act.call or case.is_acted:
            return case
        return self.act.tx.save(replace(case, call=self.act.call))

    def after(self, case: Case, deed: CheckEntry) -> CaseView:
        """Say what follows an entry that was judged."""
        act = self.act
        if act.level(case) == _FULL_LEVEL:
            return self._verified(case, is_open=deed.is_open)
        if act.is_out_of_tries(case):
            act.record("verification_failed", case, outcome="wrong")
            return act.view(case, "failed")
        if deed.step == "pin":
            return self._send(case, "phone", "text")
        if (deed.instead_of or deed.step) == "phone":
            return self._send(case, "mailbox", "text")
        return replace(self._send(case, "phone", "text"), is_another_round=True)

    def _verified(self, case: Case, *, is_open: bool) -> CaseView:
        act = self.act
        act.tx.keep_moments(IN_A_ROW, case.account or case.id, ())
        if case.state in ("CLAIMED", "HELD"):
            case = act.move(case, "VERIFIED", **level_2_facts(case, act.answered(case), at=act.at))
        else:
            # What was asked for in the product keeps what it rests on.
            anew = {} if case.is_acted else level_2_facts(case, act.answered(case), at=act.at)
            case = act.tx.save(replace(case, **anew))
            act.record("case", case, outcome="verified_again")
        act.notify(case, "verified")
        self._offer_fresh_codes(case)
        if is_open or case.state != "VERIFIED":
            return act.view(case, "verified")
        return hold(act, case)

    def _offer_fresh_codes(self, case: Case) -> None:
        """Mail a link for fresh saved codes to the mailbox on file, where this call used one up."""
        act = self.act
        is_used = any(one.factor == "saved_code" and one.call == act.call for one in act.evidence(case))
        # A mailbox that two named counts in this case alone, and is sent no key to the next.
        lasting = case.mailbox if case.other_mailbox is None else None
        if is_used and case.enrolled is not None and lasting is not None:
            renew(act.tx, case.enrolled, lasting, case.language, fresh=act.fresh, at=act.at)


def hold(act: Act, case: Case) -> CaseView:
    """Keep a verified case until its line opens; its number is mailed to whom no text reaches."""
    if not case.phone_texts:
        act.queue(case, case.mailbox, purpose="case_number", channel="mail")
    return act.view(act.move(case, "HELD", held_at=act.at), "held")


def _is_own_number(deed: Identify) -> bool:
    """Whether the caller claims the number that the call comes from, by key or in its own digits."""
    if deed.typed is None:
        return True
    typed = deed.typed.reveal()
    return deed.caller is not None and len(typed) >= _SHORTEST_NUMBER and deed.caller.endswith(typed)


def _stir(deed: Identify) -> str:
    """Name for the record what the network says of the number, also where that is in no word that we know."""
    return deed.stir_level or ("failed" if deed.is_number_doubtful else "not said")


def _named(resumed: Case | None, found: Account | None) -> str | None:
    """Name the account that the counters count for, where one is known."""
    if resumed is not None and resumed.account is not None:
        return resumed.account
    return None if found is None else found.id
