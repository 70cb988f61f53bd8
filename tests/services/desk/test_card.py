"""What an agent sees of a case: enough to do what comes next, and nothing that could be misused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

import pytest

from ivr.domain.recovery.case import STATES, Case, CaseId, State
from ivr.domain.recovery.factors import Evidence
from ivr.domain.recovery.limits import IN_A_ROW
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import Account, Addressee, DirectoryUnavailable, Outgoing
from ivr.services.desk.card.card import Card, reach_of
from ivr.services.desk.card.card_text import WIDTH, lines_of, summary_of
from ivr.services.desk.card.current_call import CallNow
from ivr.services.desk.moves.next_step import next_step
from tests.domain.recovery.ready import (
    APPROVED,
    AT,
    OPENED,
    POLICY,
    TO_CHANGE,
    TO_RELEASE,
    TO_RESET,
    Facts,
    ago,
)
from tests.services.desk.office import MAILBOX, NUMBER, PHONE, Office, later, match_of

ASKED: Facts = {"acted_by": "agent-1", "subaccounts": 1, "reset_requested_at": ago(50)}
RELEASED: Facts = {
    **ASKED,
    "reset_done_at": ago(40),
    "subaccount_login_at": ago(10),
    "subaccount_login_by": "agent-2",
    "released_at": AT,
    "released_by": "agent-1",
}
FACTS_OF: dict[State, Facts] = {
    "HELD": {"held_at": ago(20)},
    "RESET_REQUESTED": ASKED,
    "RESET_DONE": {**ASKED, "reset_done_at": ago(40)},
    "RELEASED": RELEASED,
    "CHANGED": {"acted_by": "agent-1", "changed_at": AT},
    "CLOSED": {"acted_by": "agent-1", "changed_at": AT, "over_at": AT},
    "REFUSED": {"over_at": AT},
    "LAPSED": {"over_at": AT},
    "CANCELLED": {"over_at": AT},
}
VERIFIED = replace(TO_RESET, subaccounts=None, subaccounts_checked_at=None)


def on_file(office: Office, case: Case = TO_CHANGE) -> Case:
    account = office.account()
    phone, mailbox = account.contact("phone"), account.contact("mailbox")
    assert phone is not None
    assert mailbox is not None
    return replace(case, account=account.id, phone=phone.id, mailbox=mailbox.id)


def written(card: Card) -> str:
    return "\n".join(lines_of(card))


def test_a_card_tells_who_calls_how_that_was_proved_and_for_how_long(office: Office) -> None:
    case = office.put(on_file(office))
    proof = Evidence(factor="phone", call=case.call, at=ago(400), contact=case.phone)
    office.cases.act(lambda tx: tx.prove(case.id, proof))

    rows = [" ".join(row.split()) for row in lines_of(office.desk.card(NUMBER, at=AT))]

    assert rows[0] == "Case 900000001 CONFIRMED since 24 Nov 17:50:00 UTC"
    for row in (
        "Account Northwind Hosting",
        "Phone +1•••••••123",
        "Mailbox a•••@•••.example",
        "Factor code to the phone on file, 24 Nov 17:53:20 UTC",
        "Caller with an agent",
        "Verified in this call, by two factors, until 24 Nov 18:10:00 UTC",
        "Agent agent-1, spoke 24 Nov 17:58:20 UTC",
        f"Match {match_of(case)}",
    ):
        assert row in rows


@pytest.mark.parametrize(("seconds", "is_vouched"), [(-1, True), (0, True), (1, False)])
def test_a_managers_word_given_after_the_caller_was_verified_is_not_what_verified_her(
    office: Office, seconds: int, *, is_vouched: bool
) -> None:
    case = office.put(TO_CHANGE)
    assert case.l2_at is not None
    vouched = Evidence(factor="vouch", call=case.call, at=case.l2_at + timedelta(seconds=seconds))
    office.cases.act(lambda tx: tx.prove(case.id, vouched))

    assert office.desk.card(NUMBER, at=AT).is_vouched == is_vouched


def test_no_card_shows_an_address_or_more_of_a_number_than_its_end(office: Office) -> None:
    office.put(on_file(office))

    shown = repr(office.desk.card(NUMBER, at=AT)) + written(office.desk.card(NUMBER, at=AT))

    for secret in (PHONE, PHONE[2:9], MAILBOX, "northwind.example", "Ann Lee"):
        assert secret not in shown


def test_each_move_stands_once_among_those_that_are_open_or_locked(office: Office) -> None:
    office.put(replace(APPROVED, disclaimer_accepted_at=None))

    rows = written(office.desk.card(NUMBER, at=AT)).partition("Actions\n")[2]

    assert [" ".join(row.split()) for row in rows.splitlines()] == [
        "now spoke, subaccounts, refuse",
        "locked claim: the case is claimed by agent-1",
        "locked keypad: the caller is verified, and nothing is to be done by",
        "keypad",
        "locked approve: agent-2 has approved it already",
        "locked change: no mail server has accepted the disclaimer e-mail yet",
        "locked while the case is CONFIRMED: reset, reset-done, login,",
        "release, released, changed, hold, restore, call-back, ask-tam,",
        "ask-unlock, unlock, name-mailbox, confirm-mailbox, close",
    ]


def test_what_takes_two_who_are_signed_in_is_told_apart_in_a_terminal(office: Office) -> None:
    case = office.put(replace(TO_RESET, account=office.account().id))
    office.cases.act(lambda tx: tx.keep_moments(IN_A_ROW, str(case.account), tuple(range(20))))

    rows = written(office.desk.card(NUMBER, at=AT)).partition("Actions\n")[2].splitlines()

    (told,) = [row.split() for row in rows if "in console" in row]
    assert told == ["in", "console", "ask-unlock"]
    assert "unlock" not in rows[0]


def test_the_digits_of_the_call_are_shown_only_to_who_claimed_with_them(office: Office) -> None:
    case = office.put(UNCLAIMED)

    before = office.desk.card(NUMBER, at=AT)
    office.desk.claim(NUMBER, "ana", at=AT, match=match_of(case))

    assert before.match == ""
    assert "Match" not in written(before)
    assert office.desk.card(NUMBER, at=AT).match == match_of(case)


def test_a_card_tells_what_became_of_the_last_disclaimer(office: Office) -> None:
    case = office.put(TO_CHANGE)
    assert office.desk.card(NUMBER, at=AT).mail == "not asked for"
    message = Outgoing(
        id="m1",
        channel="mail",
        purpose="disclaimer",
        case=case.id,
        call=case.call,
        contact="c1",
        language="en",
        details={},
    )

    office.cases.act(lambda tx: tx.queue(replace(message, id="m0", contact=None), at=ago(20)))
    office.cases.act(lambda tx: tx.queue(message, at=ago(10)))
    other = replace(message, contact=None, id="m2", purpose="notice")
    office.cases.act(lambda tx: tx.queue(other, at=AT))
    office.cases.act(
        lambda tx: tx.queue(replace(message, contact=None, id="m3", case=CaseId("d" * 32)), at=AT)
    )

    assert office.desk.card(NUMBER, at=AT).mail == "queued"


@pytest.mark.parametrize("state", STATES)
def test_every_card_is_narrow_and_begins_with_the_next_step(office: Office, state: State) -> None:
    office.put(replace(APPROVED, state=state, **FACTS_OF.get(state, {})))

    lines = list(lines_of(office.desk.card(NUMBER, at=AT)))

    assert max(map(len, lines)) <= WIDTH
    assert lines[1].split()[0] == "NEXT"
    assert max(map(len, summary_of(office.desk.card(NUMBER, at=AT)))) <= WIDTH


@dataclass(frozen=True, slots=True)
class ClosedDirectory:
    """A directory that cannot be asked now."""

    def find(self, typed: str) -> Account | None:
        raise DirectoryUnavailable(typed)

    def account(self, account: str) -> Account | None:
        raise DirectoryUnavailable(account)

    def addressee(self, contact: str) -> Addressee | None:
        raise DirectoryUnavailable(contact)


def test_a_directory_that_cannot_be_asked_hides_the_account_and_no_more(office: Office) -> None:
    office.put(on_file(office))

    card = replace(office.desk, directory=ClosedDirectory()).card(NUMBER, at=AT)

    assert {card.reach.company, card.reach.phone, card.reach.mailbox} == {"cannot be read now"}
    assert [gate.name for gate in card.gates if not gate.is_met] == []


def test_a_case_of_nobody_is_told_as_such(office: Office) -> None:
    assert reach_of(replace(OPENED, account=None), office.desk.directory).company == "no account matched"


TALKS = CallNow(call="CA1", standing="talks", needs_digits=True)
UNCLAIMED = replace(TO_RESET, agent=None, claimed_at=None, claimed_call=None, spoke_at=None, spoke_call=None)
UNSPOKEN: Facts = {"spoke_at": None, "spoke_call": None}
UNPROVED: Facts = {"l2_at": None, "l2_call": None}
ASKED_FOR = replace(TO_RESET, state="RESET_REQUESTED", acted_by="agent-1", reset_requested_at=ago(50))
STEPS: list[tuple[Case, str]] = [
    (replace(VERIFIED, primary_claimed=False), "Primary administrator"),
    (UNCLAIMED, "three digits"),
    (replace(VERIFIED, **UNSPOKEN), "Speak with the caller"),
    (replace(VERIFIED, state="CLAIMED", **UNPROVED), "through the verification"),
    (replace(VERIFIED, l2_at=ago(901)), "through the verification"),
    (replace(VERIFIED, l2_call="CA0"), "through the verification"),
    (VERIFIED, "whether a subaccount exists"),
    (TO_RESET, "Ask for the reset"),
    (replace(TO_RESET, subaccounts=0, path="change"), "hear the warning"),
    (replace(TO_RESET, state="HELD", l2_at=ago(901)), "through the verification"),
    (ASKED_FOR, "Reset the password in the product"),
    (replace(TO_RELEASE, subaccount_login_at=None), "Wait for the login"),
    (TO_RELEASE, "Release the credentials"),
    (replace(TO_RELEASE, state="RELEASED"), "own link"),
    (replace(TO_CHANGE, disclaimer_accepted_at=None), "need not hold the line"),
    (replace(TO_CHANGE, subaccounts_checked_at=None), "whether a subaccount exists"),
    (replace(TO_CHANGE, subaccounts=2), "refuse the case"),
    (replace(APPROVED, approved_at=None), "colleague"),
    (TO_CHANGE, "Record the change here"),
    (replace(TO_CHANGE, confirmed_call="CA0", l2_call="CA0"), "through the verification"),
    (replace(TO_CHANGE, state="CHANGED"), "own link"),
    (replace(TO_CHANGE, state="CANCELLED"), "the case is over"),
]


@pytest.mark.parametrize(
    ("case", "step"), [pytest.param(*row, id=f"{at} {row[1]}") for at, row in enumerate(STEPS)]
)
def test_the_next_step_is_the_one_that_the_case_lacks(case: Case, step: str) -> None:
    assert step in next_step(case, POLICY, at=AT, now=TALKS).step


def told_of_subaccounts() -> Iterator[str]:
    for case, _ in STEPS:
        if case.l2_at is None or (AT - case.l2_at).total_seconds() > POLICY.verified_s:
            yield next_step(case, POLICY, at=AT, now=TALKS).words


def test_nobody_is_told_whether_a_subaccount_exists_before_being_verified() -> None:
    words = [*told_of_subaccounts()]

    assert len(words) == 3
    assert [said for said in words if "exists" in said or "no other" in said] == []


def test_a_mail_that_is_waited_for_is_named_before_what_waits_for_it() -> None:
    waits = replace(TO_CHANGE, subaccounts_checked_at=None, disclaimer_accepted_at=ago(60))

    policy = Policy(mail_wait_s=600)
    steps = [next_step(waits, policy, at=later(minutes), now=TALKS).step for minutes in (0, 9)]

    assert "wait" in steps[0].lower()
    assert "whether a subaccount exists" in steps[1]
    assert all(one != other for one, other in pairwise(steps))
