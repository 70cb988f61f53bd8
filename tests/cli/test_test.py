import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.menus.test import command

ROOT = Path(__file__).parents[2]


KEPT = {"no-boot", "missing-hardware", "recovery-held"}


@pytest.fixture
def menus(tmp_path: Path) -> Path:
    """Give the menus with three of their conversations: all of them are played by one test, and by `make`."""
    copied = Path(shutil.copytree(ROOT / "menus", tmp_path / "menus"))
    for file in (copied / "calls").glob("*.yaml"):
        if file.stem not in KEPT:
            file.unlink()
    return copied


def outcome_of(menus: Path, *options: str) -> Result:
    arguments = [str(menus), "--prompts", str(ROOT / "prompts"), *options]
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_the_shipped_conversations_reach_everything() -> None:
    result = outcome_of(ROOT / "menus")

    assert result.exit_code == 0
    assert ", 0 failed, in " in result.output
    assert "100 % reached: " in result.output


def test_a_failing_conversation_is_told_with_its_place(menus: Path) -> None:
    file = menus / "calls" / "no-boot.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("schedules a replacement", "sends a kitten"), encoding="utf-8")

    result = outcome_of(menus)

    assert result.exit_code == 2
    assert f'{file}:4:5  "sends a kitten" is expected, and was not heard' in result.output
    assert "2 passed, 1 failed, in " in result.output


def test_a_file_with_several_faults_fails_once(menus: Path) -> None:
    (menus / "calls" / "zz.yaml").write_text(
        "call: ''\nat: noon\nsteps: []\nends: answered\n", encoding="utf-8"
    )

    result = outcome_of(menus)

    assert result.exit_code == 2
    assert result.output.count("zz.yaml:") == 3
    assert "3 passed, 1 failed, in " in result.output


def test_options_and_answers_that_nobody_reached_are_named(menus: Path) -> None:
    (menus / "calls" / "no-boot.yaml").unlink()

    result = outcome_of(menus)

    assert result.exit_code == 1
    assert "no conversation presses 1 at no-boot" in result.output
    assert "no conversation hears the answer no-boot" in result.output
    assert "no conversation hears the answer missing-hardware" not in result.output


def test_less_may_be_enough(menus: Path) -> None:
    reached = re.search(r"^([0-9]+) % reached", outcome_of(menus).output, re.MULTILINE)
    assert reached is not None
    percent = int(reached[1])

    assert outcome_of(menus, "--need", str(percent)).exit_code == 0
    assert outcome_of(menus, "--need", str(percent + 1)).exit_code == 1
    assert outcome_of(menus, "--need", "101").exit_code == 2


def test_a_folder_without_conversations_says_how_to_write_one(menus: Path) -> None:
    shutil.rmtree(menus / "calls")

    result = outcome_of(menus)

    assert result.exit_code == 1
    assert "ivr call --save" in result.output


def test_menus_with_faults_run_no_conversation(menus: Path) -> None:
    (menus / "main.yaml").write_text("start: nowhere\n", encoding="utf-8")

    result = outcome_of(menus)

    assert result.exit_code == 2
    assert "no conversation was run" in result.output
    assert str(menus / "main.yaml") in result.output


def test_hours_of_a_line_that_is_none_are_told_with_their_place(menus: Path) -> None:
    file = menus / "calls" / "recovery-held.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("{support:", "{suport:"), encoding="utf-8")

    result = outcome_of(menus)

    assert result.exit_code == 2
    assert 'recovery-held.yaml:3:8  there is no line "suport"' in result.output
