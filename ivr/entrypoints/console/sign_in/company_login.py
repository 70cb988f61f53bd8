"""The way to the company's own sign-in, and back. A cookie of its own remembers what was asked.

The desk's cookie is not sent with a page that another site leads to, and the provider is another site: so
what was asked stands in a cookie that is, sealed, for ten minutes; the page at the end leads on by itself.
"""

import json
from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for

from ivr.domain.redaction import Secret
from ivr.entrypoints.console.console_config import ConsoleRoom
from ivr.entrypoints.console.sign_in.access_check import client_address, landing, page_of, renew
from ivr.entrypoints.console.sign_in.sign_in_page import NOT_RIGHT, OVER, WAIT, password_page
from ivr.services.encryption import opened, sealed
from ivr.services.staff.company_sign_in import ByCompany, ProviderRequest, ProviderUnavailable
from ivr.services.staff.sign_in import Begun

AWAY: Final = "The company's own sign-in cannot be reached now. Use your password and your app's code."
_PURPOSE: Final = "asked of the provider"
_LASTS: Final = timedelta(minutes=10)
_FOUND: Final = 303
_FAULTS: Final = {"wrong": (NOT_RIGHT, 401), "wait": (WAIT, 429), "over": (OVER, 401)}
_LONGEST: Final = 4096


def add_company(blueprint: Blueprint, room: ConsoleRoom, company: ByCompany) -> None:
    """Add both pages to the sign-in."""
    cookie = "__Host-asked" if room.is_https else "asked"

    @blueprint.get("/sign-in/company")
    def to_company() -> Response:
        back = page_of(request.args.get("back", ""))
        try:
            asked, address = company.ask(back_to=_back_to())
        except ProviderUnavailable:
            return password_page(back=back, fault=AWAY, status=503)
        reply = redirect(address, code=_FOUND)
        response = Response(reply.get_data(), status=reply.status_code, headers=dict(reply.headers))
        response.set_cookie(
            cookie,
            _written(room, asked, back),
            max_age=_LASTS,
            secure=room.is_https,
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return response

    @blueprint.get("/sign-in/company/back")
    def from_company() -> Response:
        response = _entered(room, company, request.cookies.get(cookie, ""))
        response.delete_cookie(cookie, secure=room.is_https, httponly=True, samesite="Lax", path="/")
        return response


def _entered(room: ConsoleRoom, company: ByCompany, kept: str) -> Response:
    known = _read(room, kept)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if known is None or not state or not 0 < len(code) <= _LONGEST:
        return password_page(back="/", fault=OVER, status=401)
    asked, back = known
    address = client_address()
    try:
        begun = company.enter(asked, state=state, code=Secret(code), back_to=_back_to(), address=address)
    except ProviderUnavailable:
        return password_page(back=back, fault=AWAY, status=503)
    if not isinstance(begun, Begun):
        fault, status = _FAULTS[begun]
        return password_page(back=back, fault=fault, status=status)
    renew(begun)
    now = room.signing_in.standing(begun.secret)
    onward = url_for("sign_in.code_form", back=back) if now.step else landing(now.signed_in, back)
    return Response(render_template("sign_in_company.html", onward=onward))


def _back_to() -> str:
    return url_for("sign_in.from_company", _external=True)


def _written(room: ConsoleRoom, asked: ProviderRequest, back: str) -> str:
    cells = [asked.state.reveal(), asked.nonce.reveal(), asked.verifier.reveal(), back]
    return sealed(room.key, json.dumps(cells), purpose=_PURPOSE, at=room.clock.now())


def _read(room: ConsoleRoom, kept: str) -> tuple[ProviderRequest, str] | None:
    text = opened(room.key, kept, purpose=_PURPOSE, at=room.clock.now(), within=_LASTS) if kept else None
    if text is None:
        return None
    state, nonce, verifier, back = json.loads(text)
    return ProviderRequest(state=Secret(state), nonce=Secret(nonce), verifier=Secret(verifier)), back
