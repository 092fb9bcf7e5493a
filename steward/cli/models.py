"""`steward models`: the registry of trained models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.options import AsJson, DryRun, StorePath
from steward.cli.session import opened, session

if TYPE_CHECKING:
    from steward.store.models import Model

app = typer.Typer(
    name="models",
    help="The trained models: which there are, how good they are, which is in use.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Number = Annotated[int, typer.Argument(help="Its number: steward models list.")]
KindName = Annotated[
    str | None, typer.Option("--kind", help="biencoder, reranker or ranker.", show_default=False)
]


@app.command("list")
def list_models(
    context: typer.Context, kind: KindName = None, as_json: AsJson = False, store: StorePath = None
) -> None:
    """List the models, with what each scored on queries held out."""
    from steward.report.models import model_table
    from steward.store import models

    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        found = models.models(home, kind)
    if as_json:
        screen.json("models list", {"models": [_brief(model) for model in found]})
    elif found:
        screen.show(model_table(found))
    else:
        screen.line("No model is registered.")
        screen.advice("Next: steward train biencoder --items items --judgments judgments")


@app.command()
def show(
    context: typer.Context, number: Number, as_json: AsJson = False, store: StorePath = None
) -> None:
    """Show a model: data, settings, metrics, where it lies, and when it was in use."""
    from steward.report.models import model_parts
    from steward.store import models

    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        model = models.model(home, number)
        lines = [line for line in models.promotions(home, model.kind) if line.model == number]
        folder = models.models_folder(home) / model.folder
    if as_json:
        document = {"model": model, "folder": folder, "promotions": lines}
        screen.json("models show", document)
    else:
        screen.show(*model_parts(model, folder, lines))


@app.command()
def card(
    context: typer.Context, number: Number, as_json: AsJson = False, store: StorePath = None
) -> None:
    """Print a model's card: enough to judge it, and to train it again."""
    from steward.job.cards import PAGE, read_card
    from steward.store import models

    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        folder = models.weights(home, models.model(home, number))
    if as_json:
        screen.json("models card", {"card": read_card(folder)})
    else:
        read_card(folder)
        screen.line((folder / PAGE).read_text("utf-8").rstrip())


@app.command()
def promote(
    context: typer.Context,
    number: Number,
    override: Annotated[
        str, typer.Option(help="Promote it all the same, for this reason; it is kept.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Bring a model into use, unless it is worse than the one in use on the same queries.

    Exit code 8 when it is worse, or when the two were not measured on the same.
    """
    from steward.job.promotion import against
    from steward.store import models

    screen = session(context).screen
    with opened(context, store) as home:
        found = against(home, models.model(home, number))
        if dry_run:
            models.check_promotion(home, number, override=override)
        model = (
            models.model(home, number)
            if dry_run
            else models.promote(home, number, override=override)
        )
    if as_json:
        document = {"model": _brief(model), "against": found, "dry_run": dry_run}
        screen.json("models promote", document)
        return
    verb = "may be" if dry_run else "is"
    screen.line(f"Model {number} {verb} the {model.kind} in use{_than(found)}.")
    if not dry_run:
        screen.advice(f"Next: steward index. Take it back: steward models rollback {model.kind}")


@app.command()
def rollback(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="biencoder, reranker or ranker.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Take the last promotion of a kind back: the model before it is in use again."""
    from steward.store import models

    screen = session(context).screen
    with opened(context, store) as home:
        model = (
            models.before(home, kind) if dry_run else models.roll_back(home, kind, reason=reason)
        )
    if as_json:
        document = {"model": _brief(model) if model else None, "dry_run": dry_run}
        screen.json("models rollback", document)
        return
    verb = "would be" if dry_run else "is"
    said = f"Model {model.id} {verb} in use again." if model else f"No {kind} {verb} in use now."
    screen.line(said)


@app.command()
def export(
    context: typer.Context,
    which: Annotated[
        str, typer.Argument(help="A model's number, its folder, or an encoder: minilm.")
    ],
    precision: Annotated[str, typer.Option(help="int8 or fp32.")] = "int8",
    into: Annotated[
        Path | None, typer.Option(help="Folder to write; default: beside it.", show_default=False)
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Write a bi-encoder or a reranker as an ONNX graph: search then runs without torch."""
    from steward.job.exporting import export_model, plan_export

    screen = session(context).screen
    if which.isdecimal():
        with opened(context, store, read_only=True) as home:
            plan = plan_export(home, which, precision=precision, into=into)
    else:
        plan = plan_export(None, which, precision=precision, into=into)
    with screen.working() as step:
        done = plan.planned if dry_run else export_model(plan, step=step)
    if as_json:
        screen.json("models export", {"export": done, "dry_run": dry_run})
        return
    what = f"a {done.kind}, {done.precision}"
    if dry_run:
        screen.line(f"Would write {done.folder}: {what}. Nothing was written.")
        return
    screen.line(f"Wrote {done.folder}: {what}, {done.after / 1e6:.0f} MB.")
    option = "--encoder" if done.kind == "biencoder" else "--reranker"
    screen.advice(f"Next: steward index {option} {done.folder}")


def _brief(model: Model) -> dict[str, object]:
    """A model without the scores of single queries."""
    held = model.held
    measured = None
    if held is not None:
        measured = {
            **{"measure": held.measure, "mean": held.mean, "lower": held.lower},
            **{"upper": held.upper, "queries": len(held.scores), "digest": held.digest},
        }
    return {
        **{"id": model.id, "kind": model.kind, "status": model.status, "digest": model.digest},
        **{"base": model.base, "folder": model.folder, "at": model.at, "held": measured},
    }


def _than(found: object) -> str:
    from steward.job.promotion import Against

    if not isinstance(found, Against):
        return ""
    gap = found.difference
    return (
        f": {found.measure} {gap.mean:+.3f} ({gap.lower:+.3f} to {gap.upper:+.3f}) "
        f"against model {found.model} over {gap.queries} held-out queries"
    )
