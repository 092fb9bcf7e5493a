"""Put the shipped judgement to the test on random tables that it was not fitted on.

    python benchmarks/judgement/fresh.py --tables 40

prints calibration, and how much of what the gate calls safe is right. With `--voters 1` fewer
determinants vote; with `--pairs` pairs of columns vote as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import combinations

import numpy as np
from tables import Maker, Text, damage

from steward.engine import Snapshot
from steward.fixes import determinants, propose
from steward.fixes.cooccurrence import all_determinants, repair
from steward.fixes.dependency import DependencyVote
from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING
from steward.profile import profile_table
from steward.types import Safety

FIRST = 5000
MOST_ROWS = 2500
BARS = (0.6, 0.8, 0.9, 0.95)


def tables(count: int) -> Iterator[tuple[Snapshot, Text, Text]]:
    """Damaged and clean random tables, from seeds that the training never uses."""
    seed = FIRST
    while count:
        maker = Maker(seed)
        names, clean = maker.table()
        dirty, seed = damage(names, clean, maker.random), seed + 1
        if len(clean) <= MOST_ROWS:
            count -= 1
            columns = dict(zip(names, dirty.T.tolist(), strict=True))
            yield Snapshot.from_columns("t", columns), dirty, clean


def with_pairs(grid: Grid) -> Grid:
    """The grid with one more column for each two of the best three determinants of a column."""
    wanted = {
        pair
        for chosen in all_determinants(grid)
        for pair in combinations(sorted(d.column for d in chosen[:3]), 2)
    }
    codes, values = [grid.codes], list(grid.values)
    for a, b in sorted(wanted):
        x, y = grid.codes[:, a], grid.codes[:, b]
        known, joined = np.unique(x * grid.sizes[b] + y, return_inverse=True)
        codes.append(np.where((x == MISSING) | (y == MISSING), MISSING, joined + 1)[:, None])
        values.append(("", *(str(k) for k in known)))
    names = [*grid.columns, *(f"{a}+{b}" for a, b in sorted(wanted))]
    return Grid(tuple(names), np.concatenate(codes, axis=1), tuple(values))


def judged(grid: Grid, clean: Text) -> tuple[np.ndarray, np.ndarray]:
    """Probability and truth of every repair of the table's own columns."""
    found = repair(grid)
    own = found.columns < clean.shape[1]
    rows, columns = found.rows[own], found.columns[own]
    pairs = zip(columns, found.after[own], strict=True)
    texts = np.array([grid.values[c][v] for c, v in pairs], dtype=object)
    return found.probability[own], np.asarray(texts == clean[rows, columns], dtype=bool)


def safe(snapshot: Snapshot, clean: Text) -> tuple[int, int]:
    """Cells that the gate calls safe, and how many of them are right."""
    fixes = propose(snapshot, profile_table(snapshot), correctors=[DependencyVote()])
    right = [
        clean[row - 1, snapshot.columns.index(fix.columns[0])] == fix.changes[0].after
        for fix in fixes
        if fix.safety is Safety.SAFE
        for row in fix.rows
    ]
    return len(right), sum(right)


def main() -> None:
    """Print precision by confidence, and of what the gate calls safe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=40)
    parser.add_argument("--voters", type=int, default=determinants.DETERMINANTS)
    parser.add_argument("--pairs", action="store_true")
    given = parser.parse_args()
    determinants.DETERMINANTS = given.voters
    parts, errors, gated = [], 0, np.zeros(2, dtype=int)
    for snapshot, dirty, clean in tables(given.tables):
        grid = Grid.of(snapshot)
        parts.append(judged(with_pairs(grid) if given.pairs else grid, clean))
        gated += (0, 0) if given.pairs else safe(snapshot, clean)
        errors += int((dirty != clean).sum())
    p, y = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    print(f"{errors} wrong cells")
    for bar in BARS:
        kept = p >= bar
        said, right = p[kept].mean(), y[kept].mean()
        recall = y[kept].sum() / errors
        print(f"p >= {bar:.2f}: {kept.sum()} cells, said {said:.3f}, right {right:.3f}, "
              f"of all wrong cells {recall:.3f}")  # fmt: skip
    if not given.pairs:
        print(f"safe: {gated[0]} cells, right {gated[1] / max(gated[0], 1):.3f}")


if __name__ == "__main__":
    main()
