"""Whether the database has the tables that this version of the code expects."""

from typing import Final, Literal

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from ivr.services.ports import StoreUnavailable

# Written down, because asking the migrations would load their tool into every process that answers calls.
HEAD: Final = "1"
BEFORE_THE_FIRST: Final[frozenset[str]] = frozenset(f"{step:04}" for step in range(1, 14))
"""Steps of the time before there was one for the first release: no step leads on from them."""

SchemaState = Literal["current", "missing", "old", "newer"]


def schema_state(engine: Engine) -> SchemaState:
    """Compare the stored revision with ours; one we never heard of is newer. Raises StoreUnavailable.

    old: from before the first release; it cannot be brought up to date.
    """
    try:
        if not inspect(engine).has_table("alembic_version"):
            return "missing"
        with engine.connect() as connection:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError as fault:
        raise StoreUnavailable(
            "the database does not say which tables it has: see IVR_DATABASE_URL"
        ) from fault
    if revision is None:
        return "missing"
    if revision == HEAD:
        return "current"
    return "old" if revision in BEFORE_THE_FIRST else "newer"
