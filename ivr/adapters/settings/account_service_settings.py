"""A company's own account service: IVR_DIRECTORY_URL and IVR_DIRECTORY_TOKEN."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.redaction import Secret

URL: Final = "IVR_DIRECTORY_URL"
TOKEN: Final = "IVR_DIRECTORY_TOKEN"  # noqa: S105 -- the name of a setting

_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]", re.ASCII)
# What a header may carry as a bearer token (RFC 6750, section 2.1).
_BEARER: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
_ADDRESS: Final = "https://accounts.example.com/ivr"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountService:
    """Where accounts are asked for; the token goes nowhere in clear, unless to this machine."""

    address: str
    token: Secret


def read_account_service(variables: Variables) -> AccountService | None:
    """Read where accounts are kept; None where that is our own database."""
    address, token = read_address(variables, URL, secret=TOKEN, example=_ADDRESS), _token(variables)
    if address and token:
        return AccountService(address=address, token=token)
    for missing, present in ((URL, token), (TOKEN, address)):
        if present and not variables.is_faulty(missing):
            variables.fault(missing, "is missing beside its other half", "set both, or neither")
    return None


def read_address(variables: Variables, name: str, *, secret: str, example: str) -> str | None:
    """Read where another service is asked. secret: the setting that says who asks it."""
    text = variables.text(name)
    if text is None:
        return None
    remedy = f"write an address such as {example}"
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        variables.fault(name, "is no address", remedy)
        return None
    fault = _fault(text, url, port, secret=secret, remedy=remedy)
    if fault:
        variables.fault(name, *fault)
        return None
    return text


def _token(variables: Variables) -> Secret | None:
    text = variables.secret(TOKEN)
    if text is None:
        return None
    if not _BEARER.fullmatch(text):
        variables.fault(
            TOKEN,
            "has a sign that no bearer token has",
            "write its letters, digits and . _ ~ + / - alone, without the word Bearer",
        )
        return None
    return Secret(text)


def _fault(
    text: str, url: SplitResult, port: int | None, *, secret: str, remedy: str
) -> tuple[str, str] | None:
    """Name what is wrong, without any of its words: a password may stand in it."""
    bare = url.netloc if port is None else url.netloc.removesuffix(f":{port}")
    faults = (
        (url.scheme not in ("http", "https"), "does not begin with https://", remedy),
        ("@" in url.netloc, "carries a user or a password", f"leave them out: {secret} says who asks"),
        (not _HOST.fullmatch(bare), "has no host in small letters, digits, dots and hyphens", remedy),
        (port == 0, "names a port for nothing", "leave it out"),
        ("?" in text or "#" in text, "has more than scheme, host, port and path", remedy),
        (text.endswith("/"), "ends with a slash", "leave the slash out"),
        (url.scheme == "http" and url.hostname not in _HERE, "is not encrypted", "begin it with https://"),
    )
    return next(((what, way) for holds, what, way in faults if holds), None)
