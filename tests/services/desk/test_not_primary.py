"""A caller who is not the primary administrator hears whom to ask, and never gets as far as a case."""

from dataclasses import replace
from pathlib import Path

from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.domain.dialogue.events import KeyHeard
from ivr.domain.dialogue.step import start_of, step
from ivr.domain.dialogue.turn import Turn
from ivr.domain.menus.building.loader import load
from ivr.domain.menus.tree import Ask, GoTo, MenuTree, NodeId, Transfer

ASKED = NodeId("cannot-access")
NOT_PRIMARY = NodeId("not-primary")
IS_PRIMARY = NodeId("other-accounts")


def shipped() -> MenuTree:
    tree = load(read_folders(Path("menus"), Path("prompts"))).tree
    assert tree is not None
    return tree


def reachable(tree: MenuTree, *, without: NodeId) -> set[NodeId]:
    """Walk every key from the main menu, but for those that lead to *without*."""
    found, left = set(), [tree.home.id]
    while left:
        name = left.pop()
        if name in found or name == without:
            continue
        found.add(name)
        node = tree.nodes[name]
        if isinstance(node, Ask):
            left += [choice.target.node for choice in node.choices if isinstance(choice.target, GoTo)]
    return found


def recoveries(tree: MenuTree) -> set[NodeId]:
    return {node.id for node in tree.nodes.values() if isinstance(node, Transfer) and node.recovery}


def test_no_recovery_is_reached_but_by_saying_to_be_the_primary_administrator() -> None:
    tree = shipped()

    assert len(recoveries(tree)) == 3
    assert recoveries(tree) & reachable(tree, without=IS_PRIMARY) == set()
    assert NOT_PRIMARY in reachable(tree, without=IS_PRIMARY)


def test_saying_no_is_answered_at_once_and_asks_for_no_case() -> None:
    tree = shipped()
    question = tree.nodes[ASKED]
    assert isinstance(question, Ask)
    (said_no,) = [choice for choice in question.choices if choice.target == GoTo(node=NOT_PRIMARY)]

    turn = step(tree, replace(start_of(tree), node=ASKED), KeyHeard(key=said_no.key))

    assert isinstance(turn, Turn)
    assert (turn.place.node, turn.place.has_case) == (NOT_PRIMARY, False)
