"""Where the text is no YAML at all: the parser's few dozen messages, in an operator's words."""

import re
from dataclasses import dataclass, replace

from yaml import MarkedYAMLError, YAMLError

from ivr.domain.yaml_source.characters import last_spot
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.yaml_document import YamlMark, spot_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What a message of the parser means: `problem` is part of its words, `context` part of where it was."""

    problem: str
    context: str = ""
    rule: str = "yaml"
    what: str
    remedy: str
    at_context: bool = False  # the beginning of the broken thing tells more than its end


_TAB = Trouble(
    problem="tab character",
    rule="tab-indent",
    what="a tab stands where the line is indented",
    remedy="indent with spaces",
)
_TROUBLES = (
    _TAB,
    Trouble(
        problem="",
        context="an alias",
        rule="quote-text",
        what="text may not begin with a star unless it is quoted",
        remedy="put the text in double quotes",
        at_context=True,
    ),
    Trouble(
        problem="",
        context="an anchor",
        rule="quote-text",
        what="text may not begin with an ampersand unless it is quoted",
        remedy="put the text in double quotes",
        at_context=True,
    ),
    Trouble(
        problem="",
        context="a tag",
        rule="tag",
        what="this exclamation mark begins a tag, which menu files do not use",
        remedy="take it out, or put the text in double quotes",
        at_context=True,
    ),
    Trouble(
        problem="undefined tag handle",
        rule="tag",
        what="this exclamation mark begins a tag, which menu files do not use",
        remedy="take it out, or put the text in double quotes",
    ),
    Trouble(
        problem="sequence entries are not allowed",
        what="a list begins in the middle of a line",
        remedy='begin it on the next line, or put the text in double quotes if "-" belongs to it',
    ),
    Trouble(
        problem="expected ':'",
        what="this line is no field: it has no colon with a space behind it",
        remedy="write `key: value`, or indent it under the text that it continues",
        at_context=True,
    ),
    Trouble(
        problem="",
        context="a block scalar",
        what="something follows > or | on its line",
        remedy="begin the text on the next line, or put all of it in double quotes",
    ),
    Trouble(
        problem="unknown escape",
        rule="escape",
        what="in double quotes a backslash begins an escape, and this one is unknown",
        remedy="write two backslashes, or use single quotes",
    ),
    Trouble(
        problem="hexdecimal",
        rule="escape",
        what="this escape lacks digits",
        remedy="write two backslashes, or use single quotes",
    ),
    Trouble(
        problem="",
        context="quoted scalar",
        what="the quotation mark that opens here is never closed",
        remedy='close it; inside double quotes write a quotation mark as \\"',
        at_context=True,
    ),
    Trouble(
        problem="expected ',' or",
        what="the bracket that opens here is not closed, or a comma is missing in it",
        remedy="close it, or put the text in double quotes if the bracket belongs to it",
        at_context=True,
    ),
    Trouble(
        problem="",
        context="a flow node",
        what="a value is missing in this bracket, or it is not closed",
        remedy="close it, or put the text in double quotes if the bracket belongs to it",
    ),
    Trouble(
        problem="expected key",
        what="this does not go on with the fields above",
        remedy="line it up with them; text after a closing quote or a comment must be quoted as a whole",
    ),
    Trouble(
        problem="expected '-' indicator",
        what="this does not go on with the list above",
        remedy='begin it with "- " in line with the others, or move it into a field',
    ),
)

_ANY = Trouble(
    problem="", what="this cannot be read", remedy="look at the indentation, quotes and colons here"
)
_HEX = re.compile(r"[0-9A-Fa-f]{1,8}")
_NO_CHARACTER = Trouble(problem="", rule="unspeakable-character", what="", remedy="take it out")
_STAR_KEY = Trouble(
    problem="",
    rule="quote-key",
    what="the star must be quoted to be a key",
    remedy='write "*":',
)
_COLON_IN_TEXT = Trouble(
    problem="",
    rule="quote-colon",
    what="text with a colon and a space in it must be quoted",
    remedy="put the text in double quotes",
)
_COLON_MISPLACED = Trouble(
    problem="",
    rule="quote-colon",
    what="no field can begin on this line: the one above is still open",
    remedy="put a space after the colon above, indent both lines alike, or quote the text above",
)
_AT_FORBIDDEN_START = ("cannot start any token", "keys are not allowed", "a block node", "a directive")
_FORBIDDEN_START = Trouble(
    problem="",
    rule="quote-text",
    what="text may not begin with this character unless it is quoted",
    remedy="put the text in double quotes",
)


def finding_of(file: str, text: str, error: YAMLError) -> Finding:
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return _finding(_ANY, last_spot(file, text))
    mark: YamlMark = error.problem_mark
    trouble = _trouble(text, error.problem or "", error.context or "", mark)
    if (trouble.at_context or trouble is _STAR_KEY) and error.context_mark is not None:
        mark = error.context_mark
    # The parser may only notice at the end, one line past what the operator sees.
    past_end = mark.index >= len(text.rstrip())
    return _finding(trouble, last_spot(file, text) if past_end else spot_at(file, mark))


def _trouble(text: str, problem: str, context: str, mark: YamlMark) -> Trouble:
    here = text[mark.index : mark.index + 1]
    if (code := _HEX.match(text, mark.index)) and "escape code" in problem:
        return replace(_NO_CHARACTER, what=f"U+{code.group().upper()} is no character that can be sent")
    if here == "\t" and "cannot start any token" in problem:
        return _TAB
    if any(words in f"{problem} {context}" for words in _AT_FORBIDDEN_START):
        return _FORBIDDEN_START
    if "mapping values" in problem:
        line_so_far = text[mark.index - mark.column : mark.index]
        return _COLON_IN_TEXT if re.search(r":\s", line_so_far) else _COLON_MISPLACED
    if "an alias" in context and here in {":", ""}:
        return _STAR_KEY
    fitting = (one for one in _TROUBLES if one.problem in problem and one.context in context)
    return next(fitting, _ANY)


def _finding(trouble: Trouble, spot: Spot) -> Finding:
    return Finding(rule=trouble.rule, severity="error", spot=spot, what=trouble.what, remedy=trouble.remedy)
