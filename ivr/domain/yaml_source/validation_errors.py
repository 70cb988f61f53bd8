"""What a pydantic error means, in an operator's words."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic_core import ErrorDetails

from ivr.domain.yaml_source.excerpt import excerpt, shape_of
from ivr.domain.yaml_source.suggestions import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    rule: str
    what: str
    remedy: str


_DUE = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "dict": "fields (key: value)",
    "mapping": "fields (key: value)",
    "model": "fields (key: value)",
    "model_attributes": "fields (key: value)",
    "dataclass": "fields (key: value)",
    "none_required": "nothing",
}
_TYPE_ERROR = re.compile(r"(.*?)(?:_exact)?(?:_type|_parsing|_from_float|_parsing_size)?")
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_QUOTED = re.compile(r"'([^']*)'")


def complaint_of(error: ErrorDetails, known: Iterable[str]) -> Complaint:
    """*known* are the field names that may stand where the error is."""
    kind = error["type"]
    if kind == "missing":
        name = excerpt(str(error["loc"][-1])) if error["loc"] else "a field"
        return Complaint(rule="missing-field", what=f"{name} is missing", remedy="add it here")
    if kind == "extra_forbidden":
        return _unknown_field(str(error["loc"][-1]), sorted(known))
    return _SPECIAL.get(kind, _other)(error)


def _unknown_field(name: str, known: list[str]) -> Complaint:
    near = did_you_mean(name, known)
    if near is not None:
        remedy = f"did you mean {excerpt(near)}?"
    elif known:
        remedy = "take it out; known are " + ", ".join(known)
    else:
        remedy = "take it out"
    return Complaint(rule="unknown-field", what=f"no field is called {excerpt(name)} here", remedy=remedy)


def _other(error: ErrorDetails) -> Complaint:
    name = _TYPE_ERROR.fullmatch(error["type"])
    due = _DUE.get(name.group(1)) if name else None
    return _custom(error) if due is None else _wrong_type(due, error)


def _wrong_type(due: str, error: ErrorDetails) -> Complaint:
    written: object = error["input"]
    remedy = f"write {due}"
    if due == "text" and isinstance(written, bool | int):
        remedy = f'quote it: "{str(written).lower()}"'
    elif due == "text" and isinstance(written, list | dict):
        remedy = "write text, and quote it if a bracket or a dash belongs to it"
    what = f"{due} is due here, not {shape_of(written)}"
    return Complaint(rule="wrong-type", what=what, remedy=remedy)


def _bound(error: ErrorDetails) -> Complaint:
    field, words = _BOUNDS[error["type"]]
    bound = f"{words} {error.get('ctx', {}).get(field)}"
    what = f"{shape_of(error['input'])} is out of range"
    return Complaint(rule="out-of-range", what=what, remedy=f"write {bound}")


def _too_short(error: ErrorDetails) -> Complaint:
    least = error.get("ctx", {}).get("min_length")
    written: object = error["input"]
    what = "nothing is written here" if not written else f"{shape_of(written)} is too short"
    return Complaint(rule="too-short", what=what, remedy=f"write at least {least} {_counted(written, least)}")


def _too_long(error: ErrorDetails) -> Complaint:
    most = error.get("ctx", {}).get("max_length")
    written: object = error["input"]
    what = f"{shape_of(written)} is too long"
    return Complaint(rule="too-long", what=what, remedy=f"write at most {most} {_counted(written, most)}")


def _counted(written: object, number: object) -> str:
    noun = "character" if isinstance(written, str) else "item"
    return noun if number == 1 else noun + "s"


def _unknown_value(error: ErrorDetails) -> Complaint:
    context = error.get("ctx", {})
    choices = str(context.get("expected", context.get("expected_tags", "")))
    known = _QUOTED.findall(choices) or [choices]
    written: object = context.get("tag", error["input"])
    near = did_you_mean(written, known) if isinstance(written, str) else None
    remedy = f"did you mean {excerpt(near)}?" if near else "write " + _either(known)
    return Complaint(rule="unknown-value", what=f"{shape_of(written)} is no choice here", remedy=remedy)


def _either(known: list[str]) -> str:
    return " or ".join(part for part in (", ".join(known[:-1]), known[-1]) if part)


def _no_tag(error: ErrorDetails) -> Complaint:
    names = _QUOTED.findall(str(error.get("ctx", {}).get("discriminator", "")))
    what = f"{excerpt(names[0])} is missing" if names else "it cannot be told what this is"
    return Complaint(rule="missing-field", what=what, remedy="add the field that says it")


def _custom(error: ErrorDetails) -> Complaint:
    """Take a validator's own "what; remedy"; a PydanticCustomError may name its rule, with a dash in it."""
    raised: object = error.get("ctx", {}).get("error")
    text = str(raised) if isinstance(raised, Exception) else error["msg"]
    what, _, remedy = text.partition("; ")
    rule = error["type"] if "-" in error["type"] else "bad-value"
    return Complaint(rule=rule, what=what, remedy=remedy or "write another value")


_SPECIAL: dict[str, Callable[[ErrorDetails], Complaint]] = {
    **dict.fromkeys(_BOUNDS, _bound),
    "string_too_short": _too_short,
    "too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "literal_error": _unknown_value,
    "enum": _unknown_value,
    "union_tag_invalid": _unknown_value,
    "union_tag_not_found": _no_tag,
}
