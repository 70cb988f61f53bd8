"""The caller's page of a case: how it stands, without a login, and without a word about any person.

Its number is all that one needs, so it shows what has happened and when, and nothing that anybody could use.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

import structlog
from flask import Blueprint, Response, render_template, request

from ivr.domain.recovery.case import Case, CaseNumber, State
from ivr.entrypoints.voice.pages.public_page import RETRY_S, page_blueprint
from ivr.entrypoints.voice.rate_limits import WITHIN, Attempts, address_of
from ivr.services.case_ports import AuditUnavailable, Cases
from ivr.services.ports import Clock, StoreUnavailable

_PAGE: Final = "case.html"
_NUMBER: Final = re.compile(r"9[0-9]{8}", re.ASCII)

_log = structlog.get_logger(__name__)

NEXT: Final[Mapping[State, str]] = {
    "OPENED": "The caller has not passed our checks yet. They are done on the telephone, by keypad.",
    "CLAIMED": "The caller has not passed our checks yet. They are done on the telephone, by keypad.",
    "VERIFIED": "A representative takes the case up. Nothing has been changed.",
    "HELD": "The case is kept until a representative can take it up. Nothing has been changed.",
    "RESET_REQUESTED": "A representative is resetting the password. A colleague has to sign in after that.",
    "RESET_DONE": "We are waiting for a colleague to sign in.",
    "RELEASED": "The product now sends its mail to the address on file.",
    "CONFIRMED": "A representative makes sure that everything is there, then makes the change.",
    "CHANGED": "A representative now makes the change; then the product mails the address on file.",
}
SIGNED_IN: Final = "A colleague has signed in. A representative now has the mail sent."

Standing = Literal["shown", "none", "away", "busy"]
_STATUS: Final[Mapping[Standing, int]] = {"shown": 200, "none": 404, "away": 503, "busy": 429}


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """company: whose page it is. phone: the number that callers dial."""

    cases: Cases
    clock: Clock
    company: str
    phone: str
    attempts: Attempts = field(default_factory=Attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One line of the page. at: when it happened; "" where it has not yet."""

    name: str
    at: str


def case_page_blueprint(page: CasePage) -> Blueprint:
    blueprint = page_blueprint("case_page", _PAGE)

    @blueprint.get("/case/<number>", provide_automatic_options=False)
    def show(number: str) -> Response:
        standing, case = _look(page, number)
        response = Response(_filled(page, standing, case), status=_STATUS[standing])
        if standing == "away":
            response.headers["Retry-After"] = RETRY_S
        elif standing == "busy":
            response.headers["Retry-After"] = f"{WITHIN.total_seconds():.0f}"
        return response

    return blueprint


def _look(page: CasePage, number: str) -> tuple[Standing, Case | None]:
    """Find the case; an address that asked in vain too often is not even told of a right number."""
    address, at = address_of(request), page.clock.now()
    if page.attempts.are_used_up(address, at=at):
        return "busy", None
    try:
        case = (
            page.cases.act(lambda tx: tx.case_numbered(CaseNumber(number)))
            if _NUMBER.fullmatch(number)
            else None
        )
    except (StoreUnavailable, AuditUnavailable) as fault:
        _log.warning("case_not_shown", why=type(fault).__name__)
        return "away", None
    if case is None or case.is_over:
        page.attempts.count(address, at=at)
        return "none", None
    return "shown", case


def _filled(page: CasePage, standing: Standing, case: Case | None) -> str:
    asked_at = None if case is None else case.reset_requested_at
    waits = case is not None and case.state in ("RESET_REQUESTED", "RESET_DONE")
    return render_template(
        _PAGE,
        company=page.company,
        phone=page.phone,
        standing=standing,
        number=None if case is None else case.number,
        stages=() if case is None else tuple(_stages(case)),
        next="" if case is None else _next(case),
        since=_moment(asked_at) if waits and case and not case.subaccount_login_at else "",
    )


def _next(case: Case) -> str:
    return SIGNED_IN if case.state == "RESET_DONE" and case.subaccount_login_at else NEXT[case.state]


def _stages(case: Case) -> Iterator[Stage]:
    """List what happens on the case's way, once it is known which way that is."""
    yield Stage(name="Opened", at=_moment(case.opened_at))
    yield Stage(name="Verified", at=_moment(case.l2_at))
    if case.reset_requested_at is not None:
        yield Stage(name="Reset done", at=_moment(case.reset_done_at))
        yield Stage(name="A colleague signed in", at=_moment(case.subaccount_login_at))
        yield Stage(name="Release allowed", at=_moment(case.released_at))
    elif case.confirmed_at is not None:
        yield Stage(name="Change confirmed by key", at=_moment(case.confirmed_at))
        yield Stage(name="Warning sent by mail", at=_moment(case.disclaimer_accepted_at))
        yield Stage(name="Change allowed", at=_moment(case.changed_at))


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%d %B %Y, %H:%M} UTC".removeprefix("0")
