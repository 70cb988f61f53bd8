"""Runs the steps on the connection that `ivr.adapters.database.migrate` holds, inside its transaction."""

from alembic import context
from sqlalchemy import Connection

connection = context.config.attributes["connection"]
if not isinstance(connection, Connection):
    raise TypeError("the migrations want a connection: start them with ivr.adapters.database.migrate.upgrade")
context.configure(connection=connection, transactional_ddl=True)
context.run_migrations()
