"""`steward eval`: run eval tasks, compare runs, try the repair on a table of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.eval_study import TaskOrStudy
from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.session import opened, session, the_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steward.cli.screen import Screen
    from steward.evaluate import Exam, Inputs, Record, Settings, Study, Task
    from steward.evaluate.tables import Grid

app = typer.Typer(
    name="eval",
    help="Score repairs and answers where the truth is known.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for run.json, report.md, report.html.", show_default=False),
]
Seed = Annotated[int, typer.Option(help="Same seed, same run.")]
SolverName = Annotated[
    str, typer.Option("--solver", help="job: the real thing; library: proposals only.")
]
AnySolver = Annotated[
    str,
    typer.Option("--solver", help="Who solves it; the task's own by default.", show_default=False),
]
Split = Annotated[str, typer.Option(help="Questions: dev, or test (held out).")]
Trials = Annotated[int, typer.Option("--seeds", min=1, max=20, help="Trials, for pass^k.")]


@app.command("list")
def list_tasks(context: typer.Context, as_json: AsJson = False) -> None:
    """List the tasks in evals/ and how many cases ship with each."""
    from steward.evaluate import find_tasks
    from steward.report.terminal import Head, grid

    tasks = [{"task": t.name, "cases": _count(t), "about": t.about} for t in find_tasks().values()]
    screen = session(context).screen
    if as_json:
        screen.json("eval list", {"tasks": tasks})
        return
    heads = [Head("task"), Head("cases", right=True), Head("about", fold=True)]
    screen.show(grid(heads, [list(map(str, task.values())) for task in tasks]))


@app.command(cls=TaskOrStudy)
def run(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="A task of evals/: steward eval list.")],
    dirty: Annotated[Path | None, typer.Option(help="A dirty table, CSV.")] = None,
    clean: Annotated[Path | None, typer.Option(help="The same rows as they should be.")] = None,
    suite: Annotated[
        Path | None, typer.Option(help="A folder: each sub-folder has dirty*.csv and clean.csv.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="COLUMN=CLEAN VALUE whose cells do not count.")
    ] = None,
    kinds: Annotated[
        Path | None, typer.Option("--error-types", help="Kind of error of each cell, CSV.")
    ] = None,
    solver: AnySolver = "",
    option: Annotated[
        list[str] | None, typer.Option("--option", help="NAME=VALUE for the solver.")
    ] = None,
    answers: Annotated[int, typer.Option(min=0, help="Questions that gold may answer.")] = 0,
    agent: Annotated[
        str, typer.Option(help="A model to ask: its URL, or offline; none by default.")
    ] = "",
    seed: Seed = 0,
    seeds: Trials = 1,
    split: Split = "dev",
    baseline: Annotated[
        Path | None, typer.Option(help="A run.json; anything worse leaves with exit code 8.")
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Run a task: on --dirty and --clean, on a --suite, else on the cases that ship with it.

    search and lift are studies with options of their own: steward eval run search --help.
    """
    from steward.evaluate import Inputs, Settings, read_record, refuse_regressions

    chosen = _task(task)
    solver = solver or next(iter(chosen.solvers))
    settings = Settings(solver, seed, answers, agent, _options(option or []), seeds, split)
    inputs = Inputs(
        dirty=_text(dirty),
        clean=_text(clean),
        error_types=_text(kinds),
        suite=_text(suite),
        ignore=tuple(ignore or ()),
    )
    kept = read_record(baseline) if baseline else None
    record = _run(context, chosen, settings, inputs)
    _told(session(context).screen, record, out, as_json)
    if kept:
        refuse_regressions(record, kept)
        session(context).screen.advice(f"No regression against {baseline}.")


@app.command()
def again(
    context: typer.Context,
    record: Annotated[Path, typer.Argument(help="The run.json of an earlier run.")],
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Repeat a run from its record: same cases, same settings; refuses if a table changed."""
    from steward.evaluate import read_record

    old = read_record(record)
    new = _run(context, _task(old.task), old.settings, old.inputs, old)
    _told(session(context).screen, new, out, as_json)


@app.command("compare")
def compare_runs(
    context: typer.Context,
    a: Annotated[Path, typer.Argument(help="run.json of the first run.")],
    b: Annotated[Path, typer.Argument(help="run.json of the second run.")],
    seed: Seed = 0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs of the same cases, with paired bootstrap intervals."""
    from steward.evaluate import (
        compare_any,
        comparison_html,
        comparison_markdown,
        read_record,
        tables,
    )

    left, right = read_record(a), read_record(b)
    found = compare_any(left, right, seed=seed)
    screen = session(context).screen
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "compare.md").write_text(comparison_markdown(left, right, found), "utf-8")
        (out / "compare.html").write_text(comparison_html(left, right, found), "utf-8")
    if as_json:
        screen.json("eval compare", {"differences": found})
    else:
        _show(screen, tables.differences(found))


@app.command("self")
def try_self(
    context: typer.Context,
    table: TableName = None,
    mix: Annotated[str, typer.Option(help="What to do to it: a mix, or one kind.")] = "everything",
    rate: Annotated[
        float | None, typer.Option(help="Share of the cells to spoil.", show_default=False)
    ] = None,
    copies: Annotated[int, typer.Option(min=1, max=20, help="Spoilt copies to try.")] = 1,
    solver: SolverName = "job",
    seed: Seed = 0,
    out: Out = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Spoil a copy of a table of yours and say how well it is repaired.

    The table itself is only read. Errors that it already has count as right, so clean it first.
    """
    from steward.evaluate import Inputs, Settings

    place = store or session(context).store
    with opened(context, store, read_only=True) as home:
        name = the_table(home, table)
    task = _task("fixes")
    inputs = Inputs(store=str(place), table=name, mix=mix, rate=rate, copies=copies)
    record = _run(context, task, Settings(solver, seed), inputs)
    screen = session(context).screen
    _told(screen, record, out, as_json)
    if not as_json:
        from steward.evaluate import tables

        _show(screen, tables.by_kind(record.cases[0]))


@app.command("make")
def make_cases(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to write the cases.")],
    clean: Annotated[
        list[Path] | None, typer.Option(help="A clean table to spoil, CSV; else made tables.")
    ] = None,
    mix: Annotated[list[str] | None, typer.Option(help="Only these mixes of damage.")] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Rows at most.")] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Make a suite of cases: clean tables of many shapes, spoilt in many ways."""
    from steward.evaluate import make_suite
    from steward.evaluate.schemas import SCHEMAS
    from steward.evaluate.suite import DEFAULT_MIXES

    made = make_suite(
        folder,
        seed,
        schemas=() if clean else tuple(SCHEMAS),
        mixes=mix or DEFAULT_MIXES,
        clean=clean or (),
        rows=rows,
    )
    screen = session(context).screen
    if as_json:
        screen.json("eval make", {"cases": made})
        return
    screen.line(f"{len(made)} cases in {folder}.")
    screen.advice(f"Next: steward eval run fixes --suite {folder} --out runs/suite")


def _count(task: Task | Exam | Study) -> int:
    """How many cases, or questions, come with a task; a study brings none."""
    from steward.evaluate import Settings, Study, Task, read_suite, shipped_cases

    if isinstance(task, Study):
        return 0
    if isinstance(task, Task):
        return len(read_suite(shipped_cases(task)))
    return sum(paper.size for paper in task.papers(Settings(), 0))


def _task(name: str) -> Task | Exam:
    from steward.errors import UsageError
    from steward.evaluate import Study, find_tasks

    tasks = find_tasks()
    task = tasks.get(name)
    if task is None:
        raise UsageError(f"There is no task {name}.", hint=f"Tasks: {', '.join(tasks)}.")
    if isinstance(task, Study):
        raise UsageError(
            f"{name} is a study: its name comes first.", hint=f"steward eval run {name} --help"
        )
    return task


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _options(texts: Sequence[str]) -> dict[str, str]:
    from steward.errors import UsageError

    for text in texts:
        if "=" not in text:
            raise UsageError(f"--option {text} is not NAME=VALUE.")
    return {name: value for name, _, value in (text.partition("=") for text in texts)}


def _run(
    context: typer.Context,
    task: Task | Exam,
    settings: Settings,
    inputs: Inputs,
    old: Record | None = None,
) -> Record:
    """Run a task; with an `old` record, only on the very cases that it saw."""
    from steward.errors import UsageError
    from steward.evaluate import Exam, Inputs, load_cases, run_exam, run_task, shipped_cases
    from steward.evaluate.record import refuse_other_tables

    if isinstance(task, Exam):
        if inputs != Inputs():
            raise UsageError(
                f"Task {task.name} makes its own tables: --seed and --split name them."
            )
        with session(context).screen.working() as step:
            return run_exam(task, settings, step=step)
    cases = load_cases(inputs, shipped=shipped_cases(task), seed=settings.seed)
    if old:
        refuse_other_tables(old, cases)
    with session(context).screen.working() as step:
        return run_task(task, cases, settings, inputs=inputs, step=step)


def _told(screen: Screen, record: Record, out: Path | None, as_json: bool) -> None:
    from steward.evaluate import brief, html, markdown, to_json

    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "run.json").write_text(to_json(record), "utf-8")
        (out / "report.md").write_text(markdown(record), "utf-8")
        (out / "report.html").write_text(html(record), "utf-8")
    if as_json:
        screen.json("eval run", {"run": record})
        return
    _show(screen, brief(record))
    if out:
        screen.advice(f"Written: {out}/run.json, report.md, report.html")


def _show(screen: Screen, table: Grid) -> None:
    from steward.report.terminal import Head, grid

    heads = [Head(head, right=number > 0) for number, head in enumerate(table.heads)]
    screen.show(grid(heads, table.rows, title=table.title))
