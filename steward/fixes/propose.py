"""Runs every corrector, puts each to the test, and lets the gate decide.

In two steps: damage to the writing first (encoding, spaces, stray signs), then, on the table as it
would stand once the safe ones of those were applied, everything that counts values. A cell that
the first step would write gets no other proposal in the same run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from steward.engine import Snapshot
from steward.fixes.backtest import backtest
from steward.fixes.corrector import Corrector
from steward.fixes.gate import GateSettings, gate, with_measured_confidence
from steward.fixes.mended import mended
from steward.fixes.voters import with_believed_voters
from steward.types import Backtest, Fix, FixKind, Profile


@runtime_checkable
class TestsItself(Protocol):
    """A corrector that knows a cheaper way to be put to the test."""

    def backtest(
        self, snapshot: Snapshot, profile: Profile, fixes: Sequence[Fix], seed: int = 0
    ) -> dict[str, Backtest]:
        """Measured precision of each column that the fixes write."""
        ...


def propose(
    snapshot: Snapshot,
    profile: Profile,
    *,
    settings: GateSettings | None = None,
    correctors: Sequence[Corrector] | None = None,
) -> list[Fix]:
    """Propose fixes for a table, each with its measured precision and its safety.

    Args:
        snapshot: the table.
        profile: its profile.
        settings: of the gate.
        correctors: those to run; all of them when left out.
    """
    from steward.fixes.registry import CORRECTORS, WRITING

    settings = settings or GateSettings()
    chosen = CORRECTORS if correctors is None else correctors
    writing = [c for c in chosen if isinstance(c, WRITING)]
    meaning = [c for c in chosen if not isinstance(c, WRITING)]
    first, measured = _ask(writing, snapshot, profile, settings.seed)
    cleaned = mended(snapshot, gate(first, measured, settings))
    second, more = _ask(meaning, cleaned.snapshot, profile, settings.seed)
    second = with_believed_voters(cleaned.snapshot, profile, second)
    fixes = [*first, *(kept for fix in second for kept in cleaned.spared(fix))]
    return gate(_with_agreement(fixes), {**measured, **more}, settings)


def _ask(
    correctors: Sequence[Corrector], snapshot: Snapshot, profile: Profile, seed: int
) -> tuple[list[Fix], dict[str, dict[str, Backtest]]]:
    """What correctors propose, and their measured precision by name and column."""
    fixes: list[Fix] = []
    measured: dict[str, dict[str, Backtest]] = {}
    asked = [(corrector, list(corrector.propose(snapshot, profile))) for corrector in correctors]
    for corrector, mine in asked:
        if not mine:
            continue
        others = [fix for other, fixes in asked if other is not corrector for fix in fixes]
        columns = _measure(corrector, snapshot, profile, (mine, others), seed)
        measured[corrector.name] = columns
        honest = isinstance(corrector, TestsItself)
        fixes.extend(mine if honest else with_measured_confidence(mine, columns))
    return fixes, measured


def _measure(
    corrector: Corrector,
    snapshot: Snapshot,
    profile: Profile,
    proposed: tuple[Sequence[Fix], Sequence[Fix]],
    seed: int,
) -> dict[str, Backtest]:
    fixes, others = proposed
    if isinstance(corrector, TestsItself):
        return corrector.backtest(snapshot, profile, fixes, seed)
    return backtest(corrector, snapshot, profile, fixes, seed=seed, others=others)


def _with_agreement(fixes: Sequence[Fix]) -> list[Fix]:
    """Note on each fix which other correctors would write the same into all of its cells."""
    writers: dict[tuple[str, int, str | None], set[str]] = defaultdict(set)
    for fix in fixes:
        for cell in _cells(fix):
            writers[cell].add(fix.provenance.corrector)
    agreed = []
    for fix in fixes:
        sets = [writers[cell] for cell in _cells(fix)]
        others = set.intersection(*sets) - {fix.provenance.corrector} if sets else set()
        agreed.append(replace(fix, evidence=replace(fix.evidence, agreed_by=tuple(sorted(others)))))
    return agreed


def _cells(fix: Fix) -> list[tuple[str, int, str | None]]:
    if fix.kind not in (FixKind.MAPPING, FixKind.CELL):
        return []
    return [(change.column, row, change.after) for change in fix.changes for row in fix.rows]
