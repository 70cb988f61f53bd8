"""Brings a database to the tables of this version. Run before any process opens the store."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from ivr.adapters.database.schema_version import SchemaState, schema_state
from ivr.services.ports import StoreUnavailable

_LONGEST_WAIT_S = 30
_OURS = 0x1F5
"""Any number that no other program on the same PostgreSQL database locks."""
_CANNOT: Final[Mapping[SchemaState, str]] = {
    "newer": "the database was made by a newer version: install that one, or restore a backup",
    "old": "the database was made before the first release, and cannot be brought up to date: move it away, "
    "or name an empty one in IVR_DATABASE_URL; then import accounts, and add staff, again",
}


def upgrade(url: str) -> None:
    """Create or update every table in one transaction: killed at any point, the old ones are still whole.

    Raises StoreUnavailable where the database cannot be written, or belongs to a newer version of us.
    """
    try:
        with _alone(url) as connection:
            config = Config()
            config.set_main_option("script_location", "ivr.adapters.database:migrations")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as fault:
        raise StoreUnavailable(
            "the tables were not created or updated, and nothing was changed: see that the folder of the "
            f"database is there and can be written, or the server is up ({type(fault).__name__})"
        ) from fault


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    # SQLite's driver begins no transaction before CREATE TABLE; with None, it leaves the beginning to us.
    options = (
        {"isolation_level": None, "timeout": _LONGEST_WAIT_S}
        if is_sqlite
        else {"options": f"-c lock_timeout={_LONGEST_WAIT_S * 1000}"}
    )
    engine = create_engine(url, hide_parameters=True, connect_args=options)
    try:
        with engine.connect() as connection:
            if is_sqlite:
                # Kept in the file. Set here once, because processes that set it together refuse each other.
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                # Two that create one table at the same time fail; held until this transaction ends.
                connection.execute(select(func.pg_advisory_xact_lock(_OURS)))
            state = schema_state(engine)
            if state in _CANNOT:
                raise StoreUnavailable(_CANNOT[state])
            yield connection
            connection.commit()
    finally:
        engine.dispose()
