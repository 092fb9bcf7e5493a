"""What came of applying fixes, for the terminal and for machines."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from steward.job import Outcome, Replay, Verdict
from steward.report.fixes import change_text
from steward.report.terminal import Head, counted, grid


def outcome_parts(outcome: Outcome) -> list[RenderableType]:
    """The counts, and why fixes were skipped or taken back."""
    table = reverted_table(outcome)
    return [*outcome_lines(outcome), *skipped_lines(outcome), *([table] if table else [])]


def outcome_lines(outcome: Outcome) -> list[str]:
    """The counts in words, and where to look next."""
    if outcome.dry_run:
        planned = len(outcome.of(Verdict.PLANNED))
        would = f"{counted(planned, 'fix', 'fixes')} ({_size(outcome)}) would be applied"
        return [f"Dry run: {would}; nothing was written."]
    words = ("proposed", "safe", "applied", "survived", "reverted", "skipped")
    lines = [" · ".join(f"{word} {getattr(outcome, word):,}" for word in words)]
    if outcome.change_set is None:
        return [*lines, "Nothing was applied."]
    lines.append(f"{_size(outcome)} changed in change set c{outcome.change_set}.")
    return lines


def _size(outcome: Outcome) -> str:
    """Cells written, and rows that merges or a quarantine took out, if any."""
    cells = counted(outcome.cells, "cell")
    return f"{cells} and {counted(outcome.rows_gone, 'row')}" if outcome.rows_gone else cells


def reverted_table(outcome: Outcome, limit: int = 20) -> Table | None:
    """The fixes that were taken back, each with its reason; None when there is none."""
    lost = outcome.of(Verdict.REVERTED)
    if not lost:
        return None
    heads = (Head("fix", right=True), Head("column"), Head("change", fold=True))
    rows = [
        (str(j.fix.id), ", ".join(j.fix.columns), change_text(j.fix), j.why) for j in lost[:limit]
    ]
    more = f" (the first {limit} of {len(lost):,})" if len(lost) > limit else ""
    return grid((*heads, Head("why", fold=True)), rows, title=f"Taken back{more}")


def skipped_lines(outcome: Outcome) -> list[str]:
    """How many fixes were skipped, by reason."""
    reasons = Counter(judged.why for judged in outcome.of(Verdict.SKIPPED))
    return [f"{count:,} skipped: {why}." for why, count in sorted(reasons.items())]


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """The outcome for `--json`: counts, and a verdict a fix."""
    return {
        "table": outcome.table,
        "dry_run": outcome.dry_run,
        "counts": {
            "proposed": outcome.proposed,
            "safe": outcome.safe,
            "applied": outcome.applied,
            "survived": outcome.survived,
            "reverted": outcome.reverted,
            "skipped": outcome.skipped,
            "planned": len(outcome.of(Verdict.PLANNED)),
            "cells": outcome.cells,
            "rows_gone": outcome.rows_gone,
        },
        "change_set": outcome.change_set,
        "revert_set": outcome.revert_set,
        "verdicts": [
            {"fix": j.fix.id, "verdict": j.verdict, "why": j.why, "cells": j.fix.cells}
            for j in outcome.judged
        ],
    }


def replay_document(replay: Replay) -> dict[str, Any]:
    """A replay for `--json`: its outcome, and the rows that each step matched."""
    return {
        **outcome_document(replay.outcome),
        "steps": len(replay.recipe.steps),
        "matched": replay.matched,
        "unmatched": replay.unmatched,
    }
