"""A support FAQ as a telephone line."""

from typing import Final

__version__: Final = "0.1.0"
