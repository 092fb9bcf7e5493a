"""Conditions joined by *or*, or turned around by *not*: seen, so that none is misread."""

from __future__ import annotations

import re

from steward.agent.planner.intents import Sight
from steward.agent.planner.language import normalise
from steward.agent.planner.question import Intent

_NOT = re.compile(
    r"\b(not|n't|except|excepting|excluding|excludes?|other than|apart from|besides|without|minus"
    r"|outside|never|non|no)\b(?! only)[\s\w]{0,28}$|n't( \w+){0,3} $"
    r"|(不是|并非|不属于|不来自|不含|不在|不由|非|除了|除去|除开|除|排除|剔除|去除|刨去)\S{0,6}\s*$"
)
"""Before a value: rows that do not have it are meant."""

_NEITHER = re.compile(r"\bneither\b.*\bnor\b|既没.*[也又]没")
_BUT = re.compile(r"^\s*\S{0,3}(以外|之外|除外|外的)|^ (excluded|aside|excepted)\b")
_OR = re.compile(r"\bor\b(?! not\b)|\bneither\b|或者?|或是|要么|任一|要不|既没|也没")


def joined(sight: Sight, intent: Intent, *, strict: bool) -> str:
    """The word by which conditions are joined as no tool here takes them; empty when none is.

    Args:
        sight: the question.
        intent: what it asks; two slices that are told apart are joined by no condition.
        strict: whether *or* between columns changes the answer.
    """
    if intent is Intent.COMPARE:
        return ""
    text = normalise(sight.reading.text)
    for one in sight.slots.filters:
        at = text.find(normalise(one.value)) if one.value else -1
        if at >= 0 and (
            found := _NOT.search(text[:at]) or _BUT.search(text[at + len(one.value) :])
        ):
            return next(filter(None, found.groups()), found.group()).strip()
    columns = {one.column for one in sight.slots.filters}
    if not strict:
        return ""
    if sight.has("null") or _NEITHER.search(text):
        columns |= {m.best.name for m in sight.slots.columns if not m.hinted}
    either = _OR.search(text)
    return either.group() if either and len(columns) > 1 else ""
