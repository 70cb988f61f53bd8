"""What the process inherits that would make it unsafe or wrong, whatever our own variables say."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ivr.adapters.settings.environment.variables import Variables

_SWITCHES = ("DEBUG", "FLASK_DEBUG")
_OFF = frozenset({"", "0", "false", "no", "off"})
_ANY_ZONE = "America/Los_Angeles"


def check_process(variables: Variables, *, production: bool) -> None:
    for name in _SWITCHES:
        if production and variables.environ.get(name, "").strip().lower() not in _OFF:
            variables.fault(
                name, "is on, and would show our inside to strangers", "do not set it in production"
            )
    for name in sorted(variables.environ):
        if production and _moves_the_clock(name):
            variables.fault(name, "is set, and production goes by the real time", "do not set it")
    if not _is_zone(_ANY_ZONE):
        variables.fault("TZ", "cannot be used: this machine has no time zones", "install the package tzdata")
        return
    zone = variables.environ.get("TZ", "").removeprefix(":")
    if zone and not zone.startswith("/") and not _is_zone(zone):
        variables.fault("TZ", "is no time zone", f"write UTC or a name such as {_ANY_ZONE}")


def _moves_the_clock(name: str) -> bool:
    """Tell a clock of ours, under whatever name, and libfaketime's."""
    return name.startswith("FAKETIME") or (name.startswith("IVR_") and "CLOCK" in name)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
