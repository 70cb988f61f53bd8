"""The page of who writes the menus: how the lines stand now, and where what callers hear is changed."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ivr.console.access import allowed
from ivr.console.work import Work, opening_of


def menus_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("menus", __name__)

    @blueprint.get("/menus")
    @allowed("operator")
    def page() -> ResponseReturnValue:
        at = work.clock.now()
        return render_template(
            "menus.html",
            lines=[opening_of(line, at) for line in work.lines.values()],
            dispositions=work.dispositions,
        )

    return blueprint
