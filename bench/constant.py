"""The floor that a turn is measured against: a Flask view that returns a constant."""

from flask import Flask, Response


def application() -> Flask:
    app = Flask("constant")

    @app.post("/<path:_path>")
    def answer(_path: str) -> Response:
        return Response("<Response/>", mimetype="text/xml")

    return app
