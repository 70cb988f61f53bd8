"""The product over HTTP: GET {address}/accounts/{id}/subaccounts; POST …/reset, …/change and …/release."""

import json
import re
from typing import Final
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from ivr.adapters.product.product_json import AcceptedReply, CountedReply, MalformedJson, Reply, read_reply
from ivr.adapters.product.product_signature import LONGEST_S, signed
from ivr.domain.recovery.case import CaseNumber
from ivr.domain.redaction import Secret
from ivr.services.ports import Clock
from ivr.services.product_ports import Accepted, ProductUnavailable, SubaccountCount
from ivr.services.timeout import ServiceCall

LONGEST_WAIT_S: Final = 4.5
"""A promise of `product_ports.Product` is 5 seconds; the rest is for us."""
MOST_AT_ONCE: Final = 16
MOST_BYTES: Final = 16 * 1024

_CONNECT_S: Final = 1.5
_READ_S: Final = 3.0
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_OK: Final[dict[str, int]] = {"GET": 200, "POST": 202}


class _Signed(AuthBase):
    """Signs time, method, path and body; as what requests calls auth, so that ~/.netrc adds nothing."""

    def __init__(self, secret: Secret, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body if isinstance(request.body, bytes) else b""
        text = f"{request.method}\n{request.path_url}\n".encode() + body
        request.headers.update(signed(self._secret, at=self._clock.now(), text=text))
        return request


class HttpProduct:
    """What `product_ports.Product` promises, asked of the product; its replies are not logged."""

    def __init__(
        self,
        address: str,
        *,
        secret: Secret,
        clock: Clock,
        longest_wait_s: float = LONGEST_WAIT_S,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        """Ask nothing yet. Raises ValueError where *address* would go over a network in clear."""
        parts = urlsplit(address)
        if not parts.hostname or (parts.scheme != "https" and parts.hostname not in _LOCAL):
            raise ValueError("the product is asked over https: write its address as https://...")
        self._address = address.rstrip("/")
        self._auth = _Signed(secret, clock)
        self._clock = clock
        self._asking = ServiceCall(
            who="the product",
            fault=ProductUnavailable,
            longest_s=longest_wait_s,
            most_at_once=most_at_once,
        )

    def subaccounts(self, account: str) -> SubaccountCount:
        said = self._asked(CountedReply, "GET", account, "subaccounts", None)
        return SubaccountCount(count=said.count, at=said.at)

    def reset(self, account: str, *, case: CaseNumber) -> Accepted:
        return self._ordered(account, "reset", {"case": case})

    def change(self, account: str, permit: Secret, *, case: CaseNumber) -> Accepted:
        return self._ordered(account, "change", {"case": case, "permit": permit.reveal()})

    def release(self, account: str, *, case: CaseNumber) -> Accepted:
        return self._ordered(account, "release", {"case": case})

    def _ordered(self, account: str, act: str, order: dict[str, str]) -> Accepted:
        said = self._asked(AcceptedReply, "POST", account, act, order)
        return Accepted(reference=said.reference, at=said.at)

    def _asked(
        self, model: type[Reply], method: str, account: str, act: str, order: dict[str, str] | None
    ) -> Reply:
        """Ask once: whether an act is tried again, a person decides. Raises ProductUnavailable."""
        if not _ID.fullmatch(account):
            raise ProductUnavailable("the product is asked for an account by its id alone")
        body = self._asking.run(lambda: self._body(method, f"/accounts/{account}/{act}", order))
        try:
            said = read_reply(model, body)
        except MalformedJson:
            raise ProductUnavailable(f"the product answered {act} with something else") from None
        if abs((self._clock.now() - said.at).total_seconds()) > LONGEST_S:
            raise ProductUnavailable("the product's clock and ours differ by more than five minutes")
        return said

    def _body(self, method: str, path: str, order: dict[str, str] | None) -> bytes:
        given = {} if order is None else {"Content-Type": "application/json"}
        with requests.request(
            method,
            self._address + path,
            data=None if order is None else json.dumps(order, sort_keys=True).encode(),
            auth=self._auth,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **given},
            timeout=(_CONNECT_S, _READ_S),
            allow_redirects=False,
            stream=True,
        ) as reply:
            kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if reply.status_code != _OK[method] or kind != "application/json":
                raise ProductUnavailable(f"the product answered {reply.status_code}, or no JSON")
            return _read(reply)


def _read(reply: requests.Response) -> bytes:
    body = b""
    while some := reply.raw.read1(MOST_BYTES, decode_content=False):
        body += some
        if len(body) > MOST_BYTES:
            raise ProductUnavailable("the product answered more than was asked")
    return body
