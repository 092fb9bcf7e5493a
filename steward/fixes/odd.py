"""Cells that are no reference: their value is evidently a slip, or at home in another column.

A corrector of gaps is tried on cells whose value is known. Where that value is `Nikee` among three
hundred `Nike`, or a colour in the column of brands, the trial says nothing of the corrector. What
is left out is decided from the column's own values, before the corrector is asked: it never
chooses its judges. Where more than a tenth of a column looks so, that is how the column is, and
nothing is left out: so measured precision is never more than a tenth too good by this.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from steward.engine import Codes, Snapshot
from steward.types import Profile, SemanticType

RARE, TIMES = 2, 5
"""A slip comes once or twice, what was meant at least five times as often."""

LETTERS = 4
"""Shorter texts are one edit from another by chance."""

AT_HOME, ROWS = 3, 5
"""Elsewhere it stands three times as often, in five rows or more."""

MOST = 0.1
MAX_PAIRS = 1_000_000

_REPEATING = {SemanticType.CATEGORY, SemanticType.CATEGORY_PATH, SemanticType.COUNTRY,
              SemanticType.TEXT}  # fmt: skip
Mask = npt.NDArray[np.bool_]


def odd_values(snapshot: Snapshot, profile: Profile, column: str) -> Mask:
    """Which distinct values of a column (bool, one a code) are slips, or strays of other columns.

    None where they hold more than a tenth of the column's filled cells.
    """
    codes = snapshot.codes(column)
    odd = _slips(codes) | _strays(snapshot, profile, column)
    if not len(odd) or codes.counts[odd].sum() > MOST * codes.counts.sum():
        return np.zeros(len(codes.values), bool)
    return odd


def odd_cells(
    snapshot: Snapshot, profile: Profile, columns: Collection[str]
) -> set[tuple[str, int]]:
    """The cells, by column and row id, that hold an odd value."""
    found: set[tuple[str, int]] = set()
    for column in columns:
        odd = np.append(odd_values(snapshot, profile, column), False)
        rows = snapshot.row_ids[odd[snapshot.codes(column).codes]]
        found.update((column, row) for row in rows.tolist())
    return found


def _slips(codes: Codes) -> Mask:
    texts = [value.strip().casefold() for value in codes.values]
    odd = np.zeros(len(texts), bool)
    rare = [i for i, n in enumerate(codes.counts) if 0 < n <= RARE and len(texts[i]) >= LETTERS]
    usual = [i for i, n in enumerate(codes.counts) if n >= TIMES and texts[i]]
    if not rare or not usual or len(rare) * len(usual) > MAX_PAIRS:
        return odd
    table = process.cdist(
        [texts[i] for i in rare], [texts[i] for i in usual],
        scorer=OSA.distance, score_cutoff=1, dtype=np.uint8,
    )  # fmt: skip
    often = codes.counts[usual][None, :] >= TIMES * codes.counts[rare][:, None]
    odd[np.array(rare)] = ((table <= 1) & often).any(axis=1)
    return odd


def _strays(snapshot: Snapshot, profile: Profile, column: str) -> Mask:
    codes = snapshot.codes(column)
    elsewhere: dict[str, int] = {}
    for other in profile.columns:
        repeats = other.distinct * 2 <= other.present and other.semantic in _REPEATING
        if other.name != column and repeats and not other.is_key:
            theirs = snapshot.codes(other.name)
            for value, rows in zip(theirs.values, theirs.counts.tolist(), strict=True):
                elsewhere[value] = max(elsewhere.get(value, 0), rows)
    return np.array(
        [
            bool(value.strip()) and elsewhere.get(value, 0) >= max(ROWS, AT_HOME * rows)
            for value, rows in zip(codes.values, codes.counts.tolist(), strict=True)
        ],
        bool,
    )
