"""Whoever cuts the audit, its anchor, or both is found; and the anchor is begun again without a gap."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_IMODE

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from ivr.adapters.database.audit.audit_checkpoint import AuditBroken, rotate
from ivr.adapters.database.audit.audit_store import Anchor, verify
from ivr.domain.recovery.audit_anchor import AnchorLines
from tests.adapters.database.case_kept import KEY, fault_of, on_record, opened, unguard
from tests.domain.recovery.ready import AT

ACTS = (1, 2, 1, 3)
"""Records of each act."""
RECORDS = sum(ACTS)


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / "audit.anchor"


def act(url: str, anchor: Path, *sizes: int) -> None:
    with opened(url, anchor) as cases:
        for size in sizes:
            cases.act(lambda tx, size=size: [tx.record("act", {"n": n}, at=AT) for n in range(size)])  # type: ignore[misc]  # bound now


def lines_of(anchor: Path) -> list[str]:
    return [line for line in anchor.read_text(encoding="ascii").splitlines() if line]


def have_lines(lines: list[str]) -> bool:
    """Tell whether each record is still named by a line, as after a process that died behind an act."""
    return {int(line.removeprefix("? ").split()[0]) for line in lines} == set(range(1, RECORDS + 1))


@pytest.fixture
def connection(url: str, anchor: Path) -> Iterator[Connection]:
    """Open a database whose owner took every trigger away, behind four acts."""
    act(url, anchor, *ACTS)
    unguard(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def fault_behind(connection: Connection, anchor: Path, *, records: int, lines: list[str]) -> str | None:
    """Cut the audit behind *records*, leave *lines* in the anchor, verify, and put the audit back."""
    cut = anchor.with_name("cut.anchor")
    cut.write_text("".join(f"\n{line}\n" for line in lines), encoding="ascii")
    connection.execute(text("DELETE FROM audit WHERE seq > :seq"), {"seq": records})
    fault = verify(connection, KEY, Anchor(cut))
    connection.rollback()
    return fault


def test_any_end_of_the_audit_that_is_cut_off_with_any_end_of_the_anchor_is_found(
    connection: Connection, anchor: Path
) -> None:
    lines = lines_of(anchor)

    unseen = [
        (records, count)
        for records in range(RECORDS + 1)
        for count in range(len(lines) + 1)
        if fault_behind(connection, anchor, records=records, lines=lines[:count]) is None
    ]

    # A process that dies behind an act leaves the last line out: its record is there, and is named before.
    assert unseen == [(RECORDS, len(lines) - 1), (RECORDS, len(lines))]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(records=st.integers(0, RECORDS), chance=st.randoms(use_true_random=False))
def test_any_lines_that_are_taken_from_the_anchor_are_found_with_any_cut_of_the_audit(
    connection: Connection, anchor: Path, records: int, chance: object
) -> None:
    left = [line for line in lines_of(anchor) if chance.random() < 0.8]  # type: ignore[attr-defined]  # a Random

    fault = fault_behind(connection, anchor, records=records, lines=left)

    assert (fault is None) == (records == RECORDS and have_lines(left))


def test_an_anchor_that_was_emptied_is_told_with_the_remedy(url: str, anchor: Path) -> None:
    act(url, anchor, *ACTS)

    anchor.write_bytes(b"")

    assert fault_of(url, anchor) == (
        "the anchor has no line of record 1: put the anchor back from a copy, or begin another with "
        "`ivr audit anchor`"
    )


def test_an_anchor_that_was_emptied_stays_a_fault_when_the_line_goes_on(url: str, anchor: Path) -> None:
    act(url, anchor, *ACTS)

    anchor.write_bytes(b"")
    act(url, anchor, 1, 1)

    assert "no line of record 1" in str(fault_of(url, anchor))
    assert len(on_record(url)) == RECORDS + 2


def rotated(url: str, anchor: Path) -> None:
    with opened(url, anchor) as cases:
        rotate(cases, KEY, Anchor(anchor))


def test_an_anchor_that_is_begun_again_has_its_start_alone_and_goes_on(url: str, anchor: Path) -> None:
    act(url, anchor, *ACTS)

    rotated(url, anchor)

    assert [line.split()[:2] for line in lines_of(anchor)] == [["@", str(RECORDS)]]
    assert fault_of(url, anchor) is None
    act(url, anchor, 2)
    assert fault_of(url, anchor) is None
    rotated(url, anchor)
    assert len(lines_of(anchor)) == 1
    assert fault_of(url, anchor) is None


def test_behind_a_start_any_cut_of_the_audit_with_any_cut_of_the_anchor_is_found(
    url: str, anchor: Path
) -> None:
    act(url, anchor, 2)
    rotated(url, anchor)
    act(url, anchor, 1, 1)
    lines = lines_of(anchor)
    unguard(url)
    engine = create_engine(url)

    with engine.connect() as connection:
        unseen = [
            (records, count)
            for records in range(5)
            for count in range(len(lines) + 1)
            if fault_behind(connection, anchor, records=records, lines=lines[:count]) is None
        ]
    engine.dispose()

    assert unseen == [(4, len(lines) - 1), (4, len(lines))]


@pytest.mark.parametrize("spoiled", ["number", "seal", "proof"])
def test_a_start_that_our_key_did_not_make_is_found(sqlite_url: str, anchor: Path, spoiled: str) -> None:
    act(sqlite_url, anchor, *ACTS)
    rotated(sqlite_url, anchor)
    _, number, seal, proof = lines_of(anchor)[0].split()
    other = {"number": number, "seal": seal, "proof": proof} | {
        spoiled: "4" if spoiled == "number" else "f" * 64
    }

    anchor.write_text(f"@ {other['number']} {other['seal']} {other['proof']}\n", encoding="ascii")

    assert "start at record" in str(fault_of(sqlite_url, anchor))


def test_lines_of_records_that_are_stored_meanwhile_stay_when_the_anchor_is_begun_again(
    url: str, anchor: Path
) -> None:
    act(url, anchor, *ACTS)

    class Busy(Anchor):
        """Has two acts come between the verifying of the chain and the new file."""

        def lines(self) -> AnchorLines:
            read = super().lines()
            act(url, anchor, 1, 2)
            return read

    with opened(url, anchor) as cases:
        rotate(cases, KEY, Busy(anchor))

    assert {line.split()[1] for line in lines_of(anchor) if line[0] == "?"} == {"8", "9", "10"}
    assert fault_of(url, anchor) is None


def test_acts_of_many_threads_lose_no_line_while_the_anchor_is_begun_again(url: str, anchor: Path) -> None:
    act(url, anchor, 1)

    with opened(url, anchor) as cases, ThreadPoolExecutor(6) as threads:
        going = [threads.submit(lambda: cases.act(lambda tx: tx.record("act", {}, at=AT))) for _ in range(60)]
        for _ in range(5):
            rotate(cases, KEY, Anchor(anchor))
        for one in going:
            one.result()

    assert len(on_record(url)) == 61
    assert fault_of(url, anchor) is None


def test_a_process_that_dies_before_the_new_file_is_in_its_place_leaves_the_old_one(
    sqlite_url: str, anchor: Path
) -> None:
    act(sqlite_url, anchor, *ACTS)
    anchor.with_name("audit.anchor.new").write_text("\n@ 7 half", encoding="ascii")

    assert fault_of(sqlite_url, anchor) is None
    rotated(sqlite_url, anchor)
    assert fault_of(sqlite_url, anchor) is None
    assert not anchor.with_name("audit.anchor.new").exists()


def test_the_new_file_can_be_written_by_whoever_could_write_the_old_one(
    sqlite_url: str, anchor: Path, tmp_path: Path
) -> None:
    act(sqlite_url, anchor, 1)
    anchor.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(anchor)

    rotated(sqlite_url, link)

    assert link.is_symlink()
    assert S_IMODE(anchor.stat().st_mode) == 0o640
    assert lines_of(anchor)[0].startswith("@ 1 ")


def test_an_anchor_of_a_chain_that_does_not_hold_is_not_begun_again(url: str, anchor: Path) -> None:
    act(url, anchor, *ACTS)
    unguard(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit WHERE seq > 5"))
    engine.dispose()
    before = anchor.read_bytes()

    with pytest.raises(AuditBroken, match="its end is cut off"):
        rotated(url, anchor)

    assert anchor.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_head SET seq = seq - 1",
        "UPDATE audit_head SET proof = 'x'",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head VALUES (1, 9, 's', 'p')",
        "INSERT INTO audit_head VALUES (2, 9, 's', 'p')",
    ],
)
def test_the_database_refuses_a_head_that_does_not_move_on_and_its_owner_is_found(
    url: str, anchor: Path, statement: str
) -> None:
    act(url, anchor, *ACTS)
    engine = create_engine(url)

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(statement))
    assert fault_of(url, anchor) is None

    if statement.startswith("INSERT"):
        engine.dispose()
        return
    unguard(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    assert "head" in str(fault_of(url, anchor))


def test_the_head_cannot_be_made_to_name_an_earlier_record_without_the_key(url: str, anchor: Path) -> None:
    act(url, anchor, *ACTS)
    third = on_record(url)[2]
    unguard(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit WHERE seq > 3"))
        moved = text("UPDATE audit_head SET seq = 3, seal = :seal")
        connection.execute(moved, {"seal": third.seal})
    engine.dispose()
    anchor.write_text("".join(f"{line}\n" for line in lines_of(anchor)[:4]), encoding="ascii")

    assert fault_of(url, anchor) == "the chain's head at record 3 was changed, or was never ours"
