"""A PostgreSQL server of the tests' own: in a folder of its own, on a socket there and on no port."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

import psycopg
from psycopg.sql import SQL, Identifier

from ivr.adapters.database.migrate import upgrade
from tests.programs import within_reach

# What is asked of the tests is the end of a transaction, not that it outlives the power.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """folder: everything of the server, and short enough for the path of a socket.

    account: who runs it, where we are root, whom PostgreSQL refuses; None for ourselves.
    """

    programs: Path
    folder: Path
    account: str | None
    names: Iterator[int]

    @classmethod
    def start_in(cls, folder: Path, programs: Path) -> Self:
        """Make a cluster in *folder*, start it, and make the database that is copied for each test."""
        account = _unprivileged() if os.geteuid() == 0 else None
        if account is not None:
            shutil.chown(folder, account)
            programs = within_reach(programs, folder)
        cluster = cls(programs=programs, folder=folder, account=account, names=count())
        cluster._run(
            "initdb", "--auth=trust", "--username=tests", "--encoding=UTF8", "--locale=C", "--no-sync"
        )
        with (cluster._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS.format(folder=folder))
        cluster.start()
        cluster.command("CREATE DATABASE filled", "filled")
        upgrade(cluster.url_of("filled"))
        return cluster

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        self._run("pg_ctl", "--wait", "--silent", f"--log={self.folder / 'log'}", "start")

    def stop(self) -> None:
        """End every process of the server at once, as a crash would."""
        self._run("pg_ctl", "--wait", "--silent", "--mode=immediate", "stop")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://tests@/{database}?host={self.folder}"

    def make(self, *, copy_of: str) -> str:
        """Make a copy of `filled`, every table and no row, or of the bare `template1`; give its name."""
        name = f"test{next(self.names)}"
        self.command("CREATE DATABASE {} TEMPLATE {}", name, copy_of)
        return name

    def drop(self, database: str) -> None:
        self.command("DROP DATABASE {} WITH (FORCE)", database)

    def command(self, statement: str, *names: str) -> None:
        """Run a statement for the whole server; *names* fill its braces."""
        with psycopg.connect(
            host=str(self.folder), user="tests", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))

    def _run(self, program: str, *options: str) -> None:
        command = [str(self.programs / program), f"--pgdata={self._data}", *options]
        # Given away before it starts; nothing of ours is open to it.
        groups: list[int] | None = None if self.account is None else []
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            user=self.account,
            group=self.account and pwd.getpwnam(self.account).pw_gid,
            extra_groups=groups,
        )


def _unprivileged() -> str:
    names = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
