"""Who we are at Twilio, and what our requests and theirs are signed with."""

import re
from dataclasses import dataclass

from ivr.adapters.settings.demo_settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.redaction import Secret

# Twilio names things by two letters and 32 hexadecimal digits; its tokens and secrets have 32 characters.
_ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}", re.ASCII)
_SERVICE_SID = re.compile(r"MG[0-9a-f]{32}", re.ASCII)
_KEY_SID = re.compile(r"SK[0-9a-f]{32}", re.ASCII)
_SECRET = re.compile(r"[0-9A-Za-z]{32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What requests to Twilio are authorised with, so that they need no auth token."""

    sid: str
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioAccount:
    """next_auth_token: the one that is being changed to; both are accepted until it takes over.

    messaging_service: what texts are sent by; None where they are sent by our first number.
    """

    sid: str | None
    auth_token: Secret | None
    next_auth_token: Secret | None
    api_key: ApiKey | None
    messaging_service: str | None


def read_twilio_account(variables: Variables, *, production: bool) -> TwilioAccount:
    sid = _shaped(variables, "TWILIO_ACCOUNT_SID", _ACCOUNT_SID, "AC and 32 digits 0-9, a-f")
    if production and sid == DEMO_ACCOUNT_SID:
        variables.fault("TWILIO_ACCOUNT_SID", "is the demo's", "write your own account's")
    return TwilioAccount(
        sid=sid,
        auth_token=_secret(variables, "TWILIO_AUTH_TOKEN"),
        next_auth_token=_secret(variables, "TWILIO_AUTH_TOKEN_NEXT"),
        api_key=_api_key(variables),
        messaging_service=_shaped(
            variables, "TWILIO_MESSAGING_SERVICE_SID", _SERVICE_SID, "MG and 32 digits 0-9, a-f"
        ),
    )


def _api_key(variables: Variables) -> ApiKey | None:
    sid = _shaped(variables, "TWILIO_API_KEY", _KEY_SID, "SK and 32 digits 0-9, a-f")
    secret = _secret(variables, "TWILIO_API_SECRET")
    if sid and secret:
        return ApiKey(sid=sid, secret=secret)
    for missing, present in (("TWILIO_API_KEY", secret), ("TWILIO_API_SECRET", sid)):
        if present and not variables.is_faulty(missing):
            variables.fault(missing, "is missing beside its other half", "set both, or neither")
    return None


def _shaped(variables: Variables, name: str, shape: re.Pattern[str], words: str) -> str | None:
    text = variables.text(name)
    if text is None or shape.fullmatch(text):
        return text
    variables.fault(name, "has the wrong shape", f"write {words}, as Twilio's console shows it")
    return None


def _secret(variables: Variables, name: str) -> Secret | None:
    text = variables.secret(name)
    if text is None:
        return None
    secret = Secret(text)
    if secret == DEMO_AUTH_TOKEN:
        variables.fault(
            name, "is the demo's, which anybody can read", "write your own, from Twilio's console"
        )
    elif not _SECRET.fullmatch(text):
        variables.fault(
            name,
            f"has {len(text)} characters or signs that Twilio does not use",
            "copy its 32 letters and digits from Twilio's console",
        )
    else:
        return secret
    return None
