"""Every node's name, where it was written, and the line that key 0 reaches from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.parse_files import Parsed
from ivr.domain.menus.line import LineId
from ivr.domain.menus.schema.menu_file import AnswerIn, GoodbyeIn, MenuIn, QuestionIn, SectionFile, TransferIn
from ivr.domain.menus.schema.text import RawText
from ivr.domain.yaml_source.location import Spot

Kind = Literal["menus", "questions", "answers", "transfers", "goodbyes"]
NodeIn = MenuIn | QuestionIn | AnswerIn | TransferIn | GoodbyeIn


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedNode:
    """One node as it was written, and the file that holds it."""

    name: str
    file: str
    kind: Kind
    node: NodeIn
    section: SectionFile

    def path(self, *further: str | int) -> tuple[str | int, ...]:
        return (self.kind, self.name, *further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    nodes: Mapping[str, IndexedNode]
    parsed: Parsed

    def exists(self, name: str) -> bool:
        """Whether the node is written anywhere, be it in a file that has other faults."""
        return name in self.nodes or any(
            name in group
            for document in self.parsed.documents.values()
            if isinstance(document.value, dict)
            for kind in get_args(Kind)
            if isinstance(group := document.value.get(kind), dict)
        )

    def spot(self, written: IndexedNode, *further: str | int) -> Spot:
        return self.parsed.spot(written.file, *written.path(*further))

    def name_spot(self, written: IndexedNode) -> Spot:
        return self.parsed.key_spot(written.file, *written.path())


def index_of(parsed: Parsed, complaints: Complaints) -> Index:
    nodes: dict[str, IndexedNode] = {}
    index = Index(nodes=nodes, parsed=parsed)
    for written in _all(parsed.sections):
        if written.name in nodes:
            first = index.name_spot(nodes[written.name])
            complaints.error(
                "clashing-name",
                index.name_spot(written),
                f'the name "{written.name}" is given twice (first at {first})',
                "give one of them another name",
            )
            continue
        nodes[written.name] = written
    return index


def start_of(parsed: Parsed, index: Index, complaints: Complaints) -> str | None:
    """Find the one `start:`, which must name a menu."""
    given = [(file, section.start) for file, section in parsed.sections.items() if section.start is not None]
    if not given and _may_be_written(parsed):
        return None  # where calls begin stands in a file with faults of its own
    if not given:
        spot = Spot(file="menus/main.yaml", line=1, column=1)
        complaints.error(
            "missing-start", spot, "no file says where a call begins", "add `start:` with a menu"
        )
        return None
    for file, _ in given[1:]:
        spot = parsed.spot(file, "start")
        complaints.error(
            "clashing-start", spot, f"{given[0][0]} has a start too", "keep `start:` in one file"
        )
    file, start = given[0]
    written = index.nodes.get(str(start))
    if written is None or written.kind != "menus":
        menus = [name for name, node in index.nodes.items() if node.kind == "menus"]
        complaints.unknown("menu", str(start), menus, parsed.spot(file, "start"))
        return None
    return written.name


def _may_be_written(parsed: Parsed) -> bool:
    """Whether a file says where calls begin, or cannot be read, so that it may."""
    return any(
        not isinstance(document.value, dict) or document.value.get("start") is not None
        for document in parsed.documents.values()
    )


def line_of(written: IndexedNode, person: LineId) -> LineId:
    """Whom key 0 reaches: the node's own line, its file's, or the general one."""
    own = None if isinstance(written.node, GoodbyeIn) else written.node.line
    return LineId(own or written.section.line or person)


def labels_of(index: Index) -> dict[str, RawText]:
    """What the first option that leads to a node calls it."""
    labels: dict[str, RawText] = {}
    for written in index.nodes.values():
        if isinstance(written.node, MenuIn | AnswerIn):
            for option in written.node.options:
                if option.go is not None:
                    labels.setdefault(option.go, option.label)
    return labels


def _all(sections: Mapping[str, SectionFile]) -> Iterator[IndexedNode]:
    for file, section in sections.items():
        groups: dict[Kind, Mapping[str, NodeIn]] = {
            "menus": section.menus,
            "questions": section.questions,
            "answers": section.answers,
            "transfers": section.transfers,
            "goodbyes": section.goodbyes,
        }
        for kind, nodes in groups.items():
            for name, node in nodes.items():
                yield IndexedNode(name=name, file=file, kind=kind, node=node, section=section)
