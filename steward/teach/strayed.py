"""Two values of a row that each look like those of the other's column: exchanged, perhaps."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt

from steward.engine import Snapshot
from steward.teach.guess import Guess, guess
from steward.types import Change, Fix, Profile, Reason, RowId

WHO = "guess_strayed"
LEAST = 2
HOME = 10.0
"""A value is at home where its like is so many times as frequent as in the other column."""

Flags = npt.NDArray[np.float64]


def strayed(snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
    """Rows in which the values of two columns are each at home in the other one."""
    shapes = {c.name: _shapes(snapshot, c.name) for c in profile.columns if c.present}
    odd = {name: _odd(snapshot, name, counts) for name, counts in shapes.items()}
    for one, other in combinations(shapes, 2):
        rows = np.flatnonzero(odd[one] & odd[other])
        if len(rows) >= LEAST:
            yield from _exchanged(snapshot, (one, other), shapes, rows)


def _exchanged(
    snapshot: Snapshot,
    pair: tuple[str, str],
    shapes: dict[str, Counter[str]],
    spots: npt.NDArray[np.int64],
) -> Iterator[Fix]:
    left, right = (snapshot.codes(name) for name in pair)
    found: dict[tuple[str, str], list[RowId]] = defaultdict(list)
    for spot in spots.tolist():
        a, b = left.text(int(left.codes[spot])), right.text(int(right.codes[spot]))
        if not a or not b or a == b:
            continue
        if _at_home(a, pair[1], pair[0], shapes) and _at_home(b, pair[0], pair[1], shapes):
            found[a, b].append(int(snapshot.row_ids[spot]))
    if sum(map(len, found.values())) < LEAST:
        return
    for (a, b), rows in sorted(found.items()):
        changes = (Change(pair[0], a, b), Change(pair[1], b, a))
        words = f"{a!r} looks like a value of {pair[1]}, and {b!r} like one of {pair[0]}."
        yield guess(snapshot, Guess(WHO, Reason.SWAPPED, words, 0.7), changes, rows)


def _at_home(text: str, there: str, here: str, shapes: dict[str, Counter[str]]) -> bool:
    shape = _shape(text)
    return shapes[there][shape] >= max(5.0, HOME * shapes[here][shape])


def _odd(snapshot: Snapshot, name: str, counts: Counter[str]) -> npt.NDArray[np.bool_]:
    """Which rows (bool, one a row) hold a value of a shape that is rare in its column."""
    codes, most = snapshot.codes(name), counts.total() * 0.1
    rare = np.array([counts[_shape(text)] <= most for text in codes.values] + [False])
    return np.asarray(rare[codes.codes])


def _shapes(snapshot: Snapshot, name: str) -> Counter[str]:
    """Rows by the shape of their value."""
    codes, found = snapshot.codes(name), Counter[str]()
    for text, rows in zip(codes.values, codes.counts.tolist(), strict=True):
        found[_shape(text)] += rows
    return found


def _shape(text: str) -> str:
    """Letters and digits by their kind, runs as one: `12:30 a.m.` is `9:9 a.a.`."""
    short = re.sub(r"\d+", "9", text.lower())
    short = re.sub(r"[\u4e00-\u9fff]+", "文", short)
    return re.sub(r"[^\W\d_文]+(?:[ '-][^\W\d_文]+)*", "a", short)
