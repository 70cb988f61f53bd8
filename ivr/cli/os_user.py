"""Who runs a command, by the word of the operating system."""

import os
import pwd


def os_user() -> str:
    """Give the name of the user whose process this is; variables such as USER are whatever one sets."""
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"
