"""Templates compiled once in a run: each test has an app of its own, which would compile them anew."""

from typing import Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _Kept(BytecodeCache):
    """Keeps compiled templates by name; what was compiled of another text, a bucket takes for nothing."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get(bucket.key)
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_KEPT: Final = _Kept()


def compiled_once(app: Flask) -> Flask:
    """Give the same app, which takes templates from those that were compiled before."""
    app.jinja_env.bytecode_cache = _KEPT
    return app
