"""What the product says, as JSON: its replies and its events, and nothing that only looks like them."""

import hashlib
import json
from typing import Annotated, Final, Literal, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from ivr.domain.recovery.case import CaseNumber
from ivr.domain.redaction import Secret
from ivr.services.product_ports import ProductEvent

MOST_SUBACCOUNTS: Final = 1_000_000

Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$")]
Number = Annotated[str, StringConstraints(pattern=r"^9[0-9]{8}$")]
AccountName = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{32}|[0-9]{1,20})$")]
"""An id of the directory's, or a subscription number."""
PermitNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}(?:-[0-9]{5}){3}$")]


class MalformedJson(ValueError):  # noqa: N818 -- it names what was said
    """What was said is not what was agreed; the message shows nothing of it."""


class _Said(BaseModel):
    # The product may tell more than is asked: what we do not read changes nothing.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)

    at: AwareDatetime


class CountedReply(_Said):
    count: Annotated[int, Field(ge=0, le=MOST_SUBACCOUNTS)]


class AcceptedReply(_Said):
    reference: Reference


class _Event(_Said):
    id: Reference
    case: Number
    account: AccountName


class _Done(_Event):
    what: Literal["reset_done", "released"]
    reference: Reference


class _Login(_Event):
    """interactive: whether a person logged in, with a form; false for a program, a schedule, an API."""

    what: Literal["subaccount_login"]
    interactive: bool
    subaccount_created_at: AwareDatetime


class _Changed(_Event):
    what: Literal["change_done"]
    reference: Reference
    permit: PermitNumber


_EVENT: Final[TypeAdapter[_Done | _Login | _Changed]] = TypeAdapter(
    Annotated[_Done | _Login | _Changed, Field(discriminator="what")],
    config=ConfigDict(hide_input_in_errors=True),
)
Reply = TypeVar("Reply", CountedReply, AcceptedReply)


def read_reply(model: type[Reply], body: bytes) -> Reply:
    """Read a reply. Raises Malformed."""
    _once_named(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as fault:
        raise MalformedJson(f"{fault.error_count()} faults") from None


def read_event(body: bytes) -> ProductEvent:
    """Read an event. Raises Malformed."""
    _once_named(body)
    try:
        event = _EVENT.validate_json(body)
    except ValidationError as fault:
        raise MalformedJson(f"{fault.error_count()} faults") from None
    return ProductEvent(
        source=event.id,
        digest=hashlib.sha256(body).hexdigest(),
        what=event.what,
        case=CaseNumber(event.case),
        account=event.account,
        at=event.at,
        reference="" if isinstance(event, _Login) else event.reference,
        by_person=isinstance(event, _Login) and event.interactive,
        subaccount_since=event.subaccount_created_at if isinstance(event, _Login) else None,
        permit=Secret(event.permit) if isinstance(event, _Changed) else None,
    )


def _once_named(body: bytes) -> None:
    """Refuse an object that names a thing twice: of two readers, each may believe the other one."""

    def checked(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise MalformedJson("a name stands there twice")
        return dict(pairs)

    try:
        json.loads(body, object_pairs_hook=checked)
    except MalformedJson:
        raise
    except (ValueError, RecursionError):
        raise MalformedJson("this is no JSON") from None
