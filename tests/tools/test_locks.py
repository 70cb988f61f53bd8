import re
import tomllib

import pytest

from tools.bootstrap import ROOT
from tools.stamp import LOCKS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(purpose: str) -> dict[str, str]:
    """Read a lock as its pins, each with what stands under it."""
    text = (ROOT / LOCKS[purpose]).read_text(encoding="utf-8")
    found = re.split(r"^([a-z0-9-]+==\S+)", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def asked_by_us(purpose: str) -> set[str]:
    """Read which pins the lock says it holds on the project's own account."""
    return {pin.split("==")[0] for pin, rest in pins(purpose).items() if "answer-line" in rest}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=~! \[;]", line, maxsplit=1)[0].lower() for line in requirements}


@pytest.mark.parametrize("purpose", LOCKS)
def test_every_pin_has_a_hash(purpose: str) -> None:
    assert [pin for pin, rest in pins(purpose).items() if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize("purpose", LOCKS)
def test_a_lock_names_no_address(purpose: str) -> None:
    text = (ROOT / LOCKS[purpose]).read_text(encoding="utf-8")

    assert re.findall(r"\S*://\S*|--index\S*|--find-links\S*", text) == []


def test_the_locks_follow_what_the_project_asks_for() -> None:
    asked = names(PROJECT["project"]["dependencies"])
    groups = {name: set(names(group)) for name, group in PROJECT["dependency-groups"].items()}

    assert asked_by_us("run") == asked
    assert asked_by_us("check") == asked | groups["test"] | groups["lint"]
    assert asked_by_us("e2e") == asked | groups["test"] | groups["lint"] | groups["e2e"]


def test_the_tests_run_with_the_very_releases_of_the_service() -> None:
    assert set(pins("run")) - set(pins("check")) == set()
