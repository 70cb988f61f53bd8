"""After a call back who pressed the button is rung first, where the line says by which telephone."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from ivr.services.desk.opening_callbacks import Opening, lines_of
from ivr.simulator.carrier.simulated_agents import Behaviour
from tests.services.desk.overnight import EVERYBODY, PHONE, Morning, handset, kept_overnight, rung

PEOPLE = "    people: [day desk, on call]\n"


@pytest.fixture(scope="module")
def menus(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the shipped menus, where ana has the support line's second telephone, and ben the first."""
    folder = Path(shutil.copytree("menus", tmp_path_factory.mktemp("named") / "menus"))
    lines = folder / "lines.yaml"
    written = lines.read_text(encoding="utf-8")
    assert PEOPLE in written
    named = written.replace(PEOPLE, f"{PEOPLE}    members: {{ana: on call, ben: day desk}}\n")
    lines.write_text(named, encoding="utf-8")
    return str(folder)


def verified(morning: Morning, people: Mapping[str, tuple[Behaviour, ...]] = EVERYBODY) -> list[str]:
    """Take the call, type the code, confirm, and wait for somebody; give whom that rang, in order."""
    phone = handset(morning.line, PHONE, 2, people)
    phone.pick_up()
    phone.press("1")
    phone.type(phone.code_from("text"))
    phone.press(phone.named_key())
    if not phone.is_over:
        phone.stay_silent()
    morning.phone = phone
    return rung(phone)


def whispers(morning: Morning) -> list[str]:
    return [one.words for one in morning.phone.heard if one.who == "whisper"]


def test_the_agent_who_pressed_the_button_is_rung_first_and_hears_who_is_back(menus: str) -> None:
    morning = kept_overnight(menus=menus)
    morning.press(agent="ana")

    assert verified(morning) == ["on call"]
    assert whispers(morning)[0].startswith("Back. Verified. Change.")


def test_where_that_agent_does_not_answer_the_line_is_rung_in_its_order(menus: str) -> None:
    morning = kept_overnight(menus=menus)
    morning.press(agent="ana")

    assert verified(morning, {"on call": ("no_answer",)}) == ["on call", "day desk"]


def test_a_caller_who_is_not_verified_is_brought_back_to_that_agent_too(menus: str) -> None:
    morning = kept_overnight(menus=menus)
    morning.press(agent="ana")
    phone = morning.phone
    phone.pick_up()
    phone.press("1")

    for _ in range(3):
        phone.type("000000")

    assert rung(phone) == ["on call"]
    assert whispers(morning)[0].startswith("Back, not verified.")


def test_it_is_who_pressed_and_not_who_has_the_case_by_then(menus: str) -> None:
    morning = kept_overnight(menus=menus)
    morning.press(agent="ana")
    at = morning.line.clock.now()
    morning.desk.claim(morning.case().number, "ben", taken_from="ana", at=at)

    assert verified(morning) == ["on call"]


def test_a_line_that_names_nobody_is_rung_in_its_order() -> None:
    morning = kept_overnight()
    morning.press(agent="ana")

    assert verified(morning) == ["day desk"]
    assert whispers(morning)[0].startswith("Recovery call. Verified. Change.")


def test_a_call_that_nobody_asked_for_rings_the_line_in_its_order(menus: str) -> None:
    morning = kept_overnight(menus=menus, claimed=False)
    desk, tree = morning.desk, morning.line.tree
    opening = Opening(cases=desk.cases, policy=desk.policy, lines=lines_of(tree), fresh=desk.fresh)
    morning.line.settle()
    assert opening.tend(morning.line.clock.now()) == 1
    morning.line.settle()

    assert verified(morning) == ["day desk"]
