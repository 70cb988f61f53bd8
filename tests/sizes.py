"""How many kills, races and throws of the dice: the suite's own few, or a share of the full numbers.

`FULL` in the environment is that share: `make fuzz` and `make chaos` set 1, a build that has minutes less.
"""

import os

_SHARE = float(os.environ.get("FULL") or 0)


def drilled(suite: int, *, full: int) -> int:
    """Give how often a drill is done that the suite does *suite* times."""
    return max(suite, round(full * _SHARE))


def fuzzed(full: int) -> int:
    """Give how many cases a test has that only `make fuzz` runs: all, unless a share is asked for."""
    return max(1, round(full * (_SHARE or 1)))
