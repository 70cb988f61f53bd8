"""How often a call reads the database on its menu, answer and transfer turns: counted, not timed."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, event
from werkzeug.test import Client

from bench.caller import KEYS, Step, next_path, signed
from bench.row import print_row
from ivr.adapters.clock import WallClock
from ivr.adapters.database.migrate import upgrade
from ivr.adapters.database.open_store import Store, open_store
from ivr.adapters.settings.read_settings import read_settings
from ivr.bootstrap.line_parts import LineStores, line_of
from ivr.bootstrap.startup import load_folders
from ivr.domain.redaction import Secret

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_GIVES_ROWS = re.compile(r"\s*(?:SELECT|WITH|VALUES)\b|.*\bRETURNING\b", re.IGNORECASE | re.DOTALL)


def measure(home: Path) -> None:
    url = f"sqlite:///{home}/ivr.db"
    upgrade(url)
    store = open_store(url, spool_folder=home / "spool")
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    try:
        caller = Client(_line(store))
        document = _post(caller, ("/voice", ""))
        store.flush(timeout_s=10)
        event.listen(Engine, "before_cursor_execute", note)
        for key in KEYS:
            document = _post(caller, (next_path(document), key))
        store.flush(timeout_s=10)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        store.close()
    assert "<Dial" in document, f"the call did not end with a transfer: {document}"
    assert statements, "no statement was seen, though turns are journaled"
    reads = sum(bool(_GIVES_ROWS.match(statement)) for statement in statements)
    print_row("database reads on menu, answer and transfer turns", reads, 0)


def _line(store: Store) -> "WSGIApplication":
    settings = read_settings({}, read_bytes=None)
    loaded, _ = load_folders(Path("menus"), Path("prompts"))
    assert loaded.tree is not None, "the shipped menu has faults: see `ivr check`"
    kept = LineStores(journal=store.journal, ledger=store.ledger, menus=store.menus)
    return line_of(
        settings, loaded.tree, kept, clock=WallClock(), key=Secret("a bench's key"), degraded=lambda: ()
    )


def _post(caller: Client, step: Step) -> str:
    path, key = step
    _, body, headers = signed(path, "CA" + "d" * 32, key or None)
    reply = caller.post(path, data=body, headers=headers)
    assert reply.status_code == 200, f"{path} answered {reply.status}"
    return reply.get_data(as_text=True)
