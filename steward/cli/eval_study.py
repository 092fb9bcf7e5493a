"""`steward eval run` for studies: their options become options of the command line."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand
from typer.main import get_command

from steward.cli.options import AsJson, StorePath
from steward.cli.session import session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steward.cli.screen import Screen
    from steward.evaluate import Findings, Study

Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for run.json, report.md, figures.", show_default=False),
]
SHARED: dict[str, tuple[Any, Any]] = {
    "store": (StorePath, None),
    "out": (Out, None),
    "as_json": (AsJson, False),
}
_NAMED = inspect.Parameter.KEYWORD_ONLY


class TaskOrStudy(TyperCommand):
    """`run TASK`, which gives way to a study's own command when TASK names one."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Parse with the options of the study that is named first, else with those of `run`."""
        if args and not args[0].startswith("-") and not extra.get("resilient_parsing"):
            study = _study(args[0])
            if study is not None:
                command = study_command(study)
                return command.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def study_command(study: Study) -> Any:
    """The command of a study: an option a field of its dataclass, and those that all have."""

    def run(context: typer.Context, **given: Any) -> None:
        shared = [given.pop(name) for name in SHARED]
        _told(session(context).screen, study, _found(context, study, given, shared[0]), *shared[1:])

    hints = get_type_hints(study.options, include_extras=True)
    options = {f.name: _option(hints[f.name], f) for f in fields(study.options)} | SHARED
    inside = [inspect.Parameter("context", _NAMED, annotation=typer.Context)]
    for name, (kind, default) in options.items():
        inside.append(inspect.Parameter(name, _NAMED, annotation=kind, default=default))
    run.__signature__ = inspect.Signature(inside)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in inside}
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(study.name, help=study.about)(run)
    return get_command(app)


def _study(name: str) -> Study | None:
    from steward.evaluate import Study, find_tasks

    found = find_tasks().get(name)
    return found if isinstance(found, Study) else None


def _option(kind: Any, field: Field[Any]) -> tuple[Any, Any]:
    """A field as typer wants it: its annotation and its default."""
    bare, told = get_args(kind)[:2]
    default: Any = field.default
    if field.default_factory is not MISSING:
        default = field.default_factory()
    word = field.name.replace("_", "-")
    flag = f"--{word}/--no-{word}" if default is True else f"--{word}"
    option = typer.Option(flag, help=told, show_default=default not in (None, "", (), False))
    if get_origin(bare) is tuple:
        return Annotated[list[str], option], list(default)
    return Annotated[bare, option], default


def _found(
    context: typer.Context, study: Study, given: dict[str, Any], store: Path | None
) -> Findings:
    from steward.evaluate import Bench

    options = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    with session(context).screen.working() as step:
        bench = Bench(store or session(context).store, step)
        return study.run(study.options(**options), bench)


def _told(screen: Screen, study: Study, found: Findings, out: Path | None, as_json: bool) -> None:
    from steward.evaluate import findings_markdown
    from steward.report.machine import as_json as document

    body = {"task": study.name, "findings": found.document}
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "run.json").write_text(document("eval run", body) + "\n", "utf-8")
        (out / "report.md").write_text(findings_markdown(found), "utf-8")
        for name, text in {**found.figures, **found.files}.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_text(text, "utf-8")
    if as_json:
        screen.json("eval run", body)
        return
    _show(screen, found)
    if out:
        names: Sequence[str] = ("run.json", "report.md", *found.figures, *found.files)
        screen.advice(f"Written to {out}: {', '.join(names)}")


def _show(screen: Screen, found: Findings) -> None:
    from steward.report.terminal import Head, grid

    for table in found.grids[:1]:
        heads = [Head(head, right=number > 0) for number, head in enumerate(table.heads)]
        screen.show(grid(heads, table.rows, title=table.title))
    for note in found.notes:
        screen.line(note)
