"""The telephone that rings with a code: it is picked up, its key is pressed, and the digits are noted."""

import re

from ivr.simulator.carrier.say_timing import words_of
from ivr.simulator.carrier.signed_requests import CallBroken, Wire, sid
from ivr.simulator.line_under_test import LineUnderTest

_KEY = "1"
_DIGITS = re.compile(r"(?:[0-9],\s*){6}")


def heard_code(line: LineUnderTest, *, called: str) -> str:
    """Hear the last call that reads a code aloud. Raises CallBroken where none rings, or it reads none."""
    placed = [one for one in line.received if one.kind == "call" and one.status is None]
    if not placed:
        raise CallBroken("no call with a code has come")
    wire = Wire(line=line, caller=placed[-1].to, called=called, is_placed=True)
    leg = sid("CA", "code", len(line.received))
    gather = wire.post(placed[-1].words, leg, {}).find("Gather")
    if gather is None:
        raise CallBroken("the call with a code asks for no key")
    said = wire.post(gather.get("action", ""), leg, {"Digits": _KEY})
    found = _DIGITS.search(" ".join(words_of(verb) for verb in said.iter("Say")))
    if found is None:
        raise CallBroken("the call with a code reads none")
    return re.sub(r"[^0-9]", "", found.group())
