"""Menus and prompts on disk, as bytes under their canonical names."""

import stat
from pathlib import Path


def read_folders(menus: Path, prompts: Path) -> dict[str, bytes]:
    """Read the YAML files of both folders, keyed "menus/main.yaml" and "prompts/en/line.yaml".

    Links are passed over, so that nothing outside the folders is ever read. Raises OSError.
    """
    files = {
        f"menus/{path.name}": path.read_bytes() for path in sorted(menus.glob("*.yaml")) if _is_file(path)
    }
    for path in sorted(prompts.glob("*/*.yaml")):
        if _is_file(path) and not path.parent.is_symlink():
            files[f"prompts/{path.parent.name}/{path.name}"] = path.read_bytes()
    return files


def _is_file(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)
