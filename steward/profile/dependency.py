"""Approximate functional dependencies between columns, by g3 (Kivinen and Mannila, 1995).

Every pair is screened on whole groups of the determinant (about 8,000 rows; a sample of rows
would tear the groups apart), against the same rows with the dependent shuffled: what chance
does as well is no dependency, so a dependent that is nearly constant, or a determinant of tiny
groups, never passes. Survivors are counted exactly. Rows that miss either value take no part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steward.types import Dependency

MAX_ERROR = 0.15
"""Share of the rows in groups that may contradict the dependency."""

BETTER = 0.35
"""The error must be at most this share of the error that chance gives."""

SCREEN_ROWS = 8_000
LEAST_ROWS = 8
LEAST_SHARE = 0.05
MOST_COLUMNS = 60
PAIRS_UP_TO = 20
"""Two determinants together are tried in tables of at most so many columns that take part."""

FILLED = 3

Codes32 = npt.NDArray[np.int32] | npt.NDArray[np.int16]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column as codes (int32 or int16, -1 where nothing is present) below `distinct`."""

    name: str
    codes: Codes32
    distinct: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one pair: rows taking part, rows to drop, groups of two or more, rows in them."""

    tested: int
    dropped: int
    groups: int
    rows: int


def takes_part(distinct: int, present: int) -> bool:
    """Can a column be a determinant? It must vary, and share values between rows."""
    return distinct >= 2 and present - distinct >= max(LEAST_ROWS // 2, LEAST_SHARE * present / 2)


def narrow(codes: npt.NDArray[np.int32], distinct: int) -> Codes32:
    """The same codes in half the memory where they fit."""
    return codes.astype(np.int16) if distinct < 2**15 else codes


def find_dependencies(columns: Sequence[Coded], *, seed: int = 7) -> tuple[Dependency, ...]:
    """Return the dependencies with one determinant (and with two, in narrow tables).

    Args:
        columns: those that vary; at most the first `MOST_COLUMNS` that share values take part.
        seed: of the shuffles.
    """
    rng = np.random.default_rng(seed)
    sharing = [c for c in columns if takes_part(c.distinct, int((c.codes >= 0).sum()))]
    sharing = sharing[:MOST_COLUMNS]
    found = [d for c in sharing for d in _of(c, (c.name,), columns, rng)]
    if len(sharing) <= PAIRS_UP_TO:
        found += _of_two(sharing, columns, found, rng)
    return tuple(sorted(found, key=lambda d: (d.error, d.determinant, d.dependent)))


def _of(
    determinant: Coded, names: tuple[str, ...], columns: Sequence[Coded], rng: np.random.Generator
) -> list[Dependency]:
    rows = _whole_groups(determinant)
    found = []
    for dependent in columns:
        if dependent.name in names or dependent.distinct < 2:
            continue
        if not _promising(determinant.codes[rows], dependent.codes[rows], rng):
            continue
        tally = g3(determinant.codes, dependent.codes)
        if _holds(tally, MAX_ERROR):
            error = round(tally.dropped / tally.tested, 6)
            found.append(Dependency(names, dependent.name, error, tally.groups, tally.rows))
    return found


def _of_two(
    sharing: Sequence[Coded],
    columns: Sequence[Coded],
    known: Sequence[Dependency],
    rng: np.random.Generator,
) -> list[Dependency]:
    """Two columns that determine a third which neither does alone.

    Only combinations whose groups can be well filled are tried (`FILLED` rows to a combination),
    and all are screened on one sample of rows before they are counted on the whole table.
    """
    if not sharing:
        return []
    single = {(d.determinant[0], d.dependent) for d in known}
    total = len(sharing[0].codes)
    rows = np.linspace(0, total - 1, min(total, SCREEN_ROWS)).astype(np.int64)
    thin = {c.name: Coded(c.name, c.codes[rows], c.distinct) for c in columns}
    found = []
    for i, left in enumerate(sharing):
        for right in sharing[i + 1 :]:
            if not _fillable(left, right, len(rows), single):
                continue
            sample = _together(thin[left.name], thin[right.name])
            promising = [
                c
                for c in columns
                if not {(left.name, c.name), (right.name, c.name)} & single
                and c.name not in (left.name, right.name)
                and _promising(sample.codes, thin[c.name].codes, rng)
            ]
            if promising:
                both = _together(left, right)
                found += _of(both, (left.name, right.name), promising, rng)
    return found


def _fillable(left: Coded, right: Coded, rows: int, single: set[tuple[str, str]]) -> bool:
    related = (left.name, right.name) in single or (right.name, left.name) in single
    return not related and left.distinct * right.distinct * FILLED <= rows


def _together(left: Coded, right: Coded) -> Coded:
    """Two columns as one; only for few combinations (`_fillable`)."""
    known = (left.codes >= 0) & (right.codes >= 0)
    keys = left.codes.astype(np.int64) * right.distinct + right.codes
    used = np.zeros(left.distinct * right.distinct, bool)
    used[keys[known]] = True
    places = np.cumsum(used, dtype=np.int32) - 1
    codes = np.where(known, places[np.where(known, keys, 0)], -1).astype(np.int32)
    return Coded(f"{left.name}+{right.name}", codes, int(used.sum()))


def _whole_groups(determinant: Coded) -> npt.NDArray[np.int64]:
    """Positions of the rows of some groups, all of each, `SCREEN_ROWS` or a little more."""
    if len(determinant.codes) <= SCREEN_ROWS:
        return np.arange(len(determinant.codes))
    sizes = np.bincount(determinant.codes + 1, minlength=determinant.distinct + 1)[1:]
    order = np.random.default_rng(determinant.distinct).permutation(determinant.distinct)
    order = order[sizes[order] > 1]
    some = order[: np.searchsorted(np.cumsum(sizes[order]), SCREEN_ROWS) + 1]
    chosen = np.zeros(determinant.distinct + 1, bool)
    chosen[some] = True
    rows = np.flatnonzero(chosen[determinant.codes])
    # A single huge group would bring all of its rows: take them at even steps then.
    return rows[:: max(1, len(rows) // (4 * SCREEN_ROWS))]


def _promising(determinant: Codes32, dependent: Codes32, rng: np.random.Generator) -> bool:
    known = (determinant >= 0) & (dependent >= 0)
    left, right = determinant[known], dependent[known]
    tally = g3(left, right)
    if not _holds(tally, 1.3 * MAX_ERROR):
        return False
    by_chance = g3(left, rng.permutation(right))
    return tally.dropped <= BETTER * by_chance.dropped


def _holds(tally: Tally, most: float) -> bool:
    enough = max(LEAST_ROWS, LEAST_SHARE * tally.tested)
    return tally.rows >= enough and tally.groups >= 2 and tally.dropped <= most * tally.rows


def g3(determinant: Codes32, dependent: Codes32) -> Tally:
    """Count a pair of columns of codes; rows with a negative code take no part."""
    known = (determinant >= 0) & (dependent >= 0)
    if not known.all():
        determinant, dependent = determinant[known], dependent[known]
    if not len(determinant):
        return Tally(0, 0, 0, 0)
    width = int(dependent.max()) + 1
    keys = determinant.astype(np.int64) * width + dependent
    height = int(determinant.max()) + 1
    dense = height * width <= 4 * len(keys)
    best, sizes = _dense_groups(keys, height, width) if dense else _sorted_groups(keys, width)
    shared = sizes > 1
    return Tally(
        tested=len(keys),
        dropped=int(len(keys) - best.sum()),
        groups=int(shared.sum()),
        rows=int(sizes[shared].sum()),
    )


def _dense_groups(keys: Integers, height: int, width: int) -> tuple[Integers, Integers]:
    """Rows of each group's most frequent dependent, and of each group, from a dense table."""
    table = np.bincount(keys, minlength=height * width).reshape(height, width)
    return table.max(axis=1), table.sum(axis=1)


def _sorted_groups(keys: Integers, width: int) -> tuple[Integers, Integers]:
    """The same by sorting, where the table would be mostly empty."""
    keys = np.sort(keys)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    counts = np.diff(np.append(starts, len(keys)))
    groups = keys[starts] // width
    heads = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    return np.maximum.reduceat(counts, heads), np.add.reduceat(counts, heads)


def determinants(dependencies: Sequence[Dependency]) -> Mapping[str, tuple[Dependency, ...]]:
    """Group dependencies by what they determine."""
    found: dict[str, tuple[Dependency, ...]] = {}
    for dependency in dependencies:
        found[dependency.dependent] = (*found.get(dependency.dependent, ()), dependency)
    return found
