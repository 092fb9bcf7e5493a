"""`steward train`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steward.cli.options import AsJson, DryRun, StorePath
from steward.cli.session import opened, session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steward.cli.screen import Screen
    from steward.job.training import Plan, Request, Result

EXAMPLES = (
    "steward train biencoder --items items --judgments judgments",
    "steward train reranker --items items --judgments judgments --loss listnet --dry-run",
    "steward train biencoder --judgments judgments --searches searches --clicks clicks",
    "steward train ranker --judgments judgments --queries queries --augmented queries_augmented",
    "steward train --from-card steward.db.steward-models/biencoder-0123456789abcdef/card.json",
)

LORA = 16
"""Rank of a bi-encoder's adapters when --lora is said."""


def train(
    context: typer.Context,
    kind: Annotated[
        str, typer.Argument(help="biencoder, reranker or ranker.", show_default=False)
    ] = "",
    items: Annotated[str, typer.Option(help="Table of items.")] = "items",
    judgments: Annotated[
        str | None, typer.Option(help="Table of judged pairs.", show_default=False)
    ] = None,
    queries: Annotated[
        str | None,
        typer.Option(help="Table of queries, where others name them by id.", show_default=False),
    ] = None,
    searches: Annotated[
        str | None,
        typer.Option(help="Table of what was shown; it teaches too.", show_default=False),
    ] = None,
    clicks: Annotated[
        str | None, typer.Option(help="Table of clicks on it.", show_default=False)
    ] = None,
    augmented: Annotated[
        str | None,
        typer.Option(help="Table that steward augment made; it teaches too.", show_default=False),
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="Item text: '{title} {brand}'.", show_default=False)
    ] = None,
    item_id: Annotated[
        str | None, typer.Option(help="Column that names items.", show_default=False)
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="QUERY,ITEM,GRADE of the judgments.", show_default=False)
    ] = None,
    split_seed: Annotated[int, typer.Option(help="Seed of the split.")] = 0,
    split_time: Annotated[
        str, typer.Option(help="Column of the judgments: hold the latest queries out.")
    ] = "",
    base: Annotated[
        str | None, typer.Option(help="Model to start from.", show_default=False)
    ] = None,
    tier: Annotated[
        str | None, typer.Option(help="biencoder: head, static or full.", show_default=False)
    ] = None,
    loss: Annotated[
        str | None, typer.Option(help="reranker: bce, lambda or listnet.", show_default=False)
    ] = None,
    lora: Annotated[bool, typer.Option("--lora", help="Train low-rank adapters.")] = False,
    epochs: Annotated[int | None, typer.Option(min=1, show_default=False)] = None,
    batch: Annotated[int | None, typer.Option(min=1, show_default=False)] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option(help="Of the training.", show_default=False)] = None,
    track: Annotated[
        str | None, typer.Option(help="tensorboard, wandb, mlflow or none.", show_default=False)
    ] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, any other setting.")
    ] = None,
    from_card: Annotated[
        Path | None, typer.Option(help="Train again what this card says.", show_default=False)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it was cut short.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Train a model for search, measure it on queries held out, and register it.

    It is printed beside BM25, and not used before steward models promote.
    """
    from steward.job.cards import read_card
    from steward.job.training import plan_training, train_model
    from steward.job.training_data import Sources

    card = read_card(from_card) if from_card else None
    sources = Sources(
        *(items, judgments, queries, searches, clicks),
        *(text, item_id, _columns(columns), split_seed, split_time),
        augmented=augmented,
    )
    given = {
        **{"base": base, "tier": tier, "loss": loss, "epochs": epochs, "batch": batch, "lr": lr},
        **{"seed": seed, "track": track, "lora": _lora(kind) if lora else None},
    }
    request = _request(card, kind, sources, _settings(given, setting or []))
    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        hashes = card["tables"] if card else None
        plan = plan_training(home, request, hashes=hashes, step=step)
        result = None if dry_run else train_model(home, plan, resume=resume, step=step)
    if as_json:
        screen.json("train", _document(plan, result))
    else:
        _show(screen, plan, result, card)


def _columns(said: str | None) -> tuple[str, str, str] | None:
    from steward.errors import UsageError

    if said is None:
        return None
    parts = [part.strip() for part in said.split(",")]
    if len(parts) != 3:
        raise UsageError(f"--columns takes three names, not {said!r}.", hint="QUERY,ITEM,GRADE")
    return parts[0], parts[1], parts[2]


def _lora(kind: str) -> int | bool:
    return LORA if kind == "biencoder" else True


def _settings(given: Mapping[str, Any], more: Sequence[str]) -> dict[str, Any]:
    from steward.errors import UsageError

    for text in more:
        if "=" not in text:
            raise UsageError(f"--set {text} is not NAME=VALUE.")
    said = {name: value for name, _, value in (text.partition("=") for text in more)}
    return {**{name: value for name, value in given.items() if value is not None}, **said}


def _request(
    card: Mapping[str, Any] | None, kind: str, sources: Any, settings: Mapping[str, Any]
) -> Request:
    from steward.errors import UsageError
    from steward.job.training import Request

    if card is not None:
        return Request.from_card(card)
    if not kind:
        raise UsageError("Train what?", hint="steward train biencoder, reranker or ranker")
    return Request(kind, sources, settings)


def _document(plan: Plan, result: Result | None) -> dict[str, Any]:
    prepared, split = plan.prepared, plan.prepared.split
    return {
        "dry_run": result is None,
        "kind": plan.request.kind,
        "command_line": plan.request.command,
        "items": len(prepared.data.texts),
        "template": prepared.data.template,
        "pairs": prepared.pairs,
        "from_clicks": prepared.from_clicks,
        "augmented": prepared.augmented,
        "queries": {name: len(getattr(split, name)) for name in ("train", "valid", "test")},
        "leaks": len(prepared.leaks),
        "seconds": plan.seconds,
        "settings": plan.settings,
        "model": result.model if result else None,
        "card": result.card if result else None,
    }


def _show(
    screen: Screen, plan: Plan, result: Result | None, card: Mapping[str, Any] | None
) -> None:
    from steward.report.models import plan_lines, result_parts

    for line in plan_lines(plan):
        screen.line(line)
    if result is None:
        screen.advice("Nothing was trained: leave --dry-run out.")
        return
    screen.show(*result_parts(result.card))
    if card is not None:
        same = card["digest"] == result.model.digest
        screen.line(
            "The weights are those of the card, byte for byte."
            if same
            else f"The weights differ from those of the card ({card['digest']})."
        )
    screen.line(f"Model {result.model.id}: {result.folder}")
    screen.advice(f"Next: steward models promote {result.model.id}, then steward index")
