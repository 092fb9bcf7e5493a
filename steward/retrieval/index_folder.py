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
        try:
            partial.replace(made)
        except OSError:
            # The same bytes are there already, perhaps since a moment ago.
            if not made.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    before = current(folder)
    pointer = folder / f"{PARTIAL}{os.getpid()}-{CURRENT}"
    pointer.write_text(made.name + "\n", encoding="utf-8")
    pointer.replace(folder / CURRENT)
    _sweep(folder, made, before)
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


def _sweep(folder: Path, used: Path, before: Path | None) -> None:
    """Remove the generation of before, and what nobody named for a day or more.

    Another process may have moved one into place that it is about to name.
    """
    for path in folder.iterdir():
        if not path.is_dir() or path == used:
            continue
        if path == before or _age(path) > FORGOTTEN:
            shutil.rmtree(path, ignore_errors=True)


def _age(path: Path) -> float:
    """Seconds; 0 for what another process has just removed."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
