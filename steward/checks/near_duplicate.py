"""Rows whose titles are nearly the same and whose other cells do not object."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from steward.checks.finding import issue_from_sql
from steward.checks.sql import select_rows
from steward.checks.titles import title_column
from steward.checks.values import present_codes
from steward.engine import Codes, Snapshot
from steward.types import Issue, Profile, Reason, SemanticType

ALIKE = 92.0
"""Likeness of two titles, 0 to 100, by rapidfuzz's ratio."""

AGREEING = 0.8
MAX_GROUP = 20
MAX_SHARE = 0.1
"""Where titles repeat more often than that, they name kinds of things, not things."""

WINDOW = 2
LONG_WORD = 5

SIZES = frozenset({SemanticType.QUANTITY, SemanticType.NUMBER, SemanticType.GTIN})

Rows = npt.NDArray[np.int64]


def near_duplicate(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Rows that seem to tell of a thing that an earlier row tells of already.

    Titles, without case and punctuation, are compared with their neighbours in alphabetical
    order, read forwards and backwards. Two titles are one when they differ in at most a misspelt
    long word; never when a number differs. Such a row is shown when four fifths of its other
    cells agree with the first row of that title, and no size, number or GTIN differs.
    """
    title = title_column(profile)
    if title is None:
        return
    names = {c.name for c in profile.columns if c.is_key or c.near_key}
    others = [c for c in profile.columns if c.name not in names | {title.name, *snapshot.key}]
    if len(others) < 2:
        return
    group = _groups(snapshot, present_codes(snapshot, title), snapshot.codes(title.name))
    later, first = _later_rows(group)
    agree = np.zeros(len(later))
    same = np.ones(len(later), bool)
    for column in others:
        codes = present_codes(snapshot, column)
        a, b = codes[later], codes[first]
        equal = (a == b) | (a < 0) | (b < 0)
        # Two sizes of one thing are two things; two prices of it are not.
        agree += np.where(equal, 1.0, -len(others) if column.semantic in SIZES else 0.0)
    for name in snapshot.columns:
        raw = snapshot.codes(name).codes
        same &= raw[later] == raw[first]
    # Rows equal cell for cell are the business of `duplicate_row`.
    found = later[(agree >= AGREEING * len(others)) & ~same]
    if not 0 < len(found) <= MAX_SHARE * snapshot.rows:
        return
    issue = issue_from_sql(
        snapshot,
        select_rows(snapshot.name, [title.name], snapshot.row_ids[found].tolist()),
        check="near_duplicate",
        reason=Reason.NEAR_DUPLICATE,
        columns=[title.name],
        message="{rows} rows ({share}) seem to repeat an earlier row with a like "
        f"{title.name} and agreeing cells.",
    )
    if issue is not None:
        yield issue


def _groups(snapshot: Snapshot, codes: npt.NDArray[np.int32], titles: Codes) -> Rows:
    """A number (int64) a row for its title, near titles sharing one; -1 where there is none."""
    plain = pc.replace_substring_regex(
        pc.utf8_lower(pa.array(titles.values, pa.string())), r"[^\p{L}\p{N}]+", " "
    )
    keys = Codes.of(pc.utf8_trim_whitespace(plain))
    parent = np.arange(len(keys.values) + 1)
    for one, other in near_pairs(keys.values):
        parent[max(_root(parent, one), _root(parent, other))] = min(
            _root(parent, one), _root(parent, other)
        )
    roots = np.array([_root(parent, i) for i in range(len(keys.values))] + [-1], np.int64)
    of_title = np.append(roots[keys.codes], -1)
    return np.asarray(of_title[codes], dtype=np.int64)


def near_pairs(keys: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Pairs of distinct titles (positions) that are one but for a misspelt long word."""
    plain = pa.array(keys, pa.string())
    digits = Codes.of(pc.replace_substring_regex(plain, "[^0-9]", "")).codes
    backwards = pc.array_sort_indices(pc.utf8_reverse(plain)).to_numpy()
    for order in (np.arange(len(keys)), backwards.astype(np.int64)):
        for step in range(1, WINDOW + 1):
            one, other = order[:-step], order[step:]
            # Most neighbours in a catalogue differ in a number: they are never compared.
            same = digits[one] == digits[other]
            yield from _alike(keys, one[same], other[same])


def _alike(keys: tuple[str, ...], one: Rows, other: Rows) -> Iterator[tuple[int, int]]:
    likeness = process.cpdist(
        [keys[i] for i in one],
        [keys[i] for i in other],
        scorer=fuzz.ratio,
        score_cutoff=ALIKE,
    )
    for i in np.flatnonzero(likeness >= ALIKE).tolist():
        a, b = int(one[i]), int(other[i])
        if one_thing(keys[a], keys[b]):
            yield a, b


def one_thing(one: str, other: str) -> bool:
    """Do two titles differ in nothing but the spelling of long words?"""
    left, right = sorted(one.split()), sorted(other.split())
    a = [w for w in left if w not in right]
    b = [w for w in right if w not in left]
    if len(a) != len(b) or len(left) < 2:
        return "".join(one.split()) == "".join(other.split())
    return all(
        min(len(x), len(y)) >= LONG_WORD
        and not any(c.isdigit() for c in x + y)
        and OSA.distance(x, y) == 1
        for x, y in zip(a, b, strict=True)
    )


def _root(parent: npt.NDArray[np.int64], i: int) -> int:
    while parent[i] != i:
        i = int(parent[i])
    return i


def _later_rows(group: Rows) -> tuple[Rows, Rows]:
    """Positions of the rows that are not the first of their group, and of that first row."""
    order = np.argsort(group, kind="stable")
    order = order[group[order] >= 0]
    _, starts, sizes = np.unique(group[order], return_index=True, return_counts=True)
    first = np.repeat(order[starts], sizes)
    small = np.repeat(sizes <= MAX_GROUP, sizes)
    later = small & (order != first)
    at = np.argsort(order[later], kind="stable")
    return order[later][at], first[later][at]
