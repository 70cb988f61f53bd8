"""The product as it answers over HTTP: orders are taken once for a case, from who signs them alone."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import responses
from requests import PreparedRequest

from ivr.adapters.clock import ManualClock
from ivr.adapters.product.product_service import HttpProduct
from ivr.domain.redaction import Secret
from tests.domain.recovery.ready import AT

ADDRESS = "https://product.example.com/ivr"
SECRET = Secret("secret-of-both-sides-" * 2)
ACCOUNT = "a" * 32
Reply = tuple[int, dict[str, str], str]


def http_product(*, longest_wait_s: float = 4.5, most_at_once: int = 16) -> HttpProduct:
    return HttpProduct(
        ADDRESS,
        secret=SECRET,
        clock=ManualClock(AT),
        longest_wait_s=longest_wait_s,
        most_at_once=most_at_once,
    )


@dataclass(slots=True)
class Service:
    """orders: what was asked for, by account, act and case."""

    subaccounts: int = 2
    orders: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    def serve(self, mock: responses.RequestsMock) -> None:
        for method in (responses.GET, responses.POST):
            mock.add_callback(
                method,
                re.compile(re.escape(ADDRESS) + "/accounts/[0-9a-f]{32}/[a-z]+"),
                callback=self._answer,
                content_type="application/json",
            )

    def _answer(self, request: PreparedRequest) -> Reply:
        if request.headers.get("X-IVR-Signature") != signature_of(request):
            return 401, {}, "{}"
        account, act = urlsplit(request.url or "").path.split("/")[-2:]
        if request.method == "GET":
            return 200, {}, json.dumps({"count": self.subaccounts, "at": AT.isoformat()})
        order = json.loads(_body(request))
        self.orders[account, act, order["case"]] = order
        return 202, {}, json.dumps({"reference": f"{act}-{order['case']}", "at": AT.isoformat()})


def signature_of(request: PreparedRequest) -> str:
    """Sign as the interface says: the time, the method, the path, and what was sent, a line each."""
    stamp = str(request.headers["X-IVR-Timestamp"])
    stamped = f"{stamp}\n{request.method}\n{request.path_url}\n".encode()
    return hmac.new(SECRET.reveal().encode(), stamped + _body(request), hashlib.sha256).hexdigest()


def _body(request: PreparedRequest) -> bytes:
    body = request.body or b""
    assert isinstance(body, bytes)
    return body
