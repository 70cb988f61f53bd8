"""Whole calls on menu folders whose support line is closed at night, and has somebody on call."""

import shutil
from pathlib import Path

import pytest

from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.simulator.conversation import FIRST_TIME, moment_of, read_conversation
from ivr.simulator.play import play

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
VERIFIED, EVERYONE = (sorted((HERE / name).glob("*.yaml")) for name in ("calls", "everyone"))
FIRST = moment_of(FIRST_TIME)
OPEN_ALL_DAY = "    hours: 24/7\n"


def line_that_wakes_for(callers: str, folder: Path) -> RehearsalLine:
    menus = folder / "menus"
    shutil.copytree(ROOT / "menus", menus)
    lines = (menus / "lines.yaml").read_text(encoding="utf-8")
    assert lines.count(OPEN_ALL_DAY) == 1
    closed = (
        '    hours: "Mo-Fr 06:00-18:00"\n    on_call: [on call]\n'
        f"    after_hours: {{who: on_call, for: {callers}}}\n"
    )
    (menus / "lines.yaml").write_text(lines.replace(OPEN_ALL_DAY, closed), encoding="utf-8")
    return line_for_tests(menus=str(menus), prompts=str(ROOT / "prompts"), at=FIRST)


@pytest.fixture(scope="module")
def for_verified(tmp_path_factory: pytest.TempPathFactory) -> RehearsalLine:
    return line_that_wakes_for("verified_recovery", tmp_path_factory.mktemp("verified"))


@pytest.fixture(scope="module")
def for_everyone(tmp_path_factory: pytest.TempPathFactory) -> RehearsalLine:
    return line_that_wakes_for("everyone", tmp_path_factory.mktemp("everyone"))


@pytest.mark.parametrize("path", VERIFIED, ids=[path.stem for path in VERIFIED])
def test_a_night_call_wakes_only_for_who_is_verified(for_verified: RehearsalLine, path: Path) -> None:
    goes_as_written(for_verified, path, number=VERIFIED.index(path) + 1)


@pytest.mark.parametrize("path", EVERYONE, ids=[path.stem for path in EVERYONE])
def test_a_night_call_wakes_for_everyone_where_it_says_so(for_everyone: RehearsalLine, path: Path) -> None:
    goes_as_written(for_everyone, path, number=EVERYONE.index(path) + 1)


def goes_as_written(line: RehearsalLine, path: Path, *, number: int) -> None:
    document, conversation, findings = read_conversation(path.name, path.read_bytes())
    assert findings == ()
    assert conversation is not None
    line.forget_callers()
    line.clock.at = conversation.at

    result = play(document, conversation, line, number=number)

    assert result.fault is None
