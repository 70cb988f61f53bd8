"""The names of our variables, and names that look like a slip of them."""

from difflib import get_close_matches

from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.line_numbers import FILE, PREFIX
from ivr.domain.yaml_source.suggestions import did_you_mean

SECRETS = (
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_NEXT",
    "TWILIO_API_SECRET",
    "IVR_KEY",
    "IVR_SMTP_URL",
    "IVR_DIRECTORY_TOKEN",
    "IVR_PRODUCT_SECRET",
    "IVR_OIDC_CLIENT_SECRET",
)
CLOCK = "IVR_SERVE_CLOCK"
"""How `ivr serve --clock` tells its processes what time to believe; nobody else sets it."""
NAMES = frozenset(
    {
        *SECRETS,
        *(f"{name}_FILE" for name in SECRETS),
        "TWILIO_ACCOUNT_SID",
        "TWILIO_API_KEY",
        "TWILIO_API_URL",
        "TWILIO_MESSAGING_SERVICE_SID",
        "IVR_AUDIT_ANCHOR",
        "IVR_CALLS_PER_NUMBER",
        "IVR_CALLS_WITHHELD",
        "IVR_COUNTRIES",
        "IVR_DATABASE_URL",
        "IVR_DIRECTORY_URL",
        "IVR_ENV",
        "IVR_HOME",
        "IVR_LOG_LEVEL",
        "IVR_MAIL_FROM",
        "IVR_MENUS",
        "IVR_NUMBERS",
        "IVR_OIDC_CLIENT_ID",
        "IVR_OIDC_ISSUER",
        "IVR_PRODUCT_URL",
        "IVR_PROMPTS",
        "IVR_PUBLIC_URL",
        FILE,
    }
)
_LIKENESS = 0.85


def report_unknown_names(variables: Variables) -> None:
    for name in sorted(variables.environ):
        if name in NAMES or name.startswith(PREFIX) or name == CLOCK:
            continue
        if name.startswith("IVR_") and "SIGNATURE" in name:
            variables.fault(name, "is no setting: signatures are always checked", "do not set it")
        elif name.startswith("IVR_"):
            near = did_you_mean(name, NAMES)
            variables.warn(name, "is no setting", f"did you mean {near}?" if near else "do not set it")
        elif name[:2].upper() in ("TW", "IV"):
            # Others read names like these too, so only a near miss is worth a word.
            for near in get_close_matches(name.upper(), NAMES, n=1, cutoff=_LIKENESS):
                variables.warn(name, "is no setting", f"did you mean {near}?")
