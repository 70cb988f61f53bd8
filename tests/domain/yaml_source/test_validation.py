from collections.abc import Iterable
from typing import Annotated, Literal

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from ivr.domain.yaml_source.finding import Finding, line_of
from ivr.domain.yaml_source.reader import read
from ivr.domain.yaml_source.validation import findings_of
from ivr.domain.yaml_source.yaml_document import Path


def not_loud(text: str) -> str:
    if text.isupper():
        raise ValueError("the text is all capitals; write it as it is spoken")
    if text == "?":
        raise ValueError("a question mark alone is silent")
    if text.startswith("+"):
        raise PydanticCustomError("raw-number", "a telephone number is written here; name a line")
    return text


class Say(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["say"]
    prompt: Annotated[StrictStr, Field(min_length=1, max_length=50), AfterValidator(not_loud)]
    retries: Annotated[StrictInt, Field(ge=0, lt=6)] = 3
    more: StrictBool = False
    pause_s: float = 0.5
    keys: Annotated[list[StrictInt], Field(max_length=3, min_length=1)] = [1]
    by_key: dict[Annotated[str, Field(max_length=1)], str] = {}


class End(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["end"]
    to: Literal["orders", "returns"] = "orders"


Node = Annotated[Say | End, Field(discriminator="kind")]
Menu = TypeAdapter(dict[str, Node])


def known(path: Path) -> Iterable[str]:
    return Say.model_fields if path == ("a",) else ()


def judged(text: str) -> list[Finding]:
    document = read("m.yaml", text.encode())
    with pytest.raises(ValidationError) as refusal:
        Menu.validate_python(document.value)
    return list(findings_of(document, refusal.value, known))


ROWS = [
    ("a: {kind: say}", 'm.yaml:1:4  "prompt" is missing; add it here  [missing-field]'),
    (
        "a: {kind: say, prompt: b, promt: c}",
        'm.yaml:1:27  no field is called "promt" here; did you mean "prompt"?  [unknown-field]',
    ),
    (
        "a: {kind: say, prompt: b, zzz: c}",
        (
            'm.yaml:1:27  no field is called "zzz" here; '
            "take it out; known are by_key, keys, kind, more, pause_s, prompt, retries  [unknown-field]"
        ),
    ),
    ("b: {kind: end, zzz: c}", 'm.yaml:1:16  no field is called "zzz" here; take it out  [unknown-field]'),
    (
        "a: {kind: say, prompt: 3}",
        'm.yaml:1:24  text is due here, not the number 3; quote it: "3"  [wrong-type]',
    ),
    (
        "a: {kind: say, prompt: true}",
        'm.yaml:1:24  text is due here, not true; quote it: "true"  [wrong-type]',
    ),
    (
        "a: {kind: say, prompt: {name}}",
        (
            "m.yaml:1:24  text is due here, not fields (key: value); "
            "write text, and quote it if a bracket or a dash belongs to it  [wrong-type]"
        ),
    ),
    ("a: {kind: say, prompt: }", "m.yaml:1:24  text is due here, not nothing; write text  [wrong-type]"),
    (
        "a: {kind: say, prompt: b, retries: three}",
        'm.yaml:1:36  a whole number is due here, not the text "three"; write a whole number  [wrong-type]',
    ),
    (
        "a: {kind: say, prompt: b, more: yes}",
        'm.yaml:1:33  true or false is due here, not the text "yes"; write true or false  [wrong-type]',
    ),
    (
        "a: {kind: say, prompt: b, pause_s: long}",
        'm.yaml:1:36  a number is due here, not the text "long"; write a number  [wrong-type]',
    ),
    (
        "a: {kind: say, prompt: b, keys: 1}",
        "m.yaml:1:33  a list is due here, not the number 1; write a list  [wrong-type]",
    ),
    (
        "a: [b]",
        "m.yaml:1:4  fields (key: value) is due here, not a list; write fields (key: value)  [wrong-type]",
    ),
    (
        "a: {kind: say, prompt: b, retries: -5}",
        "m.yaml:1:36  the number -5 is out of range; write at least 0  [out-of-range]",
    ),
    (
        "a: {kind: say, prompt: b, retries: 6}",
        "m.yaml:1:36  the number 6 is out of range; write less than 6  [out-of-range]",
    ),
    (
        'a: {kind: say, prompt: ""}',
        "m.yaml:1:24  nothing is written here; write at least 1 character  [too-short]",
    ),
    (
        f"a: {{kind: say, prompt: {'b' * 51}}}",
        f'm.yaml:1:24  the text "{"b" * 39}…" is too long; write at most 50 characters  [too-long]',
    ),
    (
        "a: {kind: say, prompt: b, keys: []}",
        "m.yaml:1:33  nothing is written here; write at least 1 item  [too-short]",
    ),
    (
        "a: {kind: say, prompt: b, keys: [1, 2, 3, 4]}",
        "m.yaml:1:33  a list is too long; write at most 3 items  [too-long]",
    ),
    (
        "a: {kind: end, to: order}",
        'm.yaml:1:20  the text "order" is no choice here; did you mean "orders"?  [unknown-value]',
    ),
    (
        "a: {kind: end, to: 7}",
        "m.yaml:1:20  the number 7 is no choice here; write orders or returns  [unknown-value]",
    ),
    ("a: {kind: sya}", 'm.yaml:1:11  the text "sya" is no choice here; did you mean "say"?  [unknown-value]'),
    ("a: {prompt: b}", 'm.yaml:1:4  "kind" is missing; add the field that says it  [missing-field]'),
    (
        "a: {kind: say, prompt: HELLO}",
        "m.yaml:1:24  the text is all capitals; write it as it is spoken  [bad-value]",
    ),
    (
        'a: {kind: say, prompt: "?"}',
        "m.yaml:1:24  a question mark alone is silent; write another value  [bad-value]",
    ),
    (
        "a: {kind: say, prompt: +1415}",
        "m.yaml:1:24  a telephone number is written here; name a line  [raw-number]",
    ),
    (
        "a: {kind: say, prompt: b, by_key: {10: c}}",
        'm.yaml:1:36  the text "10" is too long; write at most 1 character  [too-long]',
    ),
]


@pytest.mark.parametrize(("text", "line"), ROWS)
def test_a_refusal_is_placed_and_put_in_words(text: str, line: str) -> None:
    assert [line_of(one) for one in judged(text)] == [line]


def test_all_refusals_come_in_the_order_of_the_file() -> None:
    findings = judged("a: {kind: end, to: x}\nb: {kind: say, promt: y}\n")

    assert [(one.spot.line, one.rule) for one in findings] == [
        (1, "unknown-value"),
        (2, "missing-field"),
        (2, "unknown-field"),
    ]


def test_without_known_fields_an_unknown_one_is_still_told() -> None:
    document = read("m.yaml", b"a: {kind: end, top: orders}\n")
    with pytest.raises(ValidationError) as refusal:
        Menu.validate_python(document.value)

    [finding] = findings_of(document, refusal.value)

    assert finding.remedy == "take it out"


def test_a_whole_document_of_another_shape_is_told_at_its_place() -> None:
    document = read("m.yaml", b"# calls\n- a\n", top="list")
    with pytest.raises(ValidationError) as refusal:
        Menu.validate_python(document.value)

    [finding] = findings_of(document, refusal.value)

    assert str(finding.spot) == "m.yaml:2:1"
