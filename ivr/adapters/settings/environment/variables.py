"""The environment, read one variable at a time while its faults are gathered."""

from collections.abc import Callable, Mapping

from ivr.domain.yaml_source.finding import Finding, Severity
from ivr.domain.yaml_source.location import Spot

ReadBytes = Callable[[str], bytes]
"""Give a file's bytes; raises OSError, which becomes a fault of the variable that named the file."""

ENVIRONMENT = Spot(file="environment", line=1, column=1)


class Variables:
    """A variable that has a fault reads as None, and `is_faulty` tells it from one that is not set."""

    def __init__(self, environ: Mapping[str, str], read_bytes: ReadBytes | None) -> None:
        self.environ = environ
        self.findings: list[Finding] = []
        self._read_bytes = read_bytes
        self._faulty: set[str] = set()

    def fault(self, name: str, what: str, remedy: str, *, rule: str = "bad-setting") -> None:
        self._faulty.add(name)
        self._find(rule, "error", what=f"{name} {what}", remedy=remedy)

    def entry_fault(self, name: str, number: int, what: str, remedy: str) -> None:
        """Report entry *number*, from 1, of a list; the entry itself is not shown, it may be a person's."""
        self._faulty.add(name)
        self._find("bad-setting", "error", what=f"{name}, number {number}: {what}", remedy=remedy)

    def warn(self, name: str, what: str, remedy: str, *, rule: str = "unknown-setting") -> None:
        self._find(rule, "warning", what=f"{name} {what}", remedy=remedy)

    def is_faulty(self, name: str) -> bool:
        return name in self._faulty

    def is_set(self, name: str) -> bool:
        return name in self.environ or f"{name}_FILE" in self.environ

    def text(self, name: str) -> str | None:
        value = self.environ.get(name)
        return None if value is None else self._clean(name, value)

    def entries(self, name: str) -> list[tuple[int, str]] | None:
        """Read a list with commas as pairs of position, from 1, and text; an empty entry is a fault."""
        value = self.text(name)
        if value is None:
            return None
        entries = [(number, entry.strip()) for number, entry in enumerate(value.split(","), start=1)]
        for number, entry in entries:
            if not entry:
                self.entry_fault(name, number, "it is empty", "take out the comma too many")
        return [(number, entry) for number, entry in entries if entry]

    def secret(self, name: str) -> str | None:
        """Read *name*, or the file that *name*_FILE names, whose last line break does not count."""
        from_file = f"{name}_FILE"
        if from_file not in self.environ:
            return self.text(name)
        if name in self.environ:
            self.fault(name, f"and {from_file} are both set", "keep one of them")
            return None
        path = self.text(from_file)
        data = None if path is None else self.file(from_file, path)
        if data is None:
            self._faulty.add(name)
            return None
        try:
            value = data.decode()
        except UnicodeDecodeError:
            self.fault(from_file, "names a file that is not text", "write the value into it as UTF-8")
            self._faulty.add(name)
            return None
        return self._clean(name, value.removesuffix("\n").removesuffix("\r"))

    def file(self, name: str, path: str) -> bytes | None:
        if self._read_bytes is None:
            self.fault(name, "names a file, and files are not read here", "set the value itself")
            return None
        try:
            return self._read_bytes(path)
        except OSError as error:
            why = error.strerror or type(error).__name__
            self.fault(name, f"names a file that cannot be read ({why})", "check its path and permissions")
            return None

    def _clean(self, name: str, value: str) -> str | None:
        blemish = _blemish(value)
        if blemish:
            self.fault(name, *blemish)
            return None
        return value

    def _find(self, rule: str, severity: Severity, *, what: str, remedy: str) -> None:
        self.findings.append(
            Finding(rule=rule, severity=severity, spot=ENVIRONMENT, what=what, remedy=remedy)
        )


def _blemish(value: str) -> tuple[str, str] | None:
    bare = value.strip()
    if not bare:
        return "is set but empty", "give it a value, or do not set it"
    if value != bare:
        return "has white space or a line break around it", "write the value alone"
    if bare[0] in "'\"`" or bare[-1] in "'\"`":
        return "has quotes around it", "write the value without them: here they are part of it"
    if not value.isprintable():
        return "has a line break or another control character in it", "write it on one line"
    return None
