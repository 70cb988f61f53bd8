import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from ivr.cli.menus.demo import command

ROOT = Path(__file__).parents[2]


def demo(menus: Path, prompts: Path = ROOT / "prompts") -> Result:
    return CliRunner().invoke(
        command, ["--menus", str(menus), "--prompts", str(prompts)], catch_exceptions=False
    )


def test_the_call_is_told_from_both_ends_without_a_question() -> None:
    result = demo(ROOT / "menus")

    rows = [" ".join(row.split()) for row in result.output.splitlines()]
    told = ["caller presses 2", "agent on call: no answer", "agent day desk: answers", "agent presses 1"]
    assert result.exit_code == 0
    assert [row for row in rows if row in told] == told
    assert any(row.startswith("to the agent Recovery call. Verified. Change. Match ") for row in rows)
    assert "end the call is over: transferred" in rows
    assert max(map(len, result.output.splitlines())) <= 88


def test_it_closes_with_what_to_type_next() -> None:
    tail = demo(ROOT / "menus").output.partition("Type next:")[2]

    for words in ("make serve", ".venv/bin/ivr call", ".venv/bin/ivr check", ".venv/bin/ivr test"):
        assert words in tail


def test_it_is_the_same_call_every_time() -> None:
    assert demo(ROOT / "menus").output == demo(ROOT / "menus").output


def test_a_menu_that_was_changed_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    menus = Path(shutil.copytree(ROOT / "menus", tmp_path / "menus"))
    main = menus / "main.yaml"
    text = main.read_text(encoding="utf-8")
    assert "go: cannot-access" in text
    main.write_text(text.replace("go: cannot-access", "go: ask-for-reset"), encoding="utf-8")

    result = demo(menus)

    assert result.exit_code == 0
    assert "Type next:" in result.output


def test_a_folder_without_menus_ends_with_status_2(tmp_path: Path) -> None:
    result = demo(tmp_path)

    assert result.exit_code == 2
    assert "there is no menu to call" in result.output
