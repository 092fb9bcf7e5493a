"""An eval task: cases, a solver, a scorer. Inspect AI's grammar in an engine for tables.

Why not Inspect AI itself: docs/decisions/0002-eval-engine.md.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steward.content import content_files, content_root
from steward.errors import ContentError, UsageError
from steward.evaluate.case import Case
from steward.evaluate.exam import Exam
from steward.evaluate.inputs import Inputs
from steward.evaluate.meter import Meter
from steward.evaluate.record import Record, digest
from steward.evaluate.scorers import summarise
from steward.evaluate.solution import Settings, Solution, Solver
from steward.evaluate.study import Study

Scorer = Callable[[Case, Solution], dict[str, Any]]
"""Turns a solution into a JSON object of scores."""

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Task:
    """A named task, as an eval file defines it in `TASK`.

    `cases` is the folder of its shipped cases, seen from `evals/`.
    """

    name: str
    about: str
    solvers: Mapping[str, Solver]
    scorer: Scorer
    cases: str = ""
    suite: Path | None = None


def find_tasks(override: Path | None = None) -> dict[str, Task | Exam | Study]:
    """Every task in `evals/`, by name: of repair, of answers (`Exam`), or a `Study`.

    Raises:
        ContentError: a file there cannot be loaded, or defines no TASK.
    """
    found: dict[str, Task | Exam | Study] = {}
    for path in content_files("evals", ".py", override):
        task = _load(path)
        found[task.name] = task
    return found


def shipped_cases(task: Task, override: Path | None = None) -> Path:
    """The folder with the cases that ship with a task."""
    return content_root(override) / "evals" / task.cases


def run_task(
    task: Task,
    cases: Sequence[Case],
    settings: Settings,
    *,
    inputs: Inputs | None = None,
    step: Step = lambda text: None,
) -> Record:
    """Run a solver on every case, score what it wrote, and return the record.

    Args:
        task: from `find_tasks`.
        cases: what to run it on.
        settings: which solver, which seed, and what else it may vary.
        inputs: where the cases came from, for the record.
        step: told which case is being run.

    Raises:
        UsageError: the task has no such solver.
    """
    if settings.solver not in task.solvers:
        raise UsageError(
            f"Task {task.name} has no solver {settings.solver}.",
            hint=f"--solver {' | '.join(sorted(task.solvers))}",
        )
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    begun = time.perf_counter()
    results = []
    for number, case in enumerate(cases, 1):
        step(f"{number} of {len(cases)}: {case.name}")
        results.append(_run_case(task, case, settings))
    return Record(
        task.name,
        settings,
        inputs or Inputs(),
        tuple(results),
        summarise(results),
        started,
        time.perf_counter() - begun,
    )


def _run_case(task: Task, case: Case, settings: Settings) -> dict[str, Any]:
    with Meter() as meter:
        solution = task.solvers[settings.solver](case, settings)
    return {
        "name": case.name,
        "shape": [len(case.dirty), len(case.columns)],
        "digests": digest(case),
        "ignore": [f"{name}={value}" for name, value in case.ignore],
        "seconds": meter.seconds,
        "peak_mb": meter.peak_mb,
        **task.scorer(case, solution),
    }


def _load(path: Path) -> Task | Exam | Study:
    spec = importlib.util.spec_from_file_location(f"steward_eval_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ContentError(f"{path} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ContentError(f"{path} cannot be loaded: {error}.") from error
    task = getattr(module, "TASK", None)
    if not isinstance(task, Task | Exam | Study):
        raise ContentError(f"{path} defines no TASK.", hint="See evals/README.md.")
    return task
