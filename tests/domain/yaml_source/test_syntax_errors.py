import pytest
import yaml

from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.reader import read
from ivr.domain.yaml_source.syntax_errors import finding_of

# The parser names what it expected; the operator is told what to write. One row for each kind of trouble.
ROWS = [
    ("a: *b* c\n", (1, 4), "quote-text", "star"),
    ("a: &b& c\n", (1, 4), "quote-text", "ampersand"),
    ("a: @b\n", (1, 4), "quote-text", "quote"),
    ("a: %b\n", (1, 4), "quote-text", "quote"),
    ("a: ,b\n", (1, 4), "quote-text", "quote"),
    ("a: ? b\n", (1, 4), "quote-text", "quote"),
    ("a: !<b c\n", (1, 4), "tag", "tag"),
    ("a: - b\n", (1, 4), "yaml", "list"),
    ("a: b\n c\nd\n", (3, 1), "yaml", "colon"),
    ("a: >b\n  c\n", (1, 5), "yaml", "next line"),
    ('a: "\\q"\n', (1, 5), "escape", "backslash"),
    ('a: "\\xZZ"\n', (1, 7), "escape", "backslash"),
    ("a: b\nc: 'd\n", (2, 4), "yaml", "never closed"),
    ("a: {b: c\nd: e\n", (1, 4), "yaml", "bracket"),
    ("a: [\n\n", (1, 4), "yaml", "bracket"),
    ("a: 'b' c\n", (1, 8), "yaml", "quoted as a whole"),
    ("- a\nb: c\n", (2, 1), "yaml", "list"),
    ("a:b\nc: d\n", (2, 2), "quote-colon", "space after the colon"),
]


@pytest.mark.parametrize(("text", "place", "rule", "word"), ROWS)
def test_each_trouble_is_placed_and_put_in_words(
    text: str, place: tuple[int, int], rule: str, word: str
) -> None:
    [finding] = read("menu.yaml", text.encode()).findings

    assert (finding.spot.line, finding.spot.column) == place
    assert finding.rule == rule
    assert word in f"{finding.what}; {finding.remedy}"


def test_trouble_without_a_place_stands_at_the_last_character() -> None:
    finding: Finding = finding_of("menu.yaml", "a: b\ncd: e\n\n", yaml.YAMLError("unknown"))

    assert str(finding.spot) == "menu.yaml:2:5"
    assert finding.rule == "yaml"
