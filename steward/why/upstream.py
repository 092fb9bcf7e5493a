"""A join upstream that finds its keys no more: which keys, how they fail, what they come near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steward.answers import Finding
from steward.engine.text import quote_identifier
from steward.types import ColumnProfile
from steward.why.causes import Affected, Cause
from steward.why.failures import MOST_EXAMPLES, Failure, Keys, script
from steward.why.lookup import Lookup, find_lookups
from steward.why.scope import Mask, Scope
from steward.why.words import say, visible

LEAST_FAILED = 0.5
LEAST_GAP = 0.4
LEAST_USED = 0.1
LEAST_BASELINE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Failing:
    """A lookup whose keys fail in the affected rows but not in the rows like them before.

    `failures` holds each distinct failing key of the affected rows with its rows, `expected` the
    places of the key columns that the rows like them use.
    """

    lookup: Lookup
    how: str
    failures: tuple[tuple[str | None, int, Failure], ...]
    failed: int
    found_before: float
    expected: tuple[int, ...]
    baseline: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """The lookup that failed, if one did, and a lookup whose keys are found all the same."""

    failing: Failing | None
    sound: Lookup | None


def check_lookups(scope: Scope, target: str, affected: Affected, cause: Cause | None) -> Checked:
    """Which lookup of `target` fails in the affected rows of a cause (or in all of them)."""
    filled = ~scope.blank(target)
    inside = affected.mask if cause is None else affected.mask & cause.slice.inside
    before = filled if cause is None else filled & cause.baseline
    lookups = find_lookups(scope, target, filled)
    baseline = before if before.sum() >= LEAST_BASELINE else filled
    judged = [_judge(scope, one, inside, baseline) for one in lookups]
    failing = [one for one in judged if one.failed >= LEAST_FAILED * inside.sum()]
    failing = [f for f in failing if _gap(f, int(inside.sum())) >= LEAST_GAP]
    kind = scope.profile.column(target)
    # A column of the target's own kind that is lost with it is another result of the same lookup.
    failing = [f for f in failing if f.how != "dropped" or not _alike(scope, f, kind)]
    failing.sort(key=lambda one: _order(scope, one, kind))
    sound = [one.lookup for one in judged if one.failed < 0.1 * inside.sum()]
    return Checked(failing[0] if failing else None, sound[0] if sound else None)


def _gap(one: Failing, rows: int) -> float:
    return one.found_before - (1 - one.failed / rows)


def _order(scope: Scope, one: Failing, target: ColumnProfile) -> tuple[object, ...]:
    """Keys that are there but not found go first; a column lost together with its kin goes last.

    Of several columns that are empty together, the one of another kind than the target was the
    key: results of one lookup look alike.
    """
    column = scope.profile.column(one.lookup.column)
    alike = _alike(scope, one, target)
    return (
        one.how == "dropped",
        alike,
        one.lookup.own,
        -round(one.lookup.agreed, 1),
        -column.distinct,
    )


def _alike(scope: Scope, one: Failing, target: ColumnProfile) -> bool:
    return scope.profile.column(one.lookup.column).semantic is target.semantic


def _judge(scope: Scope, lookup: Lookup, inside: Mask, baseline: Mask) -> Failing:
    codes = scope.snapshot.codes(lookup.column)
    old = _tally(codes.codes[baseline], len(codes.values))
    expected = _expected(lookup, codes.values, old)
    known = frozenset().union(*(lookup.known[i] for i in expected))
    others = frozenset[str]()
    if lookup.own:
        known, others = _own_keys(codes.values, old, known)
    elif lookup.table in scope.snapshot.beside:
        other = scope.snapshot.beside[lookup.table]
        others = frozenset(t for c in other.columns for t in other.codes(c).values)
    keys = Keys(known, others)
    new = _tally(codes.codes[inside], len(codes.values))
    judged = [
        (codes.text(code), rows, keys.judge(codes.text(code)))
        for code, rows in sorted(new.items(), key=lambda p: (-p[1], p[0]))
    ]
    bad = tuple(one for one in judged if one[2].how != "found")
    ways = Counter[str]()
    for _, rows, failure in bad:
        ways[failure.how] += rows
    how = max(sorted(ways), key=lambda w: ways[w]) if ways else "found"
    held = sum(rows for code, rows in old.items() if code >= 0)
    found = sum(rows for code, rows in old.items() if code >= 0 and codes.values[code] in known)
    share = found / held if held else 0.0
    return Failing(lookup, how, bad, sum(ways.values()), share, expected, baseline)


def _tally(codes: np.ndarray, size: int) -> dict[int, int]:
    counts = np.bincount(codes + 1, minlength=size + 1)
    return {int(i) - 1: int(counts[i]) for i in np.flatnonzero(counts)}


def _expected(lookup: Lookup, values: Sequence[str], old: dict[int, int]) -> tuple[int, ...]:
    """The key columns that the rows of the baseline use: one language, often."""
    held = {values[c]: n for c, n in old.items() if c >= 0}
    total = sum(held.values())
    used = [sum(n for v, n in held.items() if v in known) for known in lookup.known]
    kept = tuple(i for i, n in enumerate(used) if n >= LEAST_USED * total and n)
    return kept or tuple(range(len(lookup.known)))


def _own_keys(
    values: Sequence[str], old: dict[int, int], known: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Of the table's own keys, those in the script of the baseline; and those in another."""
    kind = script([values[c] for c in old if c >= 0])
    if kind == "mixed":
        return known, frozenset()
    same = frozenset(key for key in known if script([key]) == kind)
    mixed = len(same) < 0.98 * len(known)
    return (same, known - same) if mixed else (known, frozenset())


def failing_finding(
    scope: Scope, failing: Failing, affected: Affected, cause: Cause | None
) -> Finding:
    """The failed join in words, with its keys and their nearest matches."""
    lookup = failing.lookup
    where = f"{affected.sql} and {cause.slice.sql}" if cause else affected.sql
    dropped = failing.how == "dropped"
    condition = scope.blank_sql(lookup.column) if dropped else _unmatched(scope, failing)
    counted = scope.prove(
        scope.count(f"{where} and {condition}"),
        "key_dropped" if dropped else "key_unmatched",
        column=lookup.column,
        reference=_reference(failing),
    )
    proofs = [counted]
    if not dropped:
        proofs.append(scope.prove(_keys_sql(scope, lookup.column, f"{where} and {condition}"),
                                  "failing_keys", column=lookup.column,
                                  reference=_reference(failing)))  # fmt: skip
    facts = {
        "how": failing.how,
        "column": lookup.column,
        "reference": _reference(failing),
        "failed": scope.value(counted),
        "of": affected.rows if cause is None else cause.slice.covered,
        "keys": len(failing.failures),
        "examples": _examples(failing),
        "lookup": {
            "table": lookup.table,
            "keys": [lookup.keys[i] for i in failing.expected],
            "gives": lookup.gives,
            "agreed": round(lookup.agreed, 4),
            "found_before": round(failing.found_before, 4),
        },
    }
    return Finding(
        kind="failed_join",
        text=say(f"failed_join_{failing.how}", **facts | {"shown": _shown(failing)}),
        where=cause_where(cause),
        covered=scope.value(counted),
        affected=affected.rows,
        rows=scope.value(counted),
        proofs=tuple(proofs),
        facts=facts,
    )


def cause_where(cause: Cause | None) -> tuple[tuple[str, str | None], ...]:
    """The slice of a cause, as pairs."""
    atoms = cause.slice.atoms if cause else ()
    return tuple((atom.column, value) for atom in atoms for value in atom.values)


def reference_of(lookup: Lookup, places: Sequence[int] | None = None) -> str:
    """The table and the key columns where a lookup looks, `taxonomy.name_en/name_zh`."""
    kept = lookup.keys if places is None else [lookup.keys[i] for i in places]
    return f"{lookup.table}.{'/'.join(kept)}"


def _reference(failing: Failing) -> str:
    return reference_of(failing.lookup, failing.expected)


def _unmatched(scope: Scope, failing: Failing) -> str:
    """The key is in none of the columns where the rows like these find theirs."""
    lookup, column = failing.lookup, quote_identifier(failing.lookup.column)
    if lookup.own:
        known = sorted({k for k, _, _ in failing.failures if k is not None})
        from steward.engine.text import quote_list

        return f"{column} in {quote_list(known)}"
    table = quote_identifier(lookup.table)
    keys = [quote_identifier(lookup.keys[i]) for i in failing.expected]
    lists = " union all ".join(f"select {k} from {table} where {k} is not null" for k in keys)
    return f"{column} not in ({lists})"


def _keys_sql(scope: Scope, column: str, condition: str) -> str:
    name = quote_identifier(column)
    return (
        f'select {name}, count(*) as "rows" from {scope.source_sql} where {condition}'
        f" group by 1 order by 2 desc, 1"
    )


def _examples(failing: Failing) -> list[dict[str, object]]:
    return [
        {"key": key, "rows": rows, "how": failure.how, "nearest": failure.nearest}
        for key, rows, failure in failing.failures[:MOST_EXAMPLES]
    ]


def _shown(failing: Failing) -> str:
    """The most frequent failing keys with what they come near to: language-neutral."""
    parts = []
    for key, rows, failure in failing.failures[:3]:
        near = f" ≈ {visible(failure.nearest)}" if failure.nearest else ""
        parts.append(f"{visible(key)}{near} ({rows:,})")
    return "; ".join(parts)
