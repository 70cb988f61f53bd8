"""Which elements the vendor's own builder knows, what each may hold, which attributes it may carry."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse

ROOT = "VoiceResponse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """*kind* is the builder's class: one name has several (`Queue` in a Dial and on its own)."""

    kind: str
    attributes: frozenset[str]
    holds_text: bool


@cache
def elements() -> Mapping[str, Mapping[str, Element]]:
    """Give, for the kind of a parent, each child by its name, as the builder writes it when asked to.

    Built by calling every method of the builder with all that its signature names.
    """
    found: dict[str, dict[str, Element]] = {}
    waiting: list[TwiML] = [VoiceResponse()]
    while waiting:
        parent = waiting.pop()
        kind = type(parent).__name__
        if kind in found:
            continue
        found[kind] = {}
        for child in _children(parent):
            found[kind][str(child.name)] = Element(
                kind=type(child).__name__,
                attributes=frozenset(map(str, child.attrs)),
                holds_text=child.value is not None,
            )
            waiting.append(child)
    return MappingProxyType(found)


def _children(parent: TwiML) -> list[TwiML]:
    children: list[TwiML] = []
    for name, method in vars(type(parent)).items():
        if name.startswith("_") or not inspect.isfunction(method):
            continue
        named = [
            parameter.name
            for parameter in inspect.signature(method).parameters.values()
            if parameter.name != "self" and parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        children.append(method(parent, **dict.fromkeys(named, "1")))
    return children
