"""What desk.yaml says of the product: the steps that an agent takes there, in the company's own words."""

from string import Formatter
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

ProductAct = Literal["subaccounts", "reset", "change", "release"]

_SLOTS: Final[dict[ProductAct, frozenset[str]]] = {
    "subaccounts": frozenset(),
    "reset": frozenset({"case"}),
    "change": frozenset({"case", "permit"}),
    "release": frozenset({"case"}),
}

_Step = Annotated[str, Field(min_length=1, max_length=300)]
_Steps = Annotated[list[_Step], Field(min_length=1, max_length=10)]


def _with_slots(steps: dict[ProductAct, list[str]]) -> dict[ProductAct, list[str]]:
    for act, sentences in steps.items():
        used = frozenset[str]().union(*(_slots_in(sentence) for sentence in sentences))
        if unknown := sorted(used - _SLOTS[act]):
            known = " and ".join(f"{{{slot}}}" for slot in sorted(_SLOTS[act])) or "none"
            raise ValueError(f"{act} has no slot {{{unknown[0]}}}; it may use {known}")
        if act == "change" and "permit" not in used:
            raise ValueError(
                "change does not name {permit}; say where it is noted, so that the change can be found by it"
            )
    return steps


def _slots_in(sentence: str) -> frozenset[str]:
    try:
        parsed = list(Formatter().parse(sentence))
    except ValueError:
        raise ValueError(f'"{sentence}" has braces that name nothing; write {{case}}, or none') from None
    if any(form or conversion for _, name, form, conversion in parsed if name is not None):
        raise ValueError(f'"{sentence}" has braces that name nothing; write {{case}}, or none')
    return frozenset(name for _, name, _, _ in parsed if name is not None)


StepsIn = Annotated[dict[ProductAct, _Steps], AfterValidator(_with_slots)]
"""By act; one that is left out keeps the steps that we ship."""
