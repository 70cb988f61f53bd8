"""YAML that is well formed and still no part of a menu file."""

from ivr.domain.yaml_source.excerpt import excerpt
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot


def _error(spot: Spot, rule: str, what: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity="error", spot=spot, what=what, remedy=remedy)


def alias(spot: Spot, name: str) -> Finding:
    what = f"the alias *{name} repeats other text of the file"
    return _error(spot, "alias", what, "write the text out, or quote it if it begins with a star")


def anchor(spot: Spot, name: str) -> Finding:
    what = f"the anchor &{name} is not used in menu files"
    return _error(spot, "anchor", what, "take it out, or quote the text if it begins with an ampersand")


def tag(spot: Spot, name: str) -> Finding:
    what = f"the tag {excerpt(name)} is not used in menu files"
    return _error(spot, "tag", what, "take it out, or quote the text if it begins with an exclamation mark")


def merge_key(spot: Spot) -> Finding:
    what = "the merge key << is not used in menu files"
    return _error(spot, "merge-key", what, "write the fields out here")


def key_shape(spot: Spot) -> Finding:
    what = "a key is a list or a group of fields here"
    return _error(spot, "key-shape", what, "write one word, a colon and a space; quote text in brackets")


def empty_key(spot: Spot) -> Finding:
    return _error(spot, "empty-key", "no key is written here", "write a key, or quote the text")


def given_twice(spot: Spot, key: str, other_line: int) -> Finding:
    what = f"{excerpt(key)} is given here and on line {other_line}"
    return _error(spot, "duplicate-key", what, "keep one of the two, or rename one")


def odd_number(spot: Spot, text: str) -> Finding:
    what = f"{excerpt(text)} may be read as another number"
    return _error(spot, "odd-number", what, "quote it if it is text, or write a number in plain digits")


def too_deep(spot: Spot, most: int) -> Finding:
    what = f"fields are nested more than {most} deep"
    return _error(spot, "too-deep", what, "move the inner part to a section of its own")


def too_many_nodes(spot: Spot, most: int) -> Finding:
    what = f"the files hold more than {most:,} keys and values up to here"
    return _error(spot, "too-many-nodes", what, "split the service into smaller menu folders")


def too_many_bytes(spot: Spot, rule: str, *, held: int, most: int) -> Finding:
    what = f"{held:,} bytes are more than the {most:,} that are read"
    return _error(spot, rule, what, "split it into smaller ones")


def too_many_findings(spot: Spot, most: int) -> Finding:
    what = f"{most} faults were found before this place"
    return _error(spot, "more-faults", what, "correct those first; the rest of the file was not read")


def second_document(spot: Spot) -> Finding:
    what = "the file goes on after its end (--- or ...)"
    return _error(spot, "second-document", what, "put what follows into a file of its own")


def directive(spot: Spot) -> Finding:
    what = "a line beginning with % stands before the first key"
    return _error(spot, "directive", what, "take it out; menu files need no YAML directives")


def wrong_top(spot: Spot, *, due: str, got: str) -> Finding:
    return _error(spot, "wrong-top", f"the file holds {got} where {due} is due", f"write {due}")


def empty_file(spot: Spot) -> Finding:
    return _error(spot, "empty-file", "the file is empty", "write its fields, or delete it")
