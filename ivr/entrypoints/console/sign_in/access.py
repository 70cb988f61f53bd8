"""Who is asking: set once for each request by the sign-in, read by every page."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ivr.entrypoints.console.pages.saved_forms import Typed
from ivr.services.staff.member import Member, Role, SignedIn

Given = ParamSpec("Given")
View = Callable[Given, ResponseReturnValue]
_FORBIDDEN: Final = 403
_ROLES: Final = "for_roles"


def remember(signed_in: SignedIn | None, is_still_in: Callable[[], bool] = bool) -> None:
    """Note who is asking, for the rest of this request.

    is_still_in: tells, whenever it is asked later, whether the same session is still good for the same; where
    it is left out, it never is.
    """
    g.signed_in, g.still_in = signed_in, is_still_in


def signed_in() -> SignedIn:
    """Give who is asking; 403 where nobody is signed in."""
    known: SignedIn | None = g.get("signed_in")
    if known is None:
        abort(_FORBIDDEN)
    return known


def still_in() -> Callable[[], bool]:
    """Give what tells later whether who is asking may still ask."""
    known: Callable[[], bool] = g.still_in
    return known


def member() -> Member:
    return signed_in().member


def allowed(*roles: Role) -> Callable[[View[Given]], View[Given]]:
    """Let only these roles see a page; who is not signed in is asked to, and comes back to it."""

    def guarded(view: View[Given]) -> View[Given]:
        @wraps(view)
        def checked(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
            if g.get("signed_in") is None:
                return redirect(url_for("sign_in.form", back=request.path))
            if not member().may(*roles):
                abort(_FORBIDDEN)
            return view(*args, **kwargs)

        checked.__dict__[_ROLES] = roles
        return checked

    return guarded


def may_open(asks: Member, view: object) -> bool:
    """Whether a page is for somebody: for everybody where `allowed` says nothing of it."""
    roles: tuple[Role, ...] | None = getattr(view, _ROLES, None)
    return roles is None or asks.may(*roles)


def remember_typed(typed: Typed) -> None:
    """Note what stood in this page's form before the member had to prove anew who sits there."""
    g.typed = typed


def typed(field: str) -> str:
    """Give what the member had typed into a field of this page's form, to be shown in it again; else ""."""
    known: Typed | None = g.get("typed")
    return "" if known is None else known.fields.get(field, "")
