"""Rules that one row alone cannot tell: triggers, which the database makes together with its tables.

Each says the same for SQLite and for PostgreSQL. What breaks one is refused like what breaks a CHECK.
"""

from typing import Final

from sqlalchemy import DDL, event

from ivr.adapters.database.calls.call_tables import metadata

_QUARTER_US: Final = 15 * 60 * 1_000_000
_DAY_US: Final = 24 * 3600 * 1_000_000
_RESTED_ON: Final = (
    "account",
    "primary_claimed",
    "l2_at_us",
    "l2_call",
    "confirmed_at_us",
    "confirmed_call",
    "warning_hash",
    "subaccounts",
    "subaccounts_checked_at_us",
    "claimed_at_us",
    "claimed_call",
    "spoke_at_us",
    "spoke_call",
    "acted_by",
    "reset_requested_at_us",
    "changed_at_us",
)
_ONCE: Final = ("reset_done_at_us", "subaccount_login_at_us", "released_at_us")
_IS_ACTED: Final = "(OLD.changed_at_us IS NOT NULL OR OLD.reset_requested_at_us IS NOT NULL)"


def _differs(column: str) -> str:
    """Compare so that both databases take NULL for a value of its own."""
    return (
        f"(OLD.{column} <> NEW.{column} OR (OLD.{column} IS NULL AND NEW.{column} IS NOT NULL)"
        f" OR (OLD.{column} IS NOT NULL AND NEW.{column} IS NULL))"
    )


def _is_new(*columns: str) -> str:
    return f"NEW.{columns[0]} IS NOT NULL AND ({' OR '.join(_differs(column) for column in columns)})"


# ruff: noqa: S608 -- what is put into the rules is written in this file
_OF_A_CASE: Final = {
    "case_keeps_its_approval": (
        "OLD.approval_required = 1 AND NEW.approval_required <> 1",
        "an approval that is required stays required",
    ),
    "case_keeps_what_its_act_rests_on": (
        f"{_IS_ACTED} AND ({' OR '.join(_differs(column) for column in _RESTED_ON)})",
        "what a reset or a change rests on stays as it was",
    ),
    "case_is_acted_on_by_its_agent": (
        f"""({_is_new("changed_at_us")} OR {_is_new("reset_requested_at_us")})
            AND COALESCE(NEW.agent <> NEW.acted_by, 1 = 1)""",
        "whoever holds the case asks for the reset, or allows the change",
    ),
    "case_acts_happen_once": (
        " OR ".join(f"(OLD.{column} IS NOT NULL AND {_differs(column)})" for column in _ONCE),
        "what was done stays as it was recorded",
    ),
    "case_is_verified_by_what_its_call_proved": (
        f"""{_is_new("l2_at_us", "l2_call")} AND (
            NOT EXISTS (SELECT 1 FROM evidence WHERE case_id = NEW.id AND call = NEW.l2_call
                AND factor <> 'vouch' AND NEW.l2_at_us - at_us BETWEEN 0 AND {_QUARTER_US})
            OR (SELECT COUNT(DISTINCT factor) FROM evidence WHERE case_id = NEW.id
                AND NEW.l2_at_us - at_us BETWEEN 0 AND {_DAY_US}) < 2)""",
        "level 2 rests on two factors, and on what was proved in its own call",
    ),
    "case_is_confirmed_by_the_verified_call": (
        f"""{_is_new("confirmed_at_us", "confirmed_call")} AND NOT (
            COALESCE(NEW.confirmed_call = NEW.l2_call, 1 = 0)
            AND COALESCE(NEW.confirmed_at_us - NEW.l2_at_us, -1) BETWEEN 0 AND {_QUARTER_US})""",
        "the confirming key counts in the call that is verified",
    ),
    "case_is_claimed_by_a_call_of_its_own": (
        f"""{_is_new("claimed_call")}
            AND NOT EXISTS (SELECT 1 FROM case_call WHERE case_id = NEW.id AND call = NEW.claimed_call)""",
        "a case is claimed by a call about it",
    ),
    "case_is_spoken_of_in_the_claimed_call": (
        f"""{_is_new("spoke_at_us", "spoke_call")} AND (
            COALESCE(NEW.spoke_call <> NEW.claimed_call, 1 = 1)
            OR NOT EXISTS (SELECT 1 FROM leg WHERE call = NEW.spoke_call)
            OR EXISTS (SELECT 1 FROM call WHERE id = NEW.spoke_call AND ended_at_us < NEW.spoke_at_us))""",
        "an agent speaks with the caller in the claimed call, which an agent took and which is not over",
    ),
}
_OF_A_PERMIT: Final = {
    "INSERT": (
        "permit_belongs_to_a_changed_case",
        """NOT EXISTS (SELECT 1 FROM recovery_case
            WHERE id = NEW.case_id AND state = 'CHANGED' AND account = NEW.account)""",
        "a permit belongs to a case that is CHANGED",
    ),
    "UPDATE": (
        "permit_stays_its_case_s",
        " OR ".join(_differs(column) for column in ("case_id", "account", "mac", "expires_at_us")),
        "a permit stays the permit of its case",
    ),
}


def _sqlite(name: str, when: str, table: str, condition: str, words: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )


def _postgresql(name: str, when: str, table: str, condition: str, words: str) -> tuple[str, str]:
    """Make the function and its trigger; a trigger's own WHEN asks no other table there."""
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    return function, f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


_RULES: Final = (
    *((name, "UPDATE", "recovery_case", *rule) for name, rule in _OF_A_CASE.items()),
    *((name, when, "permit", condition, words) for when, (name, condition, words) in _OF_A_PERMIT.items()),
)
_SQLITE: Final = (
    *(_sqlite(*rule) for rule in _RULES),
    """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'what is on record is not changed'); END""",
    # `INSERT OR REPLACE` takes a row away and asks no trigger for deletions.
    """CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'what is on record is not changed'); END""",
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
)
_POSTGRESQL: Final = (
    *(statement for rule in _RULES for statement in _postgresql(*rule)),
    """CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'what is on record stays, and is not changed' USING ERRCODE = 'check_violation';
    END $$""",
    """CREATE FUNCTION audit_goes_up_to_its_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM audit_checkpoint WHERE seq >= OLD.seq) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'what is on record stays: no checkpoint covers it' USING ERRCODE = 'check_violation';
    END $$""",
    """CREATE FUNCTION checkpoint_only_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' AND NEW.seq > OLD.seq THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a checkpoint only moves on' USING ERRCODE = 'check_violation';
    END $$""",
    """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_stays()""",
    """CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()""",
    """CREATE TRIGGER audit_goes_up_to_its_checkpoint BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_goes_up_to_its_checkpoint()""",
    """CREATE TRIGGER checkpoint_only_moves_on BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION checkpoint_only_moves_on()""",
    """CREATE TRIGGER checkpoint_is_never_emptied BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION checkpoint_only_moves_on()""",
)

for _dialect, _statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _statement in _statements:
        _rule = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types
        event.listen(metadata, "after_create", _rule.execute_if(dialect=_dialect))
