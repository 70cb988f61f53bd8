"""Signed calls over one kept connection, walking main, a section, an answer and back."""

import http.client
import re
import time
from urllib.parse import urlencode

from ivr.carrier.signature import sign
from ivr.settings.demo import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_NUMBERS, DEMO_PUBLIC_URL

_ACTION = re.compile(r'action="([^"]+)"')
_KEYS = ("3", "1", "#", "*", "3", "1")
_EXTRA = {f"Field{number}": "value" for number in range(18)}

Request = tuple[str, bytes, dict[str, str]]


Step = tuple[str, str]
"""A path and the key that is pressed there."""


def walk(port: int) -> list[Step]:
    """Make one call, and give the turns of choosing that it consists of: the same for every call."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    sid = "CA" + "f" * 32
    text = _send(connection, _signed("/voice", sid, None))
    steps: list[Step] = []
    for key in _KEYS:
        found = _ACTION.search(text)
        if found is None:
            raise RuntimeError(f"the menu ends after {steps}: choose other keys to walk it by")
        steps.append((found[1].removeprefix(DEMO_PUBLIC_URL).partition("#")[0], key))
        text = _send(connection, _signed(*_at(steps[-1], sid)))
    connection.close()
    return steps


def turns_of(steps: list[Step], *, calls: int, prefix: str) -> list[Request]:
    """Sign the same turns for many calls; *prefix* is four hex digits that no other round has."""
    return [_signed(*_at(step, f"CA{prefix}{number:028x}")) for number in range(calls) for step in steps]


def send_all(port: int, turns: list[Request]) -> list[float]:
    """Send them one after the other, and give how long each took, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for turn in turns:
        began = time.perf_counter()
        try:
            _send(connection, turn)
        except (BrokenPipeError, http.client.RemoteDisconnected):
            connection.close()  # a view that leaves the body unread may cost its connection
            _send(connection, turn)
        took.append((time.perf_counter() - began) * 1000)
    connection.close()
    return took


def _at(step: Step, sid: str) -> tuple[str, str, str]:
    path, key = step
    return path, sid, key


def _signed(path: str, sid: str, key: str | None) -> Request:
    form = {"AccountSid": DEMO_ACCOUNT_SID, "CallSid": sid, "From": "+14155550199", "To": DEMO_NUMBERS[0]}
    form |= {"CallStatus": "in-progress", "Direction": "inbound", **_EXTRA}
    if key is not None:
        form["Digits"] = key
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": sign(DEMO_AUTH_TOKEN, DEMO_PUBLIC_URL + path, form.items()),
    }
    return path, urlencode(form).encode(), headers


def _send(connection: http.client.HTTPConnection, request: Request) -> str:
    path, body, headers = request
    connection.request("POST", path, body, headers)
    reply = connection.getresponse()
    text = reply.read().decode()
    if reply.status != 200:
        message = f"{path} answered {reply.status}; a bench of refusals measures nothing."
        raise RuntimeError(message)
    return text
