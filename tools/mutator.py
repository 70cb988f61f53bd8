"""Small changes to a module's syntax tree, each of which a test should notice."""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FLIPPED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALCULATED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
_SWAPPED: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}
_FACTS_OF: Final = frozenset({"replace", "move", "save"})
"""Calls whose keywords are facts of a case: each must be missed where it is not written."""
_NO_EFFECT: Final = frozenset({"assert_never", "warning", "info", "debug"})
"""Calls that only a type checker or whoever reads the log would miss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change. where: the function or class it is in, "" at a module's top. text: the line as written.

    line, last_line: of the statement it is in, which a test has to run to notice it.
    change: makes the change in the tree that it was found in.
    """

    file: str
    line: int
    last_line: int
    where: str
    text: str
    what: str
    change: Callable[[], None]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Name it whatever lines come before it: what the list of those that change nothing goes by."""
        return (self.file, self.where, self.text, self.what)


_Change = tuple[ast.expr | ast.stmt, str, Callable[[], None]]
_Place = tuple[str, ast.stmt | None]


def mutants_of(path: Path) -> tuple[ast.Module, tuple[Mutant, ...]]:
    """Read a module, and give its tree with every change that can be made in it, by their lines."""
    source = path.read_text()
    tree, lines = ast.parse(source, filename=str(path)), source.splitlines()
    found = []
    for (where, statement), (node, what, change) in _in_body(tree, ("", None)):
        around = statement or node
        found.append(
            Mutant(
                file=str(path),
                line=around.lineno,
                last_line=around.end_lineno or around.lineno,
                where=where,
                text=lines[node.lineno - 1].strip(),
                what=what,
                change=change,
            )
        )
    return tree, tuple(sorted(found, key=lambda one: (one.line, one.what)))


def _in_body(node: ast.AST, place: _Place) -> Iterator[tuple[_Place, _Change]]:
    where, statement = place
    for child in _children(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from _in_body(child, (f"{where}.{child.name}".lstrip("."), None))
            continue
        inside = statement
        if isinstance(child, ast.stmt):
            inside = None if hasattr(child, "body") else child
        for change in _changes(child):
            yield (where, inside), change
        yield from _in_body(child, (where, inside))


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Give what runs: no annotation, no decorator, no text of a type, and nothing inside a message."""
    if isinstance(node, ast.Raise):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_type(child):
                yield child


def _is_type(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("Literal", "tuple")
    )


def _changes(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield from _joined(node)
        case ast.UnaryOp(op=ast.Not()):
            yield node, "not taken away", _set(node, "operand", _negated(node.operand))
        case ast.If(test=test) | ast.IfExp(test=test):
            for value in (True, False):
                yield test, f"if made {value}", _set(node, "test", _constant(test, value))
        case ast.comprehension():
            for index, test in enumerate(node.ifs):
                yield test, "filter taken away", _set_at(node.ifs, index, _constant(test, value=True))
        case _:
            yield from _done(node)
            yield from _counted(node)


def _done(node: ast.AST) -> Iterator[_Change]:
    if isinstance(node, ast.Call):
        yield from _called(node)
    match node:
        case ast.Expr(value=ast.Call() as call) if _called_name(call) not in _NO_EFFECT:
            yield node, "call taken away", _set(node, "value", _constant(call, value=True))


def _counted(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Constant(value=bool(value)):
            yield node, f"{value} turned round", _set(node, "value", not value)
        case ast.Constant(value=int(value)):
            yield node, f"{value} made {value + 1}", _set(node, "value", value + 1)
        case ast.BinOp(op=op) if type(op) in _CALCULATED:
            other = _CALCULATED[type(op)]()
            yield node, f"{_name(op)} made {_name(other)}", _set(node, "op", other)
        case ast.Set(elts=[_, _, *_]):
            for index, one in enumerate(node.elts):
                yield one, f"{ast.unparse(one)} taken out", _without(node.elts, index)


def _compared(node: ast.Compare) -> Iterator[_Change]:
    for index, op in enumerate(node.ops):
        for other in _FLIPPED[type(op)]:
            yield node, f"{_name(op)} made {other.__name__}", _set_at(node.ops, index, other())


def _joined(node: ast.BoolOp) -> Iterator[_Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield node, f"{_name(node.op)} made {_name(other)}", _set(node, "op", other)
    for index, one in enumerate(node.values):
        neutral = _constant(one, value=isinstance(node.op, ast.And))
        yield one, f"{ast.unparse(one)} taken away", _set_at(node.values, index, neutral)


def _called(node: ast.Call) -> Iterator[_Change]:
    if isinstance(node.func, ast.Name) and node.func.id in _SWAPPED:
        other = _SWAPPED[node.func.id]
        yield node, f"{node.func.id} made {other}", _set(node.func, "id", other)
    if _called_name(node) in _FACTS_OF:
        for index, keyword in enumerate(node.keywords):
            if keyword.arg is not None:
                yield keyword.value, f"{keyword.arg} not written", _without(node.keywords, index)


def _called_name(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _constant(like: ast.expr, value: bool) -> ast.Constant:  # noqa: FBT001 -- the value of the constant
    return ast.copy_location(ast.Constant(value), like)


def _name(node: ast.AST) -> str:
    return type(node).__name__


def _set(node: ast.AST, field: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, field, value)


def _set_at(nodes: list[ast.expr] | list[ast.cmpop], index: int, node: ast.AST) -> Callable[[], None]:
    return lambda: nodes.__setitem__(index, node)  # type: ignore[call-overload]  # of the list's own kind


def _without(nodes: list[ast.expr] | list[ast.keyword], index: int) -> Callable[[], None]:
    return lambda: nodes.__delitem__(index)


def _negated(node: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.Not(), deepcopy(node)), node)
