"""Rules that one row alone cannot tell: triggers, which the database makes together with its tables.

Each says the same for SQLite and for PostgreSQL. What breaks one is refused like what breaks a CHECK.
"""

from typing import Final

from sqlalchemy import DDL, Table, event

from ivr.store.case_tables import audit, audit_checkpoint

_SQLITE: Final[dict[Table, tuple[str, ...]]] = {
    audit: (
        """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'what is on record is not changed'); END""",
        # `INSERT OR REPLACE` takes a row away and asks no trigger for deletions.
        """CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
        WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'what is on record is not changed'); END""",
    ),
    audit_checkpoint: (
        """CREATE TRIGGER audit_goes_up_to_its_checkpoint BEFORE DELETE ON audit
        WHEN NOT EXISTS (SELECT 1 FROM audit_checkpoint WHERE seq >= OLD.seq)
        BEGIN SELECT RAISE(ABORT, 'what is on record stays: no checkpoint covers it'); END""",
        """CREATE TRIGGER checkpoint_is_never_replaced BEFORE INSERT ON audit_checkpoint
        WHEN EXISTS (SELECT 1 FROM audit_checkpoint)
        BEGIN SELECT RAISE(ABORT, 'a checkpoint only moves on'); END""",
        """CREATE TRIGGER checkpoint_only_moves_on BEFORE UPDATE ON audit_checkpoint WHEN NEW.seq <= OLD.seq
        BEGIN SELECT RAISE(ABORT, 'a checkpoint only moves on'); END""",
        """CREATE TRIGGER checkpoint_stays BEFORE DELETE ON audit_checkpoint
        BEGIN SELECT RAISE(ABORT, 'a checkpoint only moves on'); END""",
    ),
}
_POSTGRESQL: Final[dict[Table, tuple[str, ...]]] = {
    audit: (
        """CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'what is on record stays, and is not changed' USING ERRCODE = 'check_violation';
        END $$""",
        """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
        FOR EACH ROW EXECUTE FUNCTION audit_stays()""",
        """CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()""",
    ),
    audit_checkpoint: (
        """CREATE FUNCTION audit_goes_up_to_its_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM audit_checkpoint WHERE seq >= OLD.seq) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'what is on record stays: no checkpoint covers it' USING ERRCODE = 'check_violation';
        END $$""",
        """CREATE FUNCTION checkpoint_only_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'UPDATE' AND NEW.seq > OLD.seq THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'a checkpoint only moves on' USING ERRCODE = 'check_violation';
        END $$""",
        """CREATE TRIGGER audit_goes_up_to_its_checkpoint BEFORE DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION audit_goes_up_to_its_checkpoint()""",
        """CREATE TRIGGER checkpoint_only_moves_on BEFORE UPDATE OR DELETE ON audit_checkpoint
        FOR EACH ROW EXECUTE FUNCTION checkpoint_only_moves_on()""",
        """CREATE TRIGGER checkpoint_is_never_emptied BEFORE TRUNCATE ON audit_checkpoint
        FOR EACH STATEMENT EXECUTE FUNCTION checkpoint_only_moves_on()""",
    ),
}

for _dialect, _rules in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _table, _statements in _rules.items():
        for _statement in _statements:
            _rule = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types
            event.listen(_table, "after_create", _rule.execute_if(dialect=_dialect))
