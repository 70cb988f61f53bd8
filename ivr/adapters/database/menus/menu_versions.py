"""Every version of the menus that a call may have begun with, as the files that they were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from ivr.adapters.database.calls.call_tables import menu, menu_file
from ivr.adapters.database.calls.statements import changed, insert_new, put_row
from ivr.adapters.database.engine import Database
from ivr.adapters.database.timestamps import us_of
from ivr.domain.menus.tree import MenuVersion

_COLUMNS: Final = ("version", "served_at_us", "instead_of")
_LATEST_FIRST: Final = (menu.c.served_at_us.desc(), menu.c.version)


class SqlMenus:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        version: MenuVersion,
        files: Mapping[str, bytes],
        *,
        served_at: datetime,
        instead_of: str | None = None,
    ) -> None:
        row = {"version": version, "served_at_us": us_of(served_at), "instead_of": instead_of}
        self._database.run(lambda connection: _keep(connection, row, files))

    def files(self, version: MenuVersion) -> Mapping[str, bytes] | None:
        return self._database.run(lambda connection: _files(connection, version))

    def served(self, most: int) -> tuple[MenuVersion, ...]:
        """Name the versions that were served, the last one first, and no more than *most*."""
        query = select(menu.c.version).order_by(*_LATEST_FIRST).limit(most)
        return self._database.run(lambda connection: tuple(connection.execute(query).scalars()))

    def instead_of(self) -> str | None:
        """Say what keeps the folder from being served, where the line's last process to start found so."""
        query = select(menu.c.instead_of).order_by(*_LATEST_FIRST).limit(1)
        return self._database.run(lambda connection: connection.execute(query).scalar())


def _keep(connection: Connection, row: Mapping[str, object], files: Mapping[str, bytes]) -> None:
    dialect, version = connection.dialect.name, row["version"]
    if not changed(connection, insert_new(menu, dialect), row):
        connection.execute(put_row(menu, dialect, names=_COLUMNS, keys=("version",)), row)
        return
    rows = [{"version": version, "path": path, "content": content} for path, content in files.items()]
    if rows:
        connection.execute(insert_new(menu_file, dialect), rows)


def _files(connection: Connection, version: MenuVersion) -> Mapping[str, bytes] | None:
    if connection.execute(select(menu.c.version).where(menu.c.version == version)).first() is None:
        return None
    query = select(menu_file.c.path, menu_file.c.content).where(menu_file.c.version == version)
    return {row.path: row.content for row in connection.execute(query.order_by(menu_file.c.path))}
