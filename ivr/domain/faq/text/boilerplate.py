"""Lines that a web page or a document system puts around an FAQ and that no caller needs."""

import re

_WHOLE_LINE = re.compile(
    r"""
    (?:document\s+)?(?:created|posted|published|written|(?:last\s+)?(?:modified|updated|edited|reviewed))
        \s+(?:by|on)\b.*\b(?:19|20)\d\d\b.*
    | (?:last\s+(?:updated?|modified|reviewed)|date\s+(?:published|modified))\s*:?
        \s.{0,20}\b(?:19|20)\d\d\b.{0,12}
    | (?:version|revision)\s*:?\s*v?\d[\d.]*\s*(?:show\s+document)?
    | view\s+in\s+full\s+screen(?:\s+mode)?
    | (?:show|view|print|share|download|bookmark|e-?mail)\s+(?:this\s+)?(?:document|page|article)
        (?:\s+as\s+pdf)?
    | (?:share|print|like|reply|subscribe|expand\s+all|collapse\s+all)
    | skip\s+to\s+(?:main\s+)?content | back\s+to\s+(?:the\s+)?top | table\s+of\s+contents
    | page\s+\d{1,4}(?:\s+(?:of|/)\s+\d{1,4})? | -\s*\d{1,4}\s*- | \d{1,4}\s+(?:of|/)\s+\d{1,4}
    | was\s+this\s+(?:article|page|answer)?\s*helpful\s*\?(?:\s*yes\s*/?\s*no)?
    | (?:copyright\b|©|\(c\)\s).*\d{4}.* | .{0,80}\ball\s+rights\s+reserved\.?
    | \d[\d,.]*\s+(?:views?|likes?|comments?|replies)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BULLET = re.compile(r"^[^\w©(]+")
_LONGEST = 200


def is_furniture(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    return _WHOLE_LINE.fullmatch(text) is not None or _WHOLE_LINE.fullmatch(_BULLET.sub("", text)) is not None
