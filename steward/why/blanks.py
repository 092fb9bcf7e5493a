"""Kinds of blanks that no fault explains, or that hide: real ones, disguised ones, shared ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from steward.answers import Finding
from steward.engine.text import quote_identifier, quote_list
from steward.types import ColumnProfile
from steward.types import SemanticType as S
from steward.why.axes import axes_of, sliceable, value_axis
from steward.why.axis import Axis
from steward.why.causes import Affected
from steward.why.onset import find_change
from steward.why.scope import Mask, Scope, percent
from steward.why.significance import LEVEL, correct, p_value
from steward.why.words import say, visible

NEVER, LEAST_ROWS = 0.9, 4
LEAST_NORMAL = 0.5
LEAST_JACCARD = 0.5
_KINDS = (S.CATEGORY, S.CATEGORY_PATH, S.CODE, S.COUNTRY, S.LANGUAGE)


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """Kinds of rows that never hold the blank column, and the blanks that this accounts for."""

    findings: tuple[Finding, ...]
    mask: Mask


def normal_blanks(
    scope: Scope, affected: Affected, without: Sequence[str], hidden: Mask
) -> Normal | None:
    """Blanks that look real: whole kinds of rows have none, at all times; None without them.

    Such rows must exist all along: kinds that came up with the blanks are a fault, not a rule.
    """
    times = [axis for axis in axes_of(scope, without) if axis.ordered]
    best: tuple[float, ColumnProfile, Axis, np.ndarray, Mask] | None = None
    for column in scope.profile.columns:
        if column.name in without or column.semantic not in _KINDS or not sliceable(column):
            continue
        axis = value_axis(scope, column)
        chosen = _never(axis, affected.mask | hidden)
        if chosen is None:
            continue
        wanted = np.zeros(axis.size + 1, bool)
        wanted[chosen] = True
        mask = wanted[axis.codes]
        score = (mask & affected.mask).sum() / affected.rows
        if score < LEAST_NORMAL or find_change(times, mask, np.ones(scope.rows, bool)):
            continue
        if best is None or score > best[0] + 0.02:
            best = (float(score), column, axis, chosen, mask)
    return None if best is None else _normal(scope, affected, best)


def _never(axis: Axis, affected: Mask) -> np.ndarray | None:
    """Values whose rows (nearly) all lack it, when the others (nearly) all have it.

    A value of too few rows to tell goes with the rule where all of its rows follow it.
    """
    known = axis.codes >= 0
    rows = np.bincount(axis.codes[known], minlength=axis.size)
    hits = np.bincount(axis.codes[known & affected], minlength=axis.size)
    never = np.flatnonzero((hits >= NEVER * rows) & (rows >= LEAST_ROWS))
    others = np.setdiff1d(np.flatnonzero(rows), never)
    clear = hits[others].sum() <= 0.1 * rows[others].sum()
    if len(never) < 2 or len(others) < 2 or not clear:
        return None
    return np.union1d(never, np.flatnonzero((hits == rows) & (rows > 0)))


def _normal(
    scope: Scope,
    affected: Affected,
    best: tuple[float, ColumnProfile, Axis, np.ndarray, Mask],
) -> Normal:
    _, column, axis, chosen, mask = best
    atom = axis.atom([int(c) for c in chosen])
    hits = scope.prove(scope.count(f"{affected.sql} and {atom.sql}"), "kind_hits", slice=atom.text)
    rows = scope.prove(scope.count(atom.sql), "slice_rows", slice=atom.text)
    facts = {
        "column": column.name,
        "values": len(chosen),
        "covered": scope.value(hits),
        "affected": affected.rows,
        "rows": scope.value(rows),
        "slice": atom.text,
    }
    finding = Finding(
        kind="not_applicable",
        text=say("not_applicable", **facts),
        where=tuple((column.name, value) for value in atom.values[:50]),
        covered=scope.value(hits),
        affected=affected.rows,
        rows=scope.value(rows),
        proofs=(hits, rows),
        facts={**facts, "sql": atom.sql},
    )
    unknown = _unknown(scope, affected, column.name, axis)
    found = (finding, unknown) if unknown else (finding,)
    return Normal(found, (mask | (axis.codes < 0 if unknown else False)) & affected.mask)


def _unknown(scope: Scope, affected: Affected, column: str, axis: Axis) -> Finding | None:
    """Blanks in rows whose kind is not known: no news, unless there are more than elsewhere."""
    rest = axis.codes < 0
    hits, rows = int((rest & affected.mask).sum()), int(rest.sum())
    usual = affected.rows / scope.rows
    often = hits > usual * rows and p_value(hits, rows, affected.rows, scope.rows) <= LEVEL
    if not hits or often:
        return None
    condition = f"{affected.sql} and {scope.blank_sql(column)}"
    counted = scope.prove(scope.count(condition), "kind_unknown", column=column)
    facts = {"column": column, "covered": scope.value(counted), "rows": rows}
    return Finding(
        kind="kind_unknown",
        text=say("kind_unknown", **facts),
        covered=scope.value(counted),
        affected=affected.rows,
        rows=rows,
        proofs=(counted,),
        facts=facts,
    )


def hidden_in(scope: Scope, column: ColumnProfile) -> Mask:
    """Rows whose cell says in words that it holds nothing."""
    words = {v.value for v in column.disguised}
    codes = scope.snapshot.codes(column.name)
    return np.array([v in words for v in codes.values] + [False], bool)[codes.codes]


def disguised_blanks(scope: Scope, column: ColumnProfile) -> Finding | None:
    """Cells that say in words that they hold nothing, beside those that are empty."""
    if not column.disguised:
        return None
    values = [v.value or "" for v in column.disguised]
    condition = f"{quote_identifier(column.name)} in {quote_list(values)}"
    counted = scope.prove(scope.count(condition), "disguised", column=column.name)
    shown = ", ".join(f"{visible(v.value)} ({v.rows:,})" for v in column.disguised[:5])
    facts = {
        "column": column.name,
        "rows": scope.value(counted),
        "shown": shown,
        "words": len(values),
    }
    return Finding(
        kind="disguised",
        text=say("disguised", **facts),
        rows=scope.value(counted),
        proofs=(counted,),
        facts={**facts, "values": values},
    )


def shared_blanks(scope: Scope, affected: Affected, column: str) -> Iterator[Finding]:
    """Other columns that are empty in the same rows, those that overlap most first."""
    found = []
    for other in scope.snapshot.columns:
        blank = scope.blank(other) if other != column else np.zeros(scope.rows, bool)
        both, either = int((blank & affected.mask).sum()), int((blank | affected.mask).sum())
        if both < LEAST_ROWS or both < LEAST_JACCARD * either:
            continue
        p = p_value(both, int(blank.sum()), affected.rows, scope.rows)
        p = correct(p, len(scope.snapshot.columns))
        if p <= LEVEL:
            found.append((both / either, other, p))
    for _, other, p in sorted(found, key=lambda f: (-f[0], f[1]))[:3]:
        yield _shared(scope, affected, column, other, p)


def _shared(scope: Scope, affected: Affected, column: str, other: str, p: float) -> Finding:
    blank = scope.blank_sql(other)
    counted = scope.prove(
        scope.count(f"{affected.sql} and {blank}"), "shared", column=column, other=other
    )
    others = scope.prove(scope.count(blank), "missing", column=other)
    facts = {
        "column": column,
        "other": other,
        "both": scope.value(counted),
        "affected": affected.rows,
        "others": scope.value(others),
    }
    return Finding(
        kind="missing_together",
        text=say("missing_together", **facts),
        covered=scope.value(counted),
        affected=affected.rows,
        rows=scope.value(others),
        p_value=p,
        proofs=(counted, others),
        facts=facts,
    )


def scattered(scope: Scope, affected: Affected) -> Finding:
    """No slice and no time stands out: the blanks lie all over."""
    batches = np.unique(scope.snapshot.batch_ids, return_inverse=True)[1]
    rows = np.bincount(batches)
    rates = np.bincount(batches[affected.mask], minlength=len(rows)) / rows
    facts = {
        "share": percent(affected.rows / scope.rows),
        "low": percent(float(rates.min())),
        "high": percent(float(rates.max())),
        "batches": len(rows),
    }
    return Finding(
        kind="scattered",
        text=say("scattered", **facts),
        affected=affected.rows,
        rows=scope.rows,
        facts=facts,
    )
