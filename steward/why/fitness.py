"""Is a table fit to train search and ranking on? What speaks against it, and what would mend it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import numpy as np

from steward.answers import Action, Explanation, Finding, Verdict
from steward.engine.text import quote_identifier
from steward.store import Store
from steward.types import ColumnProfile
from steward.types import SemanticType as S
from steward.why.causes import Affected
from steward.why.duplicates import copies_sql
from steward.why.inquiry import Inquiry
from steward.why.scope import Scope, percent
from steward.why.words import say

LEAST_LENGTH = 15
BARS = {
    "rows": (1000, 100),
    "text_blank": (0.02, 0.20),
    "repeated_text": (0.05, 0.30),
    "repeated_rows": (0.005, 0.10),
    "label_blank": (0.05, 0.30),
    "one_class": (0.60, 0.90),
    "thin_classes": (0.20, 0.60),
    "damaged_text": (0.01, 0.10),
}
"""For each measure: beyond the first bar it needs care, beyond the second it is not fit."""


def judge_fitness(store: Store, table: str) -> Explanation:
    """Judge whether a table is fit to train on: *fit*, *fit with care* or *not fit*, with reasons.

    Looked at: enough rows, blanks and repeats in the text, whole rows that repeat (they leak from
    training into test data), labels (a category, or a table of grades that refers to this one):
    coverage, balance and classes too thin to learn, damaged text, and languages. The verdict is in
    `causes[0].facts["fit"]`; HEALTHY means fit, PARTLY with care, UNEXPLAINED not fit.

    Raises:
        UnknownTable: the store has no such table.
    """
    scope = Scope(store, table)
    everything = Affected(np.ones(scope.rows, bool), "true")
    inquiry = Inquiry(scope, "fit", (), everything)
    reasons = [*_size(scope), *_text(scope), *_repeats(scope), *_labels(scope), *_grades(scope)]
    worst = max((int(r.facts["level"]) for r in reasons), default=0)
    fit = ("fit", "care", "unfit")[worst]
    bad = sum(int(r.facts["level"]) > 0 for r in reasons)
    facts = {"table": scope.table, "rows": scope.rows, "bad": bad, "of": len(reasons), "fit": fit}
    inquiry.causes.append(Finding(f"fitness_{fit}", say(f"fitness_{fit}", **facts), facts=facts))
    inquiry.causes += sorted(
        (r for r in reasons if r.facts["level"]), key=lambda r: -int(r.facts["level"])
    )
    inquiry.ruled_out += [r for r in reasons if not r.facts["level"]]
    inquiry.actions += _actions(scope, inquiry.causes)
    verdict = (Verdict.HEALTHY, Verdict.PARTLY, Verdict.UNEXPLAINED)[worst]
    return inquiry.end(verdict)


def _level(measure: str, value: float) -> int:
    care, unfit = BARS[measure]
    if measure == "rows":
        return 2 if value < unfit else 1 if value < care else 0
    return 2 if value > unfit else 1 if value > care else 0


def _reason(
    scope: Scope, measure: str, value: float, proof: tuple[int, ...], **facts: Any
) -> Finding:
    level = _level(measure, value)
    kind = f"{measure}_bad" if level else f"{measure}_good"
    said = {**facts, "share": percent(value) if value <= 1 else f"{value:g}"}
    return Finding(
        kind=kind,
        text=say(kind, **said),
        rows=scope.value(proof[0]) if proof else 0,
        proofs=proof,
        facts={**said, "level": level, "measure": measure, "value": round(value, 6)},
    )


def _size(scope: Scope) -> Iterator[Finding]:
    proof = scope.prove(f"select count(*) as n from {scope.source_sql}", "rows", table=scope.table)
    yield _reason(scope, "rows", scope.rows, (proof,), rows=scope.rows)


def text_columns(scope: Scope) -> list[ColumnProfile]:
    """Columns of free text, the longest first: what a model would read."""
    columns = [c for c in scope.profile.columns if c.lengths is not None]
    found = [c for c in columns if c.semantic is S.TEXT]
    if not found:  # text that repeats so often that it looks like categories
        found = [c for c in columns if c.semantic is S.CATEGORY and _length(c) >= LEAST_LENGTH][:1]
    return sorted(found, key=lambda c: (-_length(c), c.name))[:3]


def _length(column: ColumnProfile) -> float:
    return column.lengths.mean if column.lengths else 0.0


def _text(scope: Scope) -> Iterator[Finding]:
    for column in text_columns(scope):
        name = quote_identifier(column.name)
        blank = scope.prove(
            scope.count(scope.blank_sql(column.name)), "missing", column=column.name
        )
        share = scope.value(blank) / max(scope.rows, 1)
        yield _reason(scope, "text_blank", share, (blank,), column=column.name,
                      rows=scope.value(blank))  # fmt: skip
        filled = f"not {scope.blank_sql(column.name)}"
        query = f"select count(*) - count(distinct {name}) as n from {scope.source_sql}"
        again = scope.prove(f"{query} where {filled}", "same_text", column=column.name)
        share = scope.value(again) / max(scope.rows, 1)
        yield _reason(scope, "repeated_text", share, (again,), column=column.name,
                      rows=scope.value(again))  # fmt: skip
        yield _damaged(scope, column)


def _damaged(scope: Scope, column: ColumnProfile) -> Finding:
    """Replacement characters, controls, and the marks that wrongly read UTF-8 leaves."""
    pattern = "�|[\\x{00}-\\x{08}\\x{0E}-\\x{1F}\\x{80}-\\x{9F}]|ï»¿|â€|[ÃÂåæçè][\\x{80}-\\x{BF}]"
    condition = f"regexp_matches({quote_identifier(column.name)}, '{pattern}')"
    proof = scope.prove(scope.count(condition), "damaged", column=column.name)
    share = scope.value(proof) / max(scope.rows, 1)
    return _reason(
        scope, "damaged_text", share, (proof,), column=column.name, rows=scope.value(proof)
    )


def _repeats(scope: Scope) -> Iterator[Finding]:
    ids = {c.name for c in scope.profile.columns if c.is_key}
    names = [c for c in scope.snapshot.columns if c not in ids]
    if not names:
        return
    query = copies_sql(scope, names)
    proof = scope.prove(f"select count(*) as n from ({query}) as repeated", "repeats")
    rows = scope.value(proof)
    yield _reason(scope, "repeated_rows", rows / max(scope.rows, 1), (proof,), rows=rows)


def _labels(scope: Scope) -> Iterator[Finding]:
    """The best label of the table itself: a category path, else a category that is not a code."""
    kinds = (S.CATEGORY_PATH, S.CATEGORY)
    found = [c for c in scope.profile.columns if c.semantic in kinds and 2 <= c.distinct <= 2000]
    found.sort(key=lambda c: (kinds.index(c.semantic), c.missing, c.name))
    for column in found[:1]:
        proof = scope.prove(
            scope.count(scope.blank_sql(column.name)), "missing", column=column.name
        )
        share = scope.value(proof) / max(scope.rows, 1)
        yield _reason(scope, "label_blank", share, (proof,), column=column.name,
                      rows=scope.value(proof))  # fmt: skip
        yield from _balance(scope, column.name)


def _balance(scope: Scope, column: str) -> Iterator[Finding]:
    name = quote_identifier(column)
    grouped = (
        f'select {name}, count(*) as "rows" from {scope.source_sql} where not'
        f" {scope.blank_sql(column)} group by 1 order by 2 desc, 1"
    )
    classes = scope.prove(grouped, "classes", column=column)
    counts = scope.sql(grouped).column("rows").to_pylist()
    top = counts[0] / max(sum(counts), 1) if counts else 0.0
    yield _reason(scope, "one_class", top, (classes,), column=column, classes=len(counts))
    thin = sum(n < 10 for n in counts)
    share = thin / max(len(counts), 1)
    yield _reason(scope, "thin_classes", share, (classes,), column=column, thin=thin,
                  classes=len(counts))  # fmt: skip


def _grades(scope: Scope) -> Iterator[Finding]:
    """Tables that refer to this one's key, such as judgments: how many rows have one."""
    keys = [c.name for c in scope.profile.columns if c.is_key or c.near_key][:2]
    for table in sorted(scope.snapshot.beside):
        other = scope.snapshot.beside[table]
        for key in keys:
            if key not in other.columns:
                continue
            own, name = quote_identifier(table), quote_identifier(key)
            proof = scope.prove(
                scope.count(f"{name} in (select {name} from {own} where {name} is not null)"),
                "judged",
                other=table,
            )
            share = scope.value(proof) / max(scope.rows, 1)
            facts = {
                "other": table,
                "rows": scope.value(proof),
                "level": 0,
                "share": percent(share),
            }
            yield Finding(
                kind="judged",
                text=say("judged", **facts),
                rows=scope.value(proof),
                proofs=(proof,),
                facts=facts,
            )
            break


def _actions(scope: Scope, causes: list[Finding]) -> list[Action]:
    table = shlex.quote(scope.table)
    actions = []
    kinds = {str(c.facts.get("measure", "")): c for c in causes}
    for measure in ("label_blank", "text_blank"):
        if measure in kinds:
            column = shlex.quote(str(kinds[measure].facts["column"]))
            actions.append(Action(f"steward why {column} --table {table}", say("action_why")))
    if {"repeated_rows", "repeated_text"} & set(kinds):
        command = f"steward why --duplicates --table {table}"
        actions.append(Action(command, say("action_why_duplicates")))
    if {"damaged_text", "label_blank"} & set(kinds):
        actions.append(Action(f"steward fix --table {table}", say("action_propose")))
    return actions
