"""One database, and what may be expected of it: an answer in time, or StoreUnavailable."""

from collections.abc import Callable
from typing import Literal, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NoSuchModuleError, StatementError
from sqlalchemy.pool import ConnectionPoolEntry

from ivr.adapters.database.circuit_breaker import Breaker
from ivr.services.ports import StoreUnavailable

LONGEST_WAIT_S = 2.5
"""A caller hears nothing meanwhile, and the carrier gives up after four seconds and asks again."""

_TRIES = 3
_ENDED_BY_OTHERS = ("40P01", "40001")
"""What PostgreSQL says of a deadlock, and of a transaction that another one was ahead of: try it again."""

Durability = Literal["survives_power_loss", "survives_our_death"]
_SYNCHRONOUS = {"survives_power_loss": "FULL", "survives_our_death": "NORMAL"}

Result = TypeVar("Result")
Work = Callable[[Connection], Result]


class RowRefused(StoreUnavailable):
    """The database works, and will not take these rows however often they come."""


class Undone(Exception):  # noqa: N818 -- it names what happened to the work
    """The work gave up for a reason of its own, its cause: nothing is stored, and the database is well."""


class Database:
    """A pool that grows with the threads that use it, so that none waits for another's connection."""

    def __init__(
        self, url: str, *, breaker: Breaker, durability: Durability, longest_wait_s: float = LONGEST_WAIT_S
    ) -> None:
        """Open nothing yet. Raises StoreUnavailable where *url* names a database we have no driver for."""
        self._breaker = breaker
        self.engine = _engine(url, durability, longest_wait_s)

    def run(self, work: Work[Result]) -> Result:
        """Run *work* in one transaction. Raises Undone; StoreUnavailable, at once after a failure."""
        if self._breaker.is_open:
            raise StoreUnavailable("the database failed a moment ago: it is tried again in the background")
        return self.try_now(work)

    def try_now(self, work: Work[Result]) -> Result:
        """Run *work* even where the last one failed, and go on as its end tells."""
        try:
            result = self._done(work)
        except Undone:
            self._breaker.close()
            raise
        except Exception as fault:  # A broken disk may raise anything, and no caller shall hear it.
            if _is_refusal(fault):
                raise RowRefused("the database does not take these rows: they are kept apart") from fault
            self._breaker.open(fault)
            # Its connections may hold a file that was replaced meanwhile.
            self.engine.dispose()
            raise StoreUnavailable("the database cannot be used now: see its disk, or its server") from fault
        self._breaker.close()
        return result

    def _done(self, work: Work[Result]) -> Result:
        """Run it again where the database ended it since two waited for each other: nothing of it is kept."""
        left = _TRIES
        while True:
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except DBAPIError as fault:
                left -= 1
                if not left or getattr(fault.orig, "sqlstate", None) not in _ENDED_BY_OTHERS:
                    raise

    def close(self) -> None:
        self.engine.dispose()


def _is_refusal(fault: Exception) -> bool:
    """Tell faults of the rows from those of the database."""
    if isinstance(fault, IntegrityError | DataError | ArithmeticError | TypeError | ValueError):
        return True
    return isinstance(fault, StatementError) and not isinstance(fault, DBAPIError)


def _engine(url: str, durability: Durability, longest_wait_s: float) -> Engine:
    try:
        if make_url(url).get_backend_name() == "sqlite":
            return _sqlite(url, durability, longest_wait_s)
        return create_engine(
            url,
            hide_parameters=True,
            pool_size=8,
            max_overflow=-1,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": 2,
                "options": f"-c statement_timeout={longest_wait_s * 1000:.0f}",
            },
        )
    except (ModuleNotFoundError, NoSuchModuleError) as fault:
        raise StoreUnavailable(
            f"no driver is installed for this kind of database ({fault}): install it, or use sqlite:///"
        ) from fault


def _sqlite(url: str, durability: Durability, longest_wait_s: float) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=-1,
        # A transaction that starts by writing asks for the lock first, and so never has to give up half-way.
        connect_args={"isolation_level": "IMMEDIATE", "timeout": longest_wait_s},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA synchronous={_SYNCHRONOUS[durability]}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine
