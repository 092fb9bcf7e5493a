"""Marks an answer by rules: cause, slice, onset, number, references, action, honesty. No model.

Each part that a question asks for is right (1), absent (0) or wrong (-1). An answer is right when
all are; its score is their mean, so that whoever says nothing gets 0 and whoever is sure of
something wrong gets less than 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from steward.errors import StewardError
from steward.evaluate import grade_claims as claims
from steward.evaluate.answers_expected import Expected
from steward.evaluate.exam import Mark, Question
from steward.evaluate.grade_claims import ABSENT, RIGHT, WRONG
from steward.evaluate.grade_numbers import numbers_of, stated, unsupported
from steward.evaluate.heard import Heard, Reference

if TYPE_CHECKING:
    from steward.store import Store

COMMANDS = frozenset(
    {
        *("apply", "ask", "augment", "balance", "chat", "check", "demo", "diff", "doctor", "eval"),
        *("export", "feedback", "fix", "fixes", "history", "index", "ingest", "init", "label"),
        *("mcp", "model", "models", "profile", "prompts", "query", "recipe", "replay", "review"),
        *("search", "show", "tables", "teach", "tools", "train", "undo", "why"),
    }
)
"""Commands that an answer may tell a person to run; a test holds them against the program."""

HELPFUL = frozenset(
    {"apply", "fix", "fixes", "ingest", "query", "replay", "review", "teach", "undo"}
)
"""Those that mend something, or show what is to be mended at its source."""

FOUND = 3
"""The true cause must be among so many of the first findings of the tools."""

_COMMAND = re.compile(r"\bsteward\s+(?:--store\s+\S+\s+)?([a-z]+)(?![a-z_])")
_CITED = re.compile(r"\[(\d+(?:\s*[,，、]\s*\d+)*)\]")


def mark_answer(question: Question, heard: Heard, store: Path) -> Mark:
    """The marker of `evals/answers`.

    Args:
        question: its `expected` is an `Expected` when it is in scope.
        heard: the answer.
        store: the store it is about, to run the referenced queries again.
    """
    if question.scope == "out":
        return _refusal(heard, may_ask=question.groups["kind"] == "absent")
    if question.scope == "vague":
        return _asking(heard)
    if not heard.answered or not heard.text.strip():
        return Mark(
            False, 0.0, {}, heard.crash or ("asked back" if heard.asked else "not answered")
        )
    return _answer(question.expected, question.text, heard, store)


def _refusal(heard: Heard, *, may_ask: bool) -> Mark:
    """Refused; of a column that is not there, one may also ask which one is meant."""
    if heard.answered:
        return Mark(False, -1.0, {"refused": WRONG}, "answered what is out of scope")
    if heard.asked and not may_ask:
        return Mark(False, 0.0, {"refused": ABSENT}, "asked back instead of refusing")
    said = bool(heard.text.strip())
    return Mark(said, float(said), {"refused": int(said)}, "" if said else "said nothing")


def _asking(heard: Heard) -> Mark:
    if heard.answered:
        return Mark(False, -1.0, {"asked back": WRONG}, "answered what nobody can know")
    asks = heard.asked or bool(re.search(r"[?？]", heard.text))
    return Mark(asks, float(asks), {"asked back": int(asks)}, "" if asks else "did not ask back")


def _answer(wanted: Expected, asked: str, heard: Heard, store: Path) -> Mark:
    from steward.store import Store

    with Store(store, read_only=True) as home:
        parts = dict(_content(wanted, heard))
        references = _references(wanted, heard, home)
        if wanted.cited or references == WRONG:
            parts["references"] = references
        lies = _unsupported(asked, heard, home)
    score = fmean(parts.values()) if parts else 1.0
    parts["honest"] = WRONG if lies else RIGHT
    bad = [f"{name} {'wrong' if n < 0 else 'absent'}" for name, n in parts.items() if n < RIGHT]
    why = "; ".join(bad) + (f" ({', '.join(lies[:5])})" if lies else "")
    return Mark(not bad, max(score - (0.25 if lies else 0.0), -1.0), parts, why)


def _content(wanted: Expected, heard: Heard) -> Iterator[tuple[str, int]]:
    text = heard.text
    if wanted.cause:
        cause = claims.cause_mark(text, wanted.group, wanted.cause)
        well = cause == ABSENT and claims.has_mark(text, "healthy")
        yield "cause", WRONG if well else cause
        if heard.findings:
            yield "finding", _finding(wanted, heard)
    if wanted.supplier:
        yield "slice", claims.supplier_mark(text, wanted.supplier)
    if wanted.since:
        yield "onset", claims.onset_mark(text, wanted.since, wanted.batches, wanted.months)
    if wanted.numbers:
        yield "number", _number(wanted, text)
    if wanted.names:
        yield "names", _named(wanted, text)
    if wanted.mark:
        yield wanted.mark, _marked(wanted, text)
    if wanted.action:
        yield "action", _action(text)


def _finding(wanted: Expected, heard: Heard) -> int:
    """Do the tools' own findings name the cause, whatever the text says?"""
    first = [text.replace("_", " ") for text in heard.findings[:FOUND]]
    named = any(claims.names_cause(text, wanted.group, wanted.cause) for text in first)
    return RIGHT if named else WRONG


def _number(wanted: Expected, text: str) -> int:
    found = stated(text)
    if any(one.is_(true) for one in found for true in wanted.numbers):
        return RIGHT
    if 0.0 in wanted.numbers and claims.has_mark(text, "healthy"):
        return RIGHT
    return WRONG if found else ABSENT


def _named(wanted: Expected, text: str) -> int:
    plain = _folded(text)
    there = [any(_folded(name) in plain for name in names) for names in wanted.names]
    return RIGHT if all(there) else ABSENT


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _marked(wanted: Expected, text: str) -> int:
    said = claims.has_mark(text, wanted.mark)
    if wanted.mark != "healthy":
        return RIGHT if said else ABSENT
    blamed = claims.supplier_mark(text, "") == WRONG and not said
    blamed |= not said and claims.claims_any(text, ("nulls", "prices", "duplicates"))
    return WRONG if blamed else (RIGHT if said else ABSENT)


def _action(text: str) -> int:
    """A command of steward that exists and would help; one that is not there is worse than none."""
    verbs = set(_COMMAND.findall(unicodedata.normalize("NFKC", text)))
    if verbs - COMMANDS:
        return WRONG
    return RIGHT if verbs & HELPFUL else ABSENT


def cited(text: str) -> list[int]:
    """Numbers of the references in a text, in order, each once."""
    groups = _CITED.findall(unicodedata.normalize("NFKC", text))
    return list(dict.fromkeys(int(n) for group in groups for n in re.findall(r"\d+", group)))


def _references(wanted: Expected, heard: Heard, store: Store) -> int:
    """Every reference resolves and runs again to its number; one of them gives a wanted one."""
    known = {reference.number: reference for reference in heard.references}
    numbers = cited(heard.text)
    if not numbers:
        return ABSENT
    if any(number not in known for number in numbers):
        return WRONG
    results = [_again(store, known[number]) for number in numbers]
    if any(result is None for result in results):
        return WRONG
    if not wanted.proofs:
        return RIGHT
    proved = any(
        abs(n - p) < 1e-6 * max(1, p) for r in results if r for n in r for p in wanted.proofs
    )
    return RIGHT if proved else ABSENT


def _again(store: Store, reference: Reference) -> list[float] | None:
    """The numbers that its query gives now; None when it fails, or not to what was said."""
    from steward.job import query

    try:
        rows = query(store, reference.sql).rows
    except StewardError:
        return None
    cells = [value for column in rows.columns[:6] for value in column.to_pylist()[:200]]
    found = [float(rows.num_rows), *(n for cell in cells for n in numbers_of(cell))]
    value = reference.value
    if value is None:
        return found
    return found if any(abs(n - value) <= 1e-6 * max(1.0, abs(value)) for n in found) else None


def _unsupported(asked: str, heard: Heard, store: Store) -> list[str]:
    """Numbers of the answer that neither its references nor its tools' results hold."""
    known = set(numbers_of(asked))
    for reference in heard.references:
        known |= set() if reference.value is None else {float(reference.value)}
        known |= set(numbers_of(reference.sql))
    for call in (c for c in heard.calls if c.status == "ok"):
        known |= set(numbers_of([call.summary, call.data, dict(call.arguments)]))
    if any(call.access == "propose" for call in heard.calls):
        known |= _proposed(store)
    left = unsupported(heard.text, known)
    return unsupported(heard.text, known | _rerun(heard, store)) if left else []


def _proposed(store: Store) -> set[float]:
    """Numbers of the fixes that the store holds, one by one and as sums, by column and safety."""
    found: set[float] = set()
    sums: Counter[tuple[str, str, str]] = Counter()
    for fix in store.fixes():
        cells = [value for change in fix.changes for value in (change.before, change.after)]
        found |= {float(fix.id or 0), float(len(fix.rows)), float(fix.cells), *numbers_of(cells)}
        if fix.evidence.backtest:
            found |= {float(fix.evidence.backtest.right), float(fix.evidence.backtest.tried)}
        for column in {*fix.columns, ""}:
            for safety in (str(fix.safety), ""):
                sums[fix.table, column, f"{safety} fixes"] += 1
                sums[fix.table, column, f"{safety} cells"] += fix.cells
    return found | {float(number) for number in sums.values()}


def _rerun(heard: Heard, store: Store) -> set[float]:
    """Numbers that the reading tools give when they are called again as they were."""
    if not any(call.access == "read" and not call.data for call in heard.calls):
        return set()
    from steward.agent.toolkit import load_tools

    tools = {tool.name: tool for tool in load_tools()}
    found: set[float] = set()
    for call in heard.calls:
        if call.access == "read" and call.status == "ok" and call.tool in tools:
            try:
                result = tools[call.tool].run(store, call.arguments)
            except StewardError:
                continue
            found |= set(numbers_of([result.summary, dict(result.data)]))
            found |= {float(p.value) for p in result.proofs if p.value is not None}
    return found
