"""A Gather while it listens: which keys and words it takes, and when the entry is complete.

Source of its rules: https://www.twilio.com/docs/voice/twiml/gather, read November 2026.
"""

from dataclasses import dataclass
from xml.etree import ElementTree as ET


@dataclass(slots=True, kw_only=True)
class Gathering:
    """typed: the keys so far."""

    verb: ET.Element
    typed: str = ""

    @property
    def timeout_s(self) -> float:
        return float(self.verb.get("timeout", "5"))

    @property
    def hears_speech(self) -> bool:
        return "speech" in self.verb.get("input", "dtmf").split()

    @property
    def tells_of_silence(self) -> bool:
        return self.verb.get("actionOnEmptyResult") == "true"

    def finished_by(self, key: str) -> dict[str, str]:
        """Give the field by which the carrier tells which key ended the entry."""
        return {"FinishedOnKey": key} if key == self.verb.get("finishOnKey", "#") else {}

    def is_complete_with(self, key: str) -> bool:
        """Take one key; True where the carrier waits for no further one."""
        if "dtmf" not in self.verb.get("input", "dtmf").split():
            return False
        if key == self.verb.get("finishOnKey", "#"):
            return True
        self.typed += key
        return len(self.typed) == int(self.verb.get("numDigits", "0"))
