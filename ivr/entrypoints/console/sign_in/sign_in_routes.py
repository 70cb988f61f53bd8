"""Signing in and out, and joining by a link. Nothing here says whether a name is somebody's."""

from typing import Final

from flask import Blueprint, Response, g, redirect, request, url_for

from ivr.domain.redaction import Secret
from ivr.entrypoints.console.console_config import ConsoleRoom
from ivr.entrypoints.console.pages.saved_forms import read_typed
from ivr.entrypoints.console.sign_in.access import remember
from ivr.entrypoints.console.sign_in.access_check import (
    browser,
    client_address,
    landing,
    page_of,
    renew,
    standing,
)
from ivr.entrypoints.console.sign_in.company_login import add_company
from ivr.entrypoints.console.sign_in.sign_in_page import (
    NOT_RIGHT,
    OVER,
    WAIT,
    code_page,
    join_page,
    password_page,
)
from ivr.services.staff.join import Lacking
from ivr.services.staff.sign_in import Begun

_SEE_OTHER: Final = 303
_WRONG: Final = 401
_WAIT: Final = 429


def sign_in_blueprint(room: ConsoleRoom) -> Blueprint:
    blueprint = Blueprint("sign_in", __name__)
    _add_password(blueprint, room)
    _add_code(blueprint, room)
    _add_again(blueprint, room)
    _add_joining(blueprint, room)
    if room.by_company is not None:
        add_company(blueprint, room, room.by_company)

    @blueprint.post("/sign-out")
    def leave() -> Response:
        """End the session; the browser gets another cookie, which is nobody's."""
        known = standing().signed_in
        if known is not None:
            room.signing_in.leave(known)
        browser().renew(Secret(room.fresh() + room.fresh()))
        g.needs_cookie = True
        remember(None)
        return _go("/sign-in")

    return blueprint


def _add_password(blueprint: Blueprint, room: ConsoleRoom) -> None:
    @blueprint.get("/sign-in")
    def form() -> Response:
        known = standing().signed_in
        return password_page(back=_back()) if known is None else _go(landing(known, _back()))

    @blueprint.post("/sign-in")
    def enter() -> Response:
        back, typed, name = _back(), request.form.get("typed", ""), request.form.get("name", "")
        password = Secret(request.form.get("password", ""))
        begun = room.signing_in.password(name, password, address=client_address())
        if isinstance(begun, Begun):
            renew(begun)
            # Carried by the page where something was typed; elsewhere a page that may be loaded again.
            return (
                code_page("code", back=back, typed=typed) if typed else _go(url_for(".code_form", back=back))
            )
        fault, status = (WAIT, _WAIT) if begun == "wait" else (NOT_RIGHT, _WRONG)
        return password_page(back=back, typed=typed, fault=fault, name=name, status=status)


def _add_code(blueprint: Blueprint, room: ConsoleRoom) -> None:
    @blueprint.get("/sign-in/code")
    def code_form() -> Response:
        return code_page("code", back=_back()) if standing().step else _go("/sign-in")

    @blueprint.post("/sign-in/code")
    def code() -> Response:
        back, typed = _back(), request.form.get("typed", "")
        entry = Secret(request.form.get("code", ""))
        begun = room.signing_in.code(browser().secret, entry, address=client_address())
        if isinstance(begun, Begun):
            renew(begun)
            _keep_typed(room, begun, typed)
            return _go(landing(room.signing_in.standing(begun.secret).signed_in, back))
        if begun == "over":
            return password_page(back=back, typed=typed, fault=OVER, status=_WRONG)
        fault, status = (WAIT, _WAIT) if begun == "wait" else (NOT_RIGHT, _WRONG)
        return code_page("code", back=back, typed=typed, fault=fault, status=status)


def _add_again(blueprint: Blueprint, room: ConsoleRoom) -> None:
    @blueprint.post("/sign-in/again")
    def again() -> Response:
        back, typed, known = _back(), request.form.get("typed", ""), standing().signed_in
        if known is None:
            return password_page(back=back, typed=typed, fault=OVER, status=_WRONG)
        answer = room.signing_in.again(known, Secret(request.form.get("code", "")))
        if answer == "over":
            remember(None)
            return password_page(back=back, fault=OVER, status=_WRONG)
        if answer == "wrong":
            return code_page("again", back=back, typed=typed, fault=NOT_RIGHT, status=_WRONG)
        if read_typed(room.key, typed, member=known.member.id, at=room.clock.now()) is not None:
            room.signing_in.keep_text(known.session, typed)
        return _go(back)


def _add_joining(blueprint: Blueprint, room: ConsoleRoom) -> None:
    @blueprint.get("/join/<link>")
    def join_form(link: str) -> Response:
        return join_page(room.joining.look(Secret(link)))

    @blueprint.post("/join/<link>")
    def join(link: str) -> Response:
        password, code = Secret(request.form.get("password", "")), Secret(request.form.get("code", ""))
        begun = room.joining.join(Secret(link), password, code, address=client_address())
        if isinstance(begun, Begun):
            renew(begun)
            return _go("/")
        offered = room.joining.look(Secret(link))
        return join_page(offered, begun if isinstance(begun, Lacking) else None)


def _keep_typed(room: ConsoleRoom, begun: Begun, typed: str) -> None:
    if read_typed(room.key, typed, member=begun.member, at=room.clock.now()) is None:
        return
    signed_in = room.signing_in.standing(begun.secret).signed_in
    if signed_in is not None:
        room.signing_in.keep_text(signed_in.session, typed)


def _back() -> str:
    return page_of(request.values.get("back", ""))


def _go(path: str) -> Response:
    response = redirect(path, code=_SEE_OTHER)
    return Response(response.get_data(), status=response.status_code, headers=dict(response.headers))
