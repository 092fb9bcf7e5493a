"""Two values in one cell beside an empty one: the part that is at home there may be moved."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations

import numpy as np
import numpy.typing as npt

from steward.engine import Codes, Snapshot
from steward.fixes.mapping import missing_codes
from steward.teach.guess import Guess, guess
from steward.types import Change, Fix, Profile, Reason, RowId

WHO = "guess_merged"
LEAST, KNOWN = 2, 2
"""So many rows of a pair of columns make a guess; a part is known that so many other rows hold."""

MOST = 5000
_GAP = re.compile(r"\s*[,;/|，；]\s*|\s+-\s+|\s+")


def merged(snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
    """Values whose last or first part is a value of a column that is empty in their row."""
    gone = {c.name: missing_codes(snapshot, profile, c.name) for c in profile.columns}
    for full, empty in permutations(snapshot.columns, 2):
        if gone[empty].any():
            rows = np.flatnonzero(gone[empty] & ~gone[full])[:MOST]
            yield from _parted(snapshot, full, empty, rows)


def _parted(
    snapshot: Snapshot, full: str, empty: str, spots: npt.NDArray[np.int64]
) -> Iterator[Fix]:
    codes, target = snapshot.codes(full), snapshot.codes(empty)
    known = {v for v, n in zip(target.values, target.counts.tolist(), strict=True) if n >= KNOWN}
    own = {v for v, n in zip(codes.values, codes.counts.tolist(), strict=True) if n > KNOWN}
    found: dict[tuple[int, int, str, str], list[RowId]] = defaultdict(list)
    for spot in spots.tolist():
        text = codes.values[codes.codes[spot]]
        parts = None if text in own else _part(text, known)
        if parts:
            key = (int(codes.codes[spot]), int(target.codes[spot]), *parts)
            found[key].append(int(snapshot.row_ids[spot]))
    if sum(map(len, found.values())) < LEAST:
        return
    for (code, blank, kept, moved), rows in sorted(found.items()):
        yield _fix(snapshot, (full, empty), (codes, code, kept), (target, blank, moved), rows)


def _part(text: str, known: set[str]) -> tuple[str, str] | None:
    """What stays and what moves: the longest last part that is known, else the first."""
    gaps = [match.span() for match in _GAP.finditer(text)]
    for start, end in gaps:
        if start and text[end:] in known:
            return text[:start], text[end:]
    for start, end in reversed(gaps):
        if end < len(text) and text[:start] in known:
            return text[end:], text[:start]
    return None


def _fix(
    snapshot: Snapshot,
    names: tuple[str, str],
    full: tuple[Codes, int, str],
    empty: tuple[Codes, int, str],
    rows: list[RowId],
) -> Fix:
    (codes, code, kept), (target, blank, moved) = full, empty
    changes = (
        Change(names[0], codes.text(code), kept),
        Change(names[1], target.text(blank), moved),
    )
    words = f"{moved!r} is a value of {names[1]}, which is empty in this row."
    return guess(snapshot, Guess(WHO, Reason.SPLIT_VALUE, words, 0.8), changes, rows)
