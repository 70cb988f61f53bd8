"""The menu that is served, and the versions that calls in progress began with."""

from ivr.domain.menus.building.loader import load
from ivr.domain.menus.tree import MenuTree, MenuVersion
from ivr.services.ports import MenuArchive, StoreUnavailable


class LiveMenus:
    """Loads an old version once for the process; one that cannot be had now is tried again later."""

    def __init__(self, current: MenuTree, archive: MenuArchive) -> None:
        self._current = current
        self._archive = archive
        self._old: dict[MenuVersion, MenuTree | None] = {}

    def current(self) -> MenuTree:
        return self._current

    def pinned(self, version: MenuVersion) -> MenuTree | None:
        if version == self._current.version:
            return self._current
        if version not in self._old:
            try:
                files = self._archive.files(version)
            except StoreUnavailable:
                return None
            if files is None:
                return None
            self._old[version] = load(files).tree
        return self._old[version]
