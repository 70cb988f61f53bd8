"""What the product says happened: POST /product/events, signed, and answered with a status alone."""

from dataclasses import dataclass, field
from typing import Final

import structlog
from flask import Blueprint, Request, Response, request

from ivr.adapters.product.product_json import MalformedJson, read_event
from ivr.adapters.product.product_signature import SIGNATURE, TIMESTAMP, is_signed, is_timely
from ivr.adapters.throttled_log import Rarely
from ivr.domain.redaction import Secret
from ivr.services.case_ports import AuditUnavailable, DirectoryUnavailable, StaleCase
from ivr.services.desk.product.product_events import NotBelieved, Telling
from ivr.services.ports import Clock, StoreUnavailable

MAX_BODY_BYTES: Final = 4_096
_RETRY_S: Final = "30"
_AWAY: Final = (DirectoryUnavailable, StaleCase, StoreUnavailable, AuditUnavailable)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEvents:
    """secret: shared with the product, 32 bytes or more."""

    telling: Telling
    secret: Secret
    clock: Clock
    rarely: Rarely = field(default_factory=Rarely)


def product_events_blueprint(events: ProductEvents) -> Blueprint:
    blueprint = Blueprint("product_events", __name__)

    @blueprint.post("/product/events", provide_automatic_options=False)
    def hear() -> Response:
        body = request.stream.read(MAX_BODY_BYTES + 1)
        status = 400 if len(body) > MAX_BODY_BYTES else _status(events, request, body)
        response = Response(status=status)
        if status == _UNAVAILABLE:
            response.headers["Retry-After"] = _RETRY_S
        return response

    return blueprint


_NO_CONTENT: Final = 204
_REFUSED: Final = 400
_UNKNOWN: Final = 401
_UNAVAILABLE: Final = 503


def _status(events: ProductEvents, asked: Request, body: bytes) -> int:
    """Give 204 where it is believed, also when repeated; 401 for who asks, 400 for what is said."""
    timestamp, at = asked.headers.get(TIMESTAMP), events.clock.now()
    signature = asked.headers.get(SIGNATURE)
    if not is_signed(events.secret, timestamp, signature, text=body):
        reason = "bad_signature" if signature and timestamp else "missing_signature"
        events.rarely.tell("product_event_unsigned", reason, at=at)
        return _UNKNOWN
    if timestamp is None or not is_timely(timestamp, at=at):
        events.rarely.tell("product_event_unsigned", "not_timely", at=at)
        return _UNKNOWN
    try:
        events.telling.hear(read_event(body), at=at)
    except (MalformedJson, NotBelieved) as fault:
        _log.warning("product_event_refused", why=str(fault))
        return _REFUSED
    except _AWAY as fault:
        _log.warning("product_event_not_heard", why=type(fault).__name__)
        return _UNAVAILABLE
    return _NO_CONTENT
