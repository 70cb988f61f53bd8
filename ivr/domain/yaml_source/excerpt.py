LONGEST = 40


def excerpt(text: str) -> str:
    """Quote operators' text inside a message: one line, cut short, nothing that a terminal would obey."""
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return '"' + "".join(letter if letter.isprintable() else _escape(letter) for letter in cut) + '"'


def _escape(letter: str) -> str:
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(letter, f"<{code_of(letter)}>")


def code_of(letter: str) -> str:
    return f"U+{ord(letter):04X}"


def shape_of(value: object) -> str:
    """Name what was written where something else was due."""
    match value:
        case None | bool():
            return {None: "nothing", True: "true", False: "false"}[value]
        case int():
            return f"the number {value}"
        case str():
            return f"the text {excerpt(value)}"
        case list():
            return "a list"
        case dict():
            return "fields (key: value)"
        case _:
            return "something else"
