"""Where a node of the tree was written, for findings about what it became."""

from ivr.domain.menus.building.parse_files import Parsed
from ivr.domain.menus.tree import NodeId
from ivr.domain.yaml_source.location import Spot


class Spots:
    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._homes = {
            name: (file, kind)
            for file, section in parsed.sections.items()
            for kind in ("menus", "questions", "answers", "transfers", "goodbyes")
            for name in getattr(section, kind)
        }

    def of(self, node: NodeId) -> Spot:
        name = node.partition("--")[0]
        file, kind = self._homes[name]
        return self._parsed.key_spot(file, kind, name)
