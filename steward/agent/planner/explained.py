"""Answers from investigations: cause first, how many, since when, what to do, what it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from steward.agent.planner import issues
from steward.agent.planner.history import History, Result
from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.question import Question
from steward.agent.planner.telling import number, percent, refs
from steward.why.words import translate

CAUSES, NOT, FIXES, DOS, TOLD = 4, 2, 2, 2, 6
"""How many of each an answer tells."""


_EXTREME = ("wrong_outlier", "wrong_range", "wrong_scale", "wrong_level")
_WHEN = ("since", "between")


def explained(question: Question, history: History, language: Language) -> str:
    """The answer from the last investigation."""
    found = history.results[-1]
    if found.tool == "list_changes":
        return issues.change_sets(found, language)
    if not found.tool.startswith("explain_") or found.tool == "explain_changes":
        return "\n".join([*_plain(found, language), *_actions(found, language)])
    lines = [*_causes(found, language), *_size(found, language), *fixable(found, language)]
    lines += [
        phrase("not_cause", language, text=t) for t in _texts(found, "ruled_out", NOT, language)
    ]
    lines += _actions(found, language)
    return "\n".join(lines) or _summary(found)


def outliers(question: Question, history: History, language: Language) -> str:
    """The outliers of a column; else that there are none, and what else is unusual."""
    found = history.results[-1]
    kinds = [str(one.get("kind", "")) for one in _mappings(found.data.get("causes"))]
    if any(kind in _EXTREME for kind in kinds) or found.data.get("verdict") == "healthy":
        return explained(question, history, language)
    place = phrase("column_of", language, column=question.column, table=question.table)
    said = phrase("no_issues_outlier", language, place=place)
    rest = explained(question, history, language)
    return f"{said}\n{phrase('otherwise', language)}\n{rest}"


def _plain(found: Result, language: Language) -> list[str]:
    """Findings without causes among them: what differs, what is in order, what happened."""
    told = _texts(found, "causes", TOLD, language)
    same = [phrase("in_order", language, text=t) for t in _texts(found, "ruled_out", NOT, language)]
    if found.tool in ("explain_changes", "trace_lineage", "compare_slices"):
        same = _texts(found, "ruled_out", NOT, language)
    return [*told, *same] or [_summary(found)]


def _summary(found: Result) -> str:
    return f"{found.body.get('summary', '')}{refs(found)}"


def _causes(found: Result, language: Language) -> list[str]:
    texts = _texts(found, "causes", CAUSES, language)
    verdict = found.data.get("verdict")
    if verdict == "healthy":
        said = " ".join(texts[:1]) or _summary(found)
        return [phrase(f"healthy_{found.tool}", language, text=said)]
    if not texts:
        return [phrase("unexplained", language)] if verdict else [_summary(found)]
    told = [phrase("cause", language, text=texts[0])]
    kinds = [str(one.get("kind", "")) for one in _mappings(found.data.get("causes"))]
    for kind, one in zip(kinds[1:], texts[1:], strict=False):
        told.append(one if kind.startswith(_WHEN) else phrase("also", language, text=one))
    return told


def _texts(found: Result, part: str, most: int, language: Language) -> list[str]:
    """The sentences of findings, each with the references of its proofs."""
    return [
        _with_refs(translate(str(one.get("text", "")), language), _proofs(found, one))
        for one in _mappings(found.data.get(part))[:most]
    ]


def _proofs(found: Result, finding: Mapping[str, Any]) -> str:
    """References of a finding: numbers it names itself, or those of the proofs it points at."""
    if isinstance(named := finding.get("refs"), list):
        return "".join(f" [{n}]" for n in named)
    places = finding.get("proofs")
    return (
        refs(found, [p for p in places if isinstance(p, int)]) if isinstance(places, list) else ""
    )


def _with_refs(text: str, marks: str) -> str:
    """A sentence with references before its full stop."""
    for end in (".", "。"):
        if text.endswith(end):
            return f"{text.removesuffix(end)}{marks}{end}"
    return f"{text}{marks}"


def _size(found: Result, language: Language) -> list[str]:
    data = found.data
    if not data.get("affected") or data.get("verdict") == "healthy":
        return []
    facts = {"affected": number(data["affected"]), "rows": number(data.get("rows"))}
    return [phrase("size", language, **facts, refs=refs(found, [0]))]


def fixable(found: Result, language: Language) -> list[str]:
    """How many of the affected cells which corrector can fix, and how well that was measured."""
    lines = []
    for one in _mappings(found.data.get("fixable"))[:FIXES]:
        precision = ""
        if one.get("precision") is not None and one.get("tried"):
            facts = {"precision": percent(one["precision"]), "tried": number(one["tried"])}
            precision = phrase("precision", language, **facts)
        counts = {"cells": number(one.get("cells")), "safe": number(one.get("safe"))}
        corrector = one.get("corrector")
        lines.append(
            phrase("fixable", language, **counts, corrector=corrector, precision=precision)
        )
    return lines


def _actions(found: Result, language: Language) -> list[str]:
    """The first few, and something to type: a long query is told by the proof that shows it."""
    every = _mappings(found.data.get("actions"))
    told = list(every[:DOS])
    if not any(one.get("command") for one in told):
        told += [one for one in every if one.get("command")][:1]
    return [_action(found, one, language) for one in told]


def _action(found: Result, one: Mapping[str, Any], language: Language) -> str:
    why = translate(str(one.get("why", "")), language)
    if one.get("command"):
        return phrase("do", language, command=one["command"], why=why)
    shown = refs(found, [one["proof"]]) if isinstance(one.get("proof"), int) else ""
    return phrase("do_only", language, why=f"{why}{shown}")


def _mappings(found: Any) -> Sequence[Mapping[str, Any]]:
    return [m for m in found if isinstance(m, Mapping)] if isinstance(found, list) else []
