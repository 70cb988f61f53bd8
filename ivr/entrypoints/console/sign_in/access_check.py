"""What happens before a page: who asks is read from the cookie, and a move needs a member who is there."""

from collections.abc import Callable
from typing import Final, cast

from flask import Flask, abort, current_app, g, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from ivr.entrypoints.console.console_config import ConsoleRoom
from ivr.entrypoints.console.pages.saved_forms import Typed, read_typed
from ivr.entrypoints.console.sign_in.access import may_open, remember, remember_typed
from ivr.entrypoints.console.sign_in.session_cookie import Browser
from ivr.entrypoints.console.sign_in.sign_in_page import code_page, password_page
from ivr.services.staff.member import MemberId, SignedIn
from ivr.services.staff.sign_in import Begun, Standing

_OPEN: Final = frozenset({"static", "healthz"})
_OWN_SITES: Final = frozenset({"same-origin", "none"})
_FORBIDDEN: Final = 403
_FIRST: Final = "/"


def browser() -> Browser:
    return cast("Browser", session)


def client_address() -> str:
    """Give where the browser is, as far as we know: behind https, as our proxy says."""
    return request.remote_addr or "unknown"


def renew(begun: Begun) -> None:
    """Let the browser have the cookie of the session that has just begun."""
    browser().renew(begun.secret)
    g.needs_cookie = True
    # A token that was made before would be for the cookie that is worth nothing now.
    g.pop("csrf_token", None)


def standing() -> Standing:
    """Give whose cookie this request came with."""
    known: Standing = g.get("standing", Standing())
    return known


def put_reader(app: Flask, room: ConsoleRoom) -> None:
    """Read who asks, once for each request."""

    @app.before_request
    def reader() -> None:
        remember(None)
        if request.endpoint in _OPEN or not browser().is_known:
            return
        g.standing = room.signing_in.standing(browser().secret)
        remember(standing().signed_in, _still_in(room))
        _give_back(room)


def put_guard(app: Flask, room: ConsoleRoom) -> None:
    """Let only who is signed in do anything, and only while somebody is likely to sit there."""

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        if request.method != "POST" or request.endpoint is None:
            return None
        # Beside the token: a browser says of itself where a form came from.
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OWN_SITES:
            abort(_FORBIDDEN)
        if request.blueprint == "sign_in":
            return None
        known = standing()
        if known.signed_in is None:
            return password_page(back=page_of(request.path), typed=_typed(room, known.was), status=401)
        if not known.is_fresh:
            return code_page(
                "again",
                back=page_of(request.path),
                typed=_typed(room, known.signed_in.member.id),
                status=401,
            )
        room.signing_in.active(known.signed_in)
        return None


def page_of(path: str) -> str:
    """Find the page that a path belongs to: itself, or the one above it; else the first.

    The page's address is made anew, and never the text that was given.
    """
    adapter = current_app.url_map.bind("console")
    while path.startswith("/") and path != _FIRST:
        try:
            endpoint, named = adapter.match(path, method="GET")
        except HTTPException:
            path = path.rpartition("/")[0]
            continue
        if endpoint.endswith(".page"):
            return adapter.build(endpoint, named)
        path = path.rpartition("/")[0]
    return _FIRST


def landing(signed_in: SignedIn | None, back: str) -> str:
    """Give the page that a member comes to: the one that was asked for where it is for the member's roles."""
    endpoint, _ = current_app.url_map.bind("console").match(back, method="GET")
    view = current_app.view_functions.get(endpoint)
    return back if signed_in is not None and may_open(signed_in.member, view) else _FIRST


def _still_in(room: ConsoleRoom) -> Callable[[], bool]:
    """Give what looks at this session again: whether it is the same member's, who may still do the same."""
    secret, was = browser().secret, standing().signed_in
    return lambda: was is not None and room.signing_in.standing(secret).signed_in == was


def _typed(room: ConsoleRoom, member: MemberId | None) -> str:
    if member is None:
        return ""
    fields = request.form.to_dict()
    typed = Typed(member=member, page=page_of(request.path), fields=fields)
    return typed.sealed(room.key, at=room.clock.now())


def _give_back(room: ConsoleRoom) -> None:
    """Hand a page, once, what was typed into its form when that came too late."""
    known = standing()
    if known.signed_in is None or known.text is None or request.method != "GET":
        return
    typed = read_typed(room.key, known.text, member=known.signed_in.member.id, at=room.clock.now())
    if typed is None or typed.page == request.path:
        room.signing_in.keep_text(known.signed_in.session, None)
    if typed is not None and typed.page == request.path:
        remember_typed(typed)
