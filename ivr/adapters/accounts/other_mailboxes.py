"""Further mailboxes of a primary administrator, in one cell: each one plain address, and since when."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from ivr.adapters.accounts.csv_faults import Wrong
from ivr.adapters.accounts.mail_address import plain_address

MOST: Final = 5
_REMEDY: Final = "write each as ann@example.com 2026-01-31, with a semicolon between two"

Others = tuple[tuple[str, datetime], ...]
Day = Callable[[str], datetime | Wrong | None]


def other_mailboxes(text: str, *, day: Day, mailbox: str) -> Others | Wrong:
    """Read the cell; an empty one has none. mailbox: the cell of the one that gets codes."""
    entries = [" ".join(entry.split()) for entry in text.split(";")] if text else []
    if len(entries) > MOST:
        return Wrong(what=f"has {len(entries)} entries", remedy=f"write {MOST} at most")
    if entries and not mailbox:
        what, remedy = "is given, and mailbox is empty", "fill in mailbox: it is the one that gets codes"
        return Wrong(what=what, remedy=remedy)
    found: list[tuple[str, datetime]] = []
    seen = {mailbox.casefold()}
    for count, entry in enumerate(entries, start=1):
        read = _entry(entry, day)
        if isinstance(read, Wrong):
            return Wrong(what=f"has an entry {count} that {read.what}", remedy=read.remedy)
        if read[0].casefold() in seen:
            what = f"has an entry {count} that is given twice, here or as mailbox"
            return Wrong(what=what, remedy="keep one of the two")
        seen.add(read[0].casefold())
        found.append(read)
    return tuple(found)


def _entry(entry: str, day: Day) -> tuple[str, datetime] | Wrong:
    text, _, rest = entry.partition(" ")
    address = plain_address(text)
    if isinstance(address, Wrong):
        return Wrong(what=address.what, remedy=_REMEDY)
    since = day(rest)
    if isinstance(since, Wrong):
        return since
    return Wrong(what="has no date", remedy=_REMEDY) if since is None else (address, since)
