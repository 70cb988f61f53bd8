"""Any FAQ document -> one value."""

from collections.abc import Sequence

from ivr.faq.arrange import Arranged, arranged
from ivr.faq.contents import without_contents
from ivr.faq.decode import decoded
from ivr.faq.document import Faq
from ivr.faq.fault import faults_of
from ivr.faq.form import form_of
from ivr.faq.listed import listed_questions, with_listed
from ivr.faq.markdown import markdown_pieces
from ivr.faq.page import page_pieces
from ivr.faq.plain import plain_pieces
from ivr.written.finding import Finding, in_order


def read_faq(file: str, data: bytes) -> Faq:
    """Never raises: whatever is wrong with the document is among the findings.

    Words are never changed, only white space is evened; what finds no place is listed in `unplaced`.
    """
    text, findings = decoded(file, data)
    if text is None:
        return Faq(title=None, sections=(), unplaced=(), findings=findings)
    form = form_of(file, text)
    if form == "html":
        return _faq(file, with_listed(arranged(page_pieces(text)), listed_questions(text)), findings)
    return _faq(file, arranged(markdown_pieces(text) if form == "markdown" else plain_pieces(text)), findings)


def _faq(file: str, result: Arranged, findings: Sequence[Finding]) -> Faq:
    sections, listed = without_contents(result.sections)
    unplaced = tuple(sorted((*result.unplaced, *listed), key=lambda one: one.lines))
    faults = faults_of(file, sections, unplaced)
    return Faq(
        title=result.title,
        sections=sections,
        unplaced=unplaced,
        findings=tuple(in_order((*findings, *faults))),
    )
