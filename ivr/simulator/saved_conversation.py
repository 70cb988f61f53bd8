"""A conversation as the text of its file."""

import json

from ivr.simulator.conversation import Conversation


def written(conversation: Conversation) -> str:
    """Write what `read_conversation` reads back; every text in it has to be printable.

    A text of JSON is one of YAML too, and quoted, so that no key or name is taken for a number or a list.
    """
    rows = [f"call: {_quoted(conversation.call)}"]
    rows.append(f'at: "{conversation.at.isoformat()}"')
    rows.append(f"caller: {_quoted(conversation.caller)}")
    if conversation.people:
        rows.append("people:")
        rows += [f"  {_quoted(name)}: [{', '.join(did)}]" for name, did in conversation.people.items()]
    rows.append("steps:")
    for step in conversation.steps:
        rows += [f"  - {name}: {_quoted(done)}" for name, done in step.model_dump(exclude_none=True).items()]
    rows.append(f"ends: {conversation.ends}")
    return "\n".join(rows) + "\n"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
