from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Spot:
    """A place in an operator's file. Line and column count from 1, a column is one character."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
