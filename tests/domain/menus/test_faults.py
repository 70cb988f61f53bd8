"""Each mistake in a menu folder, where it is found, and by which rule."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.domain.menus.building.loader import load
from ivr.domain.yaml_source.finding import Finding

SHIPPED = read_folders(Path("menus"), Path("prompts"))
MAIN = "menus/main.yaml"
LINES = "menus/lines.yaml"
PACING = "menus/pacing.yaml"
COMPANY = "menus/company.yaml"
SCANNER = "menus/scanner-appliance.yaml"
PROMPTS = "prompts/en/line.yaml"


def _changed(file: str, old: str, new: str) -> dict[str, bytes]:
    text = SHIPPED[file].decode()
    assert old in text, f"the row has gone stale: {file} no longer holds {old!r}"
    return {**SHIPPED, file: text.replace(old, new, 1).encode()}


_FIRST_TWO = (
    "        go: cannot-access\n"
    "        words: [account, locked out, password, lost password]\n"
    "      - for: other questions to customer service\n"
    "        go: customer-service\n"
)
ERRORS: dict[str, tuple[str, str, str, str, str]] = {
    # row: file, what is replaced, by what, the rule, the text at which the finding stands
    "Y1 a key twice": (MAIN, "start: main\n", "start: main\nstart: main\n", "duplicate-key", "start"),
    "Y6 a colon in a sentence": (
        MAIN,
        "say: Please choose.",
        "say: Press 1: sales",
        "quote-colon",
        ": sales",
    ),
    "Y7 a number for a line": (SCANNER, "line: support\n", 'line: "+14155550100"\n', "bad-value", '"+1415'),
    "Y9 an odd number": (LINES, "ring_s: 20\n", "ring_s: 020\n", "odd-number", "020"),
    "Y10 yes is a word": (
        LINES,
        "voicemail: true          #",
        "voicemail: yes          #",
        "wrong-type",
        "yes",
    ),
    "Y15 an alias": (MAIN, "say: Please choose.", "say: *x", "alias", "*x"),
    "Y18 a tag": (MAIN, "say: Please choose.", "say: !!python/name:os.system x", "tag", "!!python"),
    "Y20 nothing in it": (PACING, SHIPPED[PACING].decode(), "# nothing\n", "empty-file", "#"),
    "Y26 a character nobody can say": (
        MAIN,
        "say: Please choose.",
        r'say: "a\x07b"',
        "unspeakable-character",
        '"a',
    ),
    "Y30 ten options": (
        SCANNER,
        "      - for: missing parts",
        "      - {for: x, go: no-boot}\n" * 7 + "      - for: missing parts",
        "too-many-options",
        "- for: a scanner",
    ),
    "Y31 key 10": (
        MAIN,
        "        go: cannot-access\n",
        "        go: cannot-access\n        key: 10\n",
        "bad-value",
        "10",
    ),
    "Y31 key a": (
        MAIN,
        "        go: cannot-access\n",
        "        go: cannot-access\n        key: a\n",
        "bad-value",
        "a\n",
    ),
    "Y32 key 0 has its meaning": (
        MAIN,
        "        go: cannot-access\n",
        "        go: cannot-access\n        key: 0\n",
        "bad-value",
        "0\n",
    ),
    "Y32 key * has its meaning": (
        MAIN,
        "        go: cannot-access\n",
        '        go: cannot-access\n        key: "*"\n',
        "bad-value",
        '"*"',
    ),
    "Y33 a target with a typo": (MAIN, "go: cannot-access", "go: canot-access", "unknown-target", "canot"),
    "Y36 no prompt": (MAIN, "    say: Please choose.\n", "", "missing-field", "why"),
    "Y37 a prompt of spaces": (MAIN, "say: Please choose.", 'say: "  "', "bad-value", '"  "'),
    "Y38 too long for the voice": (
        MAIN,
        "say: Please choose.",
        f"say: {'long ' * 700}",
        "too-long-for-voice",
        "main:\n    say",
    ),
    "Y42 a field with a typo": (MAIN, "say: Please choose.", "sya: Please choose.", "unknown-field", "sya"),
    "Y43 the wrong type": (MAIN, "say: Please choose.", "say: 7", "bad-value", "7\n"),
    "Y44 no time at all": (PACING, "choose_s: 6", "choose_s: 0", "out-of-range", "0 "),
    "Y44 a negative time": (PACING, "choose_s: 6", "choose_s: -5", "out-of-range", "-5"),
    "Y45 a voice that is none": (
        COMPANY,
        "Polly.Joanna-Neural",
        "Polly.Joana-Neural",
        "unknown-voice",
        "Polly.Joana",
    ),
    "Y45 a voice of another language": (
        COMPANY,
        "Polly.Joanna-Neural",
        "Polly.Vicki",
        "unknown-voice",
        "Polly.Vicki",
    ),
    "Y46 an emergency number": (SCANNER, "line: support\n", 'line: "sip:911@x"\n', "bad-value", '"sip'),
    "Y47 a line that is not there": (SCANNER, "line: support\n", "line: suport\n", "unknown-line", "suport"),
    "Y48 a recording": (MAIN, "say: Please choose.", "say: [{play: hello.wav}]", "bad-value", "[{play"),
    "Y49 a recording from elsewhere": (
        MAIN,
        "say: Please choose.",
        'say: [{play: "file:///etc/passwd"}]',
        "bad-value",
        "[{play",
    ),
    "Y50 markup": (MAIN, "say: Please choose.", "say: <Dial>911</Dial>", "bad-value", "<Dial>"),
    "Y51 a template": (MAIN, "say: Please choose.", 'say: "{{ 7*7 }} {nobody}"', "unknown-slot", '"{{'),
    "Y54 an hour that is none": (
        LINES,
        '"Mo-Fr 06:00-18:00; PH off"',
        '"Mo-Fr 25:00-18:00"',
        "bad-hours",
        "25:00",
    ),
    "Y54 a zone that is none": (
        LINES,
        "America/Los_Angeles",
        "America/Los_Angles",
        "bad-hours",
        '"Mo-Fr 06:00',
    ),
    "Y56 another file": (
        MAIN,
        "start: main\n",
        "start: main\ninclude: ../../etc/passwd\n",
        "unknown-field",
        "include",
    ),
    "a name twice": (
        SCANNER,
        "menus:\n  scanner-appliance:",
        "menus:\n  main:",
        "clashing-name",
        "main:",
    ),
    "a key for two": (
        MAIN,
        _FIRST_TWO,
        _FIRST_TWO.replace("go: cannot-access\n", "go: cannot-access\n        key: 2\n") + "        key: 2\n",
        "clashing-key",
        "2\n",
    ),
    "a person who is not on the line": (
        LINES,
        "ring: [day desk, on call]",
        "ring: [day dusk]",
        "unknown-person",
        "[day dusk",
    ),
    "no start": (MAIN, "start: main\n", "", "missing-start", "# yaml"),
    "a prompt that is missing": (
        PROMPTS,
        "goodbye: Thank you for calling. Goodbye.",
        "",
        "missing-prompt",
        "# What",
    ),
    "a prompt nobody says": (PROMPTS, "goodbye: Thank", "goodby: Thank", "unknown-prompt", "goodby:"),
    "a slot that a prompt has not": (
        PROMPTS,
        "no_message: I",
        "no_message: '{line}' # I",
        "bad-slot",
        "'{line}'",
    ),
}  # fmt: skip -- a table reads better in rows


@pytest.mark.parametrize(("file", "old", "new", "rule", "at"), ERRORS.values(), ids=ERRORS)
def test_a_mistake_is_found_where_it_was_written(file: str, old: str, new: str, rule: str, at: str) -> None:
    files = _changed(file, old, new)
    loaded = load(files)

    found = [finding for finding in loaded.findings if finding.rule == rule and finding.severity == "error"]

    assert loaded.tree is None
    assert found, [finding.rule for finding in loaded.findings if finding.severity == "error"]
    assert all(finding.what and finding.remedy for finding in found)
    lines = [line for finding in found if finding.spot.file in files for line in [_from(files, finding)]]
    assert any(line.startswith(at) for line in lines), lines


def _from(files: dict[str, bytes], finding: Finding) -> str:
    """Give the text that the finding points at, to the end of the file."""
    rows = files[finding.spot.file].decode().split("\n")
    return "\n".join([rows[finding.spot.line - 1][finding.spot.column - 1 :], *rows[finding.spot.line :]])


WARNINGS: dict[str, tuple[str, str, str, str]] = {
    "Y19 a shell's name is read as it stands": (
        MAIN,
        "say: Please choose.",
        'say: "${TWILIO_AUTH_TOKEN}"',
        "",
    ),
    "Y34 a node that no key leads to": (
        MAIN,
        "        go: scanner-appliance",
        "        go: customer-service",
        "unreachable",
    ),
    "Y38 a menu that takes too long": (MAIN, "say: Please choose.", f"say: {'so ' * 90}", "long-speech"),
    "the first option comes late": (MAIN, "say: Please choose.", f"say: {'so ' * 20}", "late-option"),
    "a whisper that takes too long": (MAIN, "why: asked for a person", f"why: {'so ' * 20}", "long-whisper"),
}  # fmt: skip -- as above


@pytest.mark.parametrize(("file", "old", "new", "rule"), WARNINGS.values(), ids=WARNINGS)
def test_a_weakness_is_told_and_the_menu_still_serves(file: str, old: str, new: str, rule: str) -> None:
    loaded = load(_changed(file, old, new))

    assert loaded.tree is not None
    assert not rule or rule in {finding.rule for finding in loaded.findings}


def test_y58_a_language_without_a_translation_falls_back_and_is_listed() -> None:
    german = "locale: en-US}\n  de: {voice: Polly.Vicki-Neural, locale: de-DE}\n"
    files = _changed(COMPANY, "locale: en-US}\n", german)

    loaded = load(files)

    assert loaded.tree is not None
    assert "missing-translation" in {finding.rule for finding in loaded.findings}


def test_menus_that_lead_to_nothing_but_menus_are_a_dead_end() -> None:
    files = {name: data for name, data in SHIPPED.items() if name in (COMPANY, LINES, PACING, PROMPTS)}
    files[MAIN] = (
        b"start: a\nmenus:\n  a: {say: A., options: [{for: b, go: b}]}\n"
        b"  b: {say: B., options: [{for: a, go: a}]}\n"
    )

    loaded = load(files)

    assert loaded.tree is None
    assert [finding.rule for finding in loaded.errors] == ["dead-end", "dead-end"]


@given(
    file=st.sampled_from(sorted(SHIPPED)),
    at=st.floats(0, 1),
    cut=st.integers(0, 40),
    put=st.binary(max_size=12),
)
def test_no_damage_to_a_file_raises_and_none_is_partly_served(
    file: str, at: float, cut: int, put: bytes
) -> None:
    data = SHIPPED[file]
    place = int(at * len(data))

    loaded = load({**SHIPPED, file: data[:place] + put + data[place + cut :]})

    assert (loaded.tree is None) == bool(loaded.errors)
    assert all(finding.spot.line >= 1 and finding.spot.column >= 1 for finding in loaded.findings)
