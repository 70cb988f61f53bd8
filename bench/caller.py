"""Signed calls over one kept connection, walking main, a section, an answer and back."""

import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ivr.carrier.signature import sign
from ivr.settings.demo import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_NUMBERS, DEMO_PUBLIC_URL

_ACTION = re.compile(r'action="([^"]+)"')
_KEYS = ("3", "1", "#", "*", "3", "1")
_EXTRA = {f"Field{number}": "value" for number in range(18)}

Request = tuple[str, bytes, dict[str, str]]


@dataclass(slots=True)
class Caller:
    port: int
    turns: list[Request] = field(default_factory=list)

    def record(self, calls: int, prefix: str) -> None:
        """Walk *calls* calls once and keep each signed turn, to be sent again under measurement."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        for number in range(calls):
            sid = f"CA{prefix}{number:028x}"
            text = _send(connection, _signed("/voice", sid, None))
            for key in _KEYS:
                found = _ACTION.search(text)
                if found is None:
                    break
                turn = _signed(found[1].removeprefix(DEMO_PUBLIC_URL), sid, key)
                self.turns.append(turn)
                text = _send(connection, turn)
        connection.close()


def send_all(port: int, turns: list[Request]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for turn in turns:
        _send(connection, turn)
    connection.close()


def _signed(path: str, sid: str, key: str | None) -> Request:
    path = path.partition("#")[0]
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
