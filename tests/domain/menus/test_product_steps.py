"""The steps that agents take in the product's own tool, as an operator writes them."""

import pytest

from ivr.adapters.product.manual_product import STEPS, ProductByHand
from ivr.domain.menus.building.loader import load
from ivr.domain.recovery.case import CaseNumber
from ivr.domain.redaction import Secret
from tests.domain.menus.folder import DESK, built, small

CASE, PERMIT = CaseNumber("900000001"), Secret("04711-12345-67890-00042")
CHANGE = "steps:\n  change:\n    - Note case {case} and permit {permit}.\n    - Start it.\n"


def test_an_agent_is_shown_what_the_operator_wrote_and_else_what_we_ship() -> None:
    hand = ProductByHand(written=built(desk=CHANGE).product_steps)

    assert hand.change("", PERMIT, case=CASE).steps == (
        "Note case 900000001 and permit 04711-12345-67890-00042.",
        "Start it.",
    )
    assert hand.subaccounts("").steps == STEPS["subaccounts"]


def test_without_any_the_ones_that_we_ship_are_shown() -> None:
    assert built().product_steps == {}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("steps:\n  change: ['Note case {case}.']\n", "change does not name {permit}"),
        ("steps:\n  reset: ['Note {permit}.']\n", "reset has no slot {permit}"),
        ("steps:\n  subaccounts: ['Note {case}.']\n", "subaccounts has no slot {case}"),
        ("steps:\n  reset: ['Note {case.']\n", "braces that name nothing"),
        ("steps:\n  reset: ['Note {case!r}.']\n", "braces that name nothing"),
        ("steps:\n  reset: ['Note {}.']\n", "reset has no slot {}"),
        ("steps:\n  reset: ['Note {case.id}.']\n", "reset has no slot {case.id}"),
        ("steps:\n  reset: []\n", ""),
        ("steps:\n  reset: ['']\n", ""),
        ("steps:\n  rest: [Rest.]\n", ""),
    ],
)
def test_steps_that_nobody_could_take_are_named_with_their_place(written: str, said: str) -> None:
    findings = load(small(desk=written)).errors

    assert {one.spot.file for one in findings} == {DESK}
    assert any(said in one.what for one in findings), [one.what for one in findings]
