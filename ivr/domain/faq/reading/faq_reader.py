"""Any FAQ document -> one value."""

from collections.abc import Sequence

from ivr.domain.faq.reading.decode import decoded
from ivr.domain.faq.reading.html_page import page_pieces
from ivr.domain.faq.reading.json_ld import listed_questions, with_listed
from ivr.domain.faq.reading.markdown import markdown_pieces
from ivr.domain.faq.reading.plain_text import plain_pieces
from ivr.domain.faq.structure.arrange import Arranged, arranged
from ivr.domain.faq.structure.faq_document import Faq
from ivr.domain.faq.structure.faq_faults import faults_of
from ivr.domain.faq.text.form import form_of
from ivr.domain.faq.text.table_of_contents import without_contents
from ivr.domain.yaml_source.finding import Finding, in_order


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
