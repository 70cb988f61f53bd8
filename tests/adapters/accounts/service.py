"""A company's account service as a directory over HTTP finds it, telling what another directory holds."""

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import responses
from requests import PreparedRequest

from ivr.adapters.accounts.account_service import HttpDirectory
from ivr.domain.redaction import Secret
from ivr.services.case_ports import Account, Addressee, Directory, DirectoryUnavailable

ADDRESS = "https://accounts.example.com/ivr"
TOKEN = Secret("token-of-the-service")
Reply = tuple[int, dict[str, str], str]


def http_directory(*, longest_wait_s: float = 4.5, most_at_once: int = 32) -> HttpDirectory:
    return HttpDirectory(ADDRESS, token=TOKEN, longest_wait_s=longest_wait_s, most_at_once=most_at_once)


def serve(mock: responses.RequestsMock, directory: Directory) -> None:
    """Answer as the interface says, from *directory*; who has no token gets nothing."""

    def answering(tell: Callable[[PreparedRequest], object]) -> Callable[[PreparedRequest], Reply]:
        def answer(request: PreparedRequest) -> Reply:
            if request.headers.get("Authorization") != f"Bearer {TOKEN.reveal()}":
                return 401, {}, "{}"
            try:
                return 200, {}, json.dumps(tell(request))
            except DirectoryUnavailable:
                return 503, {}, "{}"

        return answer

    def last(request: PreparedRequest) -> str:
        return urlsplit(request.url or "").path.rpartition("/")[2]

    def typed(request: PreparedRequest) -> str:
        return parse_qs(urlsplit(request.url or "").query, keep_blank_values=True)["typed"][0]

    routes: dict[str, Callable[[PreparedRequest], object]] = {
        r"/accounts\?typed=.*": lambda request: {"account": _account(directory.find(typed(request)))},
        r"/accounts/[0-9a-f]{32}": lambda request: {"account": _account(directory.account(last(request)))},
        r"/contacts/[0-9a-f]{32}": lambda request: {"contact": _contact(directory.addressee(last(request)))},
    }
    for path, tell in routes.items():
        mock.add_callback(
            responses.GET,
            re.compile(re.escape(ADDRESS) + path),
            callback=answering(tell),
            content_type="application/json",
        )


def _account(account: Account | None) -> object:
    if account is None:
        return None
    return {
        "id": account.id,
        "language": account.language,
        "subaccounts": account.subaccounts,
        "is_closed": account.is_closed,
        "tam": account.tam,
        "contacts": [
            {
                "id": contact.id,
                "kind": contact.kind,
                "added_at": contact.added_at.isoformat(),
                "can_text": contact.can_text,
                "has_consented": contact.has_consented,
                "prefix": contact.prefix,
                "is_other": contact.is_other,
            }
            for contact in account.contacts
        ],
    }


def _contact(addressee: Addressee | None) -> object:
    if addressee is None:
        return None
    return {
        "kind": addressee.kind,
        "address": addressee.address,
        "company": addressee.company,
        "number": addressee.number,
        "administrator": addressee.administrator,
    }
