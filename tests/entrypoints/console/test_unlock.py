"""Opening an account again in the console: who holds the case asks and says why, and a colleague opens it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from bs4 import Tag
from sqlalchemy import select

from ivr.adapters.database.cases import case_tables
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.limits import IN_A_ROW
from tests.domain.recovery.ready import AT, OPENED
from tests.entrypoints.console.house import CARD, Console, soup, words
from tests.services.desk.managed import claimed
from tests.services.desk.office import MAILBOX, PHONE, Office, match_of

MOST = 20
REASON = "Their IT called from the front desk: a new hire had tried."


def shut(office: Office, *, failures: int = MOST) -> Case:
    """Put a claimed case, opened while its account was guessed at so often that no contact counts in it."""
    case = claimed(office)
    case = office.cases.act(lambda tx: tx.save(replace(case, phone=None, mailbox=None, notify="")))
    account = office.account().id
    office.cases.act(lambda tx: tx.keep_moments(IN_A_ROW, account, tuple(range(failures))))
    return case


def in_a_row(office: Office) -> int:
    account = office.account().id
    return len(office.cases.act(lambda tx: tx.shown_moments(IN_A_ROW, account)))


def button(console: Console, move: str) -> Tag:
    (form,) = [one for one in soup(console.get()).select("form.move") if one["action"] == f"{CARD}/{move}"]
    found = form.button
    assert found is not None
    return found


def recorded(console: Console, kind: str) -> list[dict[str, Any]]:
    query = select(case_tables.audit.c.body).order_by(case_tables.audit.c.seq)
    found = [json.loads(row.body) for row in console.office.rows(query)]
    return [one for one in found if one["kind"] == kind]


def test_who_asked_cannot_open_it_and_a_colleague_can_and_both_are_on_record(console: Console) -> None:
    case = shut(console.office)

    asked = console.post("ask-unlock", reason=REASON)
    alone = console.post("unlock")
    still_shut = in_a_row(console.office)
    opened = console.as_("agent-2").post("unlock")

    assert (asked.status_code, alone.status_code, opened.status_code) == (303, 422, 303)
    assert "Agent-1 asked for it, and cannot be the second representative too." in words(alone)
    assert (still_shut, in_a_row(console.office)) == (MOST, 0)
    (record,) = recorded(console, "account")
    assert (record["actor"], record["approver"]) == ("agent:agent-1", "agent:agent-2")
    assert (record["outcome"], record["failures"], record["account"]) == ("unlocked", MOST, case.account)
    moves = [(one["actor"], one["outcome"]) for one in recorded(console, "case")]
    assert moves == [("agent:agent-1", "ask-unlock"), ("agent:agent-2", "unlock")]
    assert [one["reason"] for one in recorded(console, "case_refused")] == ["second"]


def test_who_asked_cannot_open_it_either_once_a_colleague_holds_the_case(console: Console) -> None:
    case = shut(console.office)
    console.post("ask-unlock", reason=REASON)
    console.post("hand-over")
    console.as_("agent-2").post("claim", match=match_of(case))

    asker = console.post("unlock")
    holder = console.as_("agent-2").post("unlock")

    assert (asker.status_code, holder.status_code) == (422, 303)
    assert console.office.case().unlocked_by == "agent-2"


def test_opening_an_account_verifies_nobody_and_leaves_the_case_where_it_is(console: Console) -> None:
    shut(console.office)
    console.post("ask-unlock", reason=REASON)

    console.as_("agent-2").post("unlock")

    case = console.office.case()
    assert (case.state, case.l2_at) == ("CLAIMED", None)
    assert console.office.cases.act(lambda tx: tx.evidence(case.id)) == ()


def test_the_card_says_that_the_account_is_closed_and_who_asked_and_opened_it(console: Console) -> None:
    shut(console.office)
    console.post("spoke")

    before = words(console.get())
    console.post("ask-unlock", reason=REASON)
    between = words(console.as_("agent-2").get())
    console.as_("agent-2").post("unlock")
    after = words(console.get())

    assert "Ask for the account to be opened again: too many wrong entries closed it" in before
    assert "Verification by phone closed by too many wrong entries in a row" in before
    assert "closed by too many wrong entries in a row; agent-1 asked for it to be opened again" in between
    assert REASON in between
    assert "agent-2 opened it, 24 Nov, 10:00:00 PST" in after
    assert "Send the caller through the verification again, by keypad." in after
    assert "Account Northwind Hosting Primary administrator" in between
    for page in (before, between, after):
        assert PHONE not in page
        assert MAILBOX not in page


@pytest.mark.parametrize("failures", [0, MOST - 1])
def test_an_account_that_is_not_closed_is_not_opened_again(console: Console, failures: int) -> None:
    shut(console.office, failures=failures)

    refused = console.post("ask-unlock", reason=REASON)

    assert button(console, "ask-unlock")["aria-disabled"] == "true"
    assert refused.status_code == 422
    assert "The account is not closed by wrong entries." in words(refused)
    assert console.office.case().unlock_asked_by is None
    assert in_a_row(console.office) == failures


def test_nobody_opens_what_nobody_asked_for(console: Console) -> None:
    shut(console.office)

    refused = console.as_("agent-2").post("unlock")

    assert refused.status_code == 422
    assert "Nobody has asked for the account to be opened again." in words(refused)
    assert in_a_row(console.office) == MOST


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "\u202ereason"])
def test_nobody_asks_without_a_reason(console: Console, reason: str) -> None:
    shut(console.office)

    refused = console.post("ask-unlock", reason=reason)

    field = soup(refused).find(id="reason")
    assert refused.status_code == 422
    assert isinstance(field, Tag)
    assert field["aria-invalid"] == "true"
    assert console.office.case().unlock_asked_by is None


def test_only_who_holds_the_case_asks(console: Console) -> None:
    shut(console.office)

    refused = console.as_("agent-2").post("ask-unlock", reason=REASON)

    assert refused.status_code == 422
    assert "The case is claimed by agent-1, not by agent-2." in words(refused)


def test_a_case_of_no_account_has_none_to_open(console: Console) -> None:
    console.office.put(replace(OPENED, state="CLAIMED", agent="agent-1", claimed_at=AT))

    refused = console.post("ask-unlock", reason=REASON)

    assert refused.status_code == 422
    assert "No account matched, so none is closed." in words(refused)


def test_a_second_press_opens_nothing_and_says_so(console: Console) -> None:
    shut(console.office)
    console.post("ask-unlock", reason=REASON)
    version = console.office.case().version

    replies = [console.as_("agent-2").post("unlock", version=version) for _ in range(2)]

    assert [reply.location for reply in replies] == [f"{CARD}?done=unlock", f"{CARD}?done=unlock.twice"]
    assert len(recorded(console, "account")) == 1


def test_who_looked_at_an_older_card_opens_nothing(console: Console) -> None:
    shut(console.office)
    version = console.office.case().version
    console.post("ask-unlock", reason=REASON)

    stale = console.as_("agent-2").post("unlock", version=version)

    assert stale.status_code == 409
    assert "changed by agent-1" in words(stale)
    assert in_a_row(console.office) == MOST


def test_an_account_that_is_closed_anew_is_asked_about_anew(console: Console) -> None:
    shut(console.office)
    console.post("ask-unlock", reason=REASON)
    console.as_("agent-2").post("unlock")
    account = console.office.account().id
    console.office.cases.act(lambda tx: tx.keep_moments(IN_A_ROW, account, tuple(range(MOST))))

    unasked = console.as_("agent-2").post("unlock")
    asked = console.post("ask-unlock", reason=REASON)

    assert (unasked.status_code, asked.status_code) == (422, 303)
    assert console.as_("agent-2").post("unlock").status_code == 303
    assert in_a_row(console.office) == 0
