"""The page of who writes the menus: how the lines stand now, and where what callers hear is changed."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ivr.entrypoints.console.pages.page_context import Work, opening_of
from ivr.entrypoints.console.sign_in.access import allowed, member


def menus_blueprint(work: Work) -> Blueprint:
    blueprint = Blueprint("menus", __name__)

    @blueprint.get("/menus")
    @allowed("operator")
    def page() -> ResponseReturnValue:
        at, times = work.clock.now(), work.times(member())
        return render_template(
            "menus.html",
            lines=[opening_of(line, at, times) for line in work.lines.values()],
            dispositions=work.dispositions,
            zone=times.name(at),
        )

    return blueprint
