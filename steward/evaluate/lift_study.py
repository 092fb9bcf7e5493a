"""The study `lift`: its options, and which catalogues, stages and tables they mean."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from steward.errors import UsageError
from steward.evaluate.study import Bench, Findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steward.evaluate.lift import Lift
    from steward.evaluate.lift_search import Stage

ONE_FAULT = 0.2
"""Share of the rows that have the fault where one fault is looked at alone."""


@dataclass(frozen=True, slots=True)
class LiftOptions:
    """What to spoil, how much, and how to search."""

    shops: Annotated[int, "Made catalogues; they differ in words, languages and columns."] = 5
    rows: Annotated[int, "Items of each made catalogue."] = 1500
    queries: Annotated[int, "Judged queries of each made catalogue."] = 150
    levels: Annotated[tuple[str, ...], "none (A/A), light, medium, heavy."] = ("medium", "none")
    faults: Annotated[bool, "Also one fault at a time."] = False
    encoder: Annotated[str, "Folder or URL of an encoder: dense, hybrid and trained stages."] = ""
    seeds: Annotated[int, "Trainings of each fold."] = 3
    folds: Annotated[int, "Parts of the queries; each is scored by what the others taught."] = 3
    seed: Annotated[int, "Of the first catalogue and of the faults."] = 0
    cache: Annotated[Path | None, "Folder that keeps the vectors."] = None


def run_lift(options: LiftOptions, bench: Bench) -> Findings:
    """Run the experiment.

    Raises:
        UsageError: there is no such level.
        MissingExtra: a stage needs what is not installed.
    """
    from steward.evaluate.lift import Plan, run_level
    from steward.evaluate.lift_catalogue import shop_catalogues
    from steward.evaluate.lift_faults import FAULTS, LEVELS

    if unknown := [level for level in options.levels if level not in LEVELS]:
        raise UsageError(f"There is no level {unknown[0]}.", hint=f"One of {', '.join(LEVELS)}.")
    bench.step("making catalogues")
    catalogues = shop_catalogues(
        options.shops, rows=options.rows, queries=options.queries, seed=options.seed
    )
    stages, plan = _stages(options), Plan(options.seeds, options.folds, options.seed)
    levels = {
        level: run_level(catalogues, stages, LEVELS[level], plan, step=bench.step)
        for level in options.levels
    }
    faults = {}
    if options.faults:
        for kind in FAULTS:
            faults[kind] = run_level(catalogues, stages, {kind: ONE_FAULT}, plan, step=bench.step)
    return _findings(options, levels, faults)


def _stages(options: LiftOptions) -> Sequence[Stage]:
    from steward.evaluate.lift_search import Dense, Head, Hybrid, Words

    if not options.encoder:
        return [Words()]
    from steward.retrieval.encoder import load_encoder

    encoder = load_encoder(options.encoder, cache=options.cache)
    dense, head = Dense(encoder), Head(options.encoder, options.cache)
    return [Words(), dense, Hybrid(Words(), dense), head, Hybrid(Words(), head, "trained hybrid")]


def _findings(
    options: LiftOptions, levels: Mapping[str, Lift], faults: Mapping[str, Lift]
) -> Findings:
    from steward.evaluate import lift_report as report

    grids = [report.stage_grid(lift, f"Level {level}") for level, lift in levels.items()]
    for lift in levels.values():
        grids += [grid for grid in (report.apart_grid(lift), report.mending_grid(lift)) if grid]
    if faults:
        grids.append(report.fault_grid(faults, ONE_FAULT))
    document: dict[str, Any] = {
        "options": {k: str(v) if isinstance(v, Path) else v for k, v in asdict(options).items()},
        "levels": {level: report.document(lift) for level, lift in levels.items()},
        "faults": {kind: report.document(lift) for kind, lift in faults.items()},
    }
    return Findings("What stewardship was worth to search", grids, document)
