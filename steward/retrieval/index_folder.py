"""Where an index lies: a folder a generation, and a file that names the one in use.

A generation is written under another name, moved into place whole, and then named. Killed at any
instant, the index of before is still the one in use.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

CURRENT = "current"
PARTIAL = ".partial-"
FORGOTTEN = 24 * 3600
"""Seconds after which a generation that was never finished is swept away."""


def current(folder: Path) -> Path | None:
    """The generation in use, if there is one."""
    try:
        name = (folder / CURRENT).read_text("utf-8").strip()
    except OSError:
        return None
    found = folder / name
    return found if name and found.is_dir() else None


def put(folder: Path, write: Callable[[Path], None]) -> Path:
    """Write a generation, put it into use, and sweep away those of before.

    Args:
        folder: of the index; made when it is not there.
        write: fills the folder it is given.

    Returns:
        The generation, named by the digest of its bytes.
    """
    partial = folder / f"{PARTIAL}{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        write(partial)
        made = folder / digest(partial)
        if made.exists():
            shutil.rmtree(partial)
        else:
            partial.replace(made)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    pointer = folder / f"{PARTIAL}{os.getpid()}-{CURRENT}"
    pointer.write_text(made.name + "\n", encoding="utf-8")
    pointer.replace(folder / CURRENT)
    _sweep(folder, made)
    return made


def digest(folder: Path) -> str:
    """Sixteen hexadecimal digits that name the bytes of every file in a folder."""
    found = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()[:16]


def _sweep(folder: Path, used: Path) -> None:
    """Remove other generations, and what a killed process left a day ago or more."""
    for path in folder.iterdir():
        partial = path.name.startswith(PARTIAL)
        old = time.time() - path.stat().st_mtime > FORGOTTEN
        if path.is_dir() and path != used and (old or not partial):
            shutil.rmtree(path, ignore_errors=True)
