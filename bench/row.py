"""One printed line of the bench: what was measured, beside what it must not pass."""

_WIDTH = 78


def print_row(what: str, measured: float, target: float) -> None:
    verdict = "met" if measured <= target else "MISSED"
    print(f"{what:<{_WIDTH}}{measured:>9.2f}  <= {target:<6}{verdict}", flush=True)


def spread(ratios: list[float]) -> str:
    """Say between which two the rounds lay, so that a reader sees how much the median is worth."""
    return f"({min(ratios):.2f} to {max(ratios):.2f})"
