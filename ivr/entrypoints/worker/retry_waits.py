"""When a message that was not taken is tried again. Pure: chance is given."""

from datetime import timedelta
from typing import Final

WAITS_S: Final = (60, 300, 900, 3600)
"""After the first attempt, the second, and so on; the last of them again and again."""
CODE_WAITS_S: Final = (5, 10, 20, 40)
"""A caller waits for a code, for five minutes at most."""
JITTER: Final = 0.2


def wait_after(attempts: int, *, chance: float, waits_s: tuple[int, ...] = WAITS_S) -> timedelta:
    """Give the wait after so many attempts, from 1. chance: from 0 up to 1, which spreads it by ± 20 %."""
    usual_s = waits_s[min(attempts, len(waits_s)) - 1]
    return timedelta(seconds=usual_s * (1 - JITTER + 2 * JITTER * chance))
