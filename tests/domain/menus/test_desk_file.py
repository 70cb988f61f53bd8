"""The ways in which a case can have gone, as an operator writes them."""

import pytest

from ivr.domain.menus.building.loader import load
from tests.domain.menus.folder import DESK, TWO_LANGUAGES, built, small
from tests.entrypoints.console.house import shipped_menu

FIVE = "dispositions:\n  done: Done\n  later: Later\n  sent_on: Sent on\n  hung_up: Hung up\n"


def test_what_the_operator_writes_is_chosen_from_in_its_order() -> None:
    tree = built(desk=f'{FIVE}  odd: "Odd at {{company}}"\n')

    assert list(tree.dispositions.items()) == [
        ("done", "Done"),
        ("later", "Later"),
        ("sent_on", "Sent on"),
        ("hung_up", "Hung up"),
        ("odd", "Odd at Ferry"),
    ]


def test_without_the_file_the_shipped_ones_are_chosen_from() -> None:
    assert built().dispositions == shipped_menu().dispositions


def test_a_way_that_supervisors_look_at_is_told_from_the_others() -> None:
    tree = built(desk=f'{FIVE}  odd: {{text: "Odd", supervisor: true}}\n  plain: {{text: Plain}}\n')

    assert (tree.dispositions["odd"], tree.dispositions["plain"]) == ("Odd", "Plain")
    assert tree.for_supervisors == {"odd"}


def test_without_the_file_supervisors_look_at_what_is_suspicious() -> None:
    assert built().for_supervisors == shipped_menu().for_supervisors == {"suspicious"}


def test_words_of_several_languages_may_be_looked_at_too() -> None:
    odd = "{text: {en: Odd, de: Seltsam}, supervisor: true}"
    tree = built(company=TWO_LANGUAGES, german="{}\n", desk=f"{FIVE}  odd: {odd}\n")

    assert tree.dispositions["odd"] == "Odd"
    assert tree.for_supervisors == {"odd"}


def test_words_are_shown_in_the_agents_language() -> None:
    tree = built(company=TWO_LANGUAGES, german="{}\n", desk=f"{FIVE}  odd: {{en: Odd, de: Seltsam}}\n")

    assert tree.dispositions["odd"] == "Odd"


@pytest.mark.parametrize(
    ("written", "spot", "said"),
    [
        (FIVE, "2:3", "there are 4 of them"),
        (FIVE + "".join(f"  more{n}: More\n" for n in range(5)), "2:3", "there are 9 of them"),
        (f"{FIVE}  Not an id: Odd\n", "6:3", ""),
        (f"{FIVE}  odd: 7\n", "6:8", "expected text, got the number 7"),
        (f"{FIVE}  odd: Odd {{compny}}\n", "6:8", 'no slot "compny"'),
        (f"{FIVE}  odd: {{fr: Bizarre}}\n", "6:8", ""),
        ("dispositons: {}\n", "1:1", "dispositons"),
        (f"{FIVE}  odd: {{text: Odd, supervisor: maybe}}\n", "6:32", "true or false is due here"),
        (f"{FIVE}  odd: {{text: 7, supervisor: true}}\n", "6:15", "expected text, got the number 7"),
        (f"{FIVE}  odd: {{supervisor: true}}\n", "6:8", "text"),
        (f"{FIVE}  odd: {{text: Odd, supervisr: true}}\n", "6:20", "supervisr"),
        (f"{FIVE}  odd: {{text: 'Odd {{compny}}', supervisor: true}}\n", "6:8", 'no slot "compny"'),
    ],
)
def test_what_cannot_be_chosen_from_is_named_with_its_place(written: str, spot: str, said: str) -> None:
    findings = load(small(desk=written)).errors

    assert {str(one.spot) for one in findings} == {f"{DESK}:{spot}"}
    assert any(said in one.what for one in findings)


def test_an_id_twice_is_a_fault() -> None:
    twice = f"{FIVE}  odd: Odd\n  done: Again\n"

    assert "duplicate-key" in {one.rule for one in load(small(desk=twice)).errors}
