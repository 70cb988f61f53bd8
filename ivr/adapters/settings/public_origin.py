"""The origin that Twilio calls: what every signature is computed over."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from ivr.adapters.settings.environment.variables import Variables

NAME = "IVR_PUBLIC_URL"
_EXAMPLE = "write an origin such as https://ivr.example.com"
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]", re.ASCII)


def read_origin(variables: Variables, *, production: bool) -> str | None:
    text = variables.text(NAME)
    if text is None:
        return None
    fault = origin_fault(text, production=production)
    if fault:
        variables.fault(NAME, *fault)
        return None
    return text


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def origin_fault(text: str, *, production: bool) -> tuple[str, str] | None:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        return "is no address", _EXAMPLE
    host = url.netloc.rpartition("@")[2]
    bare = host.removesuffix(f":{port}") if port is not None else host
    origin = f"{url.scheme}://{url.netloc}"
    faults = (
        (url.scheme not in ("http", "https"), "does not begin with https://", _EXAMPLE),
        ("@" in url.netloc, "carries a user or a password", "write the scheme and the host alone"),
        (text == f"{origin}/", "ends with a slash", "leave the slash out"),
        (text != origin, "has more than an origin", _EXAMPLE),
        (not _HOST.fullmatch(bare), "has no host in small letters, digits, dots and hyphens", _EXAMPLE),
        (port in (0, {"https": 443, "http": 80}.get(url.scheme)), "names a port for nothing", "leave it out"),
        (production and is_loopback(text), "is this machine, which Twilio cannot reach", _EXAMPLE),
        (url.scheme == "http" and not is_loopback(text), "is not encrypted", "begin it with https://"),
    )
    return next(((what, remedy) for holds, what, remedy in faults if holds), None)
