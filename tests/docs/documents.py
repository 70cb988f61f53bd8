"""What the documents show to be typed, and their examples."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = {
    path.name: path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
}
_FENCED = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELL = ("", "sh", "console")
_TYPED = re.compile(r"(?:\.venv/bin/)?(ivr|make) .+")


def blocks(text: str, language: str) -> list[str]:
    return [block for found, block in _FENCED.findall(text) if found == language]


def example(name: str, key: str) -> bytes:
    """Give the one YAML example of a document that has *key* at its top."""
    found = [block for block in blocks(DOCS[name], "yaml") if re.search(rf"^{key}:", block, re.MULTILINE)]
    assert len(found) == 1, f"{name} shows {len(found)} examples of `{key}:`, and one is wanted"
    return found[0].encode()


def typed(text: str) -> set[str]:
    """Find the commands of ours that a reader is to type, in blocks and sentences, without `.venv/bin/`."""
    fenced = [
        line.partition("#")[0]
        for language, block in _FENCED.findall(text)
        if language in _SHELL
        for line in block.splitlines()
    ]
    spans = re.findall(r"`([^`]+)`", _FENCED.sub("", text))
    lines = (" ".join(line.split()) for line in [*fenced, *spans])
    return {line.removeprefix(".venv/bin/") for line in lines if _TYPED.fullmatch(line)}
