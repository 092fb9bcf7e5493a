"""Trained models for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steward.report.terminal import Head, counted, grid
from steward.retrieval.metrics import difference_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from steward.job.training import Plan
    from steward.store.models import Held, Model, Promotion

MINUTE = 60.0


def plan_lines(plan: Plan) -> Iterator[str]:
    """What a training reads and how long it may take."""
    prepared, split = plan.prepared, plan.prepared.split
    clicks = f", {prepared.from_clicks:,} of them told by clicks" if prepared.from_clicks else ""
    yield f"{counted(prepared.pairs, 'graded pair')} to train{clicks}."
    yield (
        f"Queries: {len(split.train):,} to train, {len(split.valid):,} to choose, "
        f"{len(split.test):,} held out, in {counted(split.groups, 'group')} of near duplicates; "
        f"{len(prepared.leaks)} leak."
    )
    if prepared.augmented:
        made, refused = prepared.augmented["added"], prepared.augmented["refused"]
        why = "".join(f"; {count:,} refused, {reason}" for reason, count in refused.items())
        yield f"Of those to train {sum(made.values()):,} were made by augment{why}."
    yield f"{counted(len(prepared.data.texts), 'item')}; text: {prepared.data.template}"
    if prepared.data.absent or prepared.data.left_out:
        yield (
            f"Left out: {counted(prepared.data.absent, 'judgment')} of absent items, "
            f"{counted(prepared.data.left_out, 'row')} whose id is missing or taken."
        )
    yield f"Expected: about {_time(plan.seconds)} on one processor core."


def result_parts(card: Mapping[str, Any]) -> list[RenderableType]:
    """What a training gave, beside BM25 and the model in use."""
    held = card["held"]
    heads = [Head("what"), Head(held["measure"], right=True), Head("95 % interval")]
    rows = [
        (name, f"{one['mean']:.3f}", f"{one['lower']:.3f} to {one['upper']:.3f}")
        for name, one in held["systems"].items()
    ]
    title = f"On {held['queries']} queries held out"
    parts: list[RenderableType] = [grid(heads, rows, title=title), ""]
    parts.append(f"Against BM25: {difference_line(held['gain'])}")
    if card["rival"]:
        rival = card["rival"]
        parts.append(f"Against model {rival['id']}, in use: {difference_line(rival)}")
    return parts


def model_table(models: Sequence[Model]) -> Table:
    """One line a model."""
    heads = [
        *(Head("model", right=True), Head("kind"), Head("status"), Head("held out")),
        *(Head("queries", right=True), Head("base", fold=True), Head("trained")),
    ]
    rows = [
        (
            *(model.id, model.kind, model.status.value, _held(model.held)),
            *(len(model.held.scores) if model.held else 0, model.base, model.at),
        )
        for model in models
    ]
    return grid(heads, rows)


def model_parts(model: Model, folder: Path, history: Sequence[Promotion]) -> list[RenderableType]:
    """One model in full."""
    data = model.data
    tables = ", ".join(f"{name} ({content})" for name, content in data.get("tables", {}).items())
    facts = [
        *(("status", model.status.value), ("trained", model.at), ("base", model.base)),
        *(("folder", str(folder)), ("tables", tables), ("item text", data.get("template", ""))),
        *(("held out", _held(model.held)), ("made by", model.command)),
    ]
    parts: list[RenderableType] = [
        grid([Head("fact"), Head("value", fold=True)], facts, title=f"Model {model.id}"),
        "",
        grid(
            [Head("metric"), Head("value", right=True)],
            [(name, f"{value:.4f}") for name, value in model.metrics.items()],
        ),
        "",
        grid(
            [Head("setting"), Head("value", fold=True)],
            [(name, _said(value)) for name, value in model.settings.items()],
        ),
    ]
    if history:
        heads = [
            Head("when"),
            Head("what"),
            Head("because", fold=True),
            Head("override", fold=True),
        ]
        rows = [(line.at, line.action, line.said, line.override) for line in history]
        parts += ["", grid(heads, rows)]
    return parts


def _held(held: Held | None) -> str:
    if held is None:
        return "not measured"
    return f"{held.measure} {held.mean:.3f} ({held.lower:.3f} to {held.upper:.3f})"


def _time(seconds: float) -> str:
    if seconds < MINUTE:
        return "a minute"
    return f"{seconds / MINUTE:.0f} minutes" if seconds < 90 * MINUTE else f"{seconds / 3600:.1f} h"


def _said(value: object) -> str:
    return "" if value in ("", [], ()) else str(value)
