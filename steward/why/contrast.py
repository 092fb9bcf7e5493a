"""Contrast sets: which slices of a table hold the affected rows, and few others.

A beam search over conjunctions of conditions (Bay and Pazzani, 2001), on integer codes. A slice is
ranked by coverage x log2(lift), lift being its rate over the usual one; it is tested against the
rest of its parent and corrected for every hypothesis that was looked at. A longer one is kept only
where it says more than the shorter one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from steward.why.axis import Atom, Axis
from steward.why.scope import Mask
from steward.why.significance import LEVEL, correct, likelihood_ratio, p_value

DEPTH = 3
BEAM = 10
LEAST_COVERED = 4
LEAST_COVERAGE = 0.02
LEAST_GAIN = 1.02
MOST_STEPS = 64
MOST_TOGETHER = 40
LEAST_LIFT = 1.5
LEAST_OF_BEST = 0.6
A_VALUE = 0.02
"""What a further value of a set costs: few words are worth more than many."""
Ints = np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A conjunction of conditions, the affected rows it covers, and how sure that is.

    `inside` marks its rows; `axes` are the places of its axes and `chosen` the codes taken there;
    `tests` counts the hypotheses, `more` the values of sets beyond the first.
    """

    atoms: tuple[Atom, ...]
    covered: int
    rows: int
    affected: int
    total: int
    p_value: float
    inside: Mask
    axes: tuple[int, ...] = ()
    chosen: tuple[Ints, ...] = ()
    tests: int = 0
    more: int = 0

    @property
    def coverage(self) -> float:
        """Share of the affected rows that it holds."""
        return self.covered / self.affected if self.affected else 0.0

    @property
    def rate(self) -> float:
        """Share of its rows that are affected."""
        return self.covered / self.rows if self.rows else 0.0

    @property
    def lift(self) -> float | None:
        """Its rate over the rate outside; None where nothing outside is affected."""
        outside, rest = self.affected - self.covered, self.total - self.rows
        return self.rate / (outside / rest) if outside and rest else None

    @property
    def score(self) -> float:
        """Coverage x log2(rate over the usual rate), less for every further value of a set."""
        if self.rows == self.total:
            return 0.0
        plain = _scores(np.array([self.covered]), np.array([self.rows]), self)[0]
        return float(plain / (1 + A_VALUE * self.more))

    @property
    def sql(self) -> str:
        """Its condition."""
        return " and ".join(atom.sql for atom in self.atoms) or "true"

    @property
    def text(self) -> str:
        """Its condition, as a person reads it."""
        return ", ".join(atom.text for atom in self.atoms)


def whole(affected: Mask) -> Slice:
    """All rows, under no condition."""
    n, k = len(affected), int(affected.sum())
    return Slice((), k, n, k, n, 1.0, np.ones(n, bool))


def find_slices(axes: Sequence[Axis], affected: Mask, *, most: int = 3) -> list[Slice]:
    """Slices that together cover what can be covered, the best first, each of rows yet uncovered.

    Args:
        axes: ways to slice.
        affected: marks the affected rows.
        most: how many slices to find at most.
    """
    found: list[Slice] = []
    left = affected.copy()
    for _ in range(most):
        best = _best(axes, left, int(affected.sum()))
        if best is None:
            break
        best = _pruned(best, axes, left)
        found.append(recount(best, affected))
        left &= ~best.inside
        if left.sum() < max(LEAST_COVERED, LEAST_COVERAGE * affected.sum()):
            break
    return found


def _pruned(slice_: Slice, axes: Sequence[Axis], affected: Mask) -> Slice:
    """The slice without those values of its sets that are far less affected than the others."""
    for turn, (place, chosen) in enumerate(zip(slice_.axes, slice_.chosen, strict=True)):
        axis = axes[place]
        if axis.ordered or len(chosen) == 1:
            continue
        codes = axis.codes[slice_.inside]
        rows = np.bincount(codes, minlength=axis.size)[chosen]
        hits = np.bincount(codes[affected[slice_.inside]], minlength=axis.size)[chosen]
        rates = hits / np.maximum(rows, 1)
        kept = chosen[rates >= LEAST_OF_BEST * rates.max()]
        if len(kept) < len(chosen):
            slice_ = _with(slice_, axis, turn, kept)
    return slice_


def _with(slice_: Slice, axis: Axis, turn: int, kept: Ints) -> Slice:
    """The slice with fewer values on one of its axes."""
    inside = slice_.inside & np.isin(axis.codes, kept)
    atoms, chosen = list(slice_.atoms), list(slice_.chosen)
    atoms[turn], chosen[turn] = axis.atom([int(c) for c in kept]), kept
    rows = int(inside.sum())
    return replace(slice_, atoms=tuple(atoms), chosen=tuple(chosen), inside=inside, rows=rows)


def recount(slice_: Slice, affected: Mask) -> Slice:
    """The same slice, counted against all affected rows."""
    covered = int((slice_.inside & affected).sum())
    return replace(slice_, covered=covered, affected=int(affected.sum()))


def _best(axes: Sequence[Axis], affected: Mask, of: int) -> Slice | None:
    start = whole(affected)
    if start.covered < LEAST_COVERED or start.covered == start.rows:
        return None
    beam, best = [start], None
    for _ in range(DEPTH):
        grown = [child for parent in beam for child in _refine(parent, axes, affected)]
        grown = _distinct(sorted(grown, key=lambda s: -s.score))[:BEAM]
        if not grown:
            break
        if best is None or grown[0].score > LEAST_GAIN * best.score:
            best = grown[0]
        beam = grown
    if best is None or best.covered < max(LEAST_COVERED, LEAST_COVERAGE * of):
        return None
    return best


def _distinct(slices: Sequence[Slice]) -> list[Slice]:
    """Drop slices that hold the very rows of an earlier one."""
    kept: dict[bytes, Slice] = {}
    for one in slices:
        kept.setdefault(np.packbits(one.inside).tobytes(), one)
    return list(kept.values())


def _refine(parent: Slice, axes: Sequence[Axis], affected: Mask) -> Iterator[Slice]:
    """The better children of a slice: one more condition, which holds within the parent's rows."""
    at = np.flatnonzero(parent.inside)
    hit = affected[at]
    tried = 0
    found: list[tuple[int, Ints, int, int]] = []
    for place, axis in enumerate(axes):
        if place in parent.axes:
            continue
        codes = axis.codes[at]
        known = codes >= 0
        rows = np.bincount(codes[known], minlength=axis.size)
        hits = np.bincount(codes[known & hit], minlength=axis.size)
        options = list(_runs(rows, hits) if axis.ordered else _sets(rows, hits, parent))
        tried += len(options) if axis.ordered else int((rows > 0).sum())
        found += [(place, *option) for option in _top(options, parent, axis.ordered)]
    for place, chosen, k, n in found:
        sets = _sets_of(axes[place], chosen)
        if correct(p_value(k, n, parent.covered, parent.rows), tried * sets) <= LEVEL:
            tests = parent.tests + tried * sets
            p = correct(p_value(k, n, parent.affected, parent.total), tests)
            child = _child(parent, axes, place, chosen)
            yield replace(child, covered=k, rows=n, p_value=p, tests=tests)


def _sets_of(axis: Axis, chosen: Ints) -> int:
    """How many sets of this size could have been picked: each is a hypothesis of its own."""
    return 1 if axis.ordered or len(chosen) == 1 else math.comb(axis.size, len(chosen))


def _child(parent: Slice, axes: Sequence[Axis], place: int, chosen: Ints) -> Slice:
    axis = axes[place]
    wanted = np.zeros(axis.size + 1, bool)
    wanted[chosen] = True
    return replace(
        parent,
        atoms=(*parent.atoms, axis.atom([int(c) for c in chosen])),
        inside=parent.inside & wanted[axis.codes],
        axes=(*parent.axes, place),
        chosen=(*parent.chosen, chosen),
        more=parent.more + (0 if axis.ordered else len(chosen) - 1),
    )


def _runs(rows: Ints, hits: Ints) -> Iterator[tuple[Ints, int, int]]:
    """Runs of codes: all to the end, and closed ones where the steps are few."""
    size = len(rows)
    n, k = np.append(0, np.cumsum(rows)), np.append(0, np.cumsum(hits))
    for low in range(size):
        ends = range(low, size) if size <= MOST_STEPS else (low, size - 1)
        for high in ends:
            if (low or high < size - 1) and rows[low] and rows[high]:
                yield np.arange(low, high + 1), int(k[high + 1] - k[low]), int(n[high + 1] - n[low])


def _sets(rows: Ints, hits: Ints, parent: Slice) -> Iterator[tuple[Ints, int, int]]:
    """Single values, and the sets of the values in which the rate is highest."""
    usual = parent.covered / parent.rows
    held = np.flatnonzero((hits > 0) & (hits > LEAST_LIFT * usual * rows))
    for code in held[np.argsort(-hits[held], kind="stable")][:200]:
        yield np.array([code]), int(hits[code]), int(rows[code])
    g = likelihood_ratio(hits[held], rows[held], parent.covered, parent.rows)
    sure = held[g > 15.0]
    rate = hits[sure] / rows[sure]
    order = sure[np.lexsort((-hits[sure], -np.round(rate, 1)))]
    for size in range(2, min(len(order), MOST_TOGETHER) + 1):
        chosen = order[:size]
        yield chosen, int(hits[chosen].sum()), int(rows[chosen].sum())
    if len(order) > MOST_TOGETHER:
        yield order, int(hits[order].sum()), int(rows[order].sum())


def _top(
    options: Sequence[tuple[Ints, int, int]], parent: Slice, ordered: bool, most: int = 3
) -> list[tuple[Ints, int, int]]:
    """The few best options of one axis; of equal ones the first."""
    if not options:
        return []
    hits, rows = (np.array([o[i] for o in options]) for i in (1, 2))
    more = np.array([0 if ordered else len(o[0]) - 1 for o in options])
    scores = _scores(hits, rows, parent) / (1 + A_VALUE * (parent.more + more))
    scores[(hits < LEAST_COVERED) | (rows == parent.rows)] = 0.0
    order = np.argsort(-scores, kind="stable")[:most]
    return [options[i] for i in order if scores[i] > LEAST_GAIN * max(parent.score, 0.0)]


def _scores(hits: Ints, rows: Ints, of: Slice) -> Ints:
    """Coverage x log2(lift over all rows), smoothed by half a row."""
    usual = (of.affected + 0.5) / (of.total + 1)
    lift = np.log2(np.maximum((hits + 0.5) / (rows + 1) / usual, 1e-9))
    return np.asarray(hits / max(of.affected, 1) * lift, np.float64)
