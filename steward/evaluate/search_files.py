"""Runs and judgments in the formats of TREC, for other people's tools."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steward.retrieval.compare import Comparison

DEPTH = 200
"""Items a query that a run file holds."""


def write_runs(found: Comparison, folder: Path) -> list[Path]:
    """Write `STAGE.run` for each stage, `judgments.qrels`, and `queries.tsv` that numbers queries.

    A query is named by its number, since run files separate by blanks. Grades in qrels are whole
    numbers; others are told in thousandths, and `queries.tsv` says so in its head.
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {query: f"q{n}" for n, query in enumerate(found.grades, 1)}
    written = []
    for stage in found.stages:
        name = re.sub(r"[^\w]+", "-", stage.name).strip("-").casefold()
        lines = [
            f"{numbers[query]} Q0 {_word(item)} {rank} {score:.6f} {name}"
            for query, ranked in stage.run.items()
            for rank, (item, score) in enumerate(ranked[:DEPTH], 1)
        ]
        written.append(_write(folder / f"{name}.run", lines))
    whole = all(g == int(g) for items in found.grades.values() for g in items.values())
    scale = 1 if whole else 1000
    judged = [
        f"{numbers[query]} 0 {_word(item)} {round(grade * scale)}"
        for query, items in found.grades.items()
        for item, grade in items.items()
    ]
    written.append(_write(folder / "judgments.qrels", judged))
    named = [f"number\tquery\t(grades x {scale})", *(f"{n}\t{q}" for q, n in numbers.items())]
    written.append(_write(folder / "queries.tsv", named))
    return written


def _word(item: str) -> str:
    return re.sub(r"\s", "_", item)


def _write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
