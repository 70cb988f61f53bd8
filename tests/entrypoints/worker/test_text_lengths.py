"""Every text is measured before it is sent, with the longest that may stand in it."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.adapters.mail.message_templates import NAMES, read_template_files, read_templates
from ivr.adapters.mail.text_segments import segments_of
from ivr.bootstrap.startup import load_folders
from ivr.cli.group import main
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.finding import Finding
from ivr.entrypoints.worker.sender_identity import house_of
from ivr.entrypoints.worker.text_lengths import LONGEST_PHONE, TextLengths
from tests.domain.menus.folder import COMPANY

KEY = Secret("0" * 32)
URL = "https://answer-line.example.com"
DASH = "\N{EN DASH}"
CODE = Path("prompts/text/en/code.txt").read_text(encoding="utf-8")
VERIFIED = Path("prompts/text/en/notice-verified.txt").read_text(encoding="utf-8")


def lengths(**texts: str) -> TextLengths:
    """Measure what is shipped, but for texts of templates, named with _ for -."""
    loaded, _ = load_folders(Path("menus"), Path("prompts"))
    named = {f"text/en/{name.replace('__', '-')}": text.encode() for name, text in texts.items()}
    files = {**read_template_files(Path("prompts")), **named}
    house = house_of(loaded, phone=LONGEST_PHONE, public_url=URL, key=KEY)
    return TextLengths(files=files, templates=read_templates(files, ["en"])[0], loaded=loaded, house=house)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(one.rule, one.severity, str(one.spot)) for one in findings]


def check(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["check", "menus", "--prompts", str(folder), *words])


def prompts(tmp_path: Path, name: str, text: str) -> Path:
    folder = tmp_path / "prompts"
    shutil.copytree("prompts", folder)
    (folder / "text" / "en" / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", NAMES["text"])
def test_a_shipped_text_takes_one_segment_with_a_code_and_else_two_at_most(name: str) -> None:
    measured = lengths()
    bodies = [
        measured.templates.template("text", "en", name).filled(slots)[1].strip()
        for slots in measured._slots("en")
    ]

    assert len(bodies) == 12
    assert {"{" in body for body in bodies} == {False}
    assert max(map(segments_of, bodies)) <= (1 if "code" in name and name != "case_number" else 2)


def test_what_is_shipped_is_told_nothing() -> None:
    assert lengths().findings() == ()


@pytest.mark.parametrize("words", ["is your code", "to change the password", "staff never ask for it"])
def test_a_code_s_text_says_what_for_and_that_nobody_asks_for_it(words: str) -> None:
    assert words in CODE


@pytest.mark.parametrize("words", ["data rates may apply", "Reply STOP"])
@pytest.mark.parametrize("name", ["case_number", "enrolled", "notice-verified", "notice-locked"])
def test_rates_and_stop_go_with_the_enrolment_and_the_first_notice(name: str, words: str) -> None:
    assert words in Path(f"prompts/text/en/{name}.txt").read_text(encoding="utf-8")
    assert words not in CODE


def test_a_dash_that_makes_more_segments_is_named_where_it_stands() -> None:
    text = f"\n{CODE.replace('; staff', f' {DASH} staff')}"
    column = text.splitlines()[1].index(DASH) + 1

    (found,) = lengths(code=text).findings()

    assert told((found,)) == [("costly-character", "warning", f"prompts/text/en/code.txt:2:{column}")]
    assert "(U+2013, en dash) is not in the alphabet of texts" in found.what
    assert "takes 3 segments instead of 1" in found.what
    assert found.remedy == 'write "-" instead'


def test_a_dash_where_two_segments_fit_makes_four_of_them() -> None:
    (found,) = lengths(notice__verified=VERIFIED.replace(": a caller", f" {DASH} a caller")).findings()

    assert found.rule == "costly-character"
    assert segments_of("a" * 200) == 2
    assert segments_of("a" * 199 + DASH) == 3
    assert segments_of("a" * 255 + DASH) == 4


def test_a_letter_outside_the_alphabet_has_a_name_and_a_remedy() -> None:
    (found,) = lengths(code=CODE.replace("staff", "st\N{LATIN SMALL LETTER S WITH CARON}ff")).findings()

    assert "latin small letter s with caron" in found.what
    assert found.remedy == "write it with the letters of GSM-7"


def test_a_text_in_too_many_segments_says_by_how_much() -> None:
    findings = lengths(
        code=CODE.strip() + " x" * 50, notice__verified=VERIFIED.strip() + " x" * 100
    ).findings()

    assert told(findings) == [
        ("long-text", "warning", "prompts/text/en/code.txt:1:1"),
        ("long-text", "warning", "prompts/text/en/notice-verified.txt:1:1"),
    ]
    assert findings[0].what == "the text may take 2 segments, and 1 is the most"
    shorter = int(findings[0].remedy.split()[4])
    assert lengths(code=(CODE.strip() + " x" * 50)[:-shorter]).findings() == ()
    assert lengths(code=(CODE.strip() + " x" * 50)[: -shorter + 1]).findings() != ()


def test_a_text_that_the_carrier_refuses_is_an_error() -> None:
    findings = lengths(code=CODE.strip() + " and so on" * 160).findings()

    assert told(findings) == [("text-refused", "error", "prompts/text/en/code.txt:1:1")]


def test_the_name_of_the_company_is_measured_in_every_text_and_told_once() -> None:
    measured = lengths()
    words = {"en": {**measured.house.words["en"], "company": f"Qualys {DASH} Europe"}}
    house = type(measured.house)(words=words, phone=LONGEST_PHONE, public_url=URL, key=KEY)
    findings = TextLengths(
        files=measured.files, templates=measured.templates, loaded=measured.loaded, house=house
    ).findings()

    dashes = [one for one in findings if one.rule == "costly-character"]
    assert [one.spot.file for one in dashes] == [COMPANY]
    assert "en dash" in dashes[0].what


def test_a_longer_address_is_measured_as_it_is() -> None:
    folder = Path("prompts")

    short, long = check(folder), check(folder, "--public-url", "https://" + "x" * 160 + ".example.com")

    assert ("[long-text]" in short.output, "[long-text]" in long.output) == (False, True)
    assert (short.exit_code, long.exit_code) == (0, 0)


def test_the_check_of_a_folder_measures_its_texts(tmp_path: Path) -> None:
    folder = prompts(tmp_path, "code", CODE.replace("; staff", f" {DASH} staff"))

    text = check(folder)

    column = CODE.index("; staff") + 2
    assert f"{folder}/text/en/code.txt:1:{column}  warning: {DASH} (U+2013, en dash)" in text.output
    assert text.exit_code == 0


def test_a_refused_text_ends_the_check_with_a_fault(tmp_path: Path) -> None:
    folder = prompts(tmp_path, "code", CODE.strip() + " and so on" * 160)

    refused = check(folder, "--format", "json")

    assert refused.exit_code == 2
    assert [one["rule"] for one in json.loads(refused.output) if one["severity"] == "error"] == [
        "text-refused"
    ]
