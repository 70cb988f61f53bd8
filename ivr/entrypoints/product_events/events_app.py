"""The Flask app of what the product tells us: a listener of its own, apart from line and console."""

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from ivr.entrypoints.product_events.event_webhook import ProductEvents, product_events_blueprint


def events_app(events: ProductEvents) -> Flask:
    """Build the app: what is told, and health."""
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # a redirect would turn a POST into a GET without its body
    app.register_blueprint(product_events_blueprint(events))
    app.register_error_handler(HTTPException, _empty)

    @app.get("/healthz", provide_automatic_options=False)
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    return app


def _empty(error: HTTPException) -> Response:
    """Answer with a status alone: whoever asks is a program."""
    return Response(status=error.code)
