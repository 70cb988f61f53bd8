"""Requests as the carrier sends them: signed, with the usual fields, and the documents that come back."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from werkzeug.test import Client, TestResponse

from ivr.adapters.twilio.request_signature import sign
from ivr.simulator.line_under_test import LineUnderTest

MOST_REQUESTS = 300
# Source: https://www.twilio.com/docs/api/errors, the numbers that a fallback address is told.
_NOT_RETRIEVED = "11200"
_NOT_PARSED = "12100"
_BLANK = {
    f"{who}{what}": "" for who in ("Called", "Caller", "From", "To") for what in ("City", "State", "Zip")
}


class CallBroken(Exception):  # noqa: N818 -- it names what a caller would meet
    """The line answered in a way that a caller could not be played."""


class NoDocument(CallBroken):
    """There was nothing to play at an address. code: the carrier's own number for it."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code


@dataclass(slots=True, kw_only=True)
class Wire:
    """Posts for one call. addresses: every address that was asked, in order. is_placed: whether we rang."""

    line: LineUnderTest
    caller: str
    called: str
    addresses: list[str] = field(default_factory=list)
    is_placed: bool = False

    def post(self, url: str, leg: str, fields: Mapping[str, str]) -> ET.Element:
        """Send one signed webhook and give the root of the document.

        Raises NoDocument where none came, and CallBroken where the call leads elsewhere or never ends.
        """
        reply = self._send(url, leg, fields)
        if reply.status_code != HTTPStatus.OK:
            raise NoDocument(_NOT_RETRIEVED, f"{_address(url)} was answered with {reply.status}")
        try:
            root = ET.fromstring(reply.get_data())  # noqa: S314 -- our own document
        except ET.ParseError as error:
            raise NoDocument(_NOT_PARSED, f"{_address(url)} was answered with no XML: {error}") from error
        if root.tag != "Response":
            raise NoDocument(_NOT_PARSED, f"{_address(url)} was answered with <{root.tag}>")
        return root

    def tell(self, url: str, leg: str, fields: Mapping[str, str]) -> None:
        """Send a webhook whose answer is played to nobody. Raises CallBroken where it is refused."""
        reply = self._send(url, leg, fields)
        if reply.status_code >= HTTPStatus.BAD_REQUEST:
            raise CallBroken(f"{_address(url)} was answered with {reply.status}")

    def _send(self, url: str, leg: str, fields: Mapping[str, str]) -> TestResponse:
        address, origin = _address(url), self.line.public_url
        if not address.startswith(f"{origin}/"):
            raise CallBroken(f'the call leads to "{address}", which is not below {origin}')
        self.addresses.append(address)
        if len(self.addresses) > MOST_REQUESTS:
            raise CallBroken(f"the call goes on without end: {MOST_REQUESTS} requests were made")
        form = {**self._usual(leg), **fields}
        return Client(self.line.wsgi, use_cookies=False).post(
            address.removeprefix(origin),
            base_url=origin,
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded; charset=utf-8",
            headers={"X-Twilio-Signature": sign(self.line.token, address, form.items())},
        )

    def _usual(self, leg: str) -> dict[str, str]:
        caller, called = (self.called, self.caller) if self.is_placed else (self.caller, self.called)
        return {
            **_BLANK,
            "AccountSid": self.line.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": leg,
            "CallStatus": "in-progress",
            "Called": called,
            "CalledCountry": "US",
            "Caller": caller,
            "CallerCountry": "US",
            "Direction": "outbound-api" if self.is_placed else "inbound",
            "From": caller,
            "FromCountry": "US",
            "To": called,
            "ToCountry": "US",
        }


def sid(prefix: str, *parts: object) -> str:
    """Make an id in the carrier's shape that is the same in every run."""
    digest = hashlib.sha256("/".join(str(part) for part in parts).encode()).hexdigest()
    return prefix + digest[:32]


def _address(url: str) -> str:
    """Leave off the fragment, which tells the carrier how to connect and is sent to nobody."""
    return url.partition("#")[0]
