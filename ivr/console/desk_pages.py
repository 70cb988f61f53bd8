"""Every page at which members work."""

from flask import Blueprint

from ivr.console.card import card_blueprint
from ivr.console.flagged import flagged_blueprint
from ivr.console.menus import menus_blueprint
from ivr.console.on_line import on_line_blueprint
from ivr.console.queue import queue_blueprint
from ivr.console.watching import watching_blueprint
from ivr.console.work import Work


def desk_pages(work: Work) -> tuple[Blueprint, ...]:
    return (
        queue_blueprint(work),
        card_blueprint(work),
        on_line_blueprint(work),
        flagged_blueprint(work),
        menus_blueprint(work),
        watching_blueprint(work),
    )
