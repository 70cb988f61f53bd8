"""Where Twilio's REST interface is: at Twilio, or at a stand-in of a test's or a developer's own."""

from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.public_origin import origin_fault

NAME = "TWILIO_API_URL"
_EXAMPLE = "write an origin such as http://127.0.0.1:8080, or do not set it"


def read_api_url(variables: Variables, *, production: bool) -> str | None:
    """Read the stand-in's origin; None where texts and calls go to Twilio."""
    text = variables.text(NAME)
    if text is None:
        return None
    if production:
        variables.fault(NAME, "is set, and texts and calls would not go to Twilio", "do not set it")
        return None
    origin = text.removesuffix("/")
    fault = origin_fault(origin, production=False)
    if fault:
        what, _ = fault
        variables.fault(NAME, what, _EXAMPLE)
        return None
    return origin
