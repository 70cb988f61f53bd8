import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.bootstrap.rehearsal import line_for_tests
from ivr.cli.menus.call import command
from ivr.simulator.conversation import moment_of, read_conversation
from ivr.simulator.play import play

ROOT = Path(__file__).parents[2]


def called(*options: str, typed: str | None = None) -> Result:
    folders = [str(ROOT / "menus"), "--prompts", str(ROOT / "prompts")]
    return CliRunner().invoke(command, [*folders, *options], input=typed, catch_exceptions=False)


def test_the_version_of_the_menu_is_told_first() -> None:
    line = line_for_tests(
        menus=str(ROOT / "menus"), prompts=str(ROOT / "prompts"), at=moment_of("2026-11-24T10:00:00-08:00")
    )

    assert called("--keys", "h").output.startswith(f"menu {line.tree.version};")


def test_listed_keys_are_pressed_and_the_caller_hangs_up_at_their_end() -> None:
    result = called("--keys", "2 7 -")

    acts = [row.split("  ")[-1] for row in result.output.splitlines() if row.startswith("      caller")]
    assert result.exit_code == 0
    assert acts == ["presses 2", "presses 7", "stays silent", "hangs up"]


def test_the_end_of_the_input_hangs_up() -> None:
    result = called(typed="2\n")

    assert result.exit_code == 0
    assert "caller  hangs up" in result.output


@pytest.mark.parametrize("typed", ["0\nb\nn\nh\n", "0\nd\n-\ns\n\n\n\nh\n"])
def test_whoever_is_rung_is_played_by_the_person_at_the_terminal(typed: str) -> None:
    result = called(typed=typed)

    assert result.exit_code == 0
    assert "first desk is rung:" in result.output


def test_the_end_of_the_input_while_it_rings_hangs_up_too() -> None:
    result = called(typed="0\n")

    assert result.exit_code == 0
    assert "first desk: the caller hangs up" in result.output
    assert "the call is over: abandoned" in result.output


def test_a_message_is_given_in_seconds_and_anything_else_is_asked_again() -> None:
    result = called("--at", "2026-11-28T12:00:00-08:00", typed="0\n1\nhello\n99999\n12\nh\n")

    assert result.output.count("a number of seconds") == 2
    assert "leaves a message of 12 s" in result.output
    assert "the call is over: voicemail" in result.output


def test_keys_that_come_when_none_is_waited_for_are_not_pressed() -> None:
    result = called("--at", "2026-11-28T12:00:00-08:00", "--keys", "01999 5 h")

    assert "caller  presses 9" not in result.output
    assert "leaves a message of 5 s" in result.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--at", "noon"], '"noon" is no time'),
        (["--at", "2026-11-24T10:00:00"], "add the offset"),
        (["--from", "911"], '"911" is no number'),
    ],
)
def test_what_cannot_be_a_call_is_refused_with_a_remedy(options: list[str], words: str) -> None:
    result = called(*options, "--keys", "h")

    assert result.exit_code == 2
    assert words in result.output


def test_a_folder_without_menus_ends_with_status_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path)], catch_exceptions=False)

    assert result.exit_code == 2
    assert "there is no menu to call" in result.output


@pytest.mark.parametrize(
    ("options", "typed"),
    [
        (["--keys", "2 99 261 #"], None),
        (["--from", "anonymous"], "310\nb\n-\nd\n1\n20\nh\n"),
        (["--at", "2026-11-24T03:07:00-08:00"], "112\nn\n-\na\nwhat is it?\n\x07\u202e\n12\nh\n"),
        ([], "0\nh\n"),
        (["--at", "2026-11-28T12:00:00-08:00"], "0\n1\n-\n-\n"),
    ],
)
def test_a_saved_call_passes_as_a_conversation(options: list[str], typed: str | None, tmp_path: Path) -> None:
    file = tmp_path / "saved.yaml"

    result = called(*options, "--save", str(file), typed=typed)

    assert f"wrote {file}" in result.output
    document, conversation, findings = read_conversation(str(file), file.read_bytes())
    assert findings == ()
    assert conversation is not None
    line = line_for_tests(menus=str(ROOT / "menus"), prompts=str(ROOT / "prompts"), at=conversation.at)
    assert play(document, conversation, line).fault is None


def test_a_saved_call_types_the_codes_of_its_own_run(tmp_path: Path) -> None:
    file = tmp_path / "saved.yaml"
    first = called("--keys", "1 1 2 204117# h")
    text = re.findall(r"([0-9]{6}) is your code", first.output)[-1]
    second = called("--keys", f"1 1 2 204117# {text}# h")
    mail = re.findall(r"([0-9]{6}) is your code", second.output)[-1]
    third = called("--keys", f"1 1 2 204117# {text}# {mail}# h")
    key = re.findall(r"press\s+([0-9])\.", third.output)[-1]

    called("--keys", f"1 1 2 204117# {text}# {mail}# {key} h", "--save", str(file))

    saved = file.read_text(encoding="utf-8")
    assert [line.strip() for line in saved.splitlines() if "types" in line or "named" in line] == [
        '- types: "204117"',
        '- types_code: "text"',
        '- types_code: "mail"',
        "- presses_named_key: true",
    ]
    assert text not in saved
    document, conversation, findings = read_conversation(str(file), file.read_bytes())
    assert conversation is not None, findings
    line = line_for_tests(menus=str(ROOT / "menus"), prompts=str(ROOT / "prompts"), at=conversation.at)
    line.forget_callers()
    assert play(document, conversation, line, number=7).fault is None


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.touch()

    result = called("--keys", "h", "--save", str(file / "saved.yaml"))

    assert result.exit_code == 1
    assert "cannot be written" in result.output


def test_a_call_is_saved_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    saved = tmp_path / "calls" / "saved.yaml"

    result = called("--keys", "h", "--save", str(saved))

    assert result.exit_code == 0
    assert saved.is_file()
