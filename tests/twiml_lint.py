"""A lint for the documents with which we answer: what the vendor would refuse, or a caller would not get.

Verbs, nesting and attributes are those of the installed SDK (twiml_schema); values are in twiml_limits,
addresses in twiml_urls, the rules that join several attributes in twiml_verbs.
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from tests.twiml_limits import LIMITS, REQUIRED
from tests.twiml_schema import ROOT, Element, elements
from tests.twiml_urls import complaints_of_attributes
from tests.twiml_verbs import VERBS

# The vendor says 64 kB (https://www.twilio.com/docs/api/errors/11750): the smaller of its two readings.
MAX_BYTES: Final = 64_000
WHISPERED: Final = frozenset({"Play", "Say", "Gather", "Hangup"})

_UNSPEAKABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def lint(document: bytes | str, *, whisper: bool = False) -> list[str]:
    """Say in plain words all that is wrong with a document; empty when nothing is.

    A *whisper* is heard by the agent who picks up, before the two are joined.
    """
    try:
        text = document if isinstance(document, str) else document.decode()
        size = len(text.encode())
    except UnicodeError:
        return ["the document is not UTF-8"]
    complaints = list(_complaints_of_text(text, size))
    if complaints:
        return complaints
    try:
        root = ET.fromstring(text.encode())  # noqa: S314 -- our own reply, and a DOCTYPE was refused above
    except ET.ParseError as fault:
        return [f"the document is not XML: {fault}"]
    if root.tag != "Response":
        return [f"the root is <{root.tag}>: it must be <Response>"]
    response = Element(kind=ROOT, attributes=frozenset(), holds_text=False)
    flow = _flow_of_whisper(root) if whisper else _flow_of_call(root)
    return [*_complaints_of_element(root, response, "Response"), *_language_of_transcript(root), *flow]


def _complaints_of_text(text: str, size: int) -> Iterator[str]:
    if size > MAX_BYTES:
        yield f"the document has {size} bytes: at most {MAX_BYTES} are read"
    if text.startswith("\ufeff"):
        yield "the document starts with a byte order mark"
    if found := _UNSPEAKABLE.search(text):
        yield f"the document holds the control character U+{ord(found[0]):04X}"
    if "<!DOCTYPE" in text:
        yield "the document has a DOCTYPE"
    if (declared := re.match(r"<\?xml[^>]*encoding=[\"']([^\"']*)", text)) and declared[1].lower() != "utf-8":
        yield f"the document says that it is {declared[1]}: it is UTF-8"


def _complaints_of_element(element: ET.Element, shape: Element, path: str) -> Iterator[str]:
    attributes = {
        ("xml:lang" if name == _XML_LANG else name): value for name, value in element.attrib.items()
    }
    for name, value in attributes.items():
        if name not in shape.attributes:
            yield f"{path}: there is no attribute {name}"
        elif (check := LIMITS.get(element.tag, {}).get(name)) and (complaint := check(value)):
            yield f'{path}: {name}="{value[:40]}" {complaint}'
    if (needed := REQUIRED.get(element.tag)) and needed not in attributes:
        yield f"{path}: {needed} is missing"
    yield from (f"{path}: {said}" for said in complaints_of_attributes(attributes, shape.attributes))
    yield from (f"{path}: {said}" for rule in VERBS.get(element.tag, ()) for said in rule(element))
    yield from _complaints_of_children(element, shape, path)


def _complaints_of_children(element: ET.Element, shape: Element, path: str) -> Iterator[str]:
    allowed = elements()[shape.kind]
    texts = [element.text, *(child.tail for child in element)]
    if not shape.holds_text and any(text and text.strip() for text in texts):
        yield f"{path}: text stands where none is read"
    for child in element:
        below = f"{path}/{child.tag}"
        if child.tag in allowed:
            yield from _complaints_of_element(child, allowed[child.tag], below)
        else:
            yield f"{below}: <{child.tag}> does not belong in <{element.tag}>"


def _flow_of_call(root: ET.Element) -> Iterator[str]:
    verbs = list(root)
    for verb, following in zip(verbs, [*verbs[1:], None], strict=False):
        after = None if following is None else following.tag
        if verb.tag == "Reject":
            yield "Reject turns a caller away: answer, and say why"
        if verb.tag == "Record" and after != "Redirect":
            yield "Record must be followed by Redirect: a caller who leaves nothing gets no action"
        if after is not None and _leaves(verb):
            yield f"{after} after {verb.tag} is never reached"
    if not verbs or not (_leaves(verbs[-1]) or verbs[-1].tag == "Record"):
        yield "the document ends in silence: end it with Gather, Dial, Redirect or Hangup"


def _flow_of_whisper(root: ET.Element) -> Iterator[str]:
    verbs = [verb.tag for verb in root]
    for tag in verbs:
        if tag not in WHISPERED:
            yield f"{tag} is not allowed in a whisper"
    for verb, following in zip(root, list(root)[1:], strict=False):
        if verb.tag == "Hangup" or (_leaves(verb) and following.tag != "Hangup"):
            yield f"{following.tag} after {verb.tag} is never reached"
    if verbs and verbs[-1] != "Hangup":
        # What runs out joins the two calls, whoever or whatever picked up.
        yield "a whisper must end with Hangup, or be empty to join the calls"


def _leaves(verb: ET.Element) -> bool:
    if verb.tag in {"Redirect", "Hangup", "Reject", "Leave"}:
        return True
    return verb.tag in {"Gather", "Dial", "Enqueue", "Refer", "Pay"} and "action" in verb.attrib


def _language_of_transcript(root: ET.Element) -> Iterator[str]:
    spoken = {say.get("language", "en-US") for say in root.iter("Say")}
    if any(record.get("transcribe") == "true" for record in root.iter("Record")) and spoken - {"en-US"}:
        yield "Record: only US English is transcribed, and the caller is spoken to in another language"
