"""The tables of an exam's report, the same for the terminal, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from steward.evaluate import tables
from steward.evaluate.exam import KIND, SCOPES
from steward.evaluate.passk import by_question, pass_curve
from steward.evaluate.record import Record
from steward.evaluate.tables import Grid, number

Results = Sequence[Mapping[str, Any]]
HEADS = ("", "questions", "runs", "good", "pass^1", "pass^k", "score", "wrong", "s")
WORST = 40


def brief(record: Record) -> Grid:
    """What a terminal holds: of an exam, a row a scope, then by kind, language and schema."""
    if record.kind != KIND:
        return tables.brief(record)
    rows = [_row(f"{scope}: {good}", _of(record.cases, "scope", scope))
            for scope, good in SCOPES.items() if _of(record.cases, "scope", scope)]  # fmt: skip
    for group in _groups(_inside(record)):
        rows += _group_rows(_inside(record), group, f"{group} ")
    return Grid(title(record), HEADS, rows)


def grids(record: Record) -> list[Grid]:
    """Every table of the report."""
    scopes = [_row(f"{scope}: {good}", _of(record.cases, "scope", scope))
              for scope, good in SCOPES.items() if _of(record.cases, "scope", scope)]  # fmt: skip
    found = [Grid("By scope", HEADS, scopes)]
    for group in _groups(_inside(record)):
        rows = _group_rows(_inside(record), group, "")
        found.append(Grid(f"By {group}, in scope", HEADS, rows))
    found += [_parts(record.cases), _costs(record), _failures(record.cases)]
    return [grid for grid in found if grid.rows]


def shares(record: Record) -> list[tuple[str, list[float | None]]]:
    """By kind of question, the share that was right and the share right in every trial."""
    found: list[tuple[str, list[float | None]]] = []
    for kind in sorted({r["groups"]["kind"] for r in _inside(record) if "kind" in r["groups"]}):
        mine = [r for r in _inside(record) if r["groups"].get("kind") == kind]
        curve = pass_curve(by_question((r["name"], r["right"]) for r in mine))
        found.append((kind, [curve[0], curve[-1]]))
    return found


def title(record: Record) -> str:
    """Task, model or rules, split and trials."""
    s = record.settings
    return f"{record.task}, {s.solver}, {s.agent or 'offline'}, split {s.split}, {s.seeds} trials"


def _inside(record: Record) -> Results:
    """What is in scope, which the groups break down; all of it, where nothing is."""
    return _of(record.cases, "scope", "in") or record.cases


def _groups(results: Results) -> list[str]:
    found = dict.fromkeys(name for result in results for name in result["groups"])
    return list(found)


def _group_rows(results: Results, group: str, before: str) -> list[tuple[str, ...]]:
    values = sorted({r["groups"][group] for r in results if group in r["groups"]})
    return [
        _row(before + value, [r for r in results if r["groups"].get(group) == value])
        for value in values
    ]


def _of(results: Results, key: str, value: str) -> list[Mapping[str, Any]]:
    return [result for result in results if result[key] == value]


def _row(name: str, results: Results) -> tuple[str, ...]:
    outcomes = by_question((r["name"], r["right"]) for r in results)
    curve = pass_curve(outcomes)
    return (
        name,
        str(len(outcomes)),
        str(len(results)),
        str(sum(r["right"] for r in results)),
        number(curve[0] if curve else None),
        f"{number(curve[-1])} (k={len(curve)})" if curve else "–",
        number(fmean(r["score"] for r in results)),
        str(sum(r["score"] < 0 for r in results)),
        number(fmean(r["seconds"] for r in results), 2),
    )


def _parts(results: Results) -> Grid:
    """How each part of an answer was marked, over all questions that ask for it."""
    names = dict.fromkeys(name for result in results for name in result["parts"])
    rows = []
    for name in names:
        marks = [r["parts"][name] for r in results if name in r["parts"]]
        counts = [marks.count(1), marks.count(0), marks.count(-1)]
        rows.append((name, str(len(marks)), *map(str, counts), number(counts[0] / len(marks))))
    return Grid("By part", ("part", "asked for", "right", "absent", "wrong", "share"), rows)


def _costs(record: Record) -> Grid:
    s = record.summary
    rows = [
        ("seconds a question, median", number(s["seconds_median"], 2)),
        ("seconds a question, longest", number(s["seconds_longest"], 2)),
        ("seconds in all", number(record.seconds, 1)),
        ("tokens in", str(s["tokens_in"])),
        ("tokens out", str(s["tokens_out"])),
        ("tables changed (must be 0)", str(s["writes"])),
        ("runs that ended in an error", str(s["crashes"])),
    ]
    return Grid("Cost and safety", ("measure", "value"), rows)


def _failures(results: Results) -> Grid:
    """The first failures of the first trial, with what was asked."""
    rows = [
        (r["name"], r["text"], r["why"] or "–", number(r["score"], 2))
        for r in results
        if not r["right"] and r["trial"] == 0
    ]
    return Grid("Failures", ("question", "asked", "why", "score"), rows[:WORST])
