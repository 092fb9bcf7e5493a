"""Finds `prompts/`, `tools/` and `evals/`: content that users extend by dropping a file.

The order is: an explicit override, then the copy inside an installed wheel, then the checkout.
Nothing is ever written into these folders.
"""

from __future__ import annotations

import os
from pathlib import Path

from steward.errors import ContentError

FOLDERS = ("prompts", "tools", "evals")


def content_root(override: Path | None = None) -> Path:
    """Return the folder that holds `prompts/`, `tools/` and `evals/`.

    Args:
        override: a folder given by the user (`--content`); else `STEWARD_CONTENT` is looked at.

    Raises:
        ContentError: the folder lacks one of the three.
    """
    given = override or os.environ.get("STEWARD_CONTENT")
    if given:
        return _complete(Path(given))
    return shipped_root()


def shipped_root() -> Path:
    """Return the folder that came with steward, whatever the user added."""
    packed = Path(__file__).parent / "_content"
    return packed if packed.is_dir() else _complete(Path(__file__).parent.parent)


def content_files(kind: str, suffix: str, override: Path | None = None) -> list[Path]:
    """Files of one kind (`prompts`, `tools`, `evals`) with that suffix, in name order."""
    folder = content_root(override) / kind
    return sorted(p for p in folder.rglob(f"*{suffix}") if not p.name.startswith((".", "_")))


def _complete(root: Path) -> Path:
    absent = [name for name in FOLDERS if not (root / name).is_dir()]
    if absent:
        raise ContentError(
            f"The content folder {root} has no {', '.join(absent)}.",
            hint="Point STEWARD_CONTENT or --content at a folder with prompts/, tools/ and evals/.",
        )
    return root
