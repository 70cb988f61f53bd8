"""Where this person's pip looks for packages: its environment, its configuration files, or PyPI.

The last that speaks wins: the machine's files, then either PIP_CONFIG_FILE or the person's files, then the
environment; and [install] wins over [global], whichever files they stand in.
Source: pip 26.3, _internal/configuration.py and _internal/cli/parser.py, read 2026-11-24.
"""

import base64
import configparser
import os
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PYPI = "https://pypi.org/simple"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageIndex:
    url: str
    cafile: str | None = None

    @classmethod
    def of_pip(cls, environment: Mapping[str, str], *, root: Path = Path("/")) -> Self:
        """Read what pip would use; *root* stands before the machine's own files."""
        files = [read_file(path) for path in configuration_files(environment, root)]
        said: dict[str, str] = {}
        for section in ("global", "install"):
            for parser in files:
                if parser.has_section(section):
                    said |= {name.replace("_", "-"): value for name, value in parser.items(section) if value}
        for option in ("index-url", "cert"):
            value = environment.get("PIP_" + option.upper().replace("-", "_"))
            if value:
                said[option] = value
        return cls(url=said.get("index-url", PYPI).rstrip("/"), cafile=said.get("cert"))

    @property
    def host(self) -> str:
        """The address as it may be shown: without the name and password that it may carry."""
        return urllib.parse.urlsplit(without_login(self.url)[0]).netloc or "the disk"


def configuration_files(environment: Mapping[str, str], root: Path) -> Iterator[Path]:
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:  # pip's way of asking for no file at all
        return
    for folder in environment.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
        yield root / folder.lstrip("/") / "pip" / "pip.conf"
    yield root / "etc" / "pip.conf"
    home = environment.get("HOME")
    if named and Path(named).exists():
        yield Path(named)
    elif home:
        yield Path(home) / ".pip" / "pip.conf"
        yield Path(environment.get("XDG_CONFIG_HOME") or Path(home) / ".config") / "pip" / "pip.conf"


def read_file(path: Path) -> configparser.RawConfigParser:
    """Read one file; an absent one says nothing, and a broken one too, for pip itself will complain of it."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (OSError, UnicodeDecodeError, configparser.Error):
        return configparser.RawConfigParser()
    return parser


def without_login(url: str) -> tuple[str, str | None]:
    """Part an address from its `name:password@`, given back as the value of an Authorization header."""
    parts = urllib.parse.urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    bare = urllib.parse.urlunsplit(parts._replace(netloc=host))
    if not at:
        return bare, None
    token = base64.b64encode(urllib.parse.unquote(login).encode()).decode()
    return bare, f"Basic {token}"
