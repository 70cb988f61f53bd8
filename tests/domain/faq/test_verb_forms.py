import pytest

from ivr.domain.faq.drafting.verb_forms import after_past, gerund, third_person


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("pay", "paying"),
        ("change", "changing"),
        ("see", "seeing"),
        ("get", "getting"),
        ("submit", "submitting"),
        ("boot", "booting"),
        ("fix", "fixing"),
        ("tie", "tying"),
        ("be", "being"),
        ("open", "opening"),
        ("dye", "dyeing"),
    ],
)
def test_the_form_after_for(verb: str, form: str) -> None:
    assert gerund(verb) == form


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("cover", "covers"),
        ("go", "goes"),
        ("carry", "carries"),
        ("pay", "pays"),
        ("pass", "passes"),
        ("have", "has"),
    ],
)
def test_the_form_after_a_thing(verb: str, form: str) -> None:
    assert third_person(verb) == form


@pytest.mark.parametrize(
    ("past", "form"),
    [("moved", "moving"), ("lost", "losing"), ("received", "receiving"), ("need", None), ("card", None)],
)
def test_a_past_form_turns_into_the_form_after_for(past: str, form: str | None) -> None:
    assert after_past(past) == form
