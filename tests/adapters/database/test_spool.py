import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.database.calls.fact_rows import Cell, Fact, FactRow, begun, ended, transcribed, turn_taken
from ivr.adapters.database.open_store import Store
from ivr.adapters.database.spool.spool import Spool
from ivr.adapters.database.spool.spool_lines import read_line, write_line
from tests.adapters.database import sample
from tests.adapters.database.sample import BUSY, MESSAGE, PLACED, RECORDING, key_of, stored_effects

FACTS: tuple[Fact, ...] = (
    begun(sample.begun()),
    ended(sample.ended("answered")),
    transcribed(RECORDING, "call \x00 me, señor"),
    turn_taken(key_of(4), (BUSY, PLACED), at_us=1, document=b"\x00\xff<a/>"),
    turn_taken(key_of(5), (MESSAGE,), at_us=2, document=None),
)


def _lines(folder: Path, suffix: str) -> list[bytes]:
    return [
        line for path in folder.glob(f"*{suffix}") for line in path.read_bytes().splitlines(keepends=True)
    ]


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_is_read_as_it_was_written(fact: Fact) -> None:
    assert read_line(write_line(fact)) == fact


@given(
    cells=st.fixed_dictionaries(
        {"recording": st.text(), "call": st.text(), "line": st.text(), "at_us": st.integers(0, 2**62)},
        optional={},
    ),
    seconds=st.integers(0, 2**31),
    document=st.none() | st.binary(),
)
def test_any_cell_is_read_as_it_was_written(
    cells: dict[str, Cell], seconds: int, document: bytes | None
) -> None:
    reply: dict[str, Cell] = {"call": "CA", "leg": "CA", "turn": seconds, "at_us": 5, "document": document}
    fact = (
        FactRow(table="reply", cells=reply),
        FactRow(table="voicemail", cells={**cells, "seconds": seconds}),
    )

    line = write_line(fact)

    assert read_line(line) == fact
    assert line.count(b"\n") == 1


@given(
    line=st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
    .map(repr)
    .map(str.encode)
)
def test_a_line_that_we_did_not_write_is_no_fact(line: bytes) -> None:
    assert read_line(line) is None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b"[[" * 100_000,
        b'[["call",{"id":"CA1"}]]',
        b'[["call",{"effect_n":1}]]',
        b'[["nowhere",{"id":"CA1"}]]',
        b'[["transcript",{"recording":"RE1"}]]',
        b'[["transcript",{"recording":"RE1","text":true}]]',
        b'[["transcript",{"recording":"RE1","text":["a"]}]]',
        b'[["transcript",{"recording":"RE1","text":"a","colour":"red"}]]',
        b'[["menu_file",{"version":"a","path":"b","content":{"base64":"?"}}]]',
        b'[["transcript",{"recording":"RE1","text":"a"}],["nowhere",{}]]',
    ],
)
def test_a_line_that_fits_no_table_is_no_fact(line: bytes) -> None:
    assert read_line(line) is None


def test_every_cut_of_a_line_is_no_fact() -> None:
    line = write_line(FACTS[3])

    cuts = [line[:length] for length in range(len(line) - 1)]

    assert {read_line(cut) for cut in cuts} == {None}


def test_a_torn_last_line_is_kept_aside_and_the_rest_is_stored(
    store: Store, url: str, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    torn = write_line(FACTS[4])[:-9]
    (spool / "7-left.jsonl").write_bytes(write_line(FACTS[3]) + torn)

    assert store.mend()

    assert stored_effects(url) == {BUSY, PLACED}
    assert store.health().set_aside == 1
    assert _lines(spool, ".refused") == [torn + b"\n"]
    assert _lines(spool, ".jsonl") == []


def test_a_file_whose_process_lives_is_left_to_it(tmp_path: Path) -> None:
    living, other = Spool(tmp_path), Spool(tmp_path)
    living.append([FACTS[3]], care="to_the_disk")

    while_it_lives = list(other.take())
    living.close()
    afterwards = list(other.take())

    assert while_it_lives == []
    assert [list(file.lines()) for file in afterwards] == [[write_line(FACTS[3])]]
    assert not other.is_empty
    for file in afterwards:
        file.remove()
    assert other.is_empty


def test_facts_that_come_after_the_file_was_taken_go_to_another(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([FACTS[3]], care="to_the_disk")
    (first,) = spool.take()

    spool.append([FACTS[4]], care="to_the_system")

    assert list(first.lines()) == [write_line(FACTS[3])]
    first.remove()
    assert _lines(tmp_path, ".jsonl") == [write_line(FACTS[4])]
    spool.close()


def test_a_full_disk_costs_facts_that_are_counted_and_leaves_no_torn_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    spool.append([FACTS[3]], care="to_the_disk")
    real = os.pwrite

    def half_then_full(handle: int, lines: bytes, offset: int) -> int:
        if offset > len(write_line(FACTS[3])):
            raise OSError(28, "No space left on device")
        return real(handle, lines[: len(lines) // 2], offset)

    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", half_then_full)
        spool.append([FACTS[4], FACTS[4]], care="to_the_disk")
    spool.append([FACTS[0]], care="to_the_disk")

    assert spool.dropped == 2
    assert _lines(tmp_path, ".jsonl") == [write_line(FACTS[3]), write_line(FACTS[0])]
    spool.close()


def test_a_folder_that_cannot_be_made_costs_facts_and_no_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    spool = Spool(tmp_path / "file")

    spool.append([FACTS[3]], care="to_the_disk")

    assert spool.dropped == 1
    assert list(spool.take()) == []


def test_nobody_else_may_read_what_is_spooled(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append([FACTS[3]], care="to_the_disk")

    (path,) = (tmp_path / "spool").iterdir()

    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    spool.close()


def test_what_cannot_be_kept_aside_is_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([FACTS[3]], care="to_the_disk")
    (file,) = spool.take()
    file.path.with_suffix(".refused").mkdir()

    lost = file.keep_aside([b"one", b"two\n"])

    assert lost == 2
    file.leave()
