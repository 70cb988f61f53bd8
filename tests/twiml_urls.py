"""The addresses in a document: where they may lead, how they are asked, how long they may take."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final
from urllib.parse import urlsplit

FRAGMENT: Final = "rc=2&rp=ct,rt,5xx&ct=2000&rt=4000&tt=13000"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

# An address and the attributes that may hold its method, of which an element has one or none.
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "action": ("method",),
    "url": ("method",),
    "waitUrl": ("waitUrlMethod", "waitMethod"),
    "referUrl": ("referMethod",),
    "partialResultCallback": ("partialResultCallbackMethod",),
    "statusCallback": ("statusCallbackMethod",),
    "statusCallbackUrl": ("statusCallbackMethod",),
    "recordingStatusCallback": ("recordingStatusCallbackMethod",),
    "amdStatusCallback": ("amdStatusCallbackMethod",),
    "transcribeCallback": (),
    "eventCallbackUrl": (),
}


def complaints_of_attributes(attributes: Mapping[str, str], known: AbstractSet[str]) -> Iterator[str]:
    """Judge every address among *attributes*; *known* are those that the element may carry."""
    for name, methods in METHODS.items():
        if name in attributes:
            yield from (f"{name} {complaint}" for complaint in complaints_of_webhook(attributes[name]))
            for method in methods:
                if method in known and attributes.get(method) != "POST":
                    yield f'{name} needs {method}="POST" beside it'


def complaints_of_webhook(url: str) -> Iterator[str]:
    yield from complaints_of_address(url)
    if url.partition("#")[2] != FRAGMENT:
        yield f"must end in #{FRAGMENT}"


def complaints_of_address(url: str) -> Iterator[str]:
    if not url or not all("!" <= character <= "~" for character in url):
        yield "must be a URL of visible ASCII characters"
        return
    if url.startswith("/") and not url.startswith("//"):
        return
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        yield "is no URL"
        return
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK)):
        yield "must start with / or https://, or with http:// on this very host"
    if "_" in host:
        yield "must not have an underscore in its host"
    if parts.username is not None:
        yield "must not carry a user or a password"
