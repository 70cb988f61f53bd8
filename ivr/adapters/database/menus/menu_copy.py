"""The menu that was served last, as one file beside the spool: for when the database cannot be asked."""

import os
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile, ZipFile

NAME = "menu-served-last.zip"


def keep_copy(home: Path, files: Mapping[str, bytes]) -> None:
    """Put a whole copy there at once. Raises OSError."""
    made = home / f"{NAME}.{os.getpid()}"
    try:
        with ZipFile(made, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        made.replace(home / NAME)
    finally:
        made.unlink(missing_ok=True)


def read_copy(home: Path) -> Mapping[str, bytes] | None:
    """Give the files back; None where there is no copy, or it cannot be read."""
    try:
        with ZipFile(home / NAME) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (OSError, BadZipFile):
        return None
