"""An exam: questions over stores whose truth is known, someone who answers, a scorer.

The sibling of `task` for answers instead of tables: `steward eval list`, `run` and `compare` treat
both alike. Every trial lays out its papers anew, with its own seed; pass^k is over the trials.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from steward.errors import MissingExtra, ModelError, StewardError, UsageError
from steward.evaluate.heard import Heard
from steward.evaluate.inputs import Inputs
from steward.evaluate.passk import by_question, pass_curve
from steward.evaluate.record import Record
from steward.evaluate.solution import Settings

KIND = "exam"
SCOPES = {"in": "right", "out": "refused", "vague": "asked back"}
"""What is asked, and what a good answer does: answers rightly, refuses, asks back."""

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `groups` say how to break figures down (`kind`, `language`, `schema`).

    `name` is the same in every trial. `scope` is a key of `SCOPES`. `expected` is whatever the
    exam's scorer knows how to read.
    """

    name: str
    text: str
    scope: str
    groups: Mapping[str, str]
    expected: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """A store on disk and the questions about it."""

    store: Path
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Paper:
    """A named store still to be made, with `size` questions; `lay` makes it in an empty folder."""

    name: str
    size: int
    lay: Callable[[Path], Desk]


@dataclass(frozen=True, slots=True)
class Mark:
    """How an answer was marked: `parts` are 1 right, 0 absent, -1 wrong; `score` is -1 to 1."""

    right: bool
    score: float
    parts: Mapping[str, int] = field(default_factory=dict)
    why: str = ""


Answerer = Callable[[Question, Path, Settings], Heard]
"""Answers one question about a store. It must not look at what is expected, but to test scorers."""

Marker = Callable[[Question, Heard, Path], Mark]


@dataclass(frozen=True, slots=True)
class Exam:
    """A named exam, as an eval file defines it in `TASK`.

    `papers` makes the papers of one trial (0, 1 …) from the run's settings; the first of `solvers`
    is the one meant when none is named.
    """

    name: str
    about: str
    papers: Callable[[Settings, int], Sequence[Paper]]
    solvers: Mapping[str, Answerer]
    marker: Marker


def run_exam(exam: Exam, settings: Settings, *, step: Step = lambda text: None) -> Record:
    """Put every question of every trial, mark the answers, and return the record.

    Args:
        exam: from `find_tasks`.
        settings: solver, seed, split, model (`agent`), and how many trials (`seeds`).
        step: told which question is being put.

    Raises:
        UsageError: the exam has no such solver.
        ModelError: the model's server cannot be used; there is nothing to mark then.
    """
    if settings.solver not in exam.solvers:
        known = " | ".join(exam.solvers)
        raise UsageError(
            f"Task {exam.name} has no solver {settings.solver}.", hint=f"--solver {known}"
        )
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    begun = time.perf_counter()
    results: list[dict[str, Any]] = []
    for trial in range(settings.seeds):
        for paper in exam.papers(settings, trial):
            results += _sit(exam, paper, settings, trial, step)
    return Record(
        exam.name,
        settings,
        Inputs(),
        tuple(results),
        summarise(results),
        started,
        time.perf_counter() - begun,
        kind=KIND,
    )


def summarise(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Shares over all trials, pass^k over the questions, time and tokens."""
    named: dict[str, Any] = {"questions": len({r["name"] for r in results}), "runs": len(results)}
    for scope, good in SCOPES.items():
        mine = [r for r in results if r["scope"] == scope]
        key = good.replace(" ", "_")
        named[f"{key}_of"] = len(mine)
        named[key] = fmean(r["right"] for r in mine) if mine else None
        named[f"{key}_pass"] = pass_curve(by_question((r["name"], r["right"]) for r in mine))
    named["score"] = fmean(r["score"] for r in results) if results else None
    named["confidently_wrong"] = sum(r["score"] < 0 for r in results)
    named["crashes"] = sum(bool(r["crash"]) for r in results)
    named["writes"] = sum(r["wrote"] for r in results)
    seconds = sorted(r["seconds"] for r in results)
    named["seconds_median"] = seconds[len(seconds) // 2] if seconds else None
    named["seconds_longest"] = seconds[-1] if seconds else None
    for count in ("tokens_in", "tokens_out"):
        named[count] = sum(r[count] for r in results)
    return named


def _sit(
    exam: Exam, paper: Paper, settings: Settings, trial: int, step: Step
) -> list[dict[str, Any]]:
    """One paper: lay it out, put its questions in order, mark each."""
    only = settings.options.get("only", "")
    with tempfile.TemporaryDirectory(prefix="steward-exam-") as folder:
        step(f"trial {trial + 1} of {settings.seeds}: laying out {paper.name}")
        desk = paper.lay(Path(folder))
        mine = replace(settings, seed=settings.seed + trial)
        results = []
        for number, question in enumerate(desk.questions, 1):
            if only in question.name:
                step(f"{paper.name}, question {number} of {len(desk.questions)}")
                results.append(_put(exam, question, desk.store, mine) | {"trial": trial})
        return results


def _put(exam: Exam, question: Question, store: Path, settings: Settings) -> dict[str, Any]:
    before = _content(store)
    begun = time.perf_counter()
    heard = _answered(exam.solvers[settings.solver], question, store, settings)
    seconds = time.perf_counter() - begun
    mark = exam.marker(question, heard, store)
    wrote = _content(store) != before
    return {
        "name": question.name,
        "text": question.text,
        "scope": question.scope,
        "groups": dict(question.groups),
        "digests": {"question": _digest(question)},
        "right": mark.right and not wrote and not heard.crash,
        "score": -1.0 if wrote else min(mark.score, 0.0) if heard.crash else mark.score,
        "parts": dict(mark.parts),
        "why": "the table was changed" if wrote else heard.crash or mark.why,
        "wrote": wrote,
        "crash": heard.crash,
        "answer": heard.text,
        "answered": heard.answered,
        "asked": heard.asked,
        "calls": [{"tool": c.tool, "arguments": dict(c.arguments)} for c in heard.calls],
        "seconds": seconds,
        "tokens_in": heard.tokens_in,
        "tokens_out": heard.tokens_out,
        "model": heard.model,
    }


def _answered(answerer: Answerer, question: Question, store: Path, settings: Settings) -> Heard:
    try:
        return answerer(question, store, settings)
    except (ModelError, MissingExtra):
        # Nobody was examined: the model or the package is absent, for every question alike.
        raise
    except StewardError as error:
        return Heard(crash=f"{type(error).__name__}: {error.message}")
    except Exception as error:  # a bug in what is examined is its failure, not the examiner's end
        return Heard(crash=f"{type(error).__name__}: {error}")


def _content(store: Path) -> tuple[tuple[str, str], ...]:
    """Names and content hashes of the tables: what no question may change."""
    from steward.store import Store

    with Store(store, read_only=True) as home:
        return tuple((info.name, info.content_hash) for info in home.tables())


def _digest(question: Question) -> str:
    body = repr((question.text, question.scope, _plain(question.expected)))
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _plain(expected: Any) -> Any:
    return asdict(expected) if hasattr(expected, "__dataclass_fields__") else expected
