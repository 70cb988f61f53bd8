"""The page behind an invitation, for people and without a signature: GET shows it, POST alone does anything.

Mail scanners open every link, so opening it uses nothing up.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

import structlog
from flask import Blueprint, Response, render_template, request

from ivr.domain.redaction import Secret
from ivr.entrypoints.voice.pages.public_page import away, page_blueprint, small_body
from ivr.services.calls.verification.enroll import Enrolling, EnrollmentStep
from ivr.services.calls.verification.pin_hashes import TooManyPins
from ivr.services.case_ports import AuditUnavailable, DirectoryUnavailable
from ivr.services.ports import StoreUnavailable

_PAGE: Final = "enrol.html"
_MOST_FIELDS: Final = 8
_BLANKS: Final = re.compile(r"[\s-]+")
_GROUP: Final = 5
_PIN_GROUP: Final = 4

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """company: whose page it is. phone: the number that callers dial."""

    enrolling: Enrolling
    company: str
    phone: str


def enrol_blueprint(enrol: Enrol) -> Blueprint:
    blueprint = page_blueprint("enrol", _PAGE)

    @blueprint.get("/enrol/<invitation>/<token>", provide_automatic_options=False)
    def show(invitation: str, token: str) -> Response:
        return _answered(enrol, lambda: enrol.enrolling.look(invitation, token))

    @blueprint.post("/enrol/<invitation>/<token>", provide_automatic_options=False)
    def act(invitation: str, token: str) -> Response:
        code, consents = _sent(small_body(request))
        if code is None:
            return _answered(enrol, lambda: enrol.enrolling.send(invitation, token))
        return _answered(enrol, lambda: enrol.enrolling.enrol(invitation, token, code, consents=consents))

    return blueprint


def _sent(body: bytes) -> tuple[Secret | None, bool]:
    """Read the code that was typed, None where the page asks for one, and whether the box was ticked."""
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        fields = {}
    code = fields.get("code")
    return None if code is None else Secret(_BLANKS.sub("", code[0])), "texts" in fields


def _answered(enrol: Enrol, ask: Callable[[], EnrollmentStep | None]) -> Response:
    try:
        shown = ask()
    except (StoreUnavailable, AuditUnavailable, DirectoryUnavailable, TooManyPins) as fault:
        _log.warning("enrolment_not_shown", why=type(fault).__name__)
        return away(_page(enrol, None, is_away=True))
    return Response(_page(enrol, shown), status=404 if shown is None else 200)


def _page(enrol: Enrol, shown: EnrollmentStep | None, *, is_away: bool = False) -> str:
    is_done = shown is not None and shown.address is not None and shown.secret is not None
    return render_template(
        _PAGE,
        company=enrol.company,
        phone=enrol.phone,
        is_away=is_away,
        stands=None if shown is None else shown.stands,
        picture=_picture(shown.address) if is_done and shown and shown.address else "",
        secret=shown.secret.reveal() if is_done and shown and shown.secret else "",
        pin="" if shown is None or shown.pin is None else _grouped(shown.pin.reveal(), _PIN_GROUP),
        saved=[] if shown is None else [_grouped(one.reveal()) for one in shown.saved],
    )


def _picture(address: Secret) -> str:
    """Draw the address as the markup of one picture, dark on white whatever colours the page has."""
    import segno  # noqa: PLC0415 -- one page of a line draws, and once for each who enrols

    code = segno.make(address.reveal(), error="m", micro=False)
    return str(code.svg_inline(dark="#000", light="#fff", omitsize=True, border=4))


def _grouped(digits: str, group: int = _GROUP) -> str:
    return " ".join(digits[start : start + group] for start in range(0, len(digits), group))
