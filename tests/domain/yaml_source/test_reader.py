import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.yaml_source.characters import LINE_END
from ivr.domain.yaml_source.parser import MOST_DEPTH, MOST_FINDINGS, MOST_NODES
from ivr.domain.yaml_source.reader import MOST_BUNDLE_BYTES, MOST_BYTES, read, read_all
from ivr.domain.yaml_source.yaml_document import Value, YamlDocument

Told = list[tuple[str, int, int]]


def told(text: str | bytes) -> Told:
    data = text if isinstance(text, bytes) else text.encode()
    return [(one.rule, one.spot.line, one.spot.column) for one in read("menu.yaml", data).findings]


REFUSED = [
    pytest.param("1: a\n2: b\n1: c\n", [("duplicate-key", 1, 1), ("duplicate-key", 3, 1)], id="Y1 key twice"),
    pytest.param(
        "1: a\n'1': b\n", [("duplicate-key", 1, 1), ("duplicate-key", 2, 1)], id="Y1 one key quoted"
    ),
    pytest.param("options:\n  *: main\n", [("quote-key", 2, 3)], id="Y3 star key"),
    pytest.param("a: b\n#: main\n", [("comment-like-key", 2, 1)], id="Y4 pound key"),
    pytest.param("a:\n  1: b\n  #: main\n", [("comment-like-key", 3, 3)], id="Y4 pound key, indented"),
    pytest.param("say: press # to end\n", [("text-cut", 1, 6)], id="Y5 one word left"),
    pytest.param("say: Press the # key\n", [("text-cut", 1, 6)], id="Y5 sentence cut"),
    pytest.param("say:\n  - For order #5\n", [("text-cut", 2, 5)], id="Y5 in a list"),
    pytest.param("say: #1 in service\n", [("text-cut", 1, 5)], id="Y5 nothing left"),
    pytest.param("say: Press 1: sales\n", [("quote-colon", 1, 13)], id="Y6 colon in text"),
    pytest.param("a: b\n  c: d\n", [("quote-colon", 2, 4)], id="Y6 out of step"),
    pytest.param("ext: 0123\n", [("odd-number", 1, 6)], id="Y9 leading zero"),
    pytest.param("ext: 0777\n", [("odd-number", 1, 6)], id="Y9 octal"),
    pytest.param("ext: 1_2\n", [("odd-number", 1, 6)], id="Y9 underscore"),
    pytest.param("ext: 0x1F\n", [("odd-number", 1, 6)], id="Y9 hexadecimal"),
    pytest.param("ext: .5e3\n", [("odd-number", 1, 6)], id="Y9 exponent"),
    pytest.param("ext: 4111111111111111111\n", [("odd-number", 1, 6)], id="Y9 too long to count"),
    pytest.param("a: " + "[" * 1000, [("too-deep", 1, 23)], id="Y14 brackets"),
    pytest.param("".join(f"{' ' * n}a:\n" for n in range(500)), [("too-deep", 21, 21)], id="Y14 blocks"),
    pytest.param("a: *b\n", [("alias", 1, 4)], id="Y15 alias"),
    pytest.param("a: &b c\n", [("anchor", 1, 4)], id="Y15 anchor"),
    pytest.param("&a b: c\n", [("anchor", 1, 1)], id="Y15 anchor of a key"),
    pytest.param("a: &b {c: d}\n", [("anchor", 1, 4)], id="Y15 anchor of fields"),
    pytest.param("<<: {a: b}\n", [("merge-key", 1, 1)], id="Y17 merge key"),
    pytest.param("a: !include b\n", [("tag", 1, 4)], id="Y18 include"),
    pytest.param("a: !!set {b}\n", [("tag", 1, 4)], id="Y18 set"),
    pytest.param("a: !!binary aGk=\n", [("tag", 1, 4)], id="Y18 binary"),
    pytest.param("a: !!python/object/apply:os.system [b]\n", [("tag", 1, 4)], id="Y18 python"),
    pytest.param("a: !b!c d\n", [("tag", 1, 4)], id="Y18 unknown handle"),
    pytest.param("", [("empty-file", 1, 1)], id="Y20 empty"),
    pytest.param("# only a comment\n", [("empty-file", 1, 1)], id="Y20 comments"),
    pytest.param("---\n", [("empty-file", 1, 1)], id="Y20 nothing in the document"),
    pytest.param("# menu\n- a\n", [("wrong-top", 2, 1)], id="Y21 list"),
    pytest.param("hello\n", [("wrong-top", 1, 1)], id="Y21 text"),
    pytest.param("a: b\n---\nc: d\n", [("second-document", 2, 1)], id="Y22 two documents"),
    pytest.param("a: b\n...\n# note\n%TAG ! x\n", [("second-document", 4, 1)], id="Y22 after the end"),
    pytest.param("# note\n%YAML 1.3\n---\na: b\n", [("directive", 1, 1)], id="Y22 directive"),
    pytest.param("a: b\n".encode("utf-16"), [("encoding", 1, 1)], id="Y23 UTF-16"),
    pytest.param(b"a: b\nc: caf\xe9\n", [("encoding", 2, 7)], id="Y24 Latin-1"),
    pytest.param(
        b"a: b\r\nc: \x00\r\nd: \x07\r\n",
        [("unspeakable-character", 2, 4), ("unspeakable-character", 3, 4)],
        id="Y25 raw",
    ),
    pytest.param('a: "\\x07"\n', [("unspeakable-character", 1, 4)], id="Y26 bell"),
    pytest.param('a: "\\0"\n', [("unspeakable-character", 1, 4)], id="Y26 null"),
    pytest.param('a: "\\uFFFE"\n', [("unspeakable-character", 1, 4)], id="Y26 no character"),
    pytest.param('"\\e": a\n', [("unspeakable-character", 1, 1)], id="Y26 in a key"),
    pytest.param('a: "\\ud800"\n', [("unspeakable-character", 1, 7)], id="Y26 surrogate"),
    pytest.param("a:\n\t- b\n", [("tab-indent", 2, 1)], id="Y27 tab"),
    pytest.param("a: |\n  b\n\tc\n", [("tab-indent", 3, 1)], id="Y27 tab in a block of text"),
    pytest.param("? [a]\n: b\n", [("key-shape", 1, 3)], id="key is a list"),
    pytest.param("?\n: b\n", [("empty-key", 1, 2)], id="no key"),
]


@pytest.mark.parametrize(("text", "due"), REFUSED)
def test_bad_yaml_is_reported_where_it_stands(text: str | bytes, due: Told) -> None:
    assert told(text) == due


KEPT = [
    pytest.param("dial: +14155550100", {"dial": "+14155550100"}, id="Y7 number keeps its plus"),
    pytest.param("a: 9:00\nb: 17:30\nc: 09:00", {"a": "9:00", "b": "17:30", "c": "09:00"}, id="Y8 times"),
    pytest.param('a: "0123"', {"a": "0123"}, id="Y9 quoted"),
    pytest.param("no: yes\non: off", {"no": "yes", "on": "off"}, id="Y10 yes and no"),
    pytest.param("country: NO", {"country": "NO"}, id="Y10 Norway"),
    pytest.param("date: 2017-13-45", {"date": "2017-13-45"}, id="Y12 date"),
    pytest.param("say: ${AUTH_TOKEN}", {"say": "${AUTH_TOKEN}"}, id="Y19 never expanded"),
    pytest.param("\ufeffa: b", {"a": "b"}, id="Y23 byte order mark"),
    pytest.param('a: "b\\n\\tc"', {"a": "b\n\tc"}, id="Y26 line end and tab are speakable"),
    pytest.param("a: true\nb: false\nc: True", {"a": True, "b": False, "c": "True"}, id="truth"),
    pytest.param("a: null\nb: ~\nc:", {"a": None, "b": None, "c": None}, id="nothing"),
    pytest.param(
        "a: 3\nb: -12\nc: 0\n4: d", {"a": 3, "b": -12, "c": 0, "4": "d"}, id="numbers, keys as text"
    ),
    pytest.param("a: 0.5\nb: 1,000", {"a": "0.5", "b": "1,000"}, id="decimals are text"),
    pytest.param(
        "a: 3 # third\nb: main  # back\nc: true # on", {"a": 3, "b": "main", "c": True}, id="Y5 comments"
    ),
    pytest.param('a: "press # now" # note\nb: x#y', {"a": "press # now", "b": "x#y"}, id="Y5 no comment"),
    pytest.param("a: |\n  #: main\nb: c", {"a": "#: main\n", "b": "c"}, id="Y4 inside a text"),
    pytest.param('"#": a\n"*": b\n"<<": c', {"#": "a", "*": "b", "<<": "c"}, id="Y3 quoted keys"),
    pytest.param(
        "a: [b, {c: d}]\n---  # over"[:15], {"a": ["b", {"c": "d"}]}, id="lists and fields in brackets"
    ),
    pytest.param("a: b\n...\n# over\n", {"a": "b"}, id="Y22 end marked"),
]


@pytest.mark.parametrize(("text", "due"), KEPT)
def test_what_an_operator_means_is_kept(text: str, due: Value) -> None:
    document = read("menu.yaml", text.encode())

    assert (document.value, document.findings) == (due, ())


def test_a_star_key_is_told_how_to_be_written() -> None:
    [finding] = read("menu.yaml", b"*: main\n").findings

    assert finding.remedy == 'write "*":'


def test_an_unspeakable_escape_is_told_by_its_code() -> None:
    surrogate, bell = (read("m", text).findings[0].what for text in (b'a: "\\ud800"', b'a: "\\x07"'))

    assert "U+D800" in surrogate
    assert "U+0007" in bell


def test_a_duplicate_keeps_the_first_and_the_places_of_what_follows() -> None:
    document = read("menu.yaml", b"a: b\na: {c: d}\ne: f\n")

    assert document.value == {"a": "b", "e": "f"}
    assert str(document.spot(("e",))) == "menu.yaml:3:4"


def test_all_faults_of_a_file_are_told_together() -> None:
    assert told("a: 0123\nb: !c d\ne: *f\nsay: Press 1: sales\n") == [
        ("odd-number", 1, 4),
        ("tag", 2, 4),
        ("alias", 3, 4),
        ("quote-colon", 4, 13),
    ]


def test_a_hopeless_file_is_given_up() -> None:
    rules = [rule for rule, _, _ in told("a: 01\n" * 1000)]

    assert len(rules) == MOST_FINDINGS + 1
    assert rules.count("more-faults") == 1


def test_a_binary_file_is_told_by_its_first_lines() -> None:
    assert len(told(b"\x00\n" * 1000)) == 20


def test_twenty_levels_are_read() -> None:
    document = read("menu.yaml", b"a: " + b"[" * (MOST_DEPTH - 1) + b"]" * (MOST_DEPTH - 1))

    assert document.findings == ()


def test_a_list_is_read_where_a_list_is_due() -> None:
    assert read("calls/a.yaml", b"- caller: presses 2\n", top="list").value == [{"caller": "presses 2"}]
    assert [one.rule for one in read("calls/a.yaml", b"a: b\n", top="list").findings] == ["wrong-top"]


def test_a_file_too_big_is_not_parsed() -> None:
    fits, too_big = b"a: b\n" + b"#" * (MOST_BYTES - 5), b"[" * (MOST_BYTES + 1)

    assert told(fits) == []
    assert told(too_big) == [("file-too-big", 1, 1)]


def test_a_bundle_too_big_names_the_file_that_is_too_much() -> None:
    file = b"a: b\n" + b"#" * (MOST_BYTES - 5)
    files = {f"{n}.yaml": file for n in range(MOST_BUNDLE_BYTES // MOST_BYTES + 1)}

    documents = read_all(files)

    faulty = [document for document in documents if document.findings]
    assert [document.file for document in faulty] == ["32.yaml"]
    assert [one.rule for one in faulty[0].findings] == ["bundle-too-big"]


def test_nodes_are_counted_over_the_bundle() -> None:
    half = b"a: [" + b"b," * (MOST_NODES // 2) + b"]"

    first, second = read_all({"1.yaml": half, "2.yaml": half})

    assert first.findings == ()
    assert [one.rule for one in second.findings] == ["too-many-nodes"]


@pytest.mark.parametrize(
    "unit", ["[", "{", "- ", "? ", "%TAG !a! b\n", "...\n%TAG !a! b\n", "\n", "a: >\n\n", "#:\n"]
)
def test_a_mebibyte_of_mischief_is_refused(unit: str) -> None:
    data = (unit * MOST_BYTES)[:MOST_BYTES].encode()

    document = read("menu.yaml", data)

    assert document.value is None


def lies_inside(document: YamlDocument, text: str) -> bool:
    lines = LINE_END.split(text.lstrip("\ufeff"))
    return all(
        1 <= one.spot.line <= len(lines) and 1 <= one.spot.column <= len(lines[one.spot.line - 1]) + 1
        for one in document.findings
    )


SHARDS = [
    "a",
    "b: ",
    ": ",
    "- ",
    "#",
    " #:",
    "*",
    "&a ",
    "!b ",
    "<<: ",
    "\n",
    "\n  ",
    "\n\t",
    "'",
    '"',
    "\\",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "|\n",
    ">\n",
    "? ",
    "---\n",
    "...\n",
    "%",
    "@",
    "0",
    "9:00",
    "\ufeff",
    "\r",
    "\x85",
    "\x07",
    "\ud800"[:0],
    "é",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(SHARDS), max_size=30).map("".join))


@given(TEXTS)
def test_any_text_is_read_or_refused_inside_the_file(text: str) -> None:
    document = read("menu.yaml", text.encode(errors="replace"))

    assert lies_inside(document, text)
    assert document.value is not None or document.findings


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    document = read("menu.yaml", data)

    assert document.value is not None or document.findings


MENU = """\
# The main menu
main:
  say: "Welcome. For orders, press 1."
  options:
    "1": {go: orders, label: Orders}  # first
    "#": {go: main}
  retries: 3
  notes: >
    Spoken slowly,
    twice.
"""


@given(
    st.integers(0, len(MENU)), st.integers(0, 8), st.lists(st.sampled_from(SHARDS), max_size=3).map("".join)
)
def test_a_slip_of_the_hand_is_read_or_refused_inside_the_file(at: int, gone: int, typed: str) -> None:
    text = MENU[:at] + typed + MENU[at + gone :]

    document = read("menu.yaml", text.encode())

    assert lies_inside(document, text)


SPEAKABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]).filter(
        lambda one: one not in "\ufffe\uffff\ufeff"
    )
)
LEAVES = SPEAKABLE | st.integers(-(10**17), 10**17)
STRUCTURES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SPEAKABLE, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(string.ascii_letters, min_size=1), STRUCTURES, min_size=1, max_size=4))
def test_plain_structures_come_back_as_written(structure: dict[str, Value]) -> None:
    written = yaml.safe_dump(quoted(structure), allow_unicode=True)

    document = read("menu.yaml", written.encode())

    assert document.findings == ()
    assert document.value == structure


class Quoted(str):
    __slots__ = ()


def as_quoted(dumper: yaml.SafeDumper, text: Quoted) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


yaml.SafeDumper.add_representer(Quoted, as_quoted)


def quoted(value: Value) -> Value:
    match value:
        case dict():
            return {Quoted(key): quoted(inner) for key, inner in value.items()}
        case list():
            return [quoted(inner) for inner in value]
        case str():
            return Quoted(value)
        case _:
            return value
