import re
from collections.abc import Iterator

from ivr.domain.yaml_source.excerpt import code_of
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot

# No voice can say them, XML forbids most of them, and NEL, LS and PS would begin a line that no editor shows.
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# In an escape a carriage return is as unspeakable; raw, it is how some editors end a line.
UNSPEAKABLE_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile("\r\n|\n|\r")
BYTE_ORDER_MARK = "\ufeff"
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
MOST_TOLD = 20

# What "surrogateescape" makes of a byte that is not UTF-8: U+DC80 to U+DCFF.
_BAD_BYTE = range(0xDC80, 0xDD00)


def decoded(file: str, data: bytes) -> tuple[str, tuple[Finding, ...]]:
    """Return the text without its byte order mark, and what in it can be no text."""
    if data.startswith(WIDE_MARKS):
        finding = Finding(
            rule="encoding",
            severity="error",
            spot=Spot(file=file, line=1, column=1),
            what="the file is saved as UTF-16 or UTF-32",
            remedy="save it as UTF-8",
        )
        return "", (finding,)
    text = data.decode("utf-8", errors="surrogateescape").lstrip(BYTE_ORDER_MARK)
    return text, tuple(_unreadable(file, text))


def _unreadable(file: str, text: str) -> Iterator[Finding]:
    if UNSPEAKABLE.search(text) is None:
        return
    told = 0
    for number, line in enumerate(LINE_END.split(text), start=1):
        found = UNSPEAKABLE.search(line)  # one a line: a binary file has thousands
        if found is None:
            continue
        yield _refusal(Spot(file=file, line=number, column=found.start() + 1), found.group())
        told += 1
        if told == MOST_TOLD:
            return


def _refusal(spot: Spot, letter: str) -> Finding:
    if ord(letter) in _BAD_BYTE:
        return Finding(
            rule="encoding",
            severity="error",
            spot=spot,
            what=f"byte 0x{ord(letter) - 0xDC00:02X} is not UTF-8",
            remedy="save the file as UTF-8",
        )
    return unspeakable(spot, letter)


def unspeakable(spot: Spot, letter: str) -> Finding:
    return Finding(
        rule="unspeakable-character",
        severity="error",
        spot=spot,
        what=f"the character {code_of(letter)} cannot be spoken or sent",
        remedy="take it out",
    )


def spot_of(file: str, text: str, index: int) -> Spot:
    lines = LINE_END.split(text[:index])
    return Spot(file=file, line=len(lines), column=len(lines[-1]) + 1)


def last_spot(file: str, text: str) -> Spot:
    """Point at the last visible character, where a file that ends too early is reported."""
    lines = LINE_END.split(text.rstrip())
    return Spot(file=file, line=len(lines), column=max(1, len(lines[-1])))
