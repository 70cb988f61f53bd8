"""The vendor's own product, as recovery needs it: what it is asked, what it tells, what is kept of both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ivr.domain.recovery.case import CaseId, CaseNumber
from ivr.domain.redaction import Secret

ProductAct = Literal["subaccounts", "reset", "change", "release"]


class ProductUnavailable(Exception):  # noqa: N818 -- it names a state of the product, not a mistake
    """The product did not answer, or not as agreed. Whether it did what was asked, only a look tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a representative does in the product's own tool: one sentence each, in their order."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubaccountCount:
    """How many subaccounts the product has; at: by its clock, with its zone."""

    count: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The product will do it, and says so afterwards. at: by its clock, with its zone."""

    reference: str
    at: datetime


class Product(Protocol):
    """The vendor's own product. account: an id of the directory's; case: the number that it quotes later.

    An act that is asked for again for the same case is done once. Every method raises ProductUnavailable
    within 5 seconds.
    """

    def subaccounts(self, account: str) -> SubaccountCount | Steps: ...

    def reset(self, account: str, *, case: CaseNumber) -> Accepted | Steps: ...

    def change(self, account: str, permit: Secret, *, case: CaseNumber) -> Accepted | Steps: ...

    def release(self, account: str, *, case: CaseNumber) -> Accepted | Steps: ...


Happening = Literal["reset_done", "subaccount_login", "change_done", "released"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEvent:
    """What the product says happened; at: by its clock. source: its own id of this, the same when repeated.

    account: an id of the directory's, or a subscription number. digest: of all that was sent.
    by_person, subaccount_since: whether a person logged in, with a subaccount that exists since when.
    permit: of a change.
    """

    source: str
    digest: str
    what: Happening
    case: CaseNumber
    account: str
    at: datetime
    reference: str = ""
    by_person: bool = False
    subaccount_since: datetime | None = None
    permit: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Lets one change be made, once. mac: of its number, which is kept nowhere. reference: of the change."""

    case: CaseId
    account: str
    mac: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What a representative did in the product's tool, or failed to do. at: with the zone it was read in."""

    id: str
    case: CaseId
    act: ProductAct
    is_done: bool
    at: datetime
    reference: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the product has accepted to do for a case. at: by its clock. by: who asked it."""

    case: CaseId
    act: ProductAct
    reference: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLogin:
    """A subaccount's login, as a second representative saw it. name: masked. where: in the product."""

    case: CaseId
    name: str
    where: str
    at: datetime
    by: str


class Permits(Protocol):
    """Permits, and what was said of acts in the product, in the same transaction."""

    def issue(self, new: Permit) -> None:
        """Keep the permit; a case has one, ever."""

    def permit(self, case: CaseId) -> Permit | None: ...

    def permits(self, *, since: datetime) -> tuple[Permit, ...]:
        """List the permits that were issued since then, oldest first."""

    def use(self, mac: str, *, at: datetime, reference: str) -> bool:
        """Whether there is such a permit, and it was never used; it serves no more."""

    def told(self, source: str) -> str | None:
        """Give the digest of what was said under this id; None where it is new."""

    def keep_told(self, told: ProductEvent, *, case: CaseId, at: datetime) -> None: ...

    def was_told(self, case: CaseId, what: Happening) -> bool:
        """Whether the product has said this of the case."""

    def keep_by_hand(self, record: ByHand, *, at: datetime) -> None: ...

    def by_hand(self, case: CaseId) -> tuple[ByHand, ...]:
        """List what was done by hand for the case, oldest first."""

    def keep_order(self, order: Order, *, at: datetime) -> None:
        """Keep what the product accepted, instead of what it accepted for the same act before."""

    def orders(self, case: CaseId) -> tuple[Order, ...]:
        """List what the product accepted for the case, oldest first."""

    def keep_login(self, login: SeenLogin, *, at: datetime) -> None:
        """Keep the login that was seen; a case has one, ever."""

    def login(self, case: CaseId) -> SeenLogin | None: ...
