"""The scorer of repair tasks: one JSON object a case, and the summary over cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any

from steward.evaluate.calibration import calibrate
from steward.evaluate.case import Case
from steward.evaluate.drafted import model_costs
from steward.evaluate.score import RepairScore, score_repair
from steward.evaluate.solution import Proposal, Solution


def score_solution(case: Case, solution: Solution) -> dict[str, Any]:
    """The scorer of repair tasks: cells, columns, kinds, calibration, silent edits, survival."""
    score = score_repair(
        case.columns, case.dirty, solution.fixed, case.clean, kinds=case.kinds, ignore=case.ignore
    )
    written = [p for p in solution.proposals if p.written]
    return {
        **score.as_dict(),
        "rows": _row_counts(case, solution),
        "calibration": {
            "written": asdict(calibrate(_stated(case, written))),
            "proposed": asdict(calibrate(_stated(case, solution.proposals))),
        },
        "correctors": _by_corrector(case, written),
        "silent": solution.silent,
        "removed_rows": solution.removed,
        "applied": solution.applied,
        "survived": solution.survived,
        "survived_share": solution.survived / solution.applied if solution.applied else None,
        "proposals": len(solution.proposals),
        "answers": solution.answers,
        "typed": solution.typed,
        "looked_at": solution.looked_at,
        "usage": {
            **asdict(solution.usage),
            "tokens_per_fix": _per_fix(solution, score),
            **model_costs(case, solution),
        },
    }


def summarise(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Means over the cases (macro), the worst of each, and sums."""
    wholes = [result["whole"] for result in results]
    named: dict[str, Any] = {"cases": len(results)}
    for rate in ("precision", "recall", "f1", "damage", "coverage", "phi_1", "phi_5", "phi_10"):
        values = [whole[rate] for whole in wholes if whole[rate] is not None]
        named[f"macro_{rate}"] = fmean(values) if values else None
    precisions = [w["precision"] for w in wholes if w["precision"] is not None]
    named["lowest_precision"] = min(precisions, default=None)
    named["highest_damage"] = max((w["damage"] for w in wholes), default=None)
    for count in ("errors", "written", "fixed", "damaged"):
        named[count] = sum(whole[count] for whole in wholes)
    named["answers"] = sum(result.get("answers", 0) for result in results)
    named["silent"] = sum(result["silent"] for result in results)
    named["seconds"] = sum(result["seconds"] for result in results)
    named["peak_mb"] = max((result["peak_mb"] for result in results), default=0.0)
    return named


def _stated(case: Case, proposals: Sequence[Proposal]) -> list[tuple[float, bool]]:
    ignored = {(case.columns.index(name), value) for name, value in case.ignore}
    return [
        (p.confidence, p.after == case.clean[p.row][p.column])
        for p in proposals
        if (p.column, case.clean[p.row][p.column]) not in ignored
    ]


def _by_corrector(case: Case, written: Sequence[Proposal]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for p in written:
        counts = found.setdefault(p.corrector, {"written": 0, "right": 0, "damaged": 0})
        truth = case.clean[p.row][p.column]
        counts["written"] += 1
        counts["right"] += p.after == truth
        counts["damaged"] += case.dirty[p.row][p.column] == truth
    return dict(sorted(found.items()))


def _row_counts(case: Case, solution: Solution) -> list[list[int]]:
    """[row, errors, written, fixed, damaged] of each row that has any: what a bootstrap draws."""
    ignored = {(case.columns.index(name), value) for name, value in case.ignore}
    found = []
    for number, cells in enumerate(zip(case.dirty, solution.fixed, case.clean, strict=True)):
        if cells[0] == cells[1] == cells[2]:
            continue
        counts = [0, 0, 0, 0]
        for column, (before, after, truth) in enumerate(zip(*cells, strict=True)):
            if (column, truth) not in ignored:
                error, written = before != truth, before != after
                counts[0] += error
                counts[1] += written
                counts[2] += error and after == truth
                counts[3] += written and not error
        if any(counts):
            found.append([number, *counts])
    return found


def _per_fix(solution: Solution, score: RepairScore) -> float | None:
    tokens = solution.usage.tokens_in + solution.usage.tokens_out
    return tokens / score.whole.fixed if tokens and score.whole.fixed else None
