"""Why are there duplicates? A delivery sent again, a key that changed, one product twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from steward.answers import Action, Explanation, Finding, Verdict
from steward.engine.text import quote_identifier
from steward.store import Store
from steward.types import BATCH, ROW, ColumnProfile
from steward.types import SemanticType as S
from steward.why.axes import sliceable
from steward.why.causes import Affected, find_causes
from steward.why.inquiry import Inquiry
from steward.why.scope import Scope, mask_of, percent
from steward.why.words import say

RESENT = 0.5
"""A delivery of which this share was delivered before was sent again."""

LEAST_DIFFER = 0.8
LEAST_REPEATS = 2
MOST_COMPARED = 100_000
_NAMES = (S.ID, S.CODE, S.GTIN, S.URL)


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """Rows that repeat an earlier row in some columns."""

    kind: str
    columns: tuple[str, ...]
    rows: Affected


def explain_duplicates(store: Store, table: str) -> Explanation:
    """Explain the rows that repeat an earlier one: how, in which slice, since when, what to do.

    Three kinds are told apart, a row counts for the first that fits: *exact* repeats every column;
    *key_changed* repeats all but the columns that name a row; *same_name* shares the value of a
    column that names products (a GTIN, a nearly unique id) but not the rest.

    Raises:
        UnknownTable: the store has no such table.
    """
    scope = Scope(store, table)
    scope.must_have_rows()
    kinds = _kinds(scope)
    if not kinds:
        return _none(scope)
    mask = np.logical_or.reduce([one.rows.mask for one in kinds])
    affected = Affected(mask, " or ".join(f"({one.rows.sql})" for one in kinds))
    affected = Affected(mask, f"({affected.sql})")
    inquiry = Inquiry(scope, "duplicates", (), affected)
    scope.prove(scope.count(affected.sql), "repeats")
    for one in sorted(kinds, key=lambda k: (-k.rows.rows, k.kind)):
        _add(inquiry, one)
    if inquiry.since is None:
        inquiry.rule_out_time()
    if all(one.kind != "exact" for one in kinds):
        inquiry.rule_out("not_exact")
    command = f"steward fix --table {_shell(scope.table)}"
    inquiry.actions.append(Action(command, say("action_merge")))
    inquiry.show_rows(affected.sql)
    return inquiry.end(Verdict.EXPLAINED)


def _kinds(scope: Scope) -> list[Repeats]:
    columns = scope.profile.columns
    naming = [c.name for c in columns if (c.is_key or c.near_key) and c.semantic in _NAMES]
    rest = [c.name for c in columns if c.name not in naming]
    found = [_repeats(scope, "exact", scope.snapshot.columns, ())]
    if naming and len(rest) >= 3:
        found.append(_repeats(scope, "key_changed", rest, found))
    for column in columns:
        if (column.near_key and column.semantic in _NAMES) or column.semantic is S.GTIN:
            found.append(_repeats(scope, "same_name", [column.name], found))
    return [one for one in found if one.rows.rows >= LEAST_REPEATS]


def _repeats(scope: Scope, kind: str, columns: Sequence[str], seen: Sequence[Repeats]) -> Repeats:
    """Later copies of a row in some columns, without the rows that an earlier kind holds."""
    filled = " and ".join(f"not {scope.blank_sql(c)}" for c in columns) if kind != "exact" else ""
    where = f" where {filled}" if kind == "same_name" else ""
    query = copies_sql(scope, columns, where)
    mask = mask_of(scope, query)
    sql = f"{ROW} in ({query})"
    for one in (one for one in seen if (one.rows.mask & mask).any()):
        mask = mask & ~one.rows.mask
        sql += f" and not ({one.rows.sql})"
    return Repeats(kind, tuple(columns), Affected(mask, sql))


def copies_sql(scope: Scope, columns: Sequence[str], where: str = "") -> str:
    """Select every row that an earlier row equals in these columns.

    Long tables are compared by a 64-bit hash: among a million rows the chance that two different
    ones share it is 3 in 10⁸.
    """
    names = ", ".join(quote_identifier(c) for c in columns)
    same = f"hash({names})" if scope.rows > MOST_COMPARED and len(columns) > 1 else names
    return (
        f"select {ROW} from (select {ROW}, row_number() over (partition by {same} order by {ROW})"
        f" as copy from {scope.source_sql}{where}) as numbered where copy > 1"
    )


def _add(inquiry: Inquiry, one: Repeats) -> None:
    scope = inquiry.scope
    counted = scope.prove(scope.count(one.rows.sql), f"repeats_{one.kind}", **_said(one))
    facts = {**_said(one), "rows": scope.value(counted)}
    finding = Finding(
        kind=f"duplicates_{one.kind}",
        text=say(f"duplicates_{one.kind}", **facts),
        covered=scope.value(counted),
        affected=inquiry.affected.rows,
        rows=scope.value(counted),
        proofs=(counted,),
        facts={**facts, "names": list(one.columns)},
    )
    inquiry.causes.append(finding)
    if one.kind == "exact":
        _resent(inquiry, one)
    if one.kind == "same_name":
        _offered(inquiry, one)
    without = [c for c in one.columns if one.kind == "same_name"]
    part = Inquiry(scope, "duplicates", (), one.rows)
    for cause in find_causes(scope, one.rows, without)[:2]:
        part.add_cause(cause)
    inquiry.causes += part.causes
    inquiry.since = inquiry.since or part.since
    inquiry.actions += [a for a in part.actions if a not in inquiry.actions]


def _said(one: Repeats) -> dict[str, Any]:
    return {"column": one.columns[0]} if one.kind == "same_name" else {}


def _resent(inquiry: Inquiry, one: Repeats) -> None:
    """Deliveries that mostly repeat rows of earlier ones."""
    scope = inquiry.scope
    batches = scope.snapshot.batch_ids
    for number in scope.batches():
        inside = batches == number
        again = int((inside & one.rows.mask).sum())
        if again < RESENT * inside.sum() or again < LEAST_REPEATS:
            continue
        counted = scope.prove(
            scope.count(f"{BATCH} = {number} and {one.rows.sql}"), "resent", batch=number
        )
        facts = {
            "batch": number,
            "source": scope.batch_name(number),
            "again": scope.value(counted),
            "rows": int(inside.sum()),
            "share": percent(again / int(inside.sum())),
        }
        inquiry.causes.append(
            Finding(
                kind="batch_resent",
                text=say("batch_resent", **facts),
                where=((BATCH, str(number)),),
                covered=scope.value(counted),
                affected=inquiry.affected.rows,
                rows=int(inside.sum()),
                proofs=(counted,),
                facts=facts,
            )
        )


def _offered(inquiry: Inquiry, one: Repeats) -> None:
    """A column that tells the rows of one name apart: who offers it."""
    scope, name = inquiry.scope, one.columns[0]
    best = max(
        (_differing(scope, name, c.name) for c in scope.profile.columns if _who(c, name)),
        default=(0.0, ""),
    )
    if best[0] < LEAST_DIFFER:
        return
    other = quote_identifier(best[1])
    own = quote_identifier(name)
    query = (
        f"select {own}, count(distinct {other}) as n from {scope.source_sql} where not"
        f" {scope.blank_sql(name)} group by 1 having count(distinct {other}) > 1 order by 1"
    )
    counted = scope.prove(query, "several", column=name, other=best[1])
    facts = {"column": name, "other": best[1], "names": scope.value(counted)}
    inquiry.causes.append(
        Finding(
            kind="several_sources",
            text=say("several_sources", **facts),
            affected=inquiry.affected.rows,
            rows=scope.value(counted),
            proofs=(counted,),
            facts=facts,
        )
    )


def _who(column: ColumnProfile, name: str) -> bool:
    kinds = (S.CODE, S.CATEGORY)
    return column.name != name and column.semantic in kinds and sliceable(column)


def _differing(scope: Scope, name: str, other: str) -> tuple[float, str]:
    """Share of the repeated names whose rows differ in another column; codes first on ties."""
    names, values = scope.snapshot.codes(name), scope.snapshot.codes(other)
    at = np.flatnonzero(names.codes >= 0)
    at = at[names.counts[names.codes[at]] > 1]
    pairs = np.unique(np.stack([names.codes[at], values.codes[at]]), axis=1)
    spread = np.bincount(pairs[0], minlength=len(names.values))
    groups = int((names.counts > 1).sum())
    code = 0.001 if scope.profile.column(other).semantic is S.CODE else 0.0
    return (float((spread > 1).sum() / groups) + code if groups else 0.0, other)


def _shell(text: str) -> str:
    import shlex

    return shlex.quote(text)


def _none(scope: Scope) -> Explanation:
    rows = scope.prove(f"select count(*) as n from {scope.source_sql}", "rows", table=scope.table)
    nothing = Affected(np.zeros(scope.rows, bool), "false")
    inquiry = Inquiry(scope, "duplicates", (), nothing)
    text = say("healthy_duplicates", rows=scope.rows, table=scope.table)
    inquiry.causes.append(Finding("healthy", text, rows=scope.rows, proofs=(rows,)))
    return inquiry.end(Verdict.HEALTHY)
