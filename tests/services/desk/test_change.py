"""A full password change, through the desk: only where every gate is met, and once."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, combinations
from threading import Barrier

import pytest

from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.domain.recovery.factors import Evidence
from ivr.domain.recovery.gates import change_gates, missing
from ivr.services.case_ports import StaleCase
from ivr.services.desk.moves.moves import MoveBlocked
from tests.domain.recovery.ready import APPROVED, AT, GATES, POLICY, SPOILED, TO_CHANGE, Facts, ago, spoil
from tests.services.desk.office import NUMBER, Office, later, names_of
from tests.services.desk.test_agent_desk import recorded

AGENT = "agent-1"
SPOILED_AT_THE_DESK = {gate: ways[0] for gate, ways in SPOILED.items()} | {
    # Without any agent the actor is refused as well, which is another row of the table.
    "representative": {"spoke_at": None}
}
WAYS = [
    pytest.param(gate, facts, id=f"{gate}: {facts}")
    for gate, ways in SPOILED.items()
    for facts in ways
    if facts != {"agent": None}
]


def every_set(names: Iterable[str]) -> list[tuple[str, ...]]:
    kept = tuple(names)
    return list(chain.from_iterable(combinations(kept, size) for size in range(len(kept) + 1)))


@pytest.mark.parametrize(
    ("ready", "gates", "count"),
    [
        pytest.param(TO_CHANGE, tuple(gate for gate in GATES if gate != "approval"), 128, id="no approval"),
        pytest.param(APPROVED, GATES, 256, id="approval"),
    ],
)
def test_of_every_row_one_is_changed_and_each_other_is_refused_by_what_is_missing(
    office: Office, ready: Case, gates: tuple[str, ...], count: int
) -> None:
    rows = every_set(gates)
    refused: dict[tuple[str, ...], tuple[str, ...]] = {}
    changed = []
    for index, row in enumerate(rows):
        number = CaseNumber(f"9{index:08}")
        case = replace(ready, id=CaseId(f"{index:032x}"), number=number)
        for gate in row:
            case = replace(case, **SPOILED_AT_THE_DESK[gate])
        office.put(case)
        try:
            office.desk.change(number, AGENT, at=AT)
            changed.append(row)
        except MoveBlocked as fault:
            refused[row] = names_of(fault)
            assert office.case(number) == case

    assert len(rows) == count
    assert changed == [()]
    assert refused == {row: row for row in rows if row}


@pytest.mark.parametrize(("gate", "facts"), WAYS)
def test_a_refusal_says_in_sentences_what_is_missing_and_how_to_get_it(
    office: Office, gate: str, facts: Facts
) -> None:
    case = office.put(replace(APPROVED, **facts))

    with pytest.raises(MoveBlocked) as refused:
        office.desk.change(NUMBER, AGENT, at=AT)

    (shut,) = missing(change_gates(case, POLICY, at=AT))
    assert shut.name == gate
    assert str(refused.value).splitlines() == [
        '"change" is refused, and nothing was done.',
        f"{shut.missing[:1].upper()}{shut.missing[1:]}. {shut.remedy[:1].upper()}{shut.remedy[1:]}.",
    ]


def test_a_change_is_made_once_and_every_contact_is_told_once(office: Office) -> None:
    office.put(replace(TO_CHANGE, notify="mail:m1 text:p1"))

    office.desk.change(NUMBER, AGENT, at=AT)
    with pytest.raises(MoveBlocked) as refused:
        office.desk.change(NUMBER, AGENT, at=AT)

    assert names_of(refused.value) == ("open",)
    assert (office.case().state, office.case().changed_at) == ("CHANGED", AT)
    told = json.dumps({"event": "change_allowed", "number": NUMBER})
    assert sorted(office.notices()) == [("mail", "m1", told), ("text", "p1", told)]


def test_of_eight_who_change_at_once_one_does(office: Office) -> None:
    office.put(replace(TO_CHANGE, notify="mail:m1"))
    together = Barrier(8)

    def change() -> str:
        together.wait()
        try:
            office.desk.change(NUMBER, AGENT, at=AT)
        except (MoveBlocked, StaleCase) as fault:
            return str(fault)
        return "changed"

    with ThreadPoolExecutor(8) as pool:
        said = [one.result() for one in [pool.submit(change) for _ in range(8)]]

    assert said.count("changed") == 1
    assert len(office.notices()) == 1


def test_who_works_on_a_case_cannot_approve_it(office: Office) -> None:
    office.put(replace(TO_CHANGE, approval_required=True))

    with pytest.raises(MoveBlocked, match="claimed by agent-1, who cannot be the second") as refused:
        office.desk.approve(NUMBER, AGENT, at=AT)
    with pytest.raises(MoveBlocked) as unapproved:
        office.desk.change(NUMBER, AGENT, at=AT)

    assert names_of(refused.value) == ("second",)
    assert names_of(unapproved.value) == ("approval",)
    assert office.case().approver is None


def test_a_colleague_approves_and_the_agent_changes(office: Office) -> None:
    office.put(replace(TO_CHANGE, approval_required=True))

    office.desk.approve(NUMBER, "agent-2", at=AT)
    with pytest.raises(MoveBlocked, match="claimed by agent-1, not by agent-2"):
        office.desk.change(NUMBER, "agent-2", at=AT)
    office.desk.change(NUMBER, AGENT, at=AT)

    assert (office.case().state, office.case().approver) == ("CHANGED", "agent-2")
    last = recorded(office)[-1]
    assert (last["outcome"], last["actor"], last["approver"]) == ("CHANGED", "agent:agent-1", "agent:agent-2")


def test_the_record_of_a_change_that_nobody_had_to_approve_names_no_approver(office: Office) -> None:
    office.put(TO_CHANGE)

    office.desk.change(NUMBER, AGENT, at=AT)

    assert recorded(office)[-1]["outcome"] == "CHANGED"
    assert "approver" not in recorded(office)[-1]


def test_no_second_representative_is_asked_for_where_the_policy_wants_none(office: Office) -> None:
    office.put(TO_CHANGE)

    with pytest.raises(MoveBlocked, match="No second representative is asked for here"):
        office.desk.approve(NUMBER, "agent-2", at=AT)


def test_who_takes_a_case_over_is_not_approved_by_what_was_approved_before(office: Office) -> None:
    office.put(APPROVED)
    office.hang_up(APPROVED.call, at=AT)

    office.desk.claim(NUMBER, "agent-2", at=later(31), taken_from=AGENT)

    case = office.case()
    assert (case.agent, case.spoke_at, case.approver, case.approved_at) == ("agent-2", None, None, None)


def test_what_an_agent_counts_in_the_product_decides_even_after_the_caller_confirmed(office: Office) -> None:
    office.put(TO_CHANGE)

    office.desk.subaccounts(NUMBER, AGENT, count=1, at=AT)
    with pytest.raises(MoveBlocked) as refused:
        office.desk.change(NUMBER, AGENT, at=AT)

    assert names_of(refused.value) == ("subaccounts",)
    assert office.case().path == "reset"
    assert "may be changed" in office.desk.card(NUMBER, at=AT).next.step


@pytest.mark.parametrize("move", ["change", "ask_for_reset"])
def test_a_contact_that_is_on_file_no_more_proves_nothing_for_what_follows(office: Office, move: str) -> None:
    account = office.account()
    phone, mailbox = (account.contact("phone"), account.contact("mailbox"))
    assert phone is not None
    assert mailbox is not None
    case = office.put(replace(TO_CHANGE, account=account.id, phone=phone.id, mailbox="0" * 32))
    proofs = (
        Evidence(factor="phone", call=case.call, at=ago(400), contact=phone.id),
        Evidence(factor="mailbox", call=case.call, at=ago(300), contact="0" * 32),
    )
    for proof in proofs:
        office.cases.act(lambda tx, proof=proof: tx.prove(case.id, proof))  # type: ignore[misc]  # a loop's own value

    with pytest.raises(MoveBlocked, match="is on file no more") as refused:
        getattr(office.desk, move)(NUMBER, AGENT, at=AT)

    assert "contacts" in names_of(refused.value)
    assert office.case() == case


def test_a_case_whose_contacts_are_on_file_is_changed(office: Office) -> None:
    account = office.account()
    phone = account.contact("phone")
    assert phone is not None
    case = office.put(replace(TO_CHANGE, account=account.id, phone=phone.id))
    proof = Evidence(factor="phone", call=case.call, at=ago(400), contact=phone.id)
    office.cases.act(lambda tx: tx.prove(case.id, proof))

    assert office.desk.change(NUMBER, AGENT, at=AT).state == "CHANGED"


def test_a_spoiled_case_is_shown_as_it_would_be_refused(office: Office) -> None:
    row = ("disclaimer", "acknowledgement")
    office.put(spoil(TO_CHANGE, row))

    card = office.desk.card(NUMBER, at=AT)

    (change,) = [one for one in card.moves if one.move == "change"]
    assert tuple(lack.name for lack in change.lacks) == row
    assert tuple(gate.name for gate in card.gates if not gate.is_met) == row
