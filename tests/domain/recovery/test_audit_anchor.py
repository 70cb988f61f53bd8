"""Whatever acts, deaths and new beginnings of the anchor came before: every cut is found, and no more."""

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.recovery.audit_anchor import HEAD, START, AnchorLines, AnchorMark, mark_at, whole_fault
from ivr.domain.recovery.audit_chain import Sealed, sealed
from ivr.domain.redaction import Secret
from tests.domain.recovery.test_audit_chain import KEY

OTHER = Secret("another key, of no use to anybody")


@dataclass
class Kept:
    """A chain, its head and its anchor, as they are after what happened. lines: mark and record, in order."""

    records: list[Sealed] = field(default_factory=list)
    head: AnchorMark | None = None
    start: AnchorMark | None = None
    lines: list[tuple[str, int, str]] = field(default_factory=list)

    def happens(self, what: str, size: int) -> None:
        if what == "begun again":
            if self.head is not None:
                self.start = mark_at(KEY, START, self.head)
                self.lines = [line for line in self.lines if line[1] > self.start.seq]
            return
        new: list[Sealed] = []
        for number in range(size):
            behind = new[-1] if new else (self.records[-1] if self.records else None)
            new.append(sealed(KEY, behind, {"kind": what, "at_us": number}))
        self.lines += [("?", one.seq, one.seal) for one in new]
        if what == "died before it is stored":
            return
        self.records += new
        self.head = mark_at(KEY, HEAD, new[-1])
        if what != "died before it is anchored":
            self.lines.append(("", new[-1].seq, new[-1].seal))

    def fault(self) -> str | None:
        return whole_fault(KEY, self.records, head=self.head, lines=_lines(self.start, self.lines))


def _lines(start: AnchorMark | None, lines: list[tuple[str, int, str]]) -> AnchorLines:
    return AnchorLines(
        starts=() if start is None else (start,),
        meant=frozenset((seq, seal) for mark, seq, seal in lines if mark),
        stored=frozenset((seq, seal) for mark, seq, seal in lines if not mark),
    )


happenings = st.lists(
    st.tuples(
        st.sampled_from(["act", "died before it is stored", "died before it is anchored", "begun again"]),
        st.integers(1, 3),
    ),
    max_size=12,
)


@st.composite
def histories(draw: st.DrawFn) -> Kept:
    kept = Kept()
    for what, size in draw(happenings):
        kept.happens(what, size)
        assert kept.fault() is None, what
    return kept


@given(histories())
def test_whatever_happened_honestly_is_no_fault(kept: Kept) -> None:
    assert kept.fault() is None


@given(histories(), st.data())
def test_any_cut_of_the_audit_is_found_whatever_was_cut_from_the_anchor(
    kept: Kept, data: st.DataObject
) -> None:
    if not kept.records:
        return
    left = data.draw(st.integers(0, len(kept.records) - 1))
    lines = [line for line in kept.lines if data.draw(st.booleans())]
    start = kept.start if data.draw(st.booleans()) else None

    cut = replace(kept, records=kept.records[:left], lines=lines, start=start)

    assert cut.fault() is not None


@given(histories(), st.data())
def test_any_cut_of_the_anchor_is_found_that_leaves_a_record_unnamed(kept: Kept, data: st.DataObject) -> None:
    lines = [line for line in kept.lines if data.draw(st.booleans())]
    start = kept.start if data.draw(st.booleans()) else None

    cut = replace(kept, lines=lines, start=start)

    gone = 0 if start is None else start.seq
    due = {(record.seq, record.seal) for record in kept.records if record.seq > gone}
    assert (cut.fault() is None) == (due <= {(seq, seal) for _, seq, seal in lines})


@given(histories(), st.sampled_from([HEAD, START]), st.integers(0, 40))
def test_a_mark_that_another_key_made_is_found(kept: Kept, label: str, at: int) -> None:
    if not kept.records:
        return
    record = kept.records[at % len(kept.records)]
    forged = mark_at(OTHER, HEAD if label == HEAD else START, record)

    spoiled = replace(kept, head=forged) if label == HEAD else replace(kept, start=forged)

    assert spoiled.fault() is not None


@given(histories())
def test_a_mark_of_one_kind_does_not_pass_for_the_other(kept: Kept) -> None:
    if kept.head is None:
        return

    assert replace(kept, start=kept.head).fault() is not None
    assert replace(kept, head=mark_at(KEY, START, kept.head)).fault() is not None


def test_records_without_a_head_and_a_head_without_records_are_found() -> None:
    kept = Kept()
    kept.happens("act", 2)

    assert replace(kept, head=None).fault() == "the chain has no head, so its end may be cut off"
    assert replace(kept, records=[], lines=[]).fault() == (
        "the chain ends at record 0, and its head is record 2: its end is cut off"
    )


def test_a_head_that_names_another_record_is_found() -> None:
    kept, other = Kept(), Kept()
    kept.happens("act", 2)
    other.happens("another act", 2)

    assert replace(kept, head=other.head).fault() == "record 2 is not the one that is the chain's head"


def test_what_is_stored_while_the_chain_is_read_is_no_fault() -> None:
    kept = Kept()
    kept.happens("act", 2)
    head, lines = kept.head, list(kept.lines)
    kept.happens("act", 1)

    assert replace(kept, head=head, lines=lines).fault() is None
