"""`steward demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steward.cli.options import AsJson, DryRun
from steward.cli.session import session

EXAMPLES = (
    "steward demo",
    "steward demo shop --rows 100000 --seed 3",
    "steward demo --story          # and run the main job on it",
)


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to write the sample shop.")] = Path("demo"),
    rows: Annotated[int, typer.Option(min=100, max=10_000_000, help="Items to make.")] = 3000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    faults: Annotated[
        str, typer.Option(help="default, none, or kinds of error with commas between.")
    ] = "default",
    story: Annotated[bool, typer.Option("--story", help="Run the whole main job on it.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write a sample shop with recorded errors."""
    from steward.shop import demo_shop

    screen = session(context).screen
    if dry_run:
        screen.line(f"Dry run: would write a shop of {rows:,} items to {folder}.")
        return
    with screen.working() as step:
        shop = demo_shop(
            folder,
            rows=rows,
            seed=seed,
            faults=faults,
            progress=lambda done, of: step(f"making items, {done:,} of {of:,}"),
        )
    if as_json:
        screen.json("demo", {"folder": folder, "files": shop.files, "errors": shop.errors})
        return
    wrong = sum(shop.errors.values())
    screen.line(f"Wrote a shop of {rows:,} items to {folder}, with {wrong:,} recorded errors.")
    if story:
        from steward.cli.story import tell

        (folder / "steward.db").unlink(missing_ok=True)
        tell(folder, list(shop.deliveries), screen)
        return
    first = shop.deliveries[0]
    screen.advice(f"Next: steward init, then steward ingest {first} --table items")
