"""What an account manager is asked in the console, and answers with a code of the own app."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.domain.menus.tree import MenuTree
from ivr.domain.recovery.case import CaseId, CaseNumber
from ivr.entrypoints.console.pages.desk_pages import desk_pages
from ivr.entrypoints.console.pages.requests_page import asked_blueprint
from ivr.services.desk.moves.vouch import Vouching
from ivr.services.staff.member import Member, MemberId
from tests.domain.recovery.ready import AT
from tests.entrypoints.console.house import soup, words, work_at
from tests.entrypoints.console.staffed import PASSWORD, Console, console_over, hidden, post
from tests.services.desk.managed import AGENT, SAM, TIA, claimed
from tests.services.desk.office import NUMBER, Office

ANA = Member(id=MemberId(AGENT), name="Ana Lima", roles=frozenset({"agent"}), lines=frozenset({"support"}))
BOTH = replace(SAM, roles=frozenset({"agent", "tam"}), lines=frozenset({"support"}))
HERE = f"/asked/{NUMBER}"


@pytest.fixture
def console(office: Office, menu: MenuTree) -> Console:
    """Give a console with every page, in which Ana and Sam have joined a minute ago."""
    clock = ManualClock(AT)
    # Ids of their own: a page hides the note whose id its empty form has.
    work = replace(work_at(menu, office.desk, clock), staff=SqlStaff(office.cases), fresh=lambda: uuid4().hex)
    return console_over(
        office.cases,
        office.url,
        office.anchor,
        clock=clock,
        pages=lambda signing_in: (*desk_pages(work), asked_blueprint(work, signing_in)),
    )


@pytest.fixture
def sam(console: Console) -> FlaskClient:
    return sits_down(console, SAM)


def sits_down(console: Console, member: Member) -> FlaskClient:
    """Let a member join and sign in; the code of that is used up a minute later."""
    console.add(member)
    browser = console.browser()
    assert console.sign_in(browser, member).status_code == 303
    console.clock.advance(60)
    return browser


def ask(office: Office, console: Console) -> None:
    staff = SqlStaff(office.cases)
    Vouching(desk=office.desk, staff=staff).ask(NUMBER, AGENT, at=console.clock.now())


def answer(browser: FlaskClient, path: str = HERE, **typed: str) -> TestResponse:
    fields = {"answer": "yes", "reason": "I called Ann at her desk", **typed}
    return post(browser, path, page="/asked", **fields)


def test_a_manager_is_led_to_what_is_asked_and_sees_nothing_else(
    office: Office, console: Console, sam: FlaskClient
) -> None:
    claimed(office)
    ask(office, console)

    first = sam.get("/", follow_redirects=True)

    assert f"Case {NUMBER}, Northwind Hosting" in words(first)
    assert "Call your contact there, at a number that you knew before" in words(first)
    for path in (f"/case/{NUMBER}", "/poll", "/events", "/searches"):
        assert sam.get(path).status_code == 403, path
    assert "+14155550123" not in first.text
    assert "ann@northwind.example" not in first.text


def test_an_agent_has_no_page_of_what_managers_are_asked(console: Console) -> None:
    ana = sits_down(console, ANA)

    for path in ("/asked", "/poll?tam=1", "/events?tam=1"):
        assert ana.get(path).status_code == 403, path


def test_an_open_page_is_told_that_something_new_is_asked(
    office: Office, console: Console, sam: FlaskClient
) -> None:
    claimed(office)
    (mark,) = [str(box["data-mark"]) for box in soup(sam.get("/asked")).select("[data-watched]")]
    before = sam.get(f"/events?tam=1&seen={mark}").text
    ask(office, console)

    after = sam.get(f"/events?tam=1&seen={mark}").text

    assert ("event: shown" in before, "event: shown" in after) == (False, True)
    assert "Northwind" not in after


def test_a_yes_with_the_own_code_makes_the_caller_verified_beside_the_phone(
    office: Office, console: Console, sam: FlaskClient
) -> None:
    case = claimed(office, "phone")
    ask(office, console)

    done = answer(sam, code=console.code(SAM))

    assert (done.status_code, done.location) == (303, "/asked?done=1")
    assert (office.case().state, office.case().l2_call) == ("VERIFIED", case.call)
    assert "Your answer is kept." in words(sam.get("/asked?done=1"))


def test_an_agent_asks_by_a_button_and_sees_the_answer_in_red_when_it_is_no(
    office: Office, console: Console, sam: FlaskClient
) -> None:
    claimed(office)
    ana = sits_down(console, ANA)
    card = f"/case/{NUMBER}"

    asked = post(ana, f"{card}/ask-tam", page=card)
    answer(sam, answer="no", code=console.code(SAM))

    assert asked.status_code == 303
    shown = ana.get(card)
    assert "Sam Ortiz (sam) was asked by Ana Lima (agent-1)" in words(shown)
    banners = [banner.get_text() for banner in soup(shown).select(".banner.unverified")]
    assert any("The account manager says no" in banner for banner in banners)
    assert "I called Ann at her desk" in words(shown)


def test_a_card_from_before_the_case_changed_asks_nobody(office: Office, console: Console) -> None:
    case = claimed(office)
    ana = sits_down(console, ANA)
    card = f"/case/{NUMBER}"
    fields = hidden(ana.get(card))
    office.cases.act(lambda tx: tx.save(case))

    stale = ana.post(f"{card}/ask-tam", data=fields)

    assert stale.status_code == 409
    assert office.case().tam is None


def test_an_account_without_a_manager_here_says_so_on_the_card(office: Office, console: Console) -> None:
    claimed(office)
    ana = sits_down(console, ANA)

    refused = post(ana, f"/case/{NUMBER}/ask-tam", page=f"/case/{NUMBER}")

    assert refused.status_code == 422
    assert "No account manager who works with the console belongs to the account" in words(refused)


@pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef"])
def test_a_wrong_code_answers_nothing_and_is_on_record(
    office: Office, console: Console, sam: FlaskClient, code: str
) -> None:
    claimed(office, "phone")
    ask(office, console)

    refused = answer(sam, code=code)

    assert refused.status_code == 422
    assert "That is not the code that your app shows now" in words(refused)
    assert "I called Ann at her desk" in words(refused)
    assert office.case().tam_answer is None
    assert console.outcomes()[-1] == "wrong_code"


def test_the_code_of_the_sign_in_serves_no_second_time(office: Office, console: Console) -> None:
    console.add(SAM)
    browser, code = console.browser(), console.code(SAM)
    console.sign_in(browser, SAM)
    claimed(office, "phone")
    ask(office, console)

    refused = answer(browser, code=code)

    assert refused.status_code == 422
    assert (office.case().tam_answer, office.case().state) == (None, "CLAIMED")


def test_after_five_wrong_codes_the_session_is_over(
    office: Office, console: Console, sam: FlaskClient
) -> None:
    claimed(office)
    ask(office, console)

    replies = [answer(sam, code="000000").status_code for _ in range(5)]

    assert replies == [422, 422, 422, 422, 303]
    assert sam.get("/asked").status_code == 302
    assert office.case().tam_answer is None
    assert console.outcomes()[-1] == "revoked"


def test_an_unfit_answer_uses_up_no_code(office: Office, console: Console, sam: FlaskClient) -> None:
    claimed(office)
    ask(office, console)
    code = console.code(SAM)

    unfit = [answer(sam, code=code, **typed) for typed in ({"answer": "perhaps"}, {"reason": " "})]
    kept = answer(sam, code=code, answer="cannot_say")

    assert [reply.status_code for reply in unfit] == [422, 422]
    assert kept.status_code == 303
    assert office.case().tam_answer == "cannot_say"


def test_another_accounts_case_is_not_there_and_the_try_is_on_record(
    office: Office, console: Console
) -> None:
    claimed(office, "phone")
    console.add(SAM)
    ask(office, console)
    tia = sits_down(console, TIA)

    assert words(tia.get("/asked")).endswith("Nothing is asked of you now.")
    refused = answer(tia, code=console.code(TIA))

    assert refused.status_code == 404
    assert office.case().tam_answer is None
    query = select(case_tables.audit.c.body).order_by(case_tables.audit.c.seq)
    tried = [json.loads(row.body) for row in office.rows(query)]
    assert [body["actor"] for body in tried if body.get("reason") == "not_found"] == ["agent:tia"]


@pytest.mark.parametrize("number", ["999999999", "9", "900000001%00", "x" * 200])
def test_a_case_that_is_none_is_not_there(console: Console, sam: FlaskClient, number: str) -> None:
    assert answer(sam, f"/asked/{number}", code=console.code(SAM)).status_code == 404


def test_who_may_do_both_does_not_answer_for_the_own_case(office: Office, console: Console) -> None:
    case = claimed(office, "phone")
    office.cases.act(lambda tx: tx.save(replace(case, agent="sam")))
    both = sits_down(console, BOTH)

    asked = post(both, f"/case/{NUMBER}/ask-tam", page=f"/case/{NUMBER}")
    answered = answer(both, code=console.code(BOTH))

    assert asked.status_code == 422
    assert "The account manager, Sam Ortiz (sam), has acted on the case." in words(asked)
    assert answered.status_code == 404
    assert office.case().tam is None


def test_who_was_asked_cannot_claim_the_case(office: Office, console: Console) -> None:
    claimed(office, "phone")
    both = sits_down(console, BOTH)
    ask(office, console)
    card = f"/case/{NUMBER}"

    refused = post(both, f"{card}/claim", page=card, taken_from=AGENT)

    assert refused.status_code == 422
    assert "The account manager, Sam Ortiz (sam), was asked about the caller" in words(refused)
    assert office.case().agent == AGENT


def test_a_day_and_a_second_later_no_answer_is_taken(office: Office, console: Console) -> None:
    claimed(office, "phone")
    console.add(SAM)
    ask(office, console)
    console.clock.advance(86_401 - 60)
    browser = console.browser()
    console.sign_in(browser, SAM)
    console.clock.advance(60)

    late = answer(browser, code=console.code(SAM))

    assert late.status_code == 422
    assert "You were asked more than a day ago." in words(late)
    assert office.case().tam_answer is None


def test_an_answer_without_token_is_refused(office: Office, console: Console, sam: FlaskClient) -> None:
    claimed(office)
    ask(office, console)

    bare = sam.post(HERE, data={"answer": "yes", "reason": "I know her", "code": console.code(SAM)})

    assert bare.status_code == 403
    assert office.case().tam_answer is None


def test_what_was_typed_is_shown_as_text_alone(office: Office, console: Console, sam: FlaskClient) -> None:
    claimed(office)
    ask(office, console)

    shown = answer(sam, reason="</textarea><script>alert(1)</script>", code="000000")

    assert [script for script in soup(shown).select("script") if not script.get("src")] == []
    assert PASSWORD not in shown.text


def test_what_was_typed_about_one_case_never_stands_at_another(
    office: Office, console: Console, sam: FlaskClient
) -> None:
    case = claimed(office)
    other = replace(case, id=CaseId("e" * 32), number=CaseNumber("900000002"))
    office.put(other)
    ask(office, console)
    Vouching(desk=office.desk, staff=SqlStaff(office.cases)).ask(other.number, AGENT, at=console.clock.now())

    shown = soup(answer(sam, code="000000"))

    typed = {
        str(form["action"]): form.textarea.get_text() for form in shown.select("form.move") if form.textarea
    }
    assert typed == {HERE: "I called Ann at her desk", "/asked/900000002": ""}
    assert len(shown.select("input[checked]")) == 1
