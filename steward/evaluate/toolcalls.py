"""`evals/tools`: does the right call come, with the right arguments? First call, and all of them.

Finding out first what things are called, where a value stands and which row is meant is no mistake:
such calls are passed over unless they are what is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from steward.content import content_root
from steward.errors import ContentError, StewardError, UsageError
from steward.evaluate.answers import LANGUAGES, SPLITS, read_bank
from steward.evaluate.answers_solvers import agent, silent
from steward.evaluate.exam import Answerer, Desk, Mark, Paper, Question
from steward.evaluate.grade_claims import ABSENT, RIGHT, WRONG
from steward.evaluate.grade_numbers import numbers_of
from steward.evaluate.heard import Call, Heard
from steward.evaluate.incidents import Plan, draw_plan
from steward.evaluate.incidents_ground import Ground, lay
from steward.evaluate.solution import Settings
from steward.types import ROW

ORIENTATION = ("list_tables", "describe_table", "search_values")
BATCHES = "_steward_batches"
FLOORS = ("language", "encoding", "noisy", "chinese")
"""Shops to ask about; the utterances are dealt out to them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One call that would be right: its arguments hold these texts, its SQL gives this number."""

    tool: str
    holds: tuple[str, ...] = ()
    gives: float | None = None


def tool_papers(settings: Settings, trial: int) -> list[Paper]:
    """One paper a shop, for one trial.

    Raises:
        UsageError: there is no such split.
        ContentError: the cases cannot be read.
    """
    if settings.split not in SPLITS:
        raise UsageError(f"There is no split {settings.split}.", hint="--split dev or test")
    bank, lines = read_bank(), _lines()
    floors = {floor["name"]: floor for floor in bank.floors}
    schemas = [one for one in bank.schemas if one["split"] == settings.split]
    papers = []
    for number, name in enumerate(FLOORS):
        schema = schemas[(number + settings.seed) % len(schemas)]
        plan = draw_plan(floors[name], schema, settings.seed, trial)
        mine = [pair for at, pair in enumerate(lines) if at % len(FLOORS) == number]
        ask = partial(_questions, plan, mine, settings.split)
        papers.append(Paper(name, len(mine), partial(_lay, plan, ask)))
    return papers


def mark_calls(question: Question, heard: Heard, store: Path) -> Mark:
    """The marker of `evals/tools`: the calls alone count, not what was answered."""
    wanted: Sequence[Wanted] = question.expected
    asked_for = {one.tool for one in wanted}
    calls = [c for c in heard.calls if c.tool in asked_for or not _looks_around(c)]
    fits = [any(_fits(call, one, store) for one in wanted) for call in calls]
    surplus = [c.tool for c in calls if c.access == "write" and c.tool not in asked_for]
    first = (RIGHT if fits[0] else WRONG) if fits else ABSENT
    every = RIGHT if any(fits) else (WRONG if fits else ABSENT)
    parts = {
        "first call": first,
        "any call": every,
        "no write unasked": WRONG if surplus else RIGHT,
    }
    right = min(parts.values()) == RIGHT
    score = -1.0 if surplus else (first + every) / 2
    told = "; ".join(
        f"{c.tool}({json.dumps(dict(c.arguments), ensure_ascii=False)})" for c in calls
    )
    return Mark(right, score, parts, "" if right else f"called {told or 'nothing'}"[:300])


def oracle_caller(question: Question, store: Path, settings: Settings) -> Heard:
    """Makes the first of the calls that would be right: must score 1."""
    one: Wanted = question.expected[0]
    sql = None if one.gives is None else f"select {one.gives} as n"
    arguments: dict[str, Any] = {"what": list(one.holds)} | ({"sql": sql} if sql else {})
    return Heard("Done.", True, calls=(Call(one.tool, arguments),))


CALLERS: Mapping[str, Answerer] = {"agent": agent, "oracle": oracle_caller, "silent": silent}
"""By name, for `--solver`."""


def _lay(plan: Plan, ask: Any, folder: Path) -> Desk:
    ground = lay(plan, folder)
    return Desk(ground.store, ask(ground))


def _lines() -> list[tuple[Mapping[str, Any], str]]:
    """Every case in both languages; a case goes to one shop in English, the next in Chinese."""
    path = content_root() / "evals" / "cases" / "tools" / "calls.yaml"
    try:
        cases = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path} cannot be read: {error}.") from error
    return [(case, language) for language in LANGUAGES for case in cases]


def _questions(
    plan: Plan, mine: Sequence[tuple[Mapping[str, Any], str]], split: str, ground: Ground
) -> list[Question]:
    slots = _slots(ground)
    found = []
    for at, (case, language) in enumerate(mine):
        wanted = tuple(_wanted(one, slots, ground) for one in case["expect"])
        groups = {"kind": wanted[0].tool, "language": language, "schema": plan.schema}
        name = f"{plan.name}/{at:02d}-{wanted[0].tool}-{language}"
        text = str(case[language][split]).format(**slots)
        found.append(Question(name, text, "in", groups, wanted))
    return found


def _slots(ground: Ground) -> dict[str, str]:
    plan = ground.plan
    return {
        **plan.columns,
        "table": plan.table,
        "supplier_column": plan.columns["supplier"],
        "supplier": plan.incidents[0].supplier,
        "other": "S08",
        "month": plan.spec.months[-2],
        "item": str(ground.rows[7]["item_id"]),
        "row": "8",
        "fix": "1",
        "value": str(ground.rows[3]["gtin"] or ground.rows[4]["gtin"]),
    }


def _wanted(one: Mapping[str, Any], slots: Mapping[str, str], ground: Ground) -> Wanted:
    holds = tuple(
        ground.plan.columns[text[1:]] if text.startswith("$") else slots[text[1:]]
        for text in one.get("holds", ())
    )
    return Wanted(one["tool"], holds, _number(one.get("gives"), slots, ground))


def _number(name: str | None, slots: Mapping[str, str], ground: Ground) -> float | None:
    if name is None:
        return None
    return {
        "rows": float(len(ground.rows)),
        "nulls": float(ground.nulls("category_path")),
        "supplied": float(len(ground.of(slots["supplier"]))),
        "brands": float(len(ground.counts("brand"))),
        "stock": float(max(int(row["stock"] or 0) for row in ground.rows)),
    }[name]


def _looks_around(call: Call) -> bool:
    """Does the call only find out what is meant?"""
    sql = str(call.arguments.get("sql", ""))
    return call.tool in ORIENTATION or ROW in sql or BATCHES in sql


def _fits(call: Call, one: Wanted, store: Path) -> bool:
    if call.tool != one.tool:
        return False
    held = json.dumps(dict(call.arguments), ensure_ascii=False).casefold()
    texts = [json.dumps(text, ensure_ascii=False)[1:-1].casefold() for text in one.holds]
    if not all(text in held for text in texts):
        return False
    return one.gives is None or one.gives in _given(str(call.arguments.get("sql", "")), store)


def _given(sql: str, store: Path) -> set[float]:
    """The numbers that a query gives; none when it fails."""
    from steward.job import query
    from steward.store import Store

    try:
        with Store(store, read_only=True) as home:
            rows = query(home, sql, limit=50).rows
    except StewardError:
        return set()
    cells = [value for column in rows.columns for value in column.to_pylist()]
    return {number for cell in cells for number in numbers_of(cell)}
