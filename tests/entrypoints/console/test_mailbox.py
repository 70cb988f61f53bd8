"""Another mailbox on file, in the console: chosen by who holds the case, confirmed by a colleague."""

from dataclasses import replace

import pytest
from bs4 import Tag

from tests.domain.recovery.ready import AT
from tests.entrypoints.console.house import CARD, Console, soup, words
from tests.services.desk.test_replace_mailbox import OTHER, RESET, lost, on_file


def form(console: Console, move: str) -> Tag:
    (found,) = [one for one in soup(console.get()).select("form.move") if one["action"] == f"{CARD}/{move}"]
    return found


def test_a_mailbox_is_chosen_by_its_masked_address_and_confirmed_by_a_colleague(console: Console) -> None:
    on_file(console.office)
    lost(console.office)

    offered = [option.get_text() for option in form(console, "name-mailbox").select("option")]
    named = console.post("name-mailbox", contact=OTHER)
    alone = console.post("confirm-mailbox")
    confirmed = console.as_("agent-2").post("confirm-mailbox")

    assert offered == ["Choose", "l•••@•••.example, on file since 16 Aug, 11:00:00 PDT"]
    assert [reply.status_code for reply in (named, alone, confirmed)] == [303, 422, 303]
    assert "Agent-1 asked for it, and cannot be the second representative too." in words(alone)
    assert console.office.case().mailbox == OTHER
    shown = words(console.get())
    assert "agent-1 named l•••@•••.example, 24 Nov, 10:00:00 PST; agent-2 confirmed it" in shown
    assert "lee@northwind" not in shown


@pytest.mark.parametrize("contact", ["", "0" * 32, "lee@northwind.example"])
def test_what_is_no_choice_of_the_card_is_told_at_the_field(console: Console, contact: str) -> None:
    on_file(console.office)
    before = lost(console.office)

    refused = console.post("name-mailbox", contact=contact)

    field = soup(refused).find(id="contact")
    assert refused.status_code == 422
    assert isinstance(field, Tag)
    assert field["aria-invalid"] == "true"
    assert console.office.case() == before


def test_a_list_that_can_hold_no_mailbox_says_so_and_how_one_comes_there(console: Console) -> None:
    lost(console.office)

    shown = form(console, "name-mailbox")

    assert [option.get_text() for option in shown.select("option")] == ["None can be chosen"]
    assert "No other mailbox of the account is on file. An import of the accounts may bring one" in " ".join(
        shown.get_text(" ").split()
    )


def test_nothing_is_offered_before_the_manager_has_said_yes(console: Console) -> None:
    on_file(console.office)
    lost(console.office, tam_answer=None, tam_answered_at=None)

    locked = form(console, "name-mailbox")

    assert locked.select("option") == []
    assert "The account manager has not said yes to this caller within a day." in locked.get_text()
    assert "the caller cannot open the one on file, said by key" in words(console.get())


def test_the_steps_of_a_release_say_where_its_link_goes_once_another_mailbox_is_named(
    console: Console,
) -> None:
    on_file(console.office)
    lost(console.office, **RESET)
    case = console.office.case()
    released = {
        "state": "RELEASED",
        "released_at": AT,
        "released_by": "agent-1",
        "mailbox": OTHER,
        "other_mailbox": OTHER,
    }
    named = {
        "other_asked_by": "agent-1",
        "other_asked_at": AT,
        "other_named_by": "agent-2",
        "other_named_at": AT,
    }
    console.office.cases.act(lambda tx: tx.save(replace(case, **released, **named)))  # type: ignore[arg-type]  # facts

    steps = [step.get_text() for step in form(console, "released").select("ol li")]

    assert steps[0].startswith("The link goes to the mailbox that two named in this case")
    assert len(steps) > 1
