"""Whether a webhook was sent by the carrier, for us, and whole."""

import hmac
import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, Literal

from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.redaction import Secret

Verdict = Literal["accepted", "refused"]
Unsigned = Literal[
    "shared_key_header",
    "missing_signature",
    "several_signatures",
    "unusual_address",
    "wrong_account",
    "parameter_name",
    "bad_signature",
]
"""Why a request is not one of the carrier's for us."""

# What would let a piece of the URL pass for a name: the signed text has no mark between the two.
# An empty name is such a piece as well: the whole tail of a path could be its value.
_UNFIT_NAME: Final = re.compile(r"[/?&=#\s]")
_ORIGIN: Final = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_SENDABLE: Final = re.compile(r"/[!-~]*")
# The validator normalises what is not plain (`/voice?`, `;`), so only it can judge those.
_PLAIN: Final = re.compile(r"/[A-Za-z0-9._~/%-]*(?:\?[A-Za-z0-9._~/%&=+,:-]+)?")
_BASE64_OF_SHA1: Final = 28


def sign(token: Secret, url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Sign a POST as the carrier does: the URL without its fragment, then names with values by name.

    A pair that comes twice counts once; the values of one name follow each other in their own order.
    Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security, read November 2026.
    """
    url, _, _ = url.partition("#")
    return _mac(token, url, sorted(set(pairs))).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """The judge of webhooks. The host comes from *public_url* alone, never from the request.

    *tokens* are those in force, two while one replaces the other. Raises ValueError for a token that
    anybody could guess (none, blank) and for a URL that is more than an origin.
    """

    public_url: str
    account_sid: str
    tokens: tuple[Secret, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.tokens or any(not token.reveal().strip() for token in self.tokens):
            raise ValueError("an auth token is missing or blank, so anyone could sign: set TWILIO_AUTH_TOKEN")
        if not self.account_sid.strip():
            raise ValueError("the account is blank, so any account would do: set TWILIO_ACCOUNT_SID")
        if not _ORIGIN.fullmatch(self.public_url):
            raise ValueError(
                "the public URL is not an origin like https://ivr.example.com: set IVR_PUBLIC_URL"
            )

    def verdict(
        self, *, path_and_query: str, form: Form, signature_headers: Sequence[str], shared_key_header: bool
    ) -> Verdict:
        """Judge one POST by its raw, still escaped path and query. Never raises."""
        fault = self.fault(
            path_and_query=path_and_query,
            form=form,
            signature_headers=signature_headers,
            shared_key_header=shared_key_header,
        )
        return "accepted" if fault is None else "refused"

    def fault(
        self, *, path_and_query: str, form: Form, signature_headers: Sequence[str], shared_key_header: bool
    ) -> Unsigned | None:
        """Say what `verdict` refuses a request for; None where it accepts it.

        A signature does not say where the URL ends and the fields begin, nor where a name ends and its
        value begins. So fields whose names could be pieces of a URL are refused, and so is any account
        but ours, whatever is signed.
        """
        path_and_query, _, _ = path_and_query.partition("#")
        if shared_key_header:
            return "shared_key_header"
        if len(signature_headers) != 1 or not signature_headers[0]:
            return "several_signatures" if len(signature_headers) > 1 else "missing_signature"
        if not _SENDABLE.fullmatch(path_and_query):
            return "unusual_address"
        unfit = self._unfit(form)
        if unfit is not None:
            return unfit
        signature = signature_headers[0]
        if len(signature) != _BASE64_OF_SHA1 or not signature.isascii():
            return "bad_signature"
        signed = self._says_yes_early(path_and_query, form, signature) or self._validates(
            path_and_query, form, signature
        )
        return None if signed else "bad_signature"

    def is_plainly_signed(self, path: str, form: Form, signature: str) -> bool:
        """Whether it is signed in the plainest way, as nearly all is; the verdict then is "accepted"."""
        is_fit = len(signature) == _BASE64_OF_SHA1 and signature.isascii() and self._unfit(form) is None
        return is_fit and self._says_yes_early(path, form, signature)

    def _unfit(self, form: Form) -> Unsigned | None:
        if form.get("AccountSid") != self.account_sid or "AccountSid" in form.repeated:
            return "wrong_account"
        if "" in form.first or _UNFIT_NAME.search("".join(form.first)):
            return "parameter_name"
        return None

    def _says_yes_early(self, path_and_query: str, form: Form, signature: str) -> bool:
        if form.repeated or not _PLAIN.fullmatch(path_and_query):
            return False
        url = self.public_url + path_and_query
        ordered = sorted(form.pairs)
        claimed = signature.encode()
        return any(hmac.compare_digest(_mac(token, url, ordered), claimed) for token in self.tokens)

    def _validates(self, path_and_query: str, form: Form, signature: str) -> bool:
        url = self.public_url + path_and_query
        fields = _Fields(form)
        # Imported when first needed: a request that is signed as usual does without it.
        from twilio.request_validator import RequestValidator  # noqa: PLC0415 -- see above

        return any(RequestValidator(token.reveal()).validate(url, fields, signature) for token in self.tokens)


class _Fields:
    """A form in the shape that the validator reads: its names, and all values of one."""

    __slots__ = ("_values",)

    def __init__(self, form: Form) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in form.pairs:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def getall(self, name: str) -> list[str]:
        return self._values[name]


def _mac(token: Secret, url: str, ordered: Iterable[tuple[str, str]]) -> bytes:
    text = url + "".join(chain.from_iterable(ordered))
    return b2a_base64(hmac.digest(token.reveal().encode(), text.encode(), "sha1"), newline=False)
