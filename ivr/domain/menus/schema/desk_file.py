"""What desk.yaml may hold: in which ways the work on a case can have gone, in the words of its agents."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from ivr.domain.menus.schema.menu_file import Strict
from ivr.domain.menus.schema.product_steps import StepsIn
from ivr.domain.menus.schema.text import TextIn, raw_text

FEWEST: Final = 5
MOST: Final = 8
"""One key each: 1 to 8."""

_ID = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
_SHIPPED: Final[Mapping[str, str]] = {
    "solved": "Solved",
    "waits": "Goes on later",
    "sent_on": "Sent to the Primary administrator",
    "no_proof": "Could not be verified",
    "dropped": "Caller hung up",
    "withdrew": "Caller withdrew",
    "suspicious": "Suspicious: supervisor looks",
}
_FOR_SUPERVISORS: Final = frozenset({"suspicious"})


class DispositionIn(Strict):
    """One way in which a case can have gone. supervisor: whether it puts the case on their list."""

    text: TextIn
    supervisor: bool = False


def _plain(value: object) -> object:
    is_whole = isinstance(value, dict) and not value.keys().isdisjoint(DispositionIn.model_fields)
    return value if is_whole else {"text": value}


DispositionText = Annotated[DispositionIn, BeforeValidator(_plain)]


def _counted(dispositions: dict[str, DispositionIn]) -> dict[str, DispositionIn]:
    if not FEWEST <= len(dispositions) <= MOST:
        raise ValueError(
            f"there are {len(dispositions)} of them; write {FEWEST} to {MOST}, one for each key from 1 on"
        )
    return dispositions


def _shipped() -> dict[str, DispositionIn]:
    return {
        name: DispositionIn.model_construct(text=raw_text(words), supervisor=name in _FOR_SUPERVISORS)
        for name, words in _SHIPPED.items()
    }


class DeskFile(Strict):
    """desk.yaml: what agents choose from. Without the file they choose from the ones that we ship."""

    dispositions: Annotated[dict[_ID, DispositionText], AfterValidator(_counted)] = Field(
        default_factory=_shipped
    )
    """How a case went, five to eight ways; the first has key 1."""
    steps: StepsIn = Field(default_factory=dict)
    """What an agent does in the product's own tool, by act, in their order; change names {permit}."""
