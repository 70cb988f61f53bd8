"""What a key means where no menu gives it another meaning."""

from typing import Final

PERSON: Final = "0"
BACK: Final = "*"
"""One menu back; to the main menu where no menu was left behind."""
AGAIN: Final = "#"
LEAVE_MESSAGE: Final = "1"
ACCEPT: Final = "1"
"""Takes the call, on the agent's own leg."""
