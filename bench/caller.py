"""Signed calls over one kept connection, walking main, a section, an answer and back."""

import http.client
import re
import time
from contextlib import closing
from urllib.parse import urlencode

from ivr.adapters.settings.demo_settings import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    DEMO_NUMBERS,
    DEMO_PUBLIC_URL,
)
from ivr.adapters.twilio.request_signature import sign

_ACTION = re.compile(r'action="([^"]+)"')
KEYS = ("3", "1", "#", "*", "3", "1")
"""Through a menu to an answer, again, back, to another answer, and from there to a person."""

_EXTRA = {f"Field{number}": "value" for number in range(18)}

Request = tuple[str, bytes, dict[str, str]]
"""Path, body and headers of one signed POST."""

APOLOGY = "something went wrong on our side"
"""Of the shipped prompts. An apology is a 200 as well, and takes a time of its own."""

Step = tuple[str, str]
"""A path and the key that is pressed there."""


def walk(port: int) -> list[Step]:
    """Make one call, and give the turns of choosing that it consists of: the same for every call."""
    sid = "CA" + "f" * 32
    steps: list[Step] = []
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        text = send(connection, signed("/voice", sid, None))
        for key in KEYS:
            steps.append((next_path(text), key))
            text = send(connection, signed(steps[-1][0], sid, key))
    return steps


def next_path(document: str) -> str:
    """Where the carrier is told to send what the caller presses now."""
    found = _ACTION.search(document)
    if found is None:
        raise RuntimeError(f"nothing can be pressed in {document}: choose other keys to walk the menu by")
    return found[1].removeprefix(DEMO_PUBLIC_URL).partition("#")[0]


def turns_of(steps: list[Step], *, calls: int, prefix: str) -> list[Request]:
    """Sign the same turns for many calls; *prefix* is four hex digits that no other round has."""
    sids = [f"CA{prefix}{number:028x}" for number in range(calls)]
    return [signed(path, sid, key) for sid in sids for path, key in steps]


def send_all(port: int, turns: list[Request]) -> list[float]:
    """Send them one after the other, and give how long each took, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for turn in turns:
        began = time.perf_counter()
        try:
            send(connection, turn)
        except (BrokenPipeError, http.client.RemoteDisconnected):
            connection.close()  # a view that leaves the body unread may cost its connection
            send(connection, turn)
        took.append((time.perf_counter() - began) * 1000)
    connection.close()
    return took


def signed(path: str, sid: str, key: str | None) -> Request:
    form = {"AccountSid": DEMO_ACCOUNT_SID, "CallSid": sid, "From": "+14155550199", "To": DEMO_NUMBERS[0]}
    form |= {"CallStatus": "in-progress", "Direction": "inbound", **_EXTRA}
    if key is not None:
        form["Digits"] = key
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": sign(DEMO_AUTH_TOKEN, DEMO_PUBLIC_URL + path, form.items()),
    }
    return path, urlencode(form).encode(), headers


def send(connection: http.client.HTTPConnection, request: Request) -> str:
    path, body, headers = request
    connection.request("POST", path, body, headers)
    reply = connection.getresponse()
    text = reply.read().decode()
    if reply.status != 200 or APOLOGY in text:
        message = f"{path} answered {reply.status} {text}: a bench of refusals or apologies measures nothing."
        raise RuntimeError(message)
    return text
