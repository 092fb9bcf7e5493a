"""The lift experiment as tables and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from steward.evaluate.lift import Lift, StageLift
from steward.evaluate.lift_arms import ARMS, UNTOUCHED
from steward.evaluate.lift_stats import Estimate, Share
from steward.evaluate.tables import Grid

NOTES = (
    "Intervals are 95 %, over catalogues and then queries and training seeds within them; the "
    "arms are compared query by query. With few catalogues such an interval is somewhat too "
    "narrow: see also in how many catalogues the difference has the same sign.",
    "Recovered is (stewarded - raw) / (clean - raw). No share is told where the interval of the "
    "loss includes 0.",
    "The judged pairs, the queries and the template of the item text are the same in every arm. "
    "A repeated product keeps its place in a ranking and gains nothing.",
)
"""What must be known to read the tables."""


def stage_grid(lift: Lift, title: str) -> Grid:
    """nDCG@10 of each stage on each arm, what was gained, what was lost, and the share."""
    heads = ("stage", *ARMS, "stewarded - raw", "clean - raw", "recovered", "better in")
    return Grid(title, heads, [tuple(_stage_row(stage)) for stage in lift.stages])


def apart_grid(lift: Lift) -> Grid | None:
    """What the index gives and what training gives; none when no stage learns."""
    rows = [
        (stage.stage, name, told(found), _agreeing(found))
        for stage in lift.stages
        for name, found in stage.apart.items()
    ]
    heads = ("stage", "stewarded instead of raw", "nDCG@10", "better in")
    return Grid("Index and training apart, on the same pairs", heads, rows) if rows else None


def mending_grid(lift: Lift) -> Grid | None:
    """Cells of each kind of fault, and how many are right after stewarding; none if unknown."""
    if not lift.mending:
        return None
    rows = [
        (kind, f"{cells:,}", f"{right:,}", f"{right / cells:.0%}")
        for kind, (cells, right) in lift.mending.items()
        if kind != UNTOUCHED
    ]
    cells, right = lift.mending[UNTOUCHED]
    share = f"{1 - right / max(cells, 1):.2%}"
    rows.append(("right cells broken", f"{cells:,}", f"{cells - right:,}", share))
    return Grid("Cells", ("fault", "cells", "right now", "share"), rows)


def fault_grid(faults: Mapping[str, Lift], rate: float) -> Grid:
    """One fault at a time: what it costs each stage, and how much of it comes back."""
    heads = ("fault", "stage", "costs", "comes back", "recovered", "cells mended")
    rows = [
        (kind, stage.stage, told(stage.loss), told(stage.lift), told_share(stage.share), mended)
        for kind, lift in faults.items()
        for mended in [_mended(lift, kind)]
        for stage in lift.stages
    ]
    return Grid(f"One fault at a time, in {rate:.0%} of the rows", heads, rows)


def told(found: Estimate | None) -> str:
    """A mean with its interval; a dash where there is none."""
    if found is None:
        return "–"
    return f"{found.mean:+.4f} [{found.lower:+.4f}, {found.upper:+.4f}]"


def told_share(share: Share) -> str:
    """A share with its interval; a dash where the loss itself is not certain."""
    if share.value is None or share.lower is None or share.upper is None:
        return "–"
    return f"{share.value:.0%} [{share.lower:.0%}, {share.upper:.0%}]"


def document(lift: Lift) -> dict[str, Any]:
    """All of it but the score of every query."""
    return {
        "stages": [asdict(stage) for stage in lift.stages],
        "mending": {kind: found._asdict() for kind, found in lift.mending.items()},
        "catalogues": [
            {**trial, "ndcg@10": _by_stage(lift, number)}
            for number, trial in enumerate(lift.trials)
        ],
    }


def _by_stage(lift: Lift, number: int) -> dict[str, dict[str, float]]:
    return {
        stage: {f"{taught} > {searched}": float(scores[number].mean())
                for (taught, searched), scores in cells.items()}
        for stage, cells in lift.scores.items()
    }  # fmt: skip


def _stage_row(stage: StageLift) -> Sequence[str]:
    means = [f"{stage.means[arm]:.4f}" if arm in stage.means else "–" for arm in ARMS]
    share = told_share(stage.share)
    return (stage.stage, *means, told(stage.lift), told(stage.loss), share, _agreeing(stage.lift))


def _agreeing(found: Estimate) -> str:
    return f"{found.above} of {found.catalogues}"


def _mended(lift: Lift, kind: str) -> str:
    if kind not in lift.mending:
        return "–"
    cells, right = lift.mending[kind]
    return f"{right / cells:.0%} of {cells:,}"
