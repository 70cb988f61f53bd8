"""A signed request and its judge, shared by the tests of signatures."""

from collections.abc import Sequence
from typing import Final

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.adapters.twilio.request_signature import Signatures, Verdict
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.redaction import Secret
from tests.adapters.twilio.cut_points import Pair

TOKEN: Final = Secret("8d0c1f2e3a4b5c6d7e8f90a1b2c3d4e5")
NEXT: Final = Secret("0f1e2d3c4b5a69788796a5b4c3d2e1f0")
ACCOUNT: Final = "AC0123456789abcdef0123456789abcdef"
ORIGIN: Final = "https://calls.example.com"
PLACE: Final = "/voice/turn/3f2a9c11d0ab.en.00.main.-.-.0.07"
FIELDS: Final = (
    ("AccountSid", ACCOUNT),
    ("CallSid", "CA450188bc524230c5086da78b80861648"),
    ("CallStatus", "in-progress"),
    ("Digits", "1"),
    ("From", "+18181234567"),
    ("ToZip", ""),
)
ours: Final = Signatures(public_url=ORIGIN, account_sid=ACCOUNT, tokens=(TOKEN,))


def verdict(
    path: str, pairs: Sequence[Pair], *signatures: str, judge: Signatures = ours, shared_key: bool = False
) -> Verdict:
    """Judge a request; what is refused is never said to be plainly signed."""
    form = Form.of(pairs)
    found = judge.verdict(
        path_and_query=path, form=form, signature_headers=signatures, shared_key_header=shared_key
    )
    if len(signatures) == 1 and not shared_key and found == "refused":
        assert not judge.is_plainly_signed(path, form, signatures[0])
    return found


def validates(url: str, pairs: Sequence[Pair], signature: str) -> bool:
    return bool(RequestValidator(TOKEN.reveal()).validate(url, MultiDict(pairs), signature))
