"""Decides what is safe: nothing is believed because a corrector said so.

A fix is safe when all of these hold:

1. its corrector gives `SAFE` as the most it may become (a convention is never more than shown),
   and it sets no rows aside; a merge is measured as a whole, under the name of the row id;
2. its corrector's measured precision on that column, with the corrector's other columns as prior
   (empirical Bayes, strength `PRIOR`), has its lower bound at or above the bar;
3. at the rate of its corrector's false alarms on untouched cells of that column, no more of what
   it proposes there would be false than the bar allows;
4. the fix belongs to the largest set of its corrector's fixes, best first, whose mean confidence
   is above the bar by `margin` (the best of many are judged a little too well), and is itself at
   or above `least`.

A corrector that tests itself states probabilities. The score of any other is only an order: at
`TRUSTED` or above it is replaced by the precision that the backtest measured.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from steward.fixes.backtest import wilson
from steward.types import ROW, Backtest, Fix, FixKind, Safety

PRIOR = 60.0
TRUSTED = 0.9
Place = tuple[str, str]
Measured = Mapping[str, Mapping[str, Backtest]]


@dataclass(frozen=True, slots=True)
class GateSettings:
    """What must be shown before a fix may be applied unseen.

    `bar` is the precision asked for, `margin` what the expected precision must show above it, and
    `least` the confidence below which no single fix is safe.
    """

    bar: float = 0.95
    margin: float = 0.02
    least: float = 0.6
    seed: int = 0


def gate(
    fixes: Sequence[Fix], measured: Measured, settings: GateSettings | None = None
) -> list[Fix]:
    """Give every fix its backtest and its safety; the order is kept."""
    settings = settings or GateSettings()
    proposed = _proposed(fixes)
    tests = [_backtest(fix, measured.get(fix.provenance.corrector, {})) for fix in fixes]
    eligible = [
        i
        for i, (fix, backtest) in enumerate(zip(fixes, tests, strict=True))
        if may_be_safe(fix) and _passes(fix, backtest, proposed, settings)
    ]
    chosen = expected_right(fixes, eligible, settings)
    gated = []
    for i, (fix, backtest) in enumerate(zip(fixes, tests, strict=True)):
        safety = Safety.UNSAFE if fix.safety is Safety.SAFE and i not in chosen else fix.safety
        gated.append(replace(fix, safety=safety, evidence=replace(fix.evidence, backtest=backtest)))
    return gated


def with_measured_confidence(fixes: Sequence[Fix], columns: Mapping[str, Backtest]) -> list[Fix]:
    """Replace a corrector's own score by what the backtest measured (Laplace's rule)."""
    changed = []
    for fix in fixes:
        backtest = _backtest(fix, columns)
        if fix.confidence >= TRUSTED and backtest is not None and backtest.tried:
            share = (backtest.right + 1) / (backtest.tried + 2)
            changed.append(replace(fix, confidence=round(share, 4)))
        else:
            changed.append(replace(fix, confidence=min(fix.confidence, TRUSTED - 0.01)))
    return changed


def may_be_safe(fix: Fix) -> bool:
    """Does its corrector allow it, and can what it does be measured? No row goes for nothing."""
    return fix.safety is Safety.SAFE and fix.kind is not FixKind.QUARANTINE


def _places(fix: Fix) -> tuple[str, ...]:
    """What is measured of it: the columns that it writes, or the rows that it merges."""
    return (ROW,) if fix.kind is FixKind.MERGE else fix.columns


def _writes(fix: Fix) -> int:
    """How much of the table it stands for: cells written, or rows that go."""
    return len(fix.rows) - 1 if fix.kind is FixKind.MERGE else fix.cells


def _passes(
    fix: Fix, backtest: Backtest | None, proposed: Mapping[Place, int], settings: GateSettings
) -> bool:
    if backtest is None or not backtest.tried:
        return False
    rate = backtest.false_alarms / max(backtest.clean, 1)
    cells = max(proposed[fix.provenance.corrector, name] for name in _places(fix))
    tolerable = (1 - settings.bar) * cells
    return backtest.lower >= settings.bar and rate * _rows(backtest) <= tolerable


def _rows(backtest: Backtest) -> float:
    """Untouched cells of the column in one draw of the backtest."""
    return backtest.clean / max(backtest.draws, 1)


def _proposed(fixes: Sequence[Fix]) -> Mapping[Place, int]:
    """Cells that each corrector proposes to write, by corrector and column."""
    cells: dict[Place, int] = defaultdict(int)
    for fix in fixes:
        for name in _places(fix):
            cells[fix.provenance.corrector, name] += len(fix.rows)
    return cells


def expected_right(
    fixes: Sequence[Fix], eligible: Sequence[int], settings: GateSettings
) -> set[int]:
    """Positions of the fixes in the largest best-first sets whose mean confidence holds the bar.

    Only `eligible` positions count: what will not be written anyway says nothing about the others.
    """
    by_corrector: dict[str, list[int]] = defaultdict(list)
    for i in eligible:
        if fixes[i].confidence >= settings.least:
            by_corrector[fixes[i].provenance.corrector].append(i)
    chosen: set[int] = set()
    for members in by_corrector.values():
        cells, expected = 0, 0.0
        for i in sorted(members, key=lambda i: -fixes[i].confidence):
            cells += _writes(fixes[i])
            expected += _writes(fixes[i]) * fixes[i].confidence
            if expected < (settings.bar + settings.margin) * cells:
                break
            chosen.add(i)
    return chosen


def _backtest(fix: Fix, columns: Mapping[str, Backtest]) -> Backtest | None:
    """The weakest of the measurements of what a fix writes, others as prior."""
    places = _places(fix)
    found = [_with_prior(name, columns) for name in places if name in columns]
    return min(found, key=lambda b: b.lower) if len(found) == len(places) and found else None


def _with_prior(name: str, columns: Mapping[str, Backtest]) -> Backtest:
    own = columns[name]
    others = [b for column, b in columns.items() if column != name and b.tried]
    tried = sum(b.tried for b in others)
    if not own.tried or not tried:
        return own
    strength = min(PRIOR, tried)
    rate = sum(b.right for b in others) / tried
    lower, upper = wilson(own.right + rate * strength, own.tried + strength)
    # The others may narrow the interval; they never move it away from what was measured here.
    return replace(own, lower=min(lower, own.precision), upper=max(upper, own.precision))
