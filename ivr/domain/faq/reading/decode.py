"""The bytes of an FAQ document as text, or why they are none."""

import codecs

from ivr.domain.faq.reading.source import has_words
from ivr.domain.faq.structure.faq_faults import found_at
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot

LARGEST_BYTES = 1024 * 1024
_OTHER_FORMATS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a packed file (Word, OpenDocument or ZIP)"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
)
_REMEDY = "save the FAQ as plain text, Markdown or HTML in UTF-8"
_MOST_CONTROLS = 0.02


def decoded(file: str, data: bytes) -> tuple[str | None, tuple[Finding, ...]]:
    """Text without its byte order mark, or None with the error; a doubtful reading comes with a warning."""
    if len(data) > LARGEST_BYTES:
        return None, (
            _error(file, f"has {len(data):,} bytes, more than {LARGEST_BYTES:,}", "split the document"),
        )
    name = next((name for start, name in _OTHER_FORMATS if data.lstrip().startswith(start)), None)
    if name:
        return None, (_error(file, f"is {name}, not text", _REMEDY),)
    text, findings = _text(file, data)
    what = _unfit(text) if text is not None else ""
    return (None, (_error(file, what, _REMEDY),)) if what else (text, findings)


def _unfit(text: str) -> str:
    if not text.strip("\ufeff\u200b\u00a0 \t\r\n\f\v"):
        return "is empty"
    if _is_binary(text):
        return "is binary, not text"
    return "" if has_words(text) else "holds no word"


def _text(file: str, data: bytes) -> tuple[str | None, tuple[Finding, ...]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), ()
        except UnicodeDecodeError:
            return None, (_error(file, "begins as UTF-16 but is broken", _REMEDY),)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as fault:
        return data.decode("cp1252", errors="replace"), (_guessed(file, data, fault.start),)


def _guessed(file: str, data: bytes, at: int) -> Finding:
    before = data[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line_start = before.rfind(b"\n") + 1
    spot = Spot(
        file=file,
        line=before.count(b"\n") + 1,
        column=len(before[line_start:].decode("utf-8", errors="replace")) + 1,
    )
    what = f"byte 0x{data[at]:02X} is not UTF-8, so the document was read as Windows-1252"
    remedy = "look at its accents and quotes, then save it as UTF-8"
    return Finding(rule="faq-encoding", severity="warning", spot=spot, what=what, remedy=remedy)


def _is_binary(text: str) -> bool:
    controls = sum(letter < " " and letter not in "\t\n\r\f\v" for letter in text)
    unknown = text.count("\ufffd")
    return "\0" in text or controls + unknown > _MOST_CONTROLS * len(text)


def _error(file: str, what: str, remedy: str) -> Finding:
    return found_at(file, 1, "error", "faq-unreadable", f"the file {what}", remedy=remedy)
