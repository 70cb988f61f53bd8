"""One mistake at a time, and what is found of it, to the column."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.menus.building.loader import load, version_of
from ivr.domain.yaml_source.characters import LINE_END
from tests.domain.menus.folder import (
    COMPANY,
    GERMAN,
    LINES,
    MAIN,
    PACING,
    PROMPTS,
    SENTENCES,
    SMALL,
    TWO_LANGUAGES,
    asked,
    menu,
    only,
    small,
    told,
)

_FILES = {"main": MAIN, "lines": LINES, "pacing": PACING, "company": COMPANY, "prompts": PROMPTS}


def rows() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "data" / "mistakes.yaml"
    listed: list[dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {row["row"]: row for row in listed}


ROWS = rows()


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_mistake_is_told_at_its_own_column_and_nowhere_else(row: dict[str, str]) -> None:
    file = _FILES[row["file"]]
    text = SMALL[file]
    assert text.count(row["old"]) == 1

    loaded = load(small(**{row["file"]: text.replace(row["old"], row["new"])}))

    assert loaded.tree is None
    assert (row["rule"], "error", f"{file}:{row['at']}") in told(loaded)
    assert {str(one.spot) for one in loaded.findings} == {f"{file}:{row['at']}"}
    assert all(one.what and one.remedy for one in loaded.findings)


def test_y29_a_file_too_big_is_not_read() -> None:
    loaded = load(small(main=SMALL[MAIN] + "#" * 2**20))

    assert told(loaded) == [("file-too-big", "error", "menus/main.yaml:1:1")]


def test_fields_are_suggested_for_a_menu_that_is_named_like_a_field() -> None:
    rest = "  say:\n    say: A.\n    optoins: []\n    options: [{for: x, go: main}]\n"

    loaded = load(small(main=menu("{for: x, go: say}", rest)))

    assert told(loaded) == [("unknown-field", "error", "menus/main.yaml:9:5")]
    assert only(loaded).remedy == 'did you mean "options"?'


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


def test_a_prompt_in_two_files_of_one_language_is_refused_with_both_places() -> None:
    files = {**small(), "prompts/en/own.yaml": b"# ours\ngoodbye: So long.\n"}

    loaded = load(files)

    assert loaded.tree is None
    assert told(loaded) == [("clashing-prompt", "error", "prompts/en/own.yaml:2:1")]
    assert "prompts/en/line.yaml:39:1" in only(loaded).what


def test_a_prompt_that_two_files_write_is_told_beside_what_is_wrong_with_either() -> None:
    files = {**small(), "prompts/en/own.yaml": b"goodbye: 'Bye {you}.'\n"}

    assert told(load(files)) == [
        ("clashing-prompt", "error", "prompts/en/own.yaml:1:1"),
        ("bad-slot", "error", "prompts/en/own.yaml:1:10"),
    ]


def test_a_name_of_the_environment_is_read_as_it_stands_and_warned_of_in_each_language() -> None:
    says = 'say: {en: "${AUTH_TOKEN}", de: "Mit ${HOME}"}'

    loaded = load(small(company=TWO_LANGUAGES, main=SMALL[MAIN].replace("say: Choose.", says)))

    assert loaded.tree is not None
    assert [place for place in told(loaded) if place[0] == "literal-dollar"] == [
        ("literal-dollar", "warning", "menus/main.yaml:4:15"),
        ("literal-dollar", "warning", "menus/main.yaml:4:36"),
    ]
    assert asked(loaded.tree, "main").says.words_in(loaded.tree.languages[0]) == "${AUTH_TOKEN}"


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }}", "{{company}}", "{{ account.email }}", "{{ name|upper }}", "{{f(x)}}"]
)
def test_y51_a_template_is_read_as_it_stands_and_warned_of(text: str) -> None:
    loaded = load(small(main=SMALL[MAIN].replace("say: Choose.", f'say: ["Choose.", "It is {text} now."]')))

    assert loaded.tree is not None
    assert told(loaded) == [("literal-braces", "warning", "menus/main.yaml:4:22")]
    assert text in only(loaded).what


@pytest.mark.parametrize("text", ["{{see page 3, below}}", "{{}}", "a {{ or a }}", "{{ so they say }}"])
def test_doubled_braces_around_a_sentence_are_no_template(text: str) -> None:
    assert load(small(main=SMALL[MAIN].replace("say: Choose.", f'say: "Choose. {text}"'))).findings == ()


def test_what_is_kept_of_a_document_and_never_said_is_not_warned_of() -> None:
    asks = 'question: "Is it ${HOME} or {{ 7*7 }}?", say: Tickets'

    assert load(small(main=SMALL[MAIN].replace("say: Tickets", asks))).findings == ()


def test_what_an_agent_hears_is_warned_of_too() -> None:
    main = SMALL[MAIN].replace("go: tickets}", "go: tickets, key: 1}")

    loaded = load(small(main=main.replace("line: desk}", 'line: desk, why: "${HOME}"}')))

    assert told(loaded) == [("literal-dollar", "warning", "menus/main.yaml:8:63")]


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
        rows = LINE_END.split(files[finding.spot.file].decode("utf-8", "surrogatepass"))
        assert finding.spot.line <= len(rows)
        assert finding.spot.column <= len(rows[finding.spot.line - 1]) + 1
