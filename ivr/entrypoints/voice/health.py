"""Whether this process can answer a call, and what of it is impaired."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

Degraded = Callable[[], tuple[str, ...]]
"""Names what is impaired now, such as "store": callers are answered all the same."""


def health_blueprint(degraded: Degraded) -> Blueprint:
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @blueprint.get("/readyz")
    def readyz() -> Response:
        """Answer 200 as long as a call would be: a load balancer must not take away a line that can speak."""
        impaired = degraded()
        return jsonify(status="degraded" if impaired else "ready", degraded=list(impaired))

    return blueprint
