"""`steward augment`: rows made of rows, with their origin, sifted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.options import AsJson, DryRun, StorePath, TableName
from steward.cli.plotting import PlotFile, check_plot, write_plot
from steward.cli.session import opened, session, the_table

if TYPE_CHECKING:
    from steward.job.augmenting import Augmentation
    from steward.retrieval.vectors import Encoder

EXAMPLES = (
    "steward augment --table queries --method noise --dry-run",
    "steward augment --table queries --method noise",
    "steward augment --table queries --method back-translate --pivot zh --model URL",
    "steward augment audit",
    "steward augment audit --plot augmented.svg",
)

app = typer.Typer(
    name="augment",
    help="Make rows of rows for training: noise, back-translation, paraphrase, queries of items.",
    invoke_without_command=True,
    rich_markup_mode=None,
    epilog="\n".join(("\b", "Examples:", *(f"  {line}" for line in EXAMPLES))),
)


@app.callback()
def augment(
    context: typer.Context,
    table: TableName = None,
    method: Annotated[
        str, typer.Option(help="noise, adversarial, back-translate, paraphrase, doc2query.")
    ] = "noise",
    column: Annotated[str, typer.Option(help="Of the texts; default: the wordiest.")] = "",
    items: Annotated[
        str, typer.Option(help="The table of the catalogue; default: the wordiest other.")
    ] = "",
    count: Annotated[int, typer.Option(min=1, help="Rows made of one row, at most.")] = 2,
    pivot: Annotated[str, typer.Option(help="The language between, for back-translate.")] = "zh",
    model: Annotated[
        str | None,
        typer.Option("--model", help="Its server; default: STEWARD_MODEL_URL.", show_default=False),
    ] = None,
    encoder: Annotated[
        Path | None, typer.Option(help="A folder, for the round-trip filter.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same rows.")] = 0,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Make rows of the texts of a table, sift them, and write the kept ones beside it.

    Nothing is made of a text that belongs to a validation or test part, nor kept that is near one.
    """
    if context.invoked_subcommand is not None:
        return
    from steward.job.augmenting import METHODS, AugmentSettings, augment_table
    from steward.report.augment import augmentation_document, augmentation_parts

    screen = session(context).screen
    settings = AugmentSettings(method, column, items, count, seed)
    with opened(context, store) as home, screen.working() as step:
        name = the_table(home, table)
        maker = None
        if method not in METHODS:
            from steward.job.augmenting_model import model_maker

            maker = model_maker(home, method, model, pivot=pivot, dry_run=dry_run, step=step)
        found = augment_table(
            home, name, settings, maker=maker, encoder=_encoder(encoder), dry_run=dry_run, step=step
        )
    if as_json:
        screen.json("augment", augmentation_document(found, dry_run=dry_run))
        return
    screen.show(*augmentation_parts(found))
    verb = "Dry run: would write" if dry_run else "Wrote"
    screen.line(f"{verb} {len(found.kept):,} rows into table {found.place.into}.")
    screen.advice(_next(found, dry_run))


@app.command()
def audit(
    context: typer.Context,
    table: TableName = None,
    examples: Annotated[int, typer.Option(min=0, help="Examples for each filter.")] = 3,
    plot: PlotFile = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Show what each filter kept and dropped of all rows ever made, with examples."""
    from steward.report.augment import audit_document, audit_parts
    from steward.store.augmented import origins

    check_plot(plot)
    screen = session(context).screen
    with opened(context, store, read_only=True) as home:
        made = origins(home, None if table is None else the_table(home, table))
    drawn = plot if made else None
    if drawn is not None:
        from steward.evaluate.audit_plots import augment_audit_svg

        write_plot(drawn, augment_audit_svg(made))
    if as_json:
        screen.json("augment audit", {**audit_document(made, examples), "plot": drawn})
    elif not made:
        screen.line("No rows have been made.")
        screen.advice("Next: steward augment --table queries --method noise --dry-run")
    else:
        screen.show(*audit_parts(made, examples))
        if drawn is not None:
            screen.line(f"Wrote {drawn}.")


def _encoder(folder: Path | None) -> Encoder | None:
    if folder is None:
        return None
    from steward.retrieval.encoder import load_encoder

    return load_encoder(str(folder))


def _next(found: Augmentation, dry_run: bool) -> str:
    if dry_run:
        return "Leave --dry-run out to write them."
    return f"Next: steward augment audit, steward query 'select * from {found.place.into} limit 20'"
