"""Making .venv: by uv, by venv and its pip, or by a pip that we fetch; the first that is possible here."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tools.package_index import PYPI, PackageIndex
from tools.pip_wheel import PIP, Wheel, WheelUnusable, fetch
from tools.stamp import LOCKS, Stamp

# Nothing unhashed, and nothing that runs a build: what is installed is what the lock names.
STRICTLY = ("--quiet", "--require-hashes", "--only-binary", ":all:", "--requirement")
UV_INDEX = {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE"}

# A script's first line may hold neither blanks nor more than 127 characters; sh finds a Python at any path.
SCRIPT = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from {module} import {function}

if __name__ == "__main__":
    sys.exit({function}())
"""


class NotReady(Exception):  # noqa: N818 -- a fact, as the house names its faults
    """There is no .venv to work with; the message is the one line that a person reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What this computer offers to a first run."""

    variables: Mapping[str, str]
    index: PackageIndex
    uv: str | None
    has_ensurepip: bool
    pip: Wheel = PIP

    @classmethod
    def here(cls) -> Self:
        return cls(
            variables=os.environ,
            index=PackageIndex.of_pip(os.environ),
            uv=shutil.which("uv"),
            has_ensurepip=importlib.util.find_spec("ensurepip") is not None,
        )


def prepare(root: Path, wanted: Stamp, machine: Machine) -> None:
    """Make .venv hold what *wanted* says; raises NotReady.

    The stamp is taken away first and written last, so whatever stops in between is made afresh next time.
    """
    place = root / ".venv"
    lock = root / LOCKS[wanted.purpose]
    say(f"setting up .venv from {lock.name}, half a minute the first time")
    try:
        adding = wanted.extends(root)
        Stamp.clear(root)
        if not adding:
            remove(place)
        install(place, lock, machine)
        link_project(root, place)
        wanted.write(root)
    except OSError as fault:
        raise NotReady(
            f"{fault.filename or place}: {fault.strerror or fault}: "
            "see that the disk has room and that .venv is yours to write"
        ) from fault
    except WheelUnusable as fault:
        raise NotReady(str(fault)) from fault


def install(place: Path, lock: Path, machine: Machine) -> None:
    if machine.uv is not None:
        if with_uv(machine.uv, place, lock, machine):
            return
        say("uv could not do it (its reason is above); trying with pip")
        remove(place)
    if not python_of(place).exists():
        make(place, machine)
    pip = pip_of(place, machine)
    # Quiet twice leaves errors alone: an index that lacks a package it need not have is no news.
    options = ("install", "--no-deps", "--quiet", *STRICTLY, str(lock))
    if not succeeds([*pip, *options], variables=for_pip(machine)):
        raise NotReady(
            f"pip could not install {lock.name} (its reason is above): "
            "check the network and pip's configuration (`index-url`, `cert`, `proxy`), then repeat"
        )


def with_uv(uv: str, place: Path, lock: Path, machine: Machine) -> bool:
    variables = dict(machine.variables)
    # uv reads no pip.conf, though a company's index and certificate written there are meant for it too.
    if machine.index.url != PYPI and not UV_INDEX & variables.keys():
        variables["UV_DEFAULT_INDEX"] = machine.index.url
    if machine.index.cafile is not None:
        variables.setdefault("SSL_CERT_FILE", machine.index.cafile)
    python = str(python_of(place))
    making = [uv, "venv", "--quiet", "--python", sys.executable, str(place)]
    if not python_of(place).exists() and not succeeds(making, variables=variables):
        return False
    return succeeds([uv, "pip", "install", "--python", python, *STRICTLY, str(lock)], variables=variables)


def make(place: Path, machine: Machine) -> None:
    making = [sys.executable, "-m", "venv"]
    if machine.has_ensurepip:
        if succeeds([*making, str(place)], variables=machine.variables):
            return
        remove(place)
    if not succeeds([*making, "--without-pip", str(place)], variables=machine.variables):
        raise NotReady(f"{sys.executable} -m venv failed (its reason is above): install python3-venv or uv")


def pip_of(place: Path, machine: Machine) -> list[str]:
    """How to call pip in *place*: its own, or the wheel, which Python runs as it is."""
    python = str(python_of(place))
    if (place / "bin" / "pip").exists():
        return [python, "-m", "pip"]
    wheel = fetch(machine.pip, index=machine.index, folder=place)
    return [python, str(wheel / "pip")]


def for_pip(machine: Machine) -> dict[str, str]:
    # What PYTHONPATH offers would count as installed; a `user` install would leave .venv.
    variables = {name: value for name, value in machine.variables.items() if name != "PYTHONPATH"}
    return variables | {
        "PIP_USER": "0",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }


def link_project(root: Path, place: Path) -> None:
    """Make the tree importable in *place* and write the commands of pyproject.toml.

    An editable build would leave the same two files, and ask for six more packages to do it.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = next((place / "lib").glob("python3.*")) / "site-packages"
    (packages / f"{project['name']}.pth").write_text(f"{root}\n", encoding="utf-8")
    for name, target in project["scripts"].items():
        module, function = target.split(":")
        script = place / "bin" / name
        script.write_text(
            SCRIPT.format(python=python_of(place), module=module, function=function), encoding="utf-8"
        )
        script.chmod(0o755)


def python_of(place: Path) -> Path:
    return place / "bin" / "python"


def remove(place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)


def succeeds(command: list[str], *, variables: Mapping[str, str]) -> bool:
    # What the tool has to say goes to stderr: the output of `make demo` is the call.
    ended = subprocess.run(command, env=variables, stdout=sys.stderr, check=False)  # noqa: S603 -- built here
    return ended.returncode == 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
