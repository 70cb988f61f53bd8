"""Another mailbox for a caller who cannot open the one on file: a manager's yes, and two representatives."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert

from ivr.adapters.database.accounts.accounts_import import SqlAccounts
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.timestamps import us_of
from ivr.adapters.product.manual_product import ProductByHand
from ivr.domain.recovery.case import Case
from ivr.services.case_ports import Account, Addressee, Directory, DirectoryUnavailable
from ivr.services.desk.card.card_text import lines_of
from ivr.services.desk.card.mailbox_replacement import lost_of
from ivr.services.desk.moves.moves import MoveBlocked
from ivr.services.desk.moves.replace_mailbox import Mailboxes
from ivr.services.desk.product.ask_product import AskProduct
from ivr.services.notices import told_of
from tests.adapters.accounts.filing import RULES, file_of, line_of_cells, read
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, Facts, ago
from tests.services.desk.managed import AGENT, SAM, TIA, claimed, joined
from tests.services.desk.office import NUMBER, Office, later, names_of
from tests.services.desk.test_agent_desk import recorded

OTHER = "0123456789abcdef" * 2
SECOND = "agent-2"
DAY = timedelta(days=1)
NONE: Facts = {}


def on_file(office: Office, *, since: datetime = AT - 100 * DAY, cells: Facts = NONE) -> str:
    """Put one more mailbox on file, unless *cells* make it another contact; give its id."""
    row: Facts = {
        "id": OTHER,
        "account": office.account().id,
        "kind": "mailbox",
        "address": "lee@northwind.example",
        "added_at_us": us_of(since),
        "can_text": 0,
        **cells,
    }
    with office.database.engine.begin() as connection:
        connection.execute(insert(case_tables.contact).values(**row))
    return OTHER


def lost(office: Office, **facts: Any) -> Case:
    """Put a case whose caller proved the phone, cannot open the mailbox, and is vouched for."""
    case = claimed(office, "phone", "mailbox", seconds_ago=400)
    vouched = {
        "mailbox": None,
        "mailbox_lost": case.mailbox,
        "mailbox_lost_at": ago(50),
        "tam": SAM.id,
        "tam_asked_by": AGENT,
        "tam_asked_at": ago(40),
        "tam_answer": "yes",
        "tam_answered_at": ago(30),
    }
    return office.cases.act(lambda tx: tx.save(replace(case, **{**vouched, **facts})))


RESET: Facts = {
    "state": "RESET_DONE",
    "path": "reset",
    "l2_at": TO_RELEASE.l2_at,
    "l2_call": TO_RELEASE.l2_call,
    "subaccounts": 1,
    "subaccounts_checked_at": TO_RELEASE.subaccounts_checked_at,
    "acted_by": AGENT,
    "reset_requested_at": TO_RELEASE.reset_requested_at,
    "reset_done_at": TO_RELEASE.reset_done_at,
    "subaccount_login_at": TO_RELEASE.subaccount_login_at,
    "subaccount_login_by": TO_RELEASE.subaccount_login_by,
}
CONFIRMED: Facts = {
    "state": "CONFIRMED",
    "path": "change",
    "l2_at": TO_CHANGE.l2_at,
    "l2_call": TO_CHANGE.l2_call,
    "subaccounts": 0,
    "subaccounts_checked_at": TO_CHANGE.subaccounts_checked_at,
    "spoke_at": TO_CHANGE.spoke_at,
    "confirmed_at": TO_CHANGE.confirmed_at,
    "confirmed_call": TO_CHANGE.confirmed_call,
    "warning_hash": TO_CHANGE.warning_hash,
    "disclaimer_queued_at": TO_CHANGE.disclaimer_queued_at,
    "disclaimer_accepted_at": TO_CHANGE.disclaimer_accepted_at,
}


def name(office: Office, contact: str = OTHER, agent: str = AGENT, at: datetime = AT) -> Case:
    return Mailboxes(desk=office.desk).name(NUMBER, agent, contact=contact, at=at)


def confirm(office: Office, second: str = SECOND, at: datetime = AT) -> Case:
    return Mailboxes(desk=office.desk).confirm(NUMBER, second, at=at)


def test_the_holder_names_a_mailbox_and_it_counts_once_a_colleague_has_confirmed_it(office: Office) -> None:
    other = on_file(office)
    lost(office)

    named = name(office)
    confirmed = confirm(office)

    assert (named.mailbox, named.other_mailbox) == (None, other)
    assert (confirmed.mailbox, confirmed.other_named_by, confirmed.state) == (other, SECOND, "CLAIMED")
    assert [
        (one["actor"], one["outcome"], one.get("approver"), one.get("contact")) for one in recorded(office)
    ] == [
        (f"agent:{AGENT}", "name-mailbox", None, None),
        (f"agent:{AGENT}", "named", f"agent:{SECOND}", other),
        (f"agent:{SECOND}", "confirm-mailbox", None, None),
    ]
    assert "lee@northwind" not in json.dumps(recorded(office))


@pytest.mark.parametrize(("who", "lacking"), [(AGENT, "second"), ("sam", "tam")])
def test_neither_who_named_it_nor_who_vouched_confirms_it(office: Office, who: str, lacking: str) -> None:
    on_file(office)
    lost(office)
    named = name(office)

    with pytest.raises(MoveBlocked) as refused:
        confirm(office, who)

    assert names_of(refused.value) == (lacking,)
    assert office.case() == named


def test_who_named_it_confirms_it_no_more_once_a_colleague_holds_the_case(office: Office) -> None:
    on_file(office)
    lost(office)
    named = name(office)
    office.cases.act(lambda tx: tx.save(replace(named, agent=SECOND)))

    with pytest.raises(MoveBlocked) as refused:
        confirm(office, AGENT)

    assert names_of(refused.value) == ("second",)
    assert confirm(office).mailbox == OTHER


@pytest.mark.parametrize(
    ("facts", "at", "lacking"),
    [
        ({"tam_answer": "no"}, AT, ("vouch",)),
        ({"tam_answer": "cannot_say"}, AT, ("vouch",)),
        ({"tam_answer": None, "tam_answered_at": None}, AT, ("vouch",)),
        ({}, AT + DAY, ("vouch",)),
        ({"mailbox_lost_at": None, "mailbox_lost": None}, AT, ("mailbox",)),
        ({"state": "REFUSED", "over_at": ago(1)}, AT, ("open",)),
    ],
    ids=str,
)
def test_without_the_key_and_the_managers_yes_of_this_day_nobody_names_any(
    office: Office, facts: Facts, at: datetime, lacking: tuple[str, ...]
) -> None:
    on_file(office)
    before = lost(office, **facts)

    with pytest.raises(MoveBlocked) as refused:
        name(office, at=at)

    assert names_of(refused.value) == lacking
    assert office.case() == before


@pytest.mark.parametrize(
    "cells", [{"kind": "phone", "address": "+14155550177"}, {"account": "b" * 32}], ids=str
)
def test_only_a_mailbox_of_the_account_can_be_named(office: Office, cells: Facts) -> None:
    contact = on_file(office, cells=cells)
    before = lost(office)

    for named in (contact, before.mailbox_lost or "", "lee@elsewhere.example", ""):
        with pytest.raises(MoveBlocked, match="That is no other mailbox of the account on file") as refused:
            name(office, named)
        assert names_of(refused.value) == ("contact",)

    assert office.case() == before


def test_a_mailbox_that_went_off_file_meanwhile_is_not_confirmed(office: Office) -> None:
    on_file(office)
    lost(office)
    named = name(office)
    with office.database.engine.begin() as connection:
        connection.execute(delete(case_tables.contact).where(case_tables.contact.c.id == OTHER))

    with pytest.raises(MoveBlocked) as refused:
        confirm(office)

    assert names_of(refused.value) == ("contact",)
    assert office.case() == named


def test_a_mailbox_that_is_too_young_to_count_by_itself_may_be_named(office: Office) -> None:
    on_file(office, since=AT - DAY)
    lost(office)

    (choice,) = office.desk.card(NUMBER, at=AT).reach.lost.choices  # type: ignore[union-attr]  # the caller has lost one
    name(office, choice.contact)

    assert (choice.address, choice.since) == ("l•••@•••.example", AT - DAY)
    assert confirm(office).mailbox == OTHER


def test_a_change_waits_for_a_warning_to_the_mailbox_that_two_named(office: Office) -> None:
    on_file(office)
    lost(office, **CONFIRMED)

    with pytest.raises(MoveBlocked, match="cannot open the mailbox on file") as refused:
        office.desk.change(NUMBER, AGENT, at=AT)
    name(office)
    queued = confirm(office)
    (warning,) = [one for one in office.notices() if one[1] == OTHER]

    assert names_of(refused.value) == ("disclaimer",)
    assert queued.disclaimer_queued_at == AT
    assert warning == ("mail", OTHER, json.dumps({"number": NUMBER}))
    assert office.desk.card(NUMBER, at=AT).mail == "queued"


def test_nothing_is_released_to_a_mailbox_that_the_caller_cannot_open(office: Office) -> None:
    on_file(office)
    lost(office, **RESET)

    with pytest.raises(MoveBlocked) as refused:
        office.desk.release(NUMBER, AGENT, at=AT)
    name(office)
    with pytest.raises(MoveBlocked) as unconfirmed:
        office.desk.release(NUMBER, AGENT, at=AT)
    confirm(office)

    assert (names_of(refused.value), names_of(unconfirmed.value)) == (("mailbox",), ("mailbox",))
    assert office.desk.release(NUMBER, AGENT, at=AT).state == "RELEASED"


def test_a_product_that_knows_one_mailbox_is_not_asked_to_send_a_link(office: Office) -> None:
    on_file(office)
    lost(office, **RESET)
    name(office)
    confirm(office)
    office.desk.release(NUMBER, AGENT, at=AT)

    with pytest.raises(MoveBlocked, match="knows nothing of the mailbox that two named"):
        AskProduct(desk=office.desk, product=ProductByHand()).ask(NUMBER, AGENT, "release", at=AT)


def test_the_manager_is_asked_although_the_caller_is_verified_by_other_factors(office: Office) -> None:
    nobody = dict.fromkeys(("tam", "tam_asked_by", "tam_asked_at", "tam_answer", "tam_answered_at"))
    lost(office, state="VERIFIED", l2_at=ago(60), l2_call="CA1", path="change", **nobody)

    asked = joined(office, SAM, TIA).ask(NUMBER, AGENT, at=AT)

    assert (asked.tam, asked.state) == ("sam", "VERIFIED")


def test_asking_the_manager_anew_lets_go_of_what_rests_on_the_old_answer_but_not_once_it_counts(
    office: Office,
) -> None:
    on_file(office)
    lost(office)
    vouching = joined(office, SAM, TIA)
    name(office)

    anew = vouching.ask(NUMBER, AGENT, at=AT + DAY)
    vouching.answer(NUMBER, SAM, answer="yes", reason="I met her", at=AT + DAY)
    name(office, at=AT + DAY)
    confirm(office, at=AT + DAY)
    with pytest.raises(MoveBlocked, match="named by what the account manager said"):
        vouching.ask(NUMBER, AGENT, at=AT + 3 * DAY)

    assert (anew.other_mailbox, anew.tam_answer) == (None, None)
    assert office.case().mailbox == OTHER


def test_the_card_tells_who_named_what_and_shows_no_address(office: Office) -> None:
    on_file(office)
    lost(office)
    before = " ".join("\n".join(lines_of(office.desk.card(NUMBER, at=AT))).split())
    name(office)
    between = " ".join("\n".join(lines_of(office.desk.card(NUMBER, at=AT))).split())
    confirm(office, at=later(1))
    after = " ".join("\n".join(lines_of(office.desk.card(NUMBER, at=later(1)))).split())

    assert "the caller cannot open the one on file, said by key, 24 Nov 17:59:10 UTC" in before
    assert "agent-1 named l•••@•••.example, 24 Nov 18:00:00 UTC, which nobody has confirmed" in between
    assert "agent-2 confirmed it, 24 Nov 18:01:00 UTC" in after
    assert "Mailbox l•••@•••.example" in after
    assert "lee@northwind" not in before + between + after


IMPORTED = "lee.two@northwind.example"


def imported_with(office: Office, **cells: str) -> None:
    """Import the accounts again, with the one account's cells changed."""
    rows, findings = read(file_of(line_of_cells(**cells)), replace(RULES, lengths_differ=True))
    assert findings == []
    accounts = SqlAccounts(office.database)
    accounts.apply(accounts.prepare(rows, at=AT), allowed_contact_changes=1)


def test_another_mailbox_that_was_imported_is_offered_named_and_confirmed(office: Office) -> None:
    imported_with(office, other_mailboxes=f"{IMPORTED} 2025-05-01; it@northwind.example 2025-06-01")
    lost(office)

    found = office.desk.card(NUMBER, at=AT).reach.lost
    assert found is not None
    offered = {one.address: one.contact for one in found.choices}
    assert (sorted(offered), found.why_none) == (["i•••@•••.example", "l•••@•••.example"], "")
    name(office, offered["l•••@•••.example"])

    counts = confirm(office).mailbox
    addressee = None if counts is None else office.desk.directory.addressee(counts)
    assert addressee is not None
    assert addressee.address == IMPORTED


def test_another_mailbox_that_was_imported_gets_no_notice(office: Office) -> None:
    before = told_of(office.account())

    imported_with(office, other_mailboxes=f"{IMPORTED} 2025-05-01")

    assert len(office.account().contacts) == 3
    assert told_of(office.account()) == before


class _Away:
    """A directory that cannot be asked."""

    def find(self, typed: str) -> Account | None:
        raise DirectoryUnavailable(typed)

    def account(self, account: str) -> Account | None:
        raise DirectoryUnavailable(account)

    def addressee(self, contact: str) -> Addressee | None:
        raise DirectoryUnavailable(contact)


def test_a_list_that_holds_no_mailbox_says_why(office: Office) -> None:
    case = lost(office)
    named = {"other_mailbox": OTHER, "other_asked_by": AGENT, "other_asked_at": AT}

    def why(case: Case, directory: Directory = office.desk.directory) -> str:
        found = lost_of(case, directory)
        assert found is not None
        assert found.choices == ()
        return found.why_none

    whys = [
        why(case),
        why(replace(case, tam_answer="no")),
        why(replace(case, tam_answer=None)),
        why(replace(case, **named)),  # type: ignore[arg-type]  # facts of a case, by name
        why(case, _Away()),
    ]
    imported_with(office, closed="yes", other_mailboxes=f"{IMPORTED} 2025-05-01")
    whys.append(why(case))

    assert [words.partition(":")[0].partition(".")[0] for words in whys] == [
        "No other mailbox of the account is on file",
        "None may be named before the account manager has said yes to this caller",
        "None may be named before the account manager has said yes to this caller",
        "One is named already",
        "The accounts cannot be read now",
        "The account is closed, or on file no more",
    ]
