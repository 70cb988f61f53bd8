"""Every version of the menus that a call may have begun with, as the files that they were."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from ivr.menu.tree import MenuVersion
from ivr.store.database import Database
from ivr.store.statement import changed, insert_new
from ivr.store.tables import menu, menu_file


class SqlMenus:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, version: MenuVersion, files: Mapping[str, bytes]) -> None:
        self._database.run(lambda connection: _keep(connection, version, files))

    def files(self, version: MenuVersion) -> Mapping[str, bytes] | None:
        return self._database.run(lambda connection: _files(connection, version))


def _keep(connection: Connection, version: MenuVersion, files: Mapping[str, bytes]) -> None:
    dialect = connection.dialect.name
    is_new = changed(connection, insert_new(menu, dialect), {"version": version})
    rows = [{"version": version, "path": path, "content": content} for path, content in files.items()]
    if is_new and rows:
        connection.execute(insert_new(menu_file, dialect), rows)


def _files(connection: Connection, version: MenuVersion) -> Mapping[str, bytes] | None:
    if connection.execute(select(menu.c.version).where(menu.c.version == version)).first() is None:
        return None
    query = select(menu_file.c.path, menu_file.c.content).where(menu_file.c.version == version)
    return {row.path: row.content for row in connection.execute(query.order_by(menu_file.c.path))}
