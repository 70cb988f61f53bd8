"""Asking an account's own manager: who is asked, who may answer, and what an answer is worth."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import insert, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import CaseNumber
from ivr.domain.recovery.factors import Evidence, Factor
from ivr.domain.recovery.limits import IN_A_ROW
from ivr.services.desk.card.card_text import lines_of
from ivr.services.desk.moves.moves import MOVE_NAMES, Move, MoveBlocked
from ivr.services.desk.moves.notes_and_wrap_up import NotKept
from ivr.services.desk.moves.vouch import NotAsked, Vouching
from ivr.services.staff.member import Member
from ivr.services.staff.staff_ports import StoredMember
from tests.domain.recovery.ready import AT, ago
from tests.services.desk.managed import AGENT, SAM, TIA, claimed, joined
from tests.services.desk.office import NUMBER, Office, later, names_of

DAY = 24 * 60


@pytest.fixture
def vouching(office: Office) -> Vouching:
    return joined(office, SAM, TIA)


def say(vouching: Vouching, answer: str = "yes", *, at: datetime = AT, who: Member = SAM) -> None:
    vouching.answer(NUMBER, who, answer=answer, reason="I called Ann at her desk", at=at)


def recorded(office: Office, kind: str) -> list[tuple[str, str]]:
    query = select(case_tables.audit.c.body).order_by(case_tables.audit.c.seq)
    bodies = [json.loads(row.body) for row in office.rows(query)]
    return [(body["actor"], body["outcome"]) for body in bodies if body["kind"] == kind]


def test_the_manager_whose_telephone_stands_at_the_account_is_asked_by_mail(
    office: Office, vouching: Vouching
) -> None:
    claimed(office)

    vouching.ask(NUMBER, AGENT, at=AT)

    case = office.case()
    assert (case.tam, case.tam_asked_by, case.tam_asked_at) == ("sam", AGENT, AT)
    assert office.notices() == [("mail", "member:sam", json.dumps({"number": NUMBER}))]
    assert recorded(office, "case") == [(f"agent:{AGENT}", "ask-tam")]


@pytest.mark.parametrize(
    ("case", "members"),
    [
        ("nobody has that telephone", (TIA,)),
        ("whoever has it is no account manager", (replace(SAM, roles=frozenset({"agent"})),)),
        ("there is no address for mail", (replace(SAM, mail=None),)),
        ("two have it", (SAM, replace(TIA, phone=SAM.phone))),
    ],
)
def test_where_no_one_manager_is_known_nobody_is_asked(
    office: Office, case: str, members: tuple[Member, ...]
) -> None:
    claimed(office)

    with pytest.raises(MoveBlocked) as refused:
        joined(office, *members).ask(NUMBER, AGENT, at=AT)

    assert names_of(refused.value) == ("tam",), case
    assert office.notices() == []


def test_a_manager_who_was_shut_out_is_not_asked(office: Office) -> None:
    claimed(office)
    gone = StoredMember(member=SAM, added_at=AT, disabled_at=AT)
    SqlStaff(office.cases).act(lambda tx: tx.save(gone))

    with pytest.raises(MoveBlocked):
        Vouching(desk=office.desk, staff=SqlStaff(office.cases)).ask(NUMBER, AGENT, at=AT)


def test_only_the_agent_who_has_claimed_the_case_asks(office: Office, vouching: Vouching) -> None:
    claimed(office)

    with pytest.raises(MoveBlocked, match="claimed by agent-1, not by ana"):
        vouching.ask(NUMBER, "ana", at=AT)


def test_a_case_without_an_account_has_nobody_to_be_asked(office: Office, vouching: Vouching) -> None:
    case = claimed(office)
    office.cases.act(lambda tx: tx.save(replace(case, account=None)))

    with pytest.raises(MoveBlocked) as refused:
        vouching.ask(NUMBER, AGENT, at=AT)

    assert names_of(refused.value) == ("account",)


def test_who_acts_on_the_case_is_not_asked_about_it_though_it_is_the_own_account(office: Office) -> None:
    both = replace(SAM, roles=frozenset({"agent", "tam"}))
    case = claimed(office)
    office.cases.act(lambda tx: tx.save(replace(case, agent="sam")))

    with pytest.raises(MoveBlocked) as refused:
        joined(office, both).ask(NUMBER, "sam", at=AT)

    assert names_of(refused.value) == ("second",)


@pytest.mark.parametrize("move", [move for move in MOVE_NAMES if move != "refuse"])
def test_who_was_asked_makes_no_move_but_to_refuse(office: Office, vouching: Vouching, move: Move) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)

    card = office.desk.card(NUMBER, at=AT, agent="sam")

    (one,) = [one for one in card.moves if one.move == move]
    assert "tam" in [lack.name for lack in one.lacks]


def test_who_was_asked_cannot_take_the_case_over(office: Office, vouching: Vouching) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)

    with pytest.raises(MoveBlocked, match="sam, was asked about the caller, and so does not act"):
        office.desk.claim(NUMBER, "sam", at=later(DAY - 1), taken_from=AGENT)


def test_nobody_is_asked_twice_until_the_manager_cannot_say(office: Office, vouching: Vouching) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)

    with pytest.raises(MoveBlocked, match="sam, was asked already"):
        vouching.ask(NUMBER, AGENT, at=later(1))
    say(vouching, "cannot_say", at=later(1))
    vouching.ask(NUMBER, AGENT, at=later(2))

    case = office.case()
    assert (case.tam_asked_at, case.tam_answer, case.tam_answered_at) == (later(2), None, None)


def test_a_vouch_alone_unlocks_nothing(office: Office, vouching: Vouching) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)

    say(vouching)

    case = office.case()
    assert (case.state, case.l2_at, case.tam_answer) == ("CLAIMED", None, "yes")
    with pytest.raises(MoveBlocked) as refused:
        office.desk.ask_for_reset(NUMBER, AGENT, at=AT)
    assert "level" in names_of(refused.value)


@pytest.mark.parametrize("factor", ["phone", "mailbox", "app", "saved_code"])
def test_a_vouch_beside_another_factor_of_this_call_is_level_2(
    office: Office, vouching: Vouching, factor: Factor
) -> None:
    case = claimed(office, factor)
    vouching.ask(NUMBER, AGENT, at=AT)

    say(vouching, at=later(1))

    now = office.case()
    assert (now.state, now.l2_at, now.l2_call, now.path) == ("VERIFIED", later(1), case.call, "reset")
    assert recorded(office, "vouch") == [("agent:sam", "vouch_yes")]
    assert recorded(office, "case")[-1] == ("agent:sam", "VERIFIED")
    (_, (channel, contact, details)) = office.notices()
    assert (channel, f"mail:{contact}") == ("mail", case.notify)
    assert json.loads(details)["event"] == "verified"


def test_level_2_by_a_vouch_empties_the_row_of_wrong_entries(office: Office, vouching: Vouching) -> None:
    case = claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)
    office.cases.act(lambda tx: tx.keep_moments(IN_A_ROW, str(case.account), (1, 2, 3)))
    office.cases.act(lambda tx: tx.prove(case.id, Evidence(factor="phone", call=case.call, at=AT)))

    say(vouching)

    assert office.case().state == "VERIFIED"
    assert office.cases.act(lambda tx: tx.moments(IN_A_ROW, str(case.account))) == ()


def test_a_vouch_replaces_neither_the_warning_nor_the_key(office: Office, vouching: Vouching) -> None:
    claimed(office, "phone")
    vouching.ask(NUMBER, AGENT, at=AT)
    say(vouching)

    with pytest.raises(MoveBlocked) as refused:
        office.desk.change(NUMBER, AGENT, at=AT)

    assert {"acknowledgement", "disclaimer", "subaccounts"} <= set(names_of(refused.value))


@pytest.mark.parametrize(("minutes", "state"), [(15, "VERIFIED"), (15 + 1 / 60, "CLAIMED")])
def test_what_was_proved_longer_ago_than_a_verification_lasts_makes_no_second_factor(
    office: Office, vouching: Vouching, minutes: float, state: str
) -> None:
    claimed(office, "phone", seconds_ago=0)
    vouching.ask(NUMBER, AGENT, at=AT)

    say(vouching, at=later(minutes))

    assert office.case().state == state


def test_what_was_proved_in_another_call_makes_no_second_factor(office: Office, vouching: Vouching) -> None:
    case = claimed(office, "phone")
    office.hang_up(case.call, at=AT)
    office.join(case, "CA2", at=AT)
    office.talk("CA2", at=AT)
    vouching.ask(NUMBER, AGENT, at=AT)

    say(vouching)

    assert office.case().state == "CLAIMED"


def test_a_caller_who_mistyped_too_often_is_not_verified_by_a_vouch(
    office: Office, vouching: Vouching
) -> None:
    case = claimed(office, "phone")
    for _ in range(office.desk.policy.wrong_per_call):
        office.cases.act(lambda tx: tx.count_wrong(case.id, case.call))
    vouching.ask(NUMBER, AGENT, at=AT)

    say(vouching)

    assert office.case().state == "CLAIMED"


@pytest.mark.parametrize(("moments", "state"), [(("placed",), "VERIFIED"), (("placed", "ended"), "CLAIMED")])
def test_a_caller_who_has_hung_up_is_verified_in_the_next_call(
    office: Office, vouching: Vouching, moments: tuple[str, ...], state: str
) -> None:
    case = claimed(office, "phone")
    office.cases.act(lambda tx: tx.join(case.id, case.call, AT))
    cells = {"call": case.call, "leg": "", "turn": 9, "at_us": us_of(AT), "line": "support", "person": 0}
    with office.database.engine.begin() as connection:
        for part, moment in enumerate(moments):
            connection.execute(insert(call_tables.transfer).values(**cells, part=part, moment=moment))
    vouching.ask(NUMBER, AGENT, at=AT)

    say(vouching)

    assert office.case().state == state


@pytest.mark.parametrize("answer", ["no", "cannot_say"])
def test_only_a_yes_counts(office: Office, vouching: Vouching, answer: str) -> None:
    case = claimed(office, "phone")
    vouching.ask(NUMBER, AGENT, at=AT)

    say(vouching, answer)

    assert office.case().state == "CLAIMED"
    assert [one.factor for one in office.cases.act(lambda tx: tx.evidence(case.id))] == ["phone"]
    assert recorded(office, "vouch") == [("agent:sam", f"vouch_{answer}")]


def test_an_answer_counts_for_a_day_and_not_a_second_longer(office: Office, vouching: Vouching) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)

    with pytest.raises(MoveBlocked, match="more than a day ago"):
        say(vouching, at=later(DAY + 1 / 60))
    say(vouching, at=later(DAY))

    assert office.case().tam_answered_at == later(DAY)


def test_an_answer_is_given_once(office: Office, vouching: Vouching) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)
    say(vouching, "no")

    with pytest.raises(MoveBlocked, match="You have answered already"):
        say(vouching, "yes")

    assert office.case().tam_answer == "no"


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(TIA, id="another account's manager"),
        pytest.param(replace(SAM, roles=frozenset({"agent"})), id="no manager any more"),
    ],
)
def test_nobody_else_answers_and_the_try_is_on_record(
    office: Office, vouching: Vouching, who: Member
) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)

    with pytest.raises(NotAsked):
        say(vouching, who=who)

    assert recorded(office, "console") == [(f"agent:{who.id}", "turned_away")]
    assert vouching.questions(TIA) == ()


def test_a_case_that_nobody_asked_about_is_not_there(office: Office, vouching: Vouching) -> None:
    claimed(office)

    for number in (NUMBER, "999999999", "9\x00", "../card"):
        with pytest.raises(NotAsked):
            vouching.answer(CaseNumber(number), SAM, answer="yes", reason="I know her", at=AT)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501, "turned\u202eround"])
def test_a_reason_is_checked_as_a_note_is(office: Office, vouching: Vouching, reason: str) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)

    with pytest.raises(NotKept):
        vouching.answer(NUMBER, SAM, answer="yes", reason=reason, at=AT)

    assert office.case().tam_answer is None


def test_the_reason_stands_among_the_notes_and_never_in_the_audit(office: Office, vouching: Vouching) -> None:
    case = claimed(office)
    vouching.ask(NUMBER, AGENT, at=AT)

    say(vouching)

    (note,) = office.cases.act(lambda tx: tx.desk.notes(case.id))
    assert (note.author, note.text) == ("sam", "I called Ann at her desk")
    bodies = office.rows(select(case_tables.audit.c.body))
    assert [row.body for row in bodies if "Ann" in row.body] == []


def test_the_card_says_who_was_asked_and_what_came_back(office: Office, vouching: Vouching) -> None:
    claimed(office)
    vouching.ask(NUMBER, AGENT, at=ago(60))

    def card() -> str:
        return " ".join(" ".join(lines_of(office.desk.card(NUMBER, at=AT))).split())

    assert "sam was asked by agent-1, 24 Nov 17:59:00 UTC; no answer yet" in card()
    say(vouching, "no")
    assert "17:59:00 UTC; answered NO, 24 Nov 18:00:00 UTC" in card()
