"""The product where nothing of ours reaches it: each act is the steps that a representative takes there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ivr.domain.recovery.case import CaseNumber
from ivr.domain.redaction import Secret
from ivr.services.product_ports import ProductAct, Steps

STEPS: Final[Mapping[ProductAct, tuple[str, ...]]] = MappingProxyType(
    {
        "subaccounts": (
            "Open the subscription in the product's own tool, by its subscription number.",
            "Open its list of users, and count those that are active, without the primary administrator.",
            "Record the number here, with the time that the tool shows.",
        ),
        "reset": (
            "Open the subscription in the product's own tool, by its subscription number.",
            "Write case {case} into the note of what you do.",
            "Reset the password of the primary administrator, and let the tool send nothing yet.",
            "Record here that it is done, or failed, with the time, its zone, and the tool's reference.",
        ),
        "change": (
            "Open the subscription in the product's own tool, by its subscription number.",
            "Write case {case} and permit {permit} into the note of what you do: the permit serves once.",
            "Start the full password change of the primary administrator: the tool sends its own link.",
            "Record here that it is done, or failed, with the time, its zone, and the tool's reference.",
        ),
        "release": (
            "Open the subscription in the product's own tool, by its subscription number.",
            "Write case {case} into the note of what you do.",
            "Have the tool send its own link, to the mailbox on file and to nothing else.",
            "Record here that it is done, or failed, with the time, its zone, and the tool's reference.",
        ),
    }
)
"""No step shows, chooses or sends a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductByHand:
    """What `product_ports.Product` promises; an account is told by its card, and so is not named here.

    written: the company's own steps, by act; for an act that has none the ones above are given.
    """

    written: Mapping[ProductAct, tuple[str, ...]] = field(default_factory=dict)

    def subaccounts(self, account: str) -> Steps:  # noqa: ARG002 -- as the class says
        return self._steps("subaccounts")

    def reset(self, account: str, *, case: CaseNumber) -> Steps:  # noqa: ARG002 -- as above
        return self._steps("reset", case=case)

    def change(self, account: str, permit: Secret, *, case: CaseNumber) -> Steps:  # noqa: ARG002 -- as above
        return self._steps("change", case=case, permit=permit.reveal())

    def release(self, account: str, *, case: CaseNumber) -> Steps:  # noqa: ARG002 -- as above
        return self._steps("release", case=case)

    def _steps(self, act: ProductAct, **filled: str) -> Steps:
        steps = self.written.get(act, STEPS[act])
        return Steps(steps=tuple(step.format(**filled) for step in steps))
