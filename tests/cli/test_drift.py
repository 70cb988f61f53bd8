import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.menus.drift import command

ROOT = Path(__file__).parents[2]


@pytest.fixture
def menus(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "menus", tmp_path / "menus"))


def drifted(menus: Path) -> Result:
    return CliRunner().invoke(command, [str(menus)], catch_exceptions=False)


def edited(menus: Path, was: str, now: str) -> None:
    document = menus / "faq/customer-service-faq.txt"
    text = document.read_text(encoding="utf-8")
    assert was in text
    document.write_text(text.replace(was, now), encoding="utf-8")


def test_the_shipped_menus_are_as_the_document_has_them(menus: Path) -> None:
    result = drifted(menus)

    assert (result.exit_code, result.output) == (0, "10 answers are as the document has them\n")


def test_a_changed_answer_is_told_with_lines_of_both(menus: Path) -> None:
    edited(menus, "Please contact Technical Support to have", "Please write to Technical Support to have")

    result = drifted(menus)

    assert result.exit_code == 1
    assert 'the answer of "My scanner appliance won’t boot up?" differs' in result.output  # noqa: RUF001 -- as the FAQ has it
    assert "lines 98-100 then, 98-100 now" in result.output


def test_an_added_question_is_told(menus: Path) -> None:
    document = menus / "faq/customer-service-faq.txt"
    document.write_text(
        document.read_text(encoding="utf-8") + "\n\n\nWhere is your office?\n\nIn Foster City.\n"
    )

    result = drifted(menus)

    assert result.exit_code == 1
    assert 'added: "Where is your office?"' in result.output


def test_a_removed_question_is_told(menus: Path) -> None:
    document = menus / "faq/customer-service-faq.txt"
    rows = document.read_text(encoding="utf-8").splitlines(keepends=True)
    document.write_text("".join(rows[:97]), encoding="utf-8")

    result = drifted(menus)

    assert result.exit_code == 1
    assert 'removed: "My scanner appliance won’t boot up?"' in result.output  # noqa: RUF001 -- as the FAQ has it


def test_a_document_that_is_gone_ends_with_status_2(menus: Path) -> None:
    (menus / "faq/customer-service-faq.txt").unlink()

    result = drifted(menus)

    assert result.exit_code == 2
    assert "this cannot be read" in result.output


def test_a_document_outside_the_folder_is_not_read(menus: Path) -> None:
    (menus.parent / "other.txt").write_text("Who?\n\nNobody.\n")
    (menus / "extra.yaml").write_text("faq: ../other.txt\n")

    result = drifted(menus)

    assert result.exit_code == 2
    assert "outside the menu folder" in result.output


def test_a_folder_that_names_no_document_ends_with_status_2(tmp_path: Path) -> None:
    result = drifted(tmp_path)

    assert result.exit_code == 2
