"""How many of the sample shop's recorded errors are mended in a table, kind by kind."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

WHOLE_ROW = "*"
DISGUISED = "disguised_missing"
HIDDEN = frozenset({""})
"""A disguised missing value is mended when it is seen to be missing: the value itself is gone."""


@dataclass(frozen=True, slots=True)
class SeededKind:
    """Cells (or rows too many) of one kind of seeded error: how many, mended, changed otherwise."""

    kind: str
    cells: int
    mended: int
    changed: int


@dataclass(frozen=True, slots=True)
class SeededScore:
    """Every kind, and how many cells that were right are wrong now, of how many."""

    kinds: tuple[SeededKind, ...]
    broken: int
    clean: int


def score_seeded(truth: Path, items: pa.Table) -> SeededScore:
    """Compare the items as they are now with the truth that the shop recorded.

    Args:
        truth: the folder `truth` of a written shop.
        items: all items now, text columns, with `item_id`. Null and empty count as one.
    """
    columns = {name: items.column(name).to_pylist() for name in items.column_names}
    rows: dict[str | None, list[int]] = defaultdict(list)
    for at, key in enumerate(columns["item_id"]):
        rows[key].append(at)
    errors = [line for line in _read(truth / "errors.csv") if line["table"] == "items"]
    kinds = Counter(line["kind"] for line in errors)
    now = [_state(line, columns, rows) for line in errors]
    counted = Counter((line["kind"], state) for line, state in zip(errors, now, strict=True))
    broken, clean = _broken(truth, columns, rows, {(e["key"], e["column"]) for e in errors})
    return SeededScore(
        tuple(
            SeededKind(kind, cells, counted[kind, "mended"], counted[kind, "changed"])
            for kind, cells in kinds.items()
        ),
        broken,
        clean,
    )


def _state(
    line: Mapping[str, str],
    columns: Mapping[str, Sequence[str | None]],
    rows: Mapping[str | None, list[int]],
) -> str:
    at = rows.get(line["key"], [])
    if line["column"] == WHOLE_ROW:
        too_many = line["kind"] == "duplicate_exact"
        return "mended" if len(at) <= int(too_many) else "as seeded"
    values = {columns[line["column"]][row] or "" for row in at}
    if values == {line["before"]} or (line["kind"] == DISGUISED and values <= HIDDEN):
        return "mended"
    return "as seeded" if line["after"] in values else "changed"


def _broken(
    truth: Path,
    columns: Mapping[str, Sequence[str | None]],
    rows: Mapping[str | None, list[int]],
    seeded: set[tuple[str, str]],
) -> tuple[int, int]:
    broken = clean = 0
    for line in _read(truth / "items_clean.csv"):
        at = rows.get(line["item_id"], [])
        for name, value in line.items():
            if at and (line["item_id"], name) not in seeded:
                clean += 1
                broken += any((columns[name][row] or "") != value for row in at)
    return broken, clean


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
