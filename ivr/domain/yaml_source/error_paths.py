from ivr.domain.yaml_source.yaml_document import Path, Value

KEY = "[key]"  # pydantic's last item where a key of a mapping is at fault, not its value


def written_path(value: Value, loc: Path) -> Path:
    """Return the part of pydantic's *loc* that was really written.

    A union puts its members' names into a loc, between the keys. So of all ways to follow the loc through
    *value* while leaving items out, this is the one that leaves out the fewest.
    """
    if not loc:
        return ()
    head, rest = loc[0], loc[1:]
    found, inner = _under(value, head)
    within = (head, *written_path(inner, rest)) if found else ()
    if len(within) == len(loc):
        return within  # nothing was left out, so no other way can be better
    return max(within, written_path(value, rest), key=len)


def _under(value: Value, head: str | int) -> tuple[bool, Value]:
    if isinstance(value, dict) and isinstance(head, str) and head in value:
        return True, value[head]
    if isinstance(value, list) and isinstance(head, int) and 0 <= head < len(value):
        return True, value[head]
    return False, None
