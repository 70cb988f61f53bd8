"""Whether this is the key that the database was begun with: a value in it tells, and gives nothing away."""

import hmac
from typing import Final

from sqlalchemy import Connection, select

from ivr.adapters.database.calls.statements import insert_new
from ivr.adapters.database.rules.guard_tables import key_check
from ivr.domain.redaction import Secret

_LABEL: Final = b"answer line: check of the key"


def is_own_key(connection: Connection, key: Secret) -> bool:
    """Hold the key against the value that is kept; the first key that comes is kept."""
    value = hmac.digest(key.reveal().encode(), _LABEL, "sha256").hex()
    kept = connection.execute(select(key_check.c.value)).scalar()
    if kept is None:
        connection.execute(insert_new(key_check, connection.dialect.name), {"id": 1, "value": value})
        kept = connection.execute(select(key_check.c.value)).scalar_one()
    return hmac.compare_digest(kept, value)
