"""One mistake at a time, and what is found of it, to the column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.menu.load import load, version_of
from tests.menu.folder import (
    COMPANY,
    GERMAN,
    LINES,
    MAIN,
    PACING,
    PROMPTS,
    SENTENCES,
    SMALL,
    TWO_LANGUAGES,
    menu,
    only,
    small,
    told,
)

ROWS: dict[str, tuple[str, str, str, tuple[str, str, str]]] = {
    "Y3 a bare star": (
        "main",
        "- {for: tickets, go: tickets}",
        "*: main",
        ("quote-key", "error", "menus/main.yaml:6:7"),
    ),
    "Y5 cut at the pound sign": (
        "main",
        "Choose.",
        "press # to end",
        ("text-cut", "error", "menus/main.yaml:4:10"),
    ),
    "Y9 a key in octal": (
        "main",
        "go: tickets}",
        "go: tickets, key: 01}",
        ("odd-number", "error", "menus/main.yaml:6:42"),
    ),
    "Y10 a truth for text": ("main", "Choose.", "true", ("bad-value", "error", "menus/main.yaml:4:10")),
    "Y14 a deep nest": ("main", "Choose.", "[" * 40, ("too-deep", "error", "menus/main.yaml:4:27")),
    "Y17 a merge key": (
        "main",
        "say: Choose.",
        "<<: {say: Choose.}\n    say: Choose.",
        ("merge-key", "error", "menus/main.yaml:4:5"),
    ),
    "Y21 a list": ("pacing", "choose_s: 6", "- choose_s", ("wrong-top", "error", "menus/pacing.yaml:1:1")),
    "Y22 two documents": (
        "pacing",
        "choose_s: 6\n",
        "choose_s: 6\n---\na: b\n",
        ("second-document", "error", "menus/pacing.yaml:2:1"),
    ),
    "Y25 a raw bell": (
        "main",
        "Choose.",
        "Cho\aose.",
        ("unspeakable-character", "error", "menus/main.yaml:4:13"),
    ),
    "Y27 a tab": ("main", "    say", "\tsay", ("tab-indent", "error", "menus/main.yaml:4:1")),
    "Y29 a file too big": (
        "main",
        "start: main\n",
        "start: main\n#" + "x" * 2**20 + "\n",
        ("file-too-big", "error", "menus/main.yaml:1:1"),
    ),
    "Y31 no key at all": (
        "main",
        "go: tickets}",
        'go: tickets, key: ""}',
        ("bad-value", "error", "menus/main.yaml:6:42"),
    ),
    "Y37 only a pause": (
        "main",
        "Choose.",
        "[{pause_ms: 500}]",
        ("bad-value", "error", "menus/main.yaml:4:10"),
    ),
    "Y37 only a name that nobody wrote": (
        "main",
        "Choose.",
        '"{return_address}"',
        ("left-open", "error", "menus/main.yaml:4:10"),
    ),
    "Y42 a field that is none": (
        "main",
        "say: Choose.",
        "promt: x\n    say: Choose.",
        ("unknown-field", "error", "menus/main.yaml:4:5"),
    ),
    "Y43 fields for a list": (
        "main",
        "\n      - {for: tickets, go: tickets}",
        " {}",
        ("wrong-type", "error", "menus/main.yaml:5:14"),
    ),
    "Y44 words for a time": ("pacing", "6", "three", ("wrong-type", "error", "menus/pacing.yaml:1:11")),
    "Y44 no number": ("pacing", "6", ".nan", ("odd-number", "error", "menus/pacing.yaml:1:11")),
    "Y44 a huge time": ("pacing", "6", "1000000000", ("out-of-range", "error", "menus/pacing.yaml:1:11")),
    "Y46 keys to dial": (
        "main",
        "line: desk",
        'line: ",,123#"',
        ("bad-value", "error", "menus/main.yaml:8:52"),
    ),
    "Y51 a name no slot has": (
        "main",
        "Choose.",
        '"{account_email}"',
        ("unknown-slot", "error", "menus/main.yaml:4:10"),
    ),
    "Y51 a slot that does more": (
        "main",
        "Choose.",
        '"{company!r}"',
        ("bad-value", "error", "menus/main.yaml:4:10"),
    ),
    "Y51 a brace alone": ("main", "Choose.", '"{company"', ("bad-value", "error", "menus/main.yaml:4:10")),
    "Y52 no field for secrets": (
        "main",
        "say: Choose.",
        "sensitive: true\n    say: Choose.",
        ("unknown-field", "error", "menus/main.yaml:4:5"),
    ),
    "Y53 no field for levels": (
        "main",
        "say: Choose.",
        "requires: L2\n    say: Choose.",
        ("unknown-field", "error", "menus/main.yaml:4:5"),
    ),
    "Y54 hours the wrong way": (
        "lines",
        "people: [ana, luis]",
        "people: [ana, luis], hours: Mo-Fr 25:00-26:00",
        ("bad-hours", "error", "menus/lines.yaml:3:60"),
    ),
    "Y54 no such day": (
        "lines",
        "people: [ana, luis]",
        "people: [ana, luis], hours: Feb 30 off",
        ("bad-hours", "error", "menus/lines.yaml:3:54"),
    ),
    "a key to nowhere": ("main", "go: tickets}", "say: Hm.}", ("bad-value", "error", "menus/main.yaml:6:9")),
    "a key to two places": (
        "main",
        "go: tickets}",
        "go: tickets, put_through: desk}",
        ("bad-value", "error", "menus/main.yaml:6:9"),
    ),
    "a line where a node is due": (
        "main",
        "go: tickets}",
        "go: deck}",
        ("unknown-target", "error", "menus/main.yaml:6:28"),
    ),
    "a setting where a node is due": (
        "main",
        "go: tickets}",
        "go: en}",
        ("unknown-target", "error", "menus/main.yaml:6:28"),
    ),
    "a number for a name": ("main", "go: tickets}", "go: 7}", ("bad-value", "error", "menus/main.yaml:6:28")),
    "capitals in a name": (
        "main",
        "go: tickets}",
        "go: Tickets}",
        ("bad-value", "error", "menus/main.yaml:6:28"),
    ),
    "no menu at all to begin with": (
        "main",
        "start: main",
        "start: tickets",
        ("unknown-menu", "error", "menus/main.yaml:1:8"),
    ),
    "a menu that offers nothing": (
        "main",
        "\n      - {for: tickets, go: tickets}",
        " []",
        ("no-options", "error", "menus/main.yaml:5:14"),
    ),
    "a line nobody wrote": (
        "lines",
        "person: desk",
        "person: dask",
        ("unknown-line", "error", "menus/lines.yaml:1:9"),
    ),
    "a person twice": (
        "lines",
        "[ana, luis]",
        "[ana, ana]",
        ("clashing-person", "error", "menus/lines.yaml:3:9"),
    ),
    "a language the company has not": (
        "main",
        "Choose.",
        "{en: Choose., fr: Choisissez.}",
        ("unknown-language", "error", "menus/main.yaml:4:10"),
    ),
    "a switch to such a language": (
        "main",
        "go: tickets}",
        "go: tickets, language: fr}",
        ("unknown-language", "error", "menus/main.yaml:6:47"),
    ),
    "a text without the first language": (
        "company",
        "greeting: Hello.",
        "greeting: '{greeting}'",
        ("unknown-slot", "error", "menus/company.yaml:5:11"),
    ),
    "a pause too long": (
        "main",
        "Choose.",
        "[Choose., {pause_ms: 5001}]",
        ("bad-value", "error", "menus/main.yaml:4:10"),
    ),
    "a piece of an unknown kind": (
        "main",
        "Choose.",
        "[{slowly: Choose.}]",
        ("bad-value", "error", "menus/main.yaml:4:10"),
    ),
    "a piece that is two": (
        "main",
        "Choose.",
        "[{slow: a, digits: b}]",
        ("bad-value", "error", "menus/main.yaml:4:10"),
    ),
    "a slot within slow speech": (
        "main",
        "Choose.",
        "[{slow: '{company}'}]",
        ("bad-value", "error", "menus/main.yaml:4:10"),
    ),
    "no digits to read": (
        "main",
        "Choose.",
        "[{digits: ' '}]",
        ("bad-value", "error", "menus/main.yaml:4:10"),
    ),
    "a prompt that says nothing": (
        "prompts",
        "goodbye: Thank you for calling. Goodbye.",
        "goodbye:",
        ("missing-prompt", "error", "prompts/en/line.yaml:39:9"),
    ),
    "a prompt with half a slot": (
        "prompts",
        "goodbye: Thank you",
        "goodbye: '{line' #",
        ("bad-slot", "error", "prompts/en/line.yaml:39:10"),
    ),
    "a prompt with a format": (
        "prompts",
        "{label}, press {key}.",
        "{label}, press {key:d}.",
        ("bad-slot", "error", "prompts/en/line.yaml:5:9"),
    ),
    "a prompt with two braces": (
        "prompts",
        "go_on: To hear the rest, press {key}.",
        "go_on: Press {{key}}.",
        ("bad-slot", "error", "prompts/en/line.yaml:7:8"),
    ),
}  # fmt: skip -- a row each
"""Row: the file, what of it is replaced, by what, and what is found there."""

_FILES = {"main": MAIN, "lines": LINES, "pacing": PACING, "company": COMPANY, "prompts": PROMPTS}


@pytest.mark.parametrize(("file", "old", "new", "finding"), ROWS.values(), ids=ROWS)
def test_a_mistake_is_told_at_its_own_column_and_nowhere_else(
    file: str, old: str, new: str, finding: tuple[str, str, str]
) -> None:
    text = SMALL[_FILES[file]]
    assert text.count(old) == 1

    loaded = load(small(**{file: text.replace(old, new)}))

    assert loaded.tree is None
    assert finding in told(loaded)
    assert {str(one.spot) for one in loaded.findings} == {finding[2]}
    assert all(one.what and one.remedy for one in loaded.findings)


@pytest.mark.parametrize(
    ("data", "rule", "spot"),
    [
        pytest.param(SMALL[MAIN].encode("utf-16"), "encoding", "menus/main.yaml:1:1", id="Y23 UTF-16"),
        pytest.param(
            SMALL[MAIN].replace("Choose", "Wähle").encode("latin-1"),
            "encoding",
            "menus/main.yaml:4:11",
            id="Y24 Latin-1",
        ),
    ],
)
def test_bytes_that_are_no_text_are_refused_where_they_stand(data: bytes, rule: str, spot: str) -> None:
    loaded = load({**small(), MAIN: data})

    assert loaded.tree is None
    assert told(loaded)[0] == (rule, "error", spot)


def test_y23_a_byte_order_mark_is_passed_over() -> None:
    assert load({**small(), MAIN: b"\xef\xbb\xbf" + small()[MAIN]}).findings == ()


def test_y4_a_pound_key_that_yaml_drops_is_warned_of() -> None:
    loaded = load(small(main=SMALL[MAIN].replace("    options:\n", "    #: main\n    options:\n")))

    assert loaded.tree is not None
    assert told(loaded) == [("comment-like-key", "warning", "menus/main.yaml:5:5")]


def test_a_line_whose_hours_are_wrong_is_still_a_line_to_all_that_name_it() -> None:
    wrong = SMALL[LINES].replace("people: [ana, luis]", "people: [ana, luis], hours: never at all")

    loaded = load(small(lines=wrong, main=SMALL[MAIN].replace("go: tickets}", "put_through: desk}")))

    assert {finding.rule for finding in loaded.errors} == {"bad-hours"}


def test_a_start_in_a_second_file_is_refused_there() -> None:
    loaded = load({**small(), "menus/other.yaml": b"start: main\n"})

    assert told(loaded) == [("clashing-start", "error", "menus/other.yaml:1:8")]


@pytest.mark.parametrize("file", [COMPANY, LINES, PACING])
def test_y57_a_file_that_is_not_there_is_named(file: str) -> None:
    loaded = load({name: data for name, data in small().items() if name != file})

    assert loaded.tree is None
    assert told(loaded) == [("missing-file", "error", f"{file}:1:1")]


def test_a_target_in_a_file_with_other_faults_is_not_called_unknown() -> None:
    broken = b"answers:\n  boats: {say: Boats sail., sey: x}\n"

    loaded = load({**small(main=menu("{for: boats, go: boats}")), "menus/boats.yaml": broken})

    assert [finding.rule for finding in loaded.errors] == ["unknown-field"]


def test_fields_of_every_model_are_suggested_down_to_the_branch_of_a_question() -> None:
    rest = "questions:\n  paid: {ask: Paid?, yes: {go: main, lable: x}, no: {go: main}}\n"

    loaded = load(small(main=menu("{for: pay, go: paid}", rest)))

    assert told(loaded) == [("unknown-field", "error", "menus/main.yaml:8:38")]
    assert only(loaded).remedy.startswith('did you mean "label"')


def test_what_is_said_of_a_name_is_said_in_every_language_of_the_company() -> None:
    german = "\n".join(line.replace("press", "drücken Sie") for line in SENTENCES.splitlines())

    loaded = load(small(company=TWO_LANGUAGES, german=german))

    assert {finding.rule for finding in loaded.findings} == {"missing-translation"}
    assert {finding.severity for finding in loaded.findings} == {"warning"}
    assert "until then it is said in en" in loaded.findings[0].remedy


def test_y58_prompts_without_a_translation_are_listed_by_name() -> None:
    loaded = load(small(company=TWO_LANGUAGES, german="goodbye: Auf Wiederhören.\n"))

    lacking = {finding.what for finding in loaded.findings if finding.spot.file == GERMAN}

    assert loaded.tree is not None
    assert 'the line has no sentence for "option" in de' in lacking
    assert 'the line has no sentence for "goodbye" in de' not in lacking


def test_a_text_that_lacks_the_first_language_alone_is_refused() -> None:
    loaded = load(
        small(company=TWO_LANGUAGES, main=SMALL[MAIN].replace("say: Choose.", "say: {de: Bitte wählen.}"))
    )

    assert ("missing-language", "error", "menus/main.yaml:4:10") in told(loaded)
    assert loaded.tree is None


def test_a_prompt_that_names_the_key_first_is_warned_of_and_still_said() -> None:
    loaded = load(small(prompts=SENTENCES.replace("For {label}, press {key}.", "Press {key} for {label}.")))

    assert loaded.tree is not None
    assert told(loaded) == [("key-first", "warning", "prompts/en/line.yaml:5:9")]


def test_a_file_of_prompts_outside_a_language_is_not_read() -> None:
    assert load({**small(), "prompts/line.yaml": b"goodbye: Bye.\n"}).findings == ()


def test_what_only_the_company_can_write_is_advised_of_until_it_is_written() -> None:
    left = SMALL[COMPANY].replace("administrator_has_left: Write to us.\n", "")

    loaded = load(small(company=left))

    assert loaded.tree is not None
    assert told(loaded) == [("left-open", "advice", "menus/company.yaml:1:1")]


def test_values_of_the_example_are_listed_until_they_are_replaced() -> None:
    loaded = load(
        small(company=SMALL[COMPANY].replace("company: Ferry", "company: {text: X, example: true}"))
    )

    assert loaded.tree is not None
    assert told(loaded) == [("example-value", "warning", "menus/company.yaml:3:1")]


def test_two_folders_that_differ_anywhere_are_two_versions() -> None:
    folders = [
        small(),
        small(pacing="choose_s: 7\n"),
        {**small(), "menus/x.yaml": b""},
        {"a": b"bc"},
        {"ab": b"c"},
    ]

    assert len({version_of(files) for files in folders}) == len(folders)
    assert version_of(dict(reversed(small().items()))) == version_of(small())


TEXTS = st.sampled_from(
    ["{company}", "{", "}}", "Hello.", "'", "[", "]", ": ", "\n", "  ", "- ", "key: 3", "go: desk", "true"]
) | st.text(max_size=6)


@given(file=st.sampled_from(sorted(SMALL)), at=st.floats(0, 1), pieces=st.lists(TEXTS, max_size=4))
def test_whatever_is_written_into_a_file_is_served_whole_or_refused_at_a_place_in_it(
    file: str, at: float, pieces: list[str]
) -> None:
    text = SMALL[file]
    place = int(at * len(text))
    written = (text[:place] + "".join(pieces) + text[place:]).encode("utf-8", "surrogatepass")
    files = {**small(), file: written}

    loaded = load(files)

    assert (loaded.tree is None) == bool(loaded.errors)
    for finding in loaded.findings:
        rows = files[finding.spot.file].decode("utf-8", "surrogatepass").split("\n")
        assert finding.spot.line <= len(rows)
        assert finding.spot.column <= len(rows[finding.spot.line - 1]) + 1
