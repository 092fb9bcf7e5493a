"""Since when: the change of a rate over deliveries, or over a date column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steward.answers import Onset
from steward.types import BATCH
from steward.why.axis import Atom, Axis
from steward.why.scope import Mask, Scope
from steward.why.significance import LEVEL, Integers, correct, likelihood_ratio, p_value

LEAST_RATIO = 2.0
LEAST_HITS = 4
LEAST_LEFT = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A run of steps of a time axis in which the rate is higher than in the others."""

    axis: Axis
    low: int
    high: int
    before: float
    after: float
    p_value: float

    @property
    def run(self) -> Mask:
        """Rows within the run, of the slice or not."""
        return np.asarray((self.axis.codes >= self.low) & (self.axis.codes <= self.high), bool)

    @property
    def atom(self) -> Atom:
        """The run as a condition."""
        return self.axis.atom(range(self.low, self.high + 1))

    @property
    def ended(self) -> bool:
        """Did the rate fall again before the last step?"""
        return self.high < self.axis.size - 1


def find_change(axes: Sequence[Axis], affected: Mask, inside: Mask) -> Change | None:
    """The clearest change over the time axes among the rows marked `inside`; None without one.

    Every run of steps is tried (Bonferroni); deliveries go before dates where both show it alike.
    """
    best: Change | None = None
    for axis in (a for a in axes if a.ordered):
        found = _change(axis, affected, inside)
        if found and (best is None or found.p_value < best.p_value * 1e-3):
            best = found
    return best


def _change(axis: Axis, affected: Mask, inside: Mask) -> Change | None:
    at = inside & (axis.codes >= 0)
    rows = np.bincount(axis.codes[at], minlength=axis.size)
    hits = np.bincount(axis.codes[at & affected], minlength=axis.size)
    n, k = np.append(0, np.cumsum(rows)), np.append(0, np.cumsum(hits))
    runs = [
        (low, high)
        for low in range(axis.size)
        for high in (range(low, axis.size) if axis.size <= 64 else (axis.size - 1,))
        if rows[low] and hits[low] and (low or high < axis.size - 1)
    ]
    if not runs:
        return None
    lows, highs = (np.array([run[i] for run in runs]) for i in (0, 1))
    inner, held = k[highs + 1] - k[lows], n[highs + 1] - n[lows]
    g = likelihood_ratio(inner, held, int(k[-1]), int(n[-1]))
    higher = inner * (n[-1] - held) >= LEAST_RATIO * (k[-1] - inner) * held
    g[~higher | (inner < LEAST_HITS)] = 0.0
    # Steps without rows of the slice change nothing: of equal runs the longest is meant.
    best = int(np.lexsort((lows - highs, -np.round(g, 6)))[0])
    if not g[best]:
        return None
    low, high = _earlier(rows, hits, int(lows[best]), int(highs[best])), int(highs[best])
    best = runs.index((low, high))
    p = correct(p_value(int(inner[best]), int(held[best]), int(k[-1]), int(n[-1])), len(runs))
    if p > LEVEL:
        return None
    rest = int(n[-1] - held[best])
    before = float((k[-1] - inner[best]) / rest) if rest else 0.0
    after = float(inner[best] / held[best])
    return Change(axis, low, high, before, after, p)


def _earlier(rows: Integers, hits: Integers, low: int, high: int) -> int:
    """The first step of a run that another fault interrupted: as bad, and after better ones.

    A step before the run counts when it alone is worse than all before it, and the run from there
    still has most of its rate.
    """
    after = hits[low : high + 1].sum() / rows[low : high + 1].sum()
    for step in range(1, low):
        whole = hits[step : high + 1].sum() / rows[step : high + 1].sum()
        if not rows[step] or min(hits[step] / rows[step], whole) < LEAST_LEFT * after:
            continue
        until = int(hits[: step + 1].sum()), int(rows[: step + 1].sum())
        if correct(p_value(int(hits[step]), int(rows[step]), *until), low) <= LEVEL:
            return step
    return low


def onset_of(scope: Scope, change: Change, affected: Mask, inside: Mask) -> Onset:
    """The first delivery with affected rows of the change, and when that was."""
    rows = np.flatnonzero(change.run & inside & affected)
    first = int(scope.snapshot.batch_ids[rows].min())
    batch = next((b for b in scope.snapshot.batches if b.id == first), None)
    moment = batch.ingested_at if batch else ""
    if change.axis.name != BATCH:
        moment = change.atom.values[0] or ""
    return Onset(
        batch=first,
        source=scope.batch_name(first),
        at=moment,
        before=round(change.before, 6),
        after=round(change.after, 6),
        p_value=change.p_value,
    )
