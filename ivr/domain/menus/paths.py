"""Ways through the tree, by key: what can be reached, in how many presses, and what it leads to."""

from collections import deque
from collections.abc import Iterator, Mapping

from ivr.domain.menus.tree import Ask, Goodbye, GoTo, MenuTree, Node, NodeId, PutThrough, Transfer


def next_nodes(node: Node) -> Iterator[NodeId]:
    if isinstance(node, Ask):
        for choice in node.choices:
            if isinstance(choice.target, GoTo):
                yield choice.target.node


def fewest_keys(tree: MenuTree) -> dict[NodeId, int]:
    """For each node that can be reached, how many keys it takes from the main menu."""
    keys = {tree.home.id: 0}
    waiting = deque([tree.home.id])
    while waiting:
        here = waiting.popleft()
        for there in next_nodes(tree.nodes[here]):
            if there not in keys:
                keys[there] = keys[here] + 1
                waiting.append(there)
    return keys


def unasked_ways(nodes: Mapping[NodeId, Node], home: NodeId) -> dict[NodeId, tuple[NodeId, ...]]:
    """For each recovery that is reached without a yes about the primary administrator, a shortest way."""
    ways: dict[NodeId, tuple[NodeId, ...]] = {home: ()}
    waiting = deque([home])
    while waiting:
        here = waiting.popleft()
        for there in _next_unasked(nodes[here]):
            if there in nodes and there not in ways:
                ways[there] = (*ways[here], here)
                waiting.append(there)
    return {name: way for name, way in ways.items() if _recovers(nodes[name])}


def _next_unasked(node: Node) -> Iterator[NodeId]:
    for choice in node.choices if isinstance(node, Ask) else ():
        if isinstance(choice.target, GoTo) and choice.says_primary is not True:
            yield choice.target.node


def _recovers(node: Node) -> bool:
    return isinstance(node, Transfer) and node.recovery is not None


def people_keys(tree: MenuTree) -> dict[NodeId, int]:
    """For each node from which a choice reaches a person, the fewest keys to one; key 0 does not count."""
    return _distances(tree, [node.id for node in tree.nodes.values() if isinstance(node, Transfer)])


def useful_nodes(tree: MenuTree) -> frozenset[NodeId]:
    """Nodes from which something other than menus can be reached: an answer, a person, a goodbye."""
    ends = [
        node.id
        for node in tree.nodes.values()
        if isinstance(node, Transfer | Goodbye) or (isinstance(node, Ask) and node.kind == "answer")
    ]
    return frozenset(_distances(tree, ends))


def _distances(tree: MenuTree, ends: list[NodeId]) -> dict[NodeId, int]:
    """How far each node is from the nearest of *ends*, or from a choice that puts the caller through."""
    before: dict[NodeId, list[NodeId]] = {}
    for node in tree.nodes.values():
        for there in next_nodes(node):
            before.setdefault(there, []).append(node.id)
    keys = dict.fromkeys(ends, 0)
    direct = [node.id for node in tree.nodes.values() if isinstance(node, Ask) and _puts_through(node)]
    for node_id in direct:
        keys.setdefault(node_id, 1)
    waiting = deque(sorted(keys, key=lambda node_id: keys[node_id]))
    while waiting:
        here = waiting.popleft()
        for there in before.get(here, ()):
            if there not in keys:
                keys[there] = keys[here] + 1
                waiting.append(there)
    return keys


def _puts_through(node: Ask) -> bool:
    return any(isinstance(choice.target, PutThrough) for choice in node.choices)
