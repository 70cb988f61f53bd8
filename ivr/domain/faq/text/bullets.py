"""A plain-text list: markers, points below points, lines that go on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.domain.faq.structure.faq_document import Bullets, Item
from ivr.domain.faq.text.line_markers import mark_of
from ivr.domain.faq.text.rows import TextRow

_WIDEST_GAP = 2
_DEEPEST = 6


@dataclass(slots=True, kw_only=True)
class _Point:
    indent: int
    text: str
    below: list["_Point"] = field(default_factory=list)


def is_bullet(row: TextRow) -> bool:
    return mark_of(row.text) is not None


def leaves_list(before: Sequence[TextRow], row: TextRow) -> bool:
    """Whether *row*, which follows the list rows *before*, is no more part of that list."""
    if row.gap > _WIDEST_GAP:
        return True
    first = mark_of(before[0].text)
    mark = mark_of(row.text)
    if mark is not None and first is not None:
        is_deeper = row.indent > before[0].indent
        return not is_deeper and (mark.kind != first.kind or mark.number == (1,))
    nearest = next(done for done in reversed(before) if is_bullet(done))
    if row.indent > nearest.indent:
        return False
    return row.gap > 0 or not row.text[0].islower()


def bullets_of(rows: Sequence[TextRow]) -> Bullets:
    """Read list rows, the first with a marker; a deeper indentation puts a point below the last one."""
    top = _Point(indent=-1, text="")
    open_points = [top]
    for row in rows:
        mark = mark_of(row.text)
        if mark is None:
            open_points[-1].text = f"{open_points[-1].text} {row.text}"
            continue
        point = _Point(indent=row.indent, text=mark.text)
        while len(open_points) > _DEEPEST or open_points[-1].indent >= row.indent:
            open_points.pop()
        open_points[-1].below.append(point)
        open_points.append(point)
    first = mark_of(rows[0].text)
    return Bullets(items=_items(top.below), is_numbered=first is not None and first.kind == "number")


def _items(points: Sequence[_Point]) -> tuple[Item, ...]:
    return tuple(Item(text=point.text, items=_items(point.below)) for point in points)
