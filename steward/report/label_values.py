"""Labels of values, for the terminal and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from steward.job.labelling_values import ValuesLabelled, ValuesRead
from steward.label.nominal import ValueSuspect
from steward.report.terminal import Head, counted, grid, shown


def values_parts(found: ValuesLabelled) -> list[RenderableType]:
    """What each function said, how far it is believed, and what came of it."""
    votes = found.read.votes
    heads = [Head("function"), Head("speaks of", right=True), Head("believed", right=True)]
    told = zip(votes.names, votes.coverage, found.found.accuracy, strict=True)
    rows = [(shown(name, 40), f"{share:.0%}", f"{right:.0%}") for name, share, right in told]
    parts: list[RenderableType] = [grid(heads, rows), ""]
    parts.append(
        f"{counted(len(votes.items), 'item')}, {counted(len(votes.values), 'value')}; another "
        f"value than the cell's is likelier for {found.changed:,}, and "
        f"{counted(found.filled, 'empty cell')} would have a value."
    )
    if found.right:
        heads = [Head("beside people"), Head("right", right=True), Head("items", right=True)]
        beside = [(shown(name, 40), f"{share:.0%}", f"{n:,}") for name, share, n in found.right]
        parts += ["", grid(heads, beside)]
    return parts


def values_document(found: ValuesLabelled) -> dict[str, Any]:
    """For `--json`."""
    votes = found.read.votes
    told = zip(votes.names, votes.coverage, found.found.accuracy, strict=True)
    return {
        "items": len(votes.items),
        "values": len(votes.values),
        "judged": len(found.read.known),
        "functions": [
            {"name": name, "coverage": float(share), "believed": round(float(right), 4)}
            for name, share, right in told
        ],
        "beside_people": [
            {"name": name, "right": share, "items": items} for name, share, items in found.right
        ],
        "changed": found.changed,
        "filled": found.filled,
        "written": found.kept,
    }


def suspects_parts(
    read: ValuesRead, suspects: Sequence[ValueSuspect], limit: int
) -> list[RenderableType]:
    """Cells whose value is likely wrong."""
    filled = int((read.given >= 0).sum())
    line = f"{counted(len(suspects), 'cell')} of {filled:,} likely wrong."
    heads = [Head("item"), Head("has"), Head("likely"), Head("wrong", right=True)]
    rows = [
        (s.item, shown(s.given, 40), shown(s.likely, 40), f"{s.wrong:.0%}")
        for s in suspects[:limit]
    ]
    return [line, grid(heads, rows)] if rows else [line]
