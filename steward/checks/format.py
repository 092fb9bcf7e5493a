"""Values that are not written like the others of their column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from steward.checks.finding import issue_from_values
from steward.checks.shape import LETTERS, RUNS, Shapes, coarser, exact_shapes
from steward.checks.values import present_values, quoted, texts
from steward.checks.written import written
from steward.engine import Codes, Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

MIN_ROWS = 40
DEVIANT_SHARE = 0.05
ESTABLISHED_ROWS = 5
ESTABLISHED_SHARE = 0.01
MAX_SHAPES = 12
GAP = 4
TAIL = 5
OWN_SHARE = 0.6
FREE_TEXT_LENGTH = 60
STRANGE_SHARE = 0.01
STRANGE = (r"\p{Nd}", r"[*^~|<>{}\\\\=_#@$%]", r"''|\"\"|[?!]{2}|--|,,|\.\.")
"""Signs that plain words do not hold: digits, odd signs, doubled punctuation."""

VALUES = frozenset({SemanticType.MONEY, SemanticType.QUANTITY, SemanticType.NUMBER,
                    SemanticType.PERCENT, SemanticType.DATE})  # fmt: skip

Deviants = tuple[npt.NDArray[np.bool_], str]


def format(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Values that are not written like nearly all others of their column.

    A column of codes, numbers, dates or short words is compared shape by shape (`AA-99`); a shape
    is established when 1 % of the rows and at least five have it. Columns whose values take many
    shapes are left alone, and so is free text.
    """
    for column in profile.columns:
        if column.present < MIN_ROWS:
            continue
        codes, present = snapshot.codes(column.name), present_values(snapshot, column)
        found = _deviants(column, codes, present)
        if found is None:
            continue
        values = texts(codes, found[0])
        issue = issue_from_values(
            snapshot,
            column.name,
            values,
            check="format",
            reason=Reason.FORMAT,
            message=f"{{rows}} rows ({{share}}) write {column.name} unlike the others "
            f"({found[1]}): {quoted(values)}.",
        )
        if issue is not None:
            yield issue


def _deviants(
    column: ColumnProfile, codes: Codes, present: npt.NDArray[np.bool_]
) -> Deviants | None:
    if column.semantic in VALUES:
        return written(column, codes, present)
    if column.lengths is not None and column.lengths.mean > FREE_TEXT_LENGTH:
        return None
    exact = exact_shapes(codes, present)
    runs = coarser(exact, RUNS)
    if _wordy(runs):
        # Where most rows hold a text of their own it is a title, and titles hold any sign.
        own = column.distinct >= OWN_SHARE * column.present
        return None if own else strangers(codes, present)
    found = None if _vary_in_length(exact, runs) else _unlike(exact, present)
    found = found or _unlike(runs, present) or _unlike(coarser(exact, LETTERS), present)
    return found if found and found[0].any() else None


def _wordy(runs: Shapes) -> bool:
    """Are most rows words, which may hold hyphens, dots and capitals anywhere?"""
    words = sum(
        int(n)
        for name, n in zip(runs.names, runs.rows, strict=True)
        if "A+a+" in name or "a+ a+" in name or "A+ A+" in name or set(name) <= set("aA汉+ ")
    )
    return words * 2 > int(runs.rows.sum())


def _vary_in_length(exact: Shapes, runs: Shapes) -> bool:
    """Do values of one structure commonly differ in length (`7`, `12`, `140`)?"""
    usual = exact.rows >= ESTABLISHED_SHARE * exact.rows.sum()
    run_of = np.zeros(len(exact.names), np.int32)
    run_of[exact.of] = runs.of
    return int(usual.sum()) > len(np.unique(run_of[usual]))


def strangers(codes: Codes, present: npt.NDArray[np.bool_]) -> Deviants | None:
    """Values with a digit or an odd sign where hardly any other value of the column has one."""
    rows = np.where(present, codes.counts, 0)
    odd = np.zeros(len(rows), bool)
    for pattern in STRANGE:
        matched = pc.match_substring_regex(pa.array(codes.values, pa.string()), pattern)
        has = np.asarray(matched.to_numpy(zero_copy_only=False), dtype=bool) & present
        if 0 < rows[has].sum() <= STRANGE_SHARE * rows.sum():
            odd |= has
    return (odd, "usually plain words") if odd.any() else None


def _unlike(seen: Shapes, present: npt.NDArray[np.bool_]) -> Deviants | None:
    """Values of shapes that are not established; None when the column is not regular."""
    total = int(seen.rows.sum())
    established = seen.rows >= max(ESTABLISHED_ROWS, ESTABLISHED_SHARE * total)
    rest = total - int(seen.rows[established].sum())
    known = int(established.sum())
    if not 0 < known <= MAX_SHAPES or rest > DEVIANT_SHARE * total:
        return None
    # No gap between the rarest usual shape and the commonest odd one: the odd ones are a long tail.
    least = int(seen.rows[established].min())
    if GAP * int(seen.rows[~established].max(initial=0)) > least or TAIL * rest > least:
        return None
    order = np.argsort(-np.where(established, seen.rows, 0), kind="stable")[: min(known, 3)]
    usual = "usually " + ", ".join(f"`{seen.names[i]}`" for i in order)
    return present & ~established[seen.of], usual
