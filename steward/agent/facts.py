"""Nouns as the data of a tool's result: an explanation, a fix, an outcome."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from steward.agent.visible import CELL, quoted
from steward.answers import Action, Explanation, Finding, Proof, ToolResult, Verdict
from steward.job import Outcome
from steward.report.fixes import change_text
from steward.types import Fix

CAUSES, PROOFS = 4, 12
COMMAND = CELL
"""Characters of the longest command that is given to be typed."""
_OF_ROWS = ("missing", "wrong", "duplicates")
_UNSAID = ("sql",)


def explained(found: Explanation) -> ToolResult:
    """An explanation as a result; `proofs` in its data are positions in the result's."""
    causes = [_finding(one) for one in found.causes[:CAUSES]]
    data: dict[str, Any] = {
        "symptom": found.symptom,
        "table": found.table,
        "columns": list(found.columns),
        "verdict": found.verdict,
        "affected": found.affected,
        "rows": found.rows,
        "since": found.since,
        "causes": causes,
        "ruled_out": [_brief(one) for one in found.ruled_out[:6]],
        "fixable": found.fixable[:6],
        "actions": [_action(one, found.proofs) for one in found.actions[:4]],
    }
    rest = len(found.causes) - len(causes)
    left = f"{rest} weaker causes" if rest > 0 else ""
    return ToolResult(_sentence(found), data, found.proofs[:PROOFS], left)


def fix_facts(fix: Fix) -> dict[str, Any]:
    """What a model needs to know of a fix."""
    test = fix.evidence.backtest
    measured = None if test is None or not test.tried else {
        "right": test.right, "tried": test.tried, "at_least": round(test.lower, 4),
    }  # fmt: skip
    return {
        "fix": fix.id,
        "columns": list(fix.columns),
        "change": change_text(fix),
        "rows": len(fix.rows),
        "reason": fix.reason,
        "safety": fix.safety,
        "status": fix.status,
        "confidence": round(fix.confidence, 4),
        "measured": measured,
        "made_by": fix.provenance.corrector,
        "why": fix.evidence.text,
    }


def outcome_facts(outcome: Outcome) -> dict[str, Any]:
    """What came of applying fixes, with a reason for each that was not kept."""
    lost = [one for one in outcome.judged if one.why]
    return {
        "table": outcome.table,
        "survived": outcome.survived,
        "reverted": outcome.reverted,
        "skipped": outcome.skipped,
        "cells": outcome.cells,
        "change_set": None if outcome.change_set is None else f"c{outcome.change_set}",
        "not_kept": [{"fix": one.fix.id, "became": one.verdict, "why": one.why} for one in lost],
    }


def _sentence(found: Explanation) -> str:
    if found.symptom not in _OF_ROWS:
        said = [*found.causes, *found.ruled_out]
        return f"Table {quoted(found.table)}: {said[0].text if said else found.verdict}"
    place = ", ".join(quoted(name) for name in found.columns)
    where = f"{place} of {quoted(found.table)}" if place else f"table {quoted(found.table)}"
    size = f"{found.affected} of {found.rows} rows of {where} are affected"
    if found.verdict is Verdict.HEALTHY:
        return f"Nothing is wrong here: {size}."
    if not found.causes:
        return f"{size}; no cause was found."
    return f"{size}; {found.verdict}: {found.causes[0].text}"


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "text": one.text,
        "where": [list(pair) for pair in one.where],
        "covered": one.covered,
        "affected": one.affected,
        "lift": None if one.lift is None else round(one.lift, 2),
        "p_value": one.p_value,
        "proofs": [number for number in one.proofs if number < PROOFS],
        "facts": _kept(one.facts),
    }


def _brief(one: Finding) -> dict[str, Any]:
    return {"kind": one.kind, "text": one.text, "facts": _kept(one.facts)}


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in _UNSAID}


def _action(action: Action, proofs: Sequence[Proof]) -> dict[str, Any]:
    """A command is given whole or not at all: half of one would not run.

    A long one asks a query, which the proof of that query shows as well: `proof` is its position.
    """
    if len(action.command) <= COMMAND:
        return {"command": action.command, "why": action.why}
    asked = shlex.split(action.command)
    shown = [i for i, proof in enumerate(proofs[:PROOFS]) if proof.sql in asked]
    return {"command": "", "why": action.why, **({"proof": shown[0]} if shown else {})}
