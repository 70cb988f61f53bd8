from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.bootstrap.startup import load_folders
from ivr.cli.menus.import_faq import command
from ivr.domain.faq.reading.faq_reader import read_faq

ROOT = Path(__file__).parents[2]
REAL = ROOT / "menus/faq/customer-service-faq.txt"
DOCUMENTS = [*sorted((ROOT / "tests/domain/faq/data").iterdir()), REAL]
PROMPTS = ROOT / "prompts"


def imported(file: Path, out: Path) -> Result:
    return CliRunner().invoke(command, [str(file), "--out", str(out)], catch_exceptions=False)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def questions_of(out: Path) -> list[str]:
    loaded, _ = load_folders(out, PROMPTS)
    return [
        str(answer.question)
        for section in loaded.parsed.sections.values()
        for answer in section.answers.values()
    ]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda path: path.name)
def test_any_document_becomes_a_menu_that_can_be_served(file: Path, tmp_path: Path) -> None:
    result = imported(file, tmp_path)

    assert result.exit_code == 0, result.output
    loaded, _ = load_folders(tmp_path, PROMPTS)
    assert loaded.errors == ()
    assert not {"unreachable", "long-whisper"} & {finding.rule for finding in loaded.findings}
    told = sorted(question.text for question in read_faq(file.name, file.read_bytes()).questions)
    assert sorted(questions_of(tmp_path)) == told


def test_two_imports_write_the_same(tmp_path: Path) -> None:
    imported(REAL, tmp_path / "one")
    imported(REAL, tmp_path / "other")

    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "other")


def test_the_source_document_is_kept_beside_the_menus(tmp_path: Path) -> None:
    imported(REAL, tmp_path)

    assert (tmp_path / "faq" / REAL.name).read_bytes() == REAL.read_bytes()


def test_what_found_no_place_is_told_with_its_line(tmp_path: Path) -> None:
    result = imported(REAL, tmp_path)

    assert f"{REAL}:4  not in the menus (page furniture): Version 12Show Document" in result.output


def test_a_second_import_touches_no_file_and_puts_new_answers_in_one_of_their_own(tmp_path: Path) -> None:
    document = tmp_path / "faq.txt"
    document.write_text("Help\n\nHow do I pay?\n\nBy card.\n\nHow do I leave?\n\nCall us.\n")
    out = tmp_path / "menus"
    imported(document, out)
    (out / "main.yaml").write_bytes((out / "main.yaml").read_bytes() + b"# mine\n")
    before = {name: data for name, data in bytes_of(out).items() if name.endswith(".yaml")}
    document.write_text(
        "Help\n\nHow do I pay?\n\nBy card or in cash.\n\nHow do I leave?\n\nCall us.\n\n"
        "Where are you?\n\nIn Bonn.\n"
    )

    result = imported(document, out)

    after = {name: data for name, data in bytes_of(out).items() if name.endswith(".yaml")}
    assert {name: data for name, data in after.items() if name in before} == before
    assert set(after) - set(before) == {"new-answers.yaml"}
    assert sorted(questions_of(out)) == ["How do I leave?", "How do I pay?", "Where are you?"]
    assert 'changed: the answer of "How do I pay?"' in result.output
    assert "go: new-answers" in result.output
    assert load_folders(out, PROMPTS)[0].errors == ()


@pytest.mark.parametrize("data", [b"", b"  \n", b"%PDF-1.7 \x00"])
def test_a_document_without_words_is_refused_and_writes_nothing(data: bytes, tmp_path: Path) -> None:
    document = tmp_path / "faq.txt"
    document.write_bytes(data)

    result = imported(document, tmp_path / "menus")

    assert result.exit_code == 2
    assert not (tmp_path / "menus").exists()


def test_a_document_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = imported(tmp_path / "none.txt", tmp_path / "menus")

    assert result.exit_code == 2
    assert "none.txt:1:1  this cannot be read" in result.output


words = st.text(
    st.sampled_from("abcXYZ 019{}<>/$:#'\"&*!|%@`-\\[],.~?é😀\u00a0\u200b\u202e"), min_size=1, max_size=60
).filter(lambda text: any(letter.isalnum() for letter in text))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(words, words), min_size=1, max_size=24))
def test_odd_characters_in_questions_and_answers_give_a_menu_that_loads(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    document = folder / "faq.txt"
    document.write_text(
        "".join(f"Why {asked} so?\n\nIt is {said} then.\n\n" for asked, said in pairs), encoding="utf-8"
    )

    result = imported(document, folder / "menus")

    has_faults = any(one.severity == "error" for one in read_faq("faq.txt", document.read_bytes()).findings)
    assert result.exit_code == (2 if has_faults else 0)
    if not has_faults:
        assert load_folders(folder / "menus", PROMPTS)[0].errors == ()


def test_two_hundred_questions_fit_menus_of_nine_keys(tmp_path: Path) -> None:
    document = tmp_path / "faq.txt"
    rows = [f"What does rule {number} say?\n\nIt says {number}.\n\n\n" for number in range(1, 201)]
    document.write_text("".join(rows))

    imported(document, tmp_path / "menus")

    assert len(questions_of(tmp_path / "menus")) == 200
    loaded, _ = load_folders(tmp_path / "menus", PROMPTS)
    assert [one for one in loaded.findings if one.rule == "unreachable" or one.severity == "error"] == []


def test_a_line_comes_from_the_answers_own_words_with_the_reason_above_it(tmp_path: Path) -> None:
    document = tmp_path / "faq.txt"
    document.write_text("How do I pay?\n\nPlease contact Billing.\n\nWhere are you?\n\nIn Bonn.\n")

    imported(document, tmp_path / "menus")

    text = (tmp_path / "menus/main.yaml").read_text(encoding="utf-8")
    assert "contact Billing" in text.partition("    line: billing")[0].splitlines()[-1]
    assert "    # no line is named in the answer; the general line\n    line: customer-service" in text


def test_an_agent_is_told_a_long_question_in_fewer_words_and_a_short_one_as_it_is_offered(
    tmp_path: Path,
) -> None:
    document = tmp_path / "faq.txt"
    document.write_text(
        "Do I need a referral from my doctor?\n\nNo.\n\n"
        "Which of the forms that you sent to me must I sign and return today?\n\nAll of them.\n\n"
        "Why is my bill so high?\n\nIt is not.\n\n"
        "Where are you?\n\nIn Bonn.\n"
    )

    imported(document, tmp_path / "menus")

    loaded, _ = load_folders(tmp_path / "menus", PROMPTS)
    answers = loaded.parsed.sections["menus/main.yaml"].answers.values()
    whys = {str(answer.question).split()[0]: answer.why for answer in answers}
    assert "long-whisper" not in {finding.rule for finding in loaded.findings}
    assert whys["Where"] is None
    assert whys["Why"] == "bill is so high"
    assert whys["Do"] == "whether you need referral"


def test_braces_are_said_and_name_no_slot(tmp_path: Path) -> None:
    document = tmp_path / "faq.txt"
    document.write_text("What is it?\n\nIt is {company} in braces.\n\nWhere are you?\n\nIn Bonn.\n")

    imported(document, tmp_path / "menus")

    loaded, _ = load_folders(tmp_path / "menus", PROMPTS)
    assert loaded.errors == ()
    assert loaded.tree is not None
    assert "our company" not in str(loaded.tree.nodes)


def test_lines_of_the_folder_are_taken_as_they_are(tmp_path: Path) -> None:
    lines = b"person: office\nlines:\n  office: {name: the office, people: [Ana]}\n"
    (tmp_path / "lines.yaml").write_bytes(lines)

    imported(REAL, tmp_path)

    assert (tmp_path / "lines.yaml").read_bytes() == lines
    assert load_folders(tmp_path, PROMPTS)[0].errors == ()
