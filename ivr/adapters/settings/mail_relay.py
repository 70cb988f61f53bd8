"""Where mail is handed in, and whom it is from: IVR_SMTP_URL and IVR_MAIL_FROM."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.public_origin import is_loopback
from ivr.domain.redaction import Secret

URL: Final = "IVR_SMTP_URL"
FROM: Final = "IVR_MAIL_FROM"
DEMO_MAIL_FROM: Final = "support@example.com"

Encryption = Literal["from_the_start", "starttls", "none"]

_PORTS: Final = {"smtps": 465, "smtp": 587}
_LOCAL_PORT: Final = 25
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+", re.ASCII)
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    re.ASCII,
)
_EXAMPLE: Final = "write smtps://user:password@mail.example.com, or smtp:// for a relay with STARTTLS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """user, password: both or neither.

    encryption: "none" for a relay on this machine alone; with "starttls" nothing is sent before it stands.
    """

    host: str
    port: int
    encryption: Encryption
    user: str | None = field(default=None, repr=False)
    password: Secret | None = None


def read_relay(variables: Variables, *, production: bool) -> Relay | None:
    """Read the relay; a secret, since it may carry a password.

    In production, say what is closed without it.
    """
    text = variables.secret(URL)
    if text is None:
        if production and not variables.is_set(URL):
            variables.warn(
                URL,
                "is not set, so no warning can be mailed: the full password change (path b) is closed",
                _EXAMPLE,
                rule="missing-setting",
            )
        return None
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        variables.fault(URL, "is no address", _EXAMPLE)
        return None
    fault = _fault(url, port)
    if fault:
        variables.fault(URL, fault, _EXAMPLE)
        return None
    return _relay_of(url, port)


def read_mail_from(variables: Variables, relay: Relay | None) -> str:
    """Read whom mail is from; bounces go there, for `ivr bounce` to read."""
    text = variables.text(FROM)
    if text is None:
        if relay is not None and not variables.is_faulty(FROM):
            remedy = "write the address that mail is from, and that bounces go to"
            variables.fault(FROM, "is not set", remedy, rule="missing-setting")
        return DEMO_MAIL_FROM
    if not _ADDRESS.fullmatch(text):
        variables.fault(FROM, "is not one plain mail address", "write it as in support@example.com, alone")
        return DEMO_MAIL_FROM
    return text


def _relay_of(url: SplitResult, port: int | None) -> Relay:
    is_here = is_loopback(url.geturl())
    encryption: Encryption = "starttls"
    if url.scheme == "smtps":
        encryption = "from_the_start"
    elif is_here:
        encryption = "none"
    return Relay(
        host=url.hostname or "",
        port=port or (_LOCAL_PORT if encryption == "none" else _PORTS[url.scheme]),
        encryption=encryption,
        user=None if url.username is None else unquote(url.username),
        password=None if url.password is None else Secret(unquote(url.password)),
    )


def _fault(url: SplitResult, port: int | None) -> str | None:
    """Name what is wrong, without any of its words: a password may stand in the wrong place."""
    faults = (
        (url.scheme not in _PORTS, "does not begin with smtps:// or smtp://"),
        (not _HOST.fullmatch(url.hostname or ""), "has no host in small letters, digits, dots and hyphens"),
        (port == 0, "names a port for nothing"),
        (bool(url.path or url.query or url.fragment), "has more than user, password, host and port"),
        ((url.username is None) != (url.password is None), "has a user or a password without the other"),
    )
    return next((what for holds, what in faults if holds), None)
