"""Turns the repairs of the co-occurrence model into fixes with evidence that a person can check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from steward.engine import Snapshot
from steward.engine.text import quote_identifier, quote_literal
from steward.fixes.cooccurrence import Repairs, all_determinants, repair
from steward.fixes.determinants import Determinant
from steward.fixes.gate import GateSettings, expected_right, may_be_safe
from steward.fixes.grid import Grid
from steward.fixes.hidden import COUNTED, measure
from steward.fixes.judgement import shipped_judgement
from steward.fixes.pairs import MISSING
from steward.fixes.suspects import FEATURES
from steward.types import (
    ROW,
    Backtest,
    Change,
    Evidence,
    Fix,
    FixKind,
    Profile,
    Provenance,
    Reason,
    Safety,
)

MAX_ROWS, MAX_CELLS = 2_000_000, 40_000_000
SIMILAR = 0.6
SYSTEMATIC = (
    " But such cells gather in a slice of another column: legitimate variation, or a fault of a "
    "whole delivery. A person must judge."
)
GATHERED = 10.0
VARIES = (
    " But no doubted cell of this column is evidently wrong, and no other column fixes it: "
    "this may be variation. A person must judge."
)
FEW_SLIPS, FIXED, USUAL = 0.1, 0.9, 0.02
"""A column with fewer evident slips among its doubted cells must be told with such a kappa."""

BANDS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class _Vote:
    """What one determinant says in one row: of `total` other rows, `for_it` hold the new value."""

    column: str
    value: str
    for_it: int
    against: int
    total: int


class DependencyVote:
    """What the rows that agree elsewhere say a cell should hold.

    Also fills blanks and mends misspelt or exchanged values wherever other columns tell.
    """

    name = "dependency_vote"
    version = "1"
    injections: tuple[str, ...] = ()

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """One fix for each column, old value, new value and band of confidence."""
        if snapshot.rows > MAX_ROWS or snapshot.rows * len(snapshot.columns) > MAX_CELLS:
            return
        grid = Grid.of(snapshot, profile)
        repairs = repair(grid)
        if not len(repairs.rows):
            return
        chosen = all_determinants(grid)
        for _, members in sorted(_groups(snapshot, grid, repairs).items(), key=_order):
            yield self._fix(snapshot, grid, repairs, np.array(members), chosen)

    def backtest(
        self, snapshot: Snapshot, profile: Profile, fixes: Sequence[Fix], seed: int = 0
    ) -> dict[str, Backtest]:
        """Measured precision of each column that the fixes write."""
        grid = Grid.of(snapshot, profile)
        written = {change.column for fix in fixes for change in fix.changes}
        columns = [i for i, name in enumerate(grid.columns) if name in written]
        repairs = _as_repairs(snapshot, grid, fixes)
        measured = measure(
            grid, repairs, columns, shipped_judgement(), seed, counted=_least_written(fixes)
        )
        return {grid.columns[c]: backtest for c, backtest in measured.items()}

    def _fix(
        self,
        snapshot: Snapshot,
        grid: Grid,
        repairs: Repairs,
        members: np.ndarray,
        chosen: list[list[Determinant]],
    ) -> Fix:
        first = int(members[0])
        c, r = int(repairs.columns[first]), int(repairs.rows[first])
        before = snapshot.codes(grid.columns[c])
        old = before.text(int(before.codes[r]))
        new = grid.values[c][int(repairs.after[first])]
        votes = _votes(grid, r, c, int(repairs.before[first]), int(repairs.after[first]), chosen[c])
        rows = tuple(snapshot.row_ids[repairs.rows[members]].tolist())
        doubt = SYSTEMATIC if _gathered(repairs, first) else ""
        doubt = doubt or (VARIES if _varies(repairs, first) else "")
        reason = _reason(repairs, first)
        return Fix(
            table=snapshot.name,
            kind=FixKind.CELL,
            reason=reason,
            check="missing" if reason is Reason.MISSING else "dependency",
            changes=(Change(grid.columns[c], old, new),),
            rows=rows,
            provenance=Provenance(self.name, self.version),
            evidence=Evidence(
                _words(old, new, votes, len(rows)) + doubt,
                sql=_sql(snapshot.name, grid.columns[c], rows, votes),
                determinants=tuple(v.column for v in votes),
                votes_for=float(sum(v.for_it for v in votes)),
                votes_against=float(sum(v.against for v in votes)),
            ),
            confidence=round(float(repairs.probability[members].mean()), 4),
            safety=Safety.UNSAFE if doubt else Safety.SAFE,
        )


def _least_written(fixes: Sequence[Fix]) -> float:
    """The least confidence that the gate would take, were all columns to pass their backtest."""
    eligible = [i for i, fix in enumerate(fixes) if may_be_safe(fix)]
    chosen = expected_right(fixes, eligible, GateSettings())
    return min((fixes[i].confidence for i in chosen), default=COUNTED)


def _groups(
    snapshot: Snapshot, grid: Grid, repairs: Repairs
) -> dict[tuple[int, int, int, int], list[int]]:
    """Members (positions in the repairs) by column, delivered old value, new value and band."""
    groups: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
    for i, (r, c) in enumerate(zip(repairs.rows.tolist(), repairs.columns.tolist(), strict=True)):
        raw = int(snapshot.codes(grid.columns[c]).codes[r])
        band = next((b for b, bar in enumerate(BANDS) if repairs.probability[i] >= bar), len(BANDS))
        band += (len(BANDS) + 1) * (2 * _gathered(repairs, i) + _varies(repairs, i))
        groups[c, raw, int(repairs.after[i]), band].append(i)
    return groups


def _gathered(repairs: Repairs, i: int) -> bool:
    return bool(repairs.features[i, FEATURES.index("concentration")] > GATHERED)


def _varies(repairs: Repairs, i: int) -> bool:
    """Is u usual, nothing in the column evidently wrong, and no other column fixes this one?"""
    slips, kappa, before, after = (
        float(repairs.features[i, FEATURES.index(name)])
        for name in ("column_slips", "best_kappa", "log_count_before", "log_count_after")
    )
    usual = repairs.before[i] != MISSING and before - after >= log(USUAL)
    return bool(usual and slips < FEW_SLIPS and kappa < FIXED)


def _order(item: tuple[tuple[int, int, int, int], list[int]]) -> tuple[int, int, int]:
    (column, _, _, band), members = item
    return column, band, members[0]


def _reason(repairs: Repairs, i: int) -> Reason:
    if repairs.before[i] == MISSING:
        return Reason.MISSING
    alike = repairs.features[i, FEATURES.index("similarity")]
    return Reason.TYPO if alike >= SIMILAR else Reason.DEPENDENCY


def _votes(
    grid: Grid, row: int, column: int, old: int, new: int, chosen: Sequence[Determinant]
) -> list[_Vote]:
    found = []
    for d in chosen:
        x = int(grid.codes[row, d.column])
        total = int(d.pairs.totals[x]) - 1
        if x == MISSING or total < 1:
            continue
        here = np.array([x])
        for_it = int(d.pairs.count(here, np.array([new]))[0])
        against = int(d.pairs.count(here, np.array([old]))[0]) - 1
        text = grid.values[d.column][x]
        found.append(_Vote(grid.columns[d.column], text, for_it, max(against, 0), total))
    return sorted(found, key=lambda v: -v.for_it)[:3]


def _words(old: str | None, new: str, votes: Sequence[_Vote], rows: int) -> str:
    if not votes:
        return f"Rows that agree elsewhere hold `{new}`."
    said = [
        f"of {v.total} other rows with {v.column} `{_short(v.value)}`, {v.for_it} hold it"
        for v in votes
    ]
    text = f"`{_short(new)}`: " + "; ".join(said) + "."
    stands = f" {sum(v.against for v in votes)} hold `{_short(old)}`." if old else ""
    return text + stands + (f" First of {rows} rows." if rows > 1 else "")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"


def _sql(table: str, column: str, rows: Sequence[int], votes: Sequence[_Vote]) -> str:
    """Select the first row of the fix beside the rows that vote in it."""
    names = dict.fromkeys([column, *(v.column for v in votes)])
    listed = ", ".join(quote_identifier(n) for n in names)
    tests = [f"{quote_identifier(v.column)} = {quote_literal(v.value)}" for v in votes]
    tests.append(f"{ROW} in ({', '.join(str(r) for r in rows[:20])})")
    where = " or ".join(tests)
    return f"select {ROW}, {listed} from {quote_identifier(table)} where {where} order by {ROW}"


def _as_repairs(snapshot: Snapshot, grid: Grid, fixes: Sequence[Fix]) -> Repairs:
    """The cells that fixes write, as positions in the grid; other fields are empty."""
    index = {name: i for i, name in enumerate(grid.columns)}
    rows = [snapshot.positions(f.rows) for f in fixes for _ in f.changes]
    columns = [np.full(len(f.rows), index[c.column]) for f in fixes for c in f.changes]
    none = np.zeros(0, np.int64)
    return Repairs(
        np.concatenate([none, *rows]), np.concatenate([none, *columns]), none, none,
        np.zeros(0), np.zeros((0, len(FEATURES))),
    )  # fmt: skip
