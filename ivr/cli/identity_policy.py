"""The identity policy of the company's menus, for commands that a person runs."""

from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.startup import StartFault, load_folders
from ivr.cli.findings import end_with, shown
from ivr.domain.recovery.policy import Policy


def policy_in_menus(settings: Settings, *, nothing: str) -> Policy | None:
    """Give what verification.yaml says; None without that file, where nobody is verified by phone.

    Ends the command where the menus have faults. nothing: what then was not done.
    """
    try:
        loaded, _ = load_folders(settings.menus, settings.prompts)
    except StartFault as fault:
        end_with(fault.findings, nothing)
    if loaded.tree is None:
        end_with(shown(loaded.errors, menus=settings.menus, prompts=settings.prompts), nothing)
    return loaded.tree.verification
