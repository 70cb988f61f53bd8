"""What tells that something else was cut off or exchanged: the audit's head, and a check of the key.

Each has one row. The head moves on with every act, in its transaction; the check of the key never changes.
"""

from typing import Final

from sqlalchemy import DDL, CheckConstraint, Column, Integer, Table, Text, event

from ivr.adapters.database.calls.call_tables import metadata

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("seal", Text, nullable=False),
    Column("proof", Text, nullable=False),
    CheckConstraint("id = 1", name="head_is_one"),
)

key_check = Table(
    "key_check",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", Text, nullable=False),
    CheckConstraint("id = 1", name="key_check_is_one"),
)

_SQLITE: Final[dict[Table, tuple[str, ...]]] = {
    audit_head: (
        """CREATE TRIGGER head_only_moves_on BEFORE UPDATE ON audit_head WHEN NEW.seq <= OLD.seq
        BEGIN SELECT RAISE(ABORT, 'the head of the audit only moves on'); END""",
        """CREATE TRIGGER head_is_never_replaced BEFORE INSERT ON audit_head
        WHEN EXISTS (SELECT 1 FROM audit_head)
        BEGIN SELECT RAISE(ABORT, 'the head of the audit only moves on'); END""",
        """CREATE TRIGGER head_stays BEFORE DELETE ON audit_head
        BEGIN SELECT RAISE(ABORT, 'the head of the audit only moves on'); END""",
    ),
    key_check: (
        """CREATE TRIGGER key_check_is_never_changed BEFORE UPDATE ON key_check
        BEGIN SELECT RAISE(ABORT, 'a database has one key'); END""",
        """CREATE TRIGGER key_check_is_never_replaced BEFORE INSERT ON key_check
        WHEN EXISTS (SELECT 1 FROM key_check)
        BEGIN SELECT RAISE(ABORT, 'a database has one key'); END""",
        """CREATE TRIGGER key_check_stays BEFORE DELETE ON key_check
        BEGIN SELECT RAISE(ABORT, 'a database has one key'); END""",
    ),
}
_POSTGRESQL: Final[dict[Table, tuple[str, ...]]] = {
    audit_head: (
        """CREATE FUNCTION head_only_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND NEW.seq > OLD.seq THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the head of the audit only moves on' USING ERRCODE = 'check_violation';
        END $$""",
        """CREATE TRIGGER head_only_moves_on BEFORE UPDATE OR DELETE ON audit_head
        FOR EACH ROW EXECUTE FUNCTION head_only_moves_on()""",
        """CREATE TRIGGER head_is_never_emptied BEFORE TRUNCATE ON audit_head
        FOR EACH STATEMENT EXECUTE FUNCTION head_only_moves_on()""",
    ),
    key_check: (
        """CREATE FUNCTION key_check_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'a database has one key' USING ERRCODE = 'check_violation';
        END $$""",
        """CREATE TRIGGER key_check_stays BEFORE UPDATE OR DELETE ON key_check
        FOR EACH ROW EXECUTE FUNCTION key_check_stays()""",
        """CREATE TRIGGER key_check_is_never_emptied BEFORE TRUNCATE ON key_check
        FOR EACH STATEMENT EXECUTE FUNCTION key_check_stays()""",
    ),
}

for _dialect, _rules in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _table, _statements in _rules.items():
        for _statement in _statements:
            _rule = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types
            event.listen(_table, "after_create", _rule.execute_if(dialect=_dialect))
