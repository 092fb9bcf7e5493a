"""What an index was made of and how, written beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from steward.errors import InputError
from steward.retrieval.pipeline import First

MANIFEST = "manifest.json"
VERSION = 1
"""Raised when an index of before can no longer be read."""


@dataclass(frozen=True, slots=True)
class Part:
    """A model that a search needs.

    Attributes:
        kind: biencoder, reranker or ranker.
        where: a folder, a URL or a short name: what loads it again.
        name: what it calls itself.
        weight: its share beside the scores before it, where it is mixed.
        depth: how many items it re-orders.
    """

    kind: str
    where: str
    name: str = ""
    weight: float = 1.0
    depth: int = 0


@dataclass(frozen=True)
class Manifest:
    """The record of an index.

    Attributes:
        table: the items' table.
        items: how many were indexed.
        left_out: rows without an id of their own.
        template: of the item texts.
        origin: tables, content hashes and columns, as `SearchData.origin`.
        change_sets: of the table, up to then.
        first: how the first list is made.
        parts: the models in use, in order; the encoder first if there is one.
        trials: what was tried on held-out queries, and why it is used or not.
        judged: judged queries with a relevant item, those that a stage was trained on among them.
        unsure: models of which it cannot be told what they were trained on.
        unproven: promoted models that were left out, and why, in words.
        spelling: whether queries are corrected by the words of the items.
        at: when, ISO 8601 in UTC.
    """

    table: str
    items: int
    template: str
    left_out: int = 0
    origin: Mapping[str, str] = field(default_factory=dict)
    change_sets: tuple[int, ...] = ()
    first: First = field(default_factory=First)
    parts: tuple[Part, ...] = ()
    trials: tuple[Mapping[str, Any], ...] = ()
    judged: int = 0
    unsure: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    spelling: bool = False
    at: str = ""

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {"version": VERSION, **asdict(self)}

    def save(self, folder: Path) -> None:
        """Write it into the folder of its index."""
        text = json.dumps(self.document(), ensure_ascii=False, indent=2)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an index.

    Raises:
        InputError: it cannot be read, or another version of steward wrote it.
    """
    try:
        held = json.loads((folder / MANIFEST).read_text("utf-8"))
        if held.pop("version") != VERSION:
            raise ValueError
        held["first"] = First(**held["first"])
        held["parts"] = tuple(Part(**part) for part in held["parts"])
        held["trials"] = tuple(held["trials"])
        held["unsure"] = tuple(held["unsure"])
        held["unproven"] = tuple(held.get("unproven", ()))
        held["change_sets"] = tuple(held["change_sets"])
        return Manifest(**held)
    except (OSError, ValueError, TypeError, KeyError):
        raise InputError(
            f"The index in {folder} cannot be read.", hint="Make it anew: steward index"
        ) from None
