"""The pages of the sign-in, as they stand after each answer."""

from typing import Final, Literal

import segno
from flask import Response, render_template, url_for

from ivr.domain.redaction import Secret
from ivr.services.staff.join import Lacking, Offered
from ivr.services.staff.passwords import SHORTEST

Step = Literal["code", "again"]
"""code: after the password. again: in a session where nothing was done for a while."""

NOT_RIGHT: Final = "That is not right. Check each entry and try again."
WAIT: Final = "Too much was tried. Wait an hour, then try again."
OVER: Final = "That took too long, or the session has ended. Sign in anew."


def password_page(
    *, back: str, typed: str = "", fault: str = "", name: str = "", status: int = 200
) -> Response:
    page = render_template("sign_in.html", back=back, typed=typed, fault=fault, name=name)
    return _page(page, status)


def code_page(step: Step, *, back: str, typed: str = "", fault: str = "", status: int = 200) -> Response:
    action = url_for(f"sign_in.{step}")
    page = render_template("sign_in_code.html", action=action, step=step, back=back, typed=typed, fault=fault)
    return _page(page, status)


def join_page(offered: Offered | None, lacking: Lacking | None = None) -> Response:
    """Show a link: the picture for the app, and the form; or that the link leads nowhere."""
    page = render_template(
        "sign_in_join.html",
        offered=offered,
        picture="" if offered is None else picture_of(offered.address),
        seed="" if offered is None else _grouped(offered.seed.reveal()),
        lacking=lacking,
        shortest=SHORTEST,
    )
    return _page(page, 404 if offered is None else 200 if lacking is None else 422)


def picture_of(address: Secret) -> str:
    """Draw an address as the data of one picture, dark on white whatever colours the page has."""
    code = segno.make(address.reveal(), error="m", micro=False)
    return str(code.svg_data_uri(dark="#000", light="#fff", border=4, scale=5))


def _grouped(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _page(page: str, status: int) -> Response:
    response = Response(page, status=status)
    if status == 401:  # noqa: PLR2004 -- the status that names a way to sign in (RFC 9110, section 15.5.2)
        response.headers["WWW-Authenticate"] = 'Form realm="desk"'
    return response
