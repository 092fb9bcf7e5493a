"""What changed since a delivery, and how two slices differ."""

from __future__ import annotations

import re

import numpy as np

from steward import job
from steward.answers import Explanation, Finding, Verdict
from steward.errors import UsageError
from steward.store import Store
from steward.types import BATCH, ROW, ChangeSet
from steward.why.causes import Affected
from steward.why.compare import Pair, differences
from steward.why.inquiry import Inquiry
from steward.why.scope import Scope
from steward.why.words import say

MOST_SETS = 5


def explain_changes(store: Store, table: str, since: int | str | None = None) -> Explanation:
    """Explain what the deliveries since a point changed, against the rows before it.

    Rows, share of blanks, shares of values and medians, column by column, each tested and
    corrected; and the change sets applied since then.

    Args:
        store: holds the table.
        table: its name.
        since: the number of a delivery, or a day (`2024-05-01`) on or after which deliveries were
            ingested; None for the last delivery.

    Raises:
        UnknownTable: the store has no such table.
        UsageError: there is no such delivery, or none before it to compare with.
    """
    scope = Scope(store, table)
    first = _first(scope, since)
    new = scope.snapshot.batch_ids >= first
    if new.all():
        raise UsageError(
            f"All rows of {scope.table} came with batch {first} or later: nothing to compare with.",
            hint=f"Batches: {', '.join(map(str, scope.batches()))}.",
        )
    pair = Pair(
        new,
        ~new,
        f"{BATCH} >= {first}",
        f"{BATCH} < {first}",
        f"batch ≥ {first}",
        f"batch < {first}",
    )
    inquiry = Inquiry(scope, "changed", (), Affected(new, pair.one_sql))
    inquiry.causes.append(_rows(scope, first, pair))
    found = differences(scope, pair)
    inquiry.causes += found
    if not found:
        inquiry.rule_out("not_changed", facts={"columns": len(scope.snapshot.columns)})
    inquiry.causes += _change_sets(scope, first)
    return inquiry.end(Verdict.EXPLAINED if found else Verdict.HEALTHY)


def compare_slices(
    store: Store, table: str, where_a: str, where_b: str | None = None
) -> Explanation:
    """Compare two groups of rows on every column: what differs, tested and corrected.

    Args:
        store: holds the table.
        table: its name.
        where_a: a condition in SQL (DuckDB) over the table's columns.
        where_b: the other group; None for all rows outside the first.

    Raises:
        UnknownTable: the store has no such table.
        UsageError: a condition cannot be read, or selects nothing.
    """
    scope = Scope(store, table)
    one = _selected(scope, where_a)
    other_sql = where_b or f"not coalesce(({where_a}), false)"
    other = _selected(scope, other_sql)
    named = _columns(where_a) | _columns(where_b or "")
    pair = Pair(
        one, other, f"({where_a})", f"({other_sql})", where_a, where_b or f"not ({where_a})"
    )
    inquiry = Inquiry(scope, "compared", (), Affected(one, f"({where_a})"))
    scope.prove(scope.count(f"({where_a})"), "group", where=where_a)
    scope.prove(scope.count(f"({other_sql})"), "group", where=other_sql)
    inquiry.causes += differences(scope, pair, without=named)
    if not inquiry.causes:
        inquiry.rule_out("not_changed", facts={"columns": len(scope.snapshot.columns)})
    return inquiry.end(Verdict.EXPLAINED if inquiry.causes else Verdict.HEALTHY)


def _columns(condition: str) -> frozenset[str]:
    """Columns that a condition names: that they differ is no news."""
    import sqlglot
    from sqlglot import exp

    if not condition:
        return frozenset()
    parsed = sqlglot.parse_one(f"select 1 where {condition}", read="duckdb")
    return frozenset(column.name.casefold() for column in parsed.find_all(exp.Column))


def _selected(scope: Scope, condition: str) -> np.ndarray:
    """Rows where a condition of the user holds; it runs as `steward query` would run it."""
    sql = f"select {ROW} from {scope.source_sql} where ({condition})"
    found = job.query(scope.store, sql, limit=scope.rows + 1).rows
    mask = np.zeros(scope.rows, bool)
    mask[scope.snapshot.positions(np.asarray(found.column(0).to_numpy(), np.int64))] = True
    if not mask.any():
        raise UsageError(f"No row of {scope.table} has {condition}.", hint="Try another condition.")
    return mask


def _first(scope: Scope, since: int | str | None) -> int:
    """The number of the first delivery that counts as new."""
    held = scope.batches()
    text = str(since or "").strip().removeprefix("batch").strip()
    if not text:
        return held[-1] if held else 0
    if text.isdecimal():
        if int(text) not in held:
            raise UsageError(
                f"{scope.table} has no rows of batch {text}.",
                hint=f"Batches: {', '.join(map(str, held))}.",
            )
        return int(text)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", text):
        raise UsageError(f"Since {text}?", hint="Give a batch number, or a day as 2024-05-01.")
    for batch in scope.snapshot.batches:
        if batch.id in held and batch.ingested_at >= text:
            return batch.id
    raise UsageError(
        f"Nothing was ingested into {scope.table} since {text}.",
        hint=f"The last delivery: {scope.snapshot.batches[-1].ingested_at}.",
    )


def _rows(scope: Scope, first: int, pair: Pair) -> Finding:
    new = scope.prove(scope.count(pair.one_sql), "rows_since", batch=first)
    old = scope.prove(scope.count(pair.other_sql), "rows_before", batch=first)
    facts = {
        "batch": first,
        "source": scope.batch_name(first),
        "new": scope.value(new),
        "old": scope.value(old),
        "batches": sum(number >= first for number in scope.batches()),
    }
    return Finding(
        kind="rows_since",
        text=say("rows_since", **facts),
        where=((BATCH, f"{first}–"),),
        covered=scope.value(new),
        affected=scope.value(new),
        rows=scope.value(new),
        proofs=(new, old),
        facts=facts,
    )


def _change_sets(scope: Scope, first: int) -> list[Finding]:
    """What was applied or undone since that delivery came in."""
    moment = next((b.ingested_at for b in scope.snapshot.batches if b.id == first), "")
    sets = [one for one in scope.store.history(scope.table) if one.at >= moment]
    return [_change_set(one) for one in sets[-MOST_SETS:]]


def _change_set(one: ChangeSet) -> Finding:
    facts = {"id": one.id, "kind": one.kind, "at": one.at, "cells": one.cells}
    kind = "change_set_undone" if one.undone else "change_set"
    return Finding(kind=kind, text=say(kind, **facts), rows=one.cells, facts=facts)
