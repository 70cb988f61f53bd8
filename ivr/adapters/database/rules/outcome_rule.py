"""The database's own rule that no case closes before it is recorded what became of what it allowed.

What was recorded stands in other tables, so a CHECK cannot tell: a trigger of each database says the same.
"""

from typing import Final

from sqlalchemy import DDL, event

from ivr.adapters.database.cases.case_tables import recovery_case

_IS_CLOSED: Final = "NEW.state = 'CLOSED' AND OLD.state <> 'CLOSED'"
_UNRECORDED: Final = """
    (NEW.changed_at_us IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM permit WHERE case_id = NEW.id AND used_at_us IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM by_hand WHERE case_id = NEW.id AND act = 'change'))
    OR (NEW.released_at_us IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM product_told WHERE case_id = NEW.id AND what = 'released')
        AND NOT EXISTS (SELECT 1 FROM by_hand WHERE case_id = NEW.id AND act = 'release'))"""
_WHY: Final = "a case closes once it is recorded what became of what it allowed"
_RULES: Final = {
    "sqlite": (
        f"""CREATE TRIGGER case_closes_with_its_outcome BEFORE UPDATE ON recovery_case
        WHEN {_IS_CLOSED} AND ({_UNRECORDED})
        BEGIN SELECT RAISE(ABORT, '{_WHY}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION case_closes_with_its_outcome() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {_UNRECORDED} THEN RAISE EXCEPTION '{_WHY}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NEW; END $$""",
        f"""CREATE TRIGGER case_closes_with_its_outcome BEFORE UPDATE ON recovery_case
        FOR EACH ROW WHEN ({_IS_CLOSED}) EXECUTE FUNCTION case_closes_with_its_outcome()""",
    ),
}

for _dialect, _statements in _RULES.items():
    for _statement in _statements:
        _rule = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types
        event.listen(recovery_case, "after_create", _rule.execute_if(dialect=_dialect))
