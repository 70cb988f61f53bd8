"""Our own addresses, as the carrier is given them and as it gives them back."""

import re
from dataclasses import dataclass
from typing import Final

from ivr.domain.dialogue.place import Place, read_place, write_without_turn

FRAGMENT: Final = "#rc=2&rp=ct,rt,5xx&ct=2000&rt=4000&tt=13000"
"""Three tries within 15 seconds, also where our answer was slow or failed.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides, read November 2026.
"""
TURN_HOLE: Final = "\0"
"""Stands where a turn number goes. XML knows no such character, so no text can hold it by accident."""

_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """*public_url* is the origin that the carrier calls, such as "https://ivr.example.com".

    Raises ValueError for more than an origin.
    """

    public_url: str

    def __post_init__(self) -> None:
        if not _ORIGIN.fullmatch(self.public_url):
            raise ValueError(
                "the public URL is not an origin like https://ivr.example.com: set IVR_PUBLIC_URL"
            )

    def of(self, place: Place, *, turn: str | None = None) -> str:
        """Give the address that leads back to *place*; *turn* stands in for its two digits."""
        last = f"{place.turn:02}" if turn is None else turn
        return f"{self.public_url}/voice/{place.stage}/{write_without_turn(place)}.{last}{FRAGMENT}"

    def voice(self) -> str:
        return f"{self.public_url}/voice{FRAGMENT}"

    def status(self) -> str:
        return f"{self.public_url}/voice/status{FRAGMENT}"

    def fallback(self) -> str:
        return f"{self.public_url}/voice/fallback{FRAGMENT}"

    def spoken(self, message: str) -> str:
        """Give the address that speaks the code of a message, by its id."""
        return f"{self.public_url}/voice/spoken/{message}{FRAGMENT}"

    def text_status(self, message: str) -> str:
        """Give the address that is told what became of a text, by its id."""
        return f"{self.public_url}/texts/status/{message}{FRAGMENT}"

    def called_back(self, name: str, *, asked: int = 0) -> str:
        """Give the address of a call that we place about a held case. asked: how often for the key."""
        times = f"/{asked}" if asked else ""
        return f"{self.public_url}/voice/call-back/{name}{times}{FRAGMENT}"

    def called_back_status(self, name: str) -> str:
        return f"{self.public_url}/voice/call-back-status/{name}{FRAGMENT}"

    def transcribed(self) -> str:
        return f"{self.public_url}/voice/transcribed{FRAGMENT}"

    def place_in(self, url: str) -> Place | None:
        """Read the place back from an address of ours, or from its path alone; None for any other."""
        address, _, _ = url.partition("#")
        match address.removeprefix(self.public_url).split("/"):
            case ["", "voice", stage, text]:
                return read_place(stage, text)
            case _:
                return None
