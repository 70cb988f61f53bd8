"""A company's own account service: GET {address}/accounts?typed=, /accounts/{id} and /contacts/{id}."""

import re
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import requests
from pydantic import ValidationError
from requests.auth import AuthBase

from ivr.adapters.accounts.account_service_replies import AccountFound, ContactFound, Found
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Account, Addressee, DirectoryUnavailable
from ivr.services.timeout import ServiceCall

LONGEST_WAIT_S: Final = 4.5
"""A promise of `case_ports.Directory` is 5 seconds; the rest is for us."""
MOST_AT_ONCE: Final = 32
MOST_BYTES: Final = 64 * 1024

_CONNECT_S: Final = 1.5
_READ_S: Final = 3.0
_ID = re.compile(r"[0-9a-f]{32}")
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class _Bearer(AuthBase):
    """A session's own header would give way to what ~/.netrc has for the host."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


class HttpDirectory:
    """What `case_ports.Directory` promises, asked of a service; nothing of its replies is kept or told."""

    def __init__(
        self,
        address: str,
        *,
        token: Secret,
        longest_wait_s: float = LONGEST_WAIT_S,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        """Ask nothing yet. Raises ValueError where *address* would send the token in clear over a network."""
        parts = urlsplit(address)
        if not parts.hostname or (parts.scheme != "https" and parts.hostname not in _LOCAL):
            raise ValueError("the account service is asked over https: write its address as https://...")
        self._address = address.rstrip("/")
        self._auth = _Bearer(token)
        self._longest_wait_s = longest_wait_s
        self._asking = ServiceCall(
            who="the account service",
            fault=DirectoryUnavailable,
            longest_s=longest_wait_s,
            most_at_once=most_at_once,
        )

    def find(self, typed: str) -> Account | None:
        found = self._get(AccountFound, "/accounts", {"typed": typed}).account
        return None if found is None else found.account()

    def account(self, account: str) -> Account | None:
        if not _ID.fullmatch(account):
            return None
        found = self._get(AccountFound, f"/accounts/{account}").account
        if found is not None and found.id != account:
            raise DirectoryUnavailable("the account service answered with another account")
        return None if found is None else found.account()

    def addressee(self, contact: str) -> Addressee | None:
        if not _ID.fullmatch(contact):
            return None
        return self._get(ContactFound, f"/contacts/{contact}").addressee()

    def _get(self, model: type[Found], path: str, query: dict[str, str] | None = None) -> Found:
        """Ask once: a caller waits, and asks again sooner than we could. Raises DirectoryUnavailable."""
        deadline_s = monotonic() + self._longest_wait_s
        body = self._asking.run(lambda: self._body(path, query, deadline_s))
        try:
            return model.model_validate_json(body)
        except ValidationError as fault:
            raise DirectoryUnavailable(
                f"the account service answered {path.split('/')[1]} with {fault.error_count()} faults"
            ) from None

    def _body(self, path: str, query: dict[str, str] | None, deadline_s: float) -> bytes:
        with requests.get(
            self._address + path,
            params=query,
            auth=self._auth,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=(_CONNECT_S, _READ_S),
            allow_redirects=False,
            stream=True,
        ) as reply:
            kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if reply.status_code != requests.codes.ok or kind != "application/json":
                raise DirectoryUnavailable(f"the account service answered {reply.status_code}, or no JSON")
            return _read(reply, deadline_s)


def _read(reply: requests.Response, deadline_s: float) -> bytes:
    body = b""
    while some := reply.raw.read1(MOST_BYTES, decode_content=False):
        body += some
        if len(body) > MOST_BYTES or monotonic() > deadline_s:
            raise DirectoryUnavailable("the account service answered more than was asked, or too slowly")
    return body
