"""Blanks whose content stands in another column now, told by the shapes of that column's cells.

A column of few values (units, colours) is looked for as a word inside the other column's cells; a
column of many values by its masks. Either must be rare in the other column where all was well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steward.answers import Finding
from steward.engine.text import quote_identifier, quote_literal
from steward.profile.shapes import masks
from steward.types import ColumnProfile
from steward.types import SemanticType as S
from steward.why.causes import Affected, Cause, where_of
from steward.why.scope import Mask, Scope, percent
from steward.why.significance import LEVEL, correct, p_value
from steward.why.words import say, visible

MOST_WORDS, REPEATED, MOST_SHAPES = 200, 3, 6
LEAST_SHAPE = 0.02
LEAST_NOW, MOST_BEFORE, LEAST_ROWS = 0.5, 0.1, 8
MOST_CELLS = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A column that holds it now: how often in the affected rows, and in those before."""

    other: str
    now: int
    before: float
    p: float
    sql: str


def moved_content(
    scope: Scope, column: ColumnProfile, affected: Affected, cause: Cause
) -> Finding | None:
    """Where the content of the blanks of a slice went; None where no column took it up."""
    lost = affected.mask & cause.slice.inside
    well = cause.baseline & ~affected.mask
    if well.sum() < LEAST_ROWS:
        well = ~affected.mask & ~cause.slice.inside
    pattern = _pattern(scope, column, well)
    if pattern is None or min(lost.sum(), well.sum()) < LEAST_ROWS:
        return None
    best = max(_tried(scope, column, pattern, lost, well), key=lambda f: f.now, default=None)
    return None if best is None else _finding(scope, column.name, affected, cause, best)


def _pattern(scope: Scope, column: ColumnProfile, well: Mask) -> str | None:
    """What its cells look like: one of their words, or one of their shapes (RE2)."""
    held = scope.snapshot.codes(column.name)
    rows = np.bincount(held.codes[well & (held.codes >= 0)], minlength=len(held.values))
    texts = [v.strip() for v, n in zip(held.values, rows, strict=True) if n and v.strip()]
    if not texts:
        return None
    if len(texts) <= MOST_WORDS and rows.sum() >= REPEATED * len(texts):
        words = "|".join(re.escape(t) for t in sorted(set(texts), key=lambda t: (-len(t), t)))
        letter = r"\p{L}\p{N}" if any(c.isdigit() for t in texts for c in t) else r"\p{L}"
        return f"(?:^|[^{letter}])(?:{words})(?:$|[^{letter}])"
    return _shape(texts)


def _shape(texts: list[str]) -> str | None:
    """The common shapes of many values; prose has none."""
    shapes = masks(pa.array(texts), short=True)
    counted = sorted(pc.value_counts(shapes).to_pylist(), key=lambda c: -c["counts"])
    common = [c for c in counted if c["counts"] >= LEAST_SHAPE * len(texts)][:MOST_SHAPES]
    if sum(c["counts"] for c in common) < 0.8 * len(texts):
        return None
    whole = "|".join(_as_pattern(c["values"]) for c in common)
    return f"(?:^|[\\s,;/|])(?:{whole})(?:$|[\\s,;/|])"


def _as_pattern(shape: str) -> str:
    """A mask as an expression: `A+ 9+` is capital letters, a space, digits."""
    classes = {"A": r"\p{Lu}", "a": r"\p{Ll}", "9": r"\p{N}", "w": r"\p{L}", "汉": r"\p{Han}"}
    made = ""
    for place, char in enumerate(shape):
        if char == "+" and place and shape[place - 1] in classes:
            made += "+"
        else:
            made += classes.get(char, re.escape(char))
    return made


def _tried(
    scope: Scope, column: ColumnProfile, pattern: str, lost: Mask, well: Mask
) -> Iterator[Found]:
    columns = [
        c
        for c in scope.profile.columns
        if c.name != column.name and c.distinct <= MOST_CELLS and c.semantic is not S.URL
    ]
    for other in columns:
        held = scope.snapshot.codes(other.name)
        fits = pc.match_substring_regex(pa.array(held.values, pa.string()), pattern)
        hit = np.append(np.asarray(fits.to_numpy(zero_copy_only=False), bool), False)[held.codes]
        now, before = int((hit & lost).sum()), int((hit & well).sum())
        if now < LEAST_NOW * lost.sum() or before > MOST_BEFORE * well.sum():
            continue
        n, m = int(lost.sum()), int(well.sum())
        p = correct(p_value(now, n, now + before, n + m), len(columns))
        if p <= LEVEL:
            name = quote_identifier(other.name)
            sql = f"regexp_matches({name}, {quote_literal(pattern)})"
            yield Found(other.name, now, before / m, p, sql)


def _finding(scope: Scope, column: str, affected: Affected, cause: Cause, found: Found) -> Finding:
    condition = f"{affected.sql} and {cause.slice.sql} and {found.sql}"
    counted = scope.prove(scope.count(condition), "moved", column=column, other=found.other)
    name = quote_identifier(found.other)
    query = (
        f'select {name}, count(*) as "rows" from {scope.source_sql} where {condition}'
        f' group by all order by "rows" desc, 1 limit 20'
    )
    cells = scope.prove(query, "moved_cells", other=found.other)
    shown = [visible(str(row[found.other])) for row in scope.sql(query).to_pylist()[:3]]
    facts = {
        "column": column,
        "other": found.other,
        "covered": scope.value(counted),
        "affected": affected.rows,
        "before": percent(found.before),
        "shown": ", ".join(shown),
    }
    return Finding(
        kind="moved",
        text=say("moved_into", **facts),
        where=where_of(cause.slice.atoms),
        covered=scope.value(counted),
        affected=affected.rows,
        rows=cause.slice.rows,
        p_value=found.p,
        proofs=(counted, cells),
        facts=facts,
    )
