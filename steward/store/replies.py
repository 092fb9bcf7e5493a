"""Replies of models, kept by the digest of what was asked: asked once, paid once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

AT_ONCE = 500


def find(connection: sqlite3.Connection, digests: Sequence[str]) -> dict[str, str]:
    """The bodies (JSON text) that are kept for these digests; the others are left out."""
    found: dict[str, str] = {}
    for start in range(0, len(digests), AT_ONCE):
        part = digests[start : start + AT_ONCE]
        marks = ", ".join("?" * len(part))
        found.update(
            connection.execute(
                f"select digest, body from _steward_replies where digest in ({marks})", part
            ).fetchall()
        )
    return found


def keep(connection: sqlite3.Connection, bodies: Mapping[str, str], model: str, at: str) -> None:
    """Keep replies; one that is kept already stays as it is."""
    lines: Iterable[tuple[str, str, str, str]] = (
        (digest, model, at, body) for digest, body in bodies.items()
    )
    connection.executemany(
        "insert or ignore into _steward_replies (digest, model, at, body) values (?, ?, ?, ?)",
        lines,
    )
