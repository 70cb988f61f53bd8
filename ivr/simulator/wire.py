"""Requests as the carrier sends them: signed, with the usual fields, and the documents that come back."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from werkzeug.test import Client

from ivr.carrier.signature import sign
from ivr.simulator.line import LineUnderTest

MOST_REQUESTS = 300


class CallBroken(Exception):  # noqa: N818 -- it names what a caller would meet
    """The line answered in a way that a caller could not be played."""


@dataclass(slots=True, kw_only=True)
class Wire:
    """Posts for one call. addresses: every address that was asked, in order."""

    line: LineUnderTest
    caller: str
    called: str
    addresses: list[str] = field(default_factory=list)

    def post(self, url: str, leg: str, fields: Mapping[str, str]) -> ET.Element:
        """Send one signed webhook and give the root of the document. Raises CallBroken."""
        address, _, _ = url.partition("#")
        self.addresses.append(address)
        if len(self.addresses) > MOST_REQUESTS:
            raise CallBroken(f"the call goes on without end: {MOST_REQUESTS} requests were made")
        form = {**self._usual(leg), **fields}
        reply = Client(self.line.wsgi).post(
            address.removeprefix(self.line.public_url),
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded; charset=utf-8",
            headers={"X-Twilio-Signature": sign(self.line.token, address, form.items())},
        )
        if reply.status_code != 200:  # noqa: PLR2004 -- the one status that carries a document
            raise CallBroken(f"{address} was answered with {reply.status}")
        return ET.fromstring(reply.get_data())  # noqa: S314 -- our own document

    def _usual(self, leg: str) -> dict[str, str]:
        return {
            "AccountSid": self.line.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": leg,
            "CallStatus": "in-progress",
            "Called": self.called,
            "Caller": self.caller,
            "Direction": "inbound",
            "From": self.caller,
            "FromCountry": "US",
            "To": self.called,
            "ToZip": "",
        }


def sid(prefix: str, *parts: object) -> str:
    """Make an id in the carrier's shape that is the same in every run."""
    digest = hashlib.sha256("/".join(str(part) for part in parts).encode()).hexdigest()
    return prefix + digest[:32]
