"""The study `lift`: its options, and which catalogues, stages and tables they mean."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from steward.errors import InputError, UsageError
from steward.evaluate.study import Bench, Findings, table_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steward.engine import Snapshot
    from steward.evaluate.lift import Lift, Plan
    from steward.evaluate.lift_arms import Trial
    from steward.evaluate.lift_catalogue import Catalogue
    from steward.evaluate.lift_search import Stage
    from steward.retrieval.judgments import Grades

ONE_FAULT = 0.2
"""Share of the rows that have the fault where one fault is looked at alone."""


@dataclass(frozen=True, slots=True)
class LiftOptions:
    """What to spoil, how much, and how to search."""

    items: Annotated[str, "A shop's own table, as delivered: a file, or a table of the store."] = ""
    fixed: Annotated[str, "The same table stewarded; without it, --items is spoilt."] = ""
    judgments: Annotated[str, "Query, item, grade."] = ""
    queries: Annotated[str, "The words of queries that the judgments name by an id."] = ""
    item_id: Annotated[str, "The column that names items."] = ""
    role: Annotated[tuple[str, ...], "ROLE=COLUMN of a table to be spoilt: title, brand …"] = ()
    shops: Annotated[int, "Made catalogues; they differ in words, languages and columns."] = 5
    rows: Annotated[int, "Items of each catalogue."] = 1500
    shop_queries: Annotated[int, "Judged queries of each made catalogue."] = 150
    levels: Annotated[tuple[str, ...], "none (A/A), light, medium, heavy."] = ("medium", "none")
    faults: Annotated[bool, "Also one fault at a time."] = False
    rounds: Annotated[int, "Times to propose and apply, until nothing is written."] = 3
    accept: Annotated[float, "Also apply unsafe fixes from this confidence on; 1: none."] = 1.0
    encoder: Annotated[str, "Folder or URL of an encoder: dense, hybrid and trained stages."] = ""
    seeds: Annotated[int, "Trainings of each fold."] = 3
    folds: Annotated[int, "Parts of the queries; each is scored by what the others taught."] = 3
    seed: Annotated[int, "Of the first catalogue and of the faults."] = 0
    cache: Annotated[
        Path | None, "Folder that keeps vectors and stewarded tables: a killed run goes on."
    ] = None


def run_lift(options: LiftOptions, bench: Bench) -> Findings:
    """Run the experiment.

    Raises:
        UsageError: there is no such level.
        MissingExtra: a stage needs what is not installed.
    """
    from steward.evaluate.lift import run_level, run_trials
    from steward.evaluate.lift_faults import FAULTS, LEVELS

    if unknown := [level for level in options.levels if level not in LEVELS]:
        raise UsageError(f"There is no level {unknown[0]}.", hint=f"One of {', '.join(LEVELS)}.")
    stages, plan = _stages(options), _plan(options)
    if options.fixed:
        own = _own(options, bench)
        measured = replace(own, truth=never_taught(options.encoder, own.truth))
        found = run_trials([measured], stages, plan, step=bench.step)
        return _findings(options, {"own": found}, {}, _left_out(own.truth, measured.truth))
    read = _catalogues(options, bench)
    catalogues = [replace(one, truth=never_taught(options.encoder, one.truth)) for one in read]
    notes = [n for a, b in zip(read, catalogues, strict=True) for n in _left_out(a.truth, b.truth)]
    levels = {
        level: run_level(catalogues, stages, LEVELS[level], plan, step=bench.step)
        for level in options.levels
    }
    faults = {}
    for kind in FAULTS if options.faults else ():
        alone = run_level(catalogues, stages, {kind: ONE_FAULT}, plan, step=bench.step)
        if kind in alone.mending:
            faults[kind] = alone
    return _findings(options, levels, faults, notes)


def _left_out(judged: Grades, measured: Grades) -> list[str]:
    """Said of a report in which queries that taught the encoder are not counted."""
    gone = len(judged) - len(measured)
    told = f"{gone} of {len(judged)} judged queries taught the encoder, or are near one that did: "
    return [told + "they are not measured."] if gone else []


def _catalogues(options: LiftOptions, bench: Bench) -> Sequence[Catalogue]:
    """The shop's own table to be spoilt, or made shops."""
    from steward.evaluate.lift_catalogue import shop_catalogues
    from steward.evaluate.lift_tables import read_roles, spoilable, thinned

    bench.step("making catalogues")
    if not options.items:
        return shop_catalogues(
            options.shops, rows=options.rows, queries=options.shop_queries, seed=options.seed
        )
    items, judgments, queries = _named(options, bench)
    roles = read_roles(options.role)
    found = spoilable(items, judgments, roles, queries, item_id=options.item_id)
    return [thinned(found, options.rows)]


def never_taught(encoder: str, truth: Grades) -> Grades:
    """The queries that the encoder never learnt from; all of them where it was not trained here."""
    from steward.retrieval.judgments import among
    from steward.retrieval.unseen import unseen

    found = unseen(encoder, list(truth))
    if found is not None and not found.queries:
        raise InputError(
            f"Every judged query taught {encoder}: none is left to measure it.",
            hint="Give the base that it was trained from, or judge new queries.",
        )
    return truth if found is None else among(truth, found.queries)


def _own(options: LiftOptions, bench: Bench) -> Trial:
    from steward.evaluate.lift_tables import own_trial

    items, judgments, queries = _named(options, bench)
    fixed = table_named(options.fixed, bench)
    return own_trial(items, fixed, judgments, queries, item_id=options.item_id)


def _named(options: LiftOptions, bench: Bench) -> tuple[Snapshot, Snapshot, Snapshot | None]:
    if not options.items or not options.judgments:
        raise UsageError(
            "Which items, and which judgments?", hint="--items TABLE --judgments TABLE, or files"
        )
    words = options.queries
    return (
        table_named(options.items, bench),
        table_named(options.judgments, bench),
        table_named(words, bench) if words else None,
    )


def _plan(options: LiftOptions) -> Plan:
    from steward.evaluate.lift import Plan
    from steward.evaluate.lift_arms import Policy

    policy = Policy(options.rounds, options.accept, options.cache)
    return Plan(options.seeds, options.folds, options.seed, policy)


def _stages(options: LiftOptions) -> Sequence[Stage]:
    from steward.evaluate.lift_ranker import Ordered
    from steward.evaluate.lift_search import Dense, Head, Hybrid, Words

    if not options.encoder:
        return [Words(), Ordered()]
    from steward.retrieval.encoder import load_encoder

    encoder = load_encoder(options.encoder, cache=options.cache)
    dense, head = Dense(encoder), Head(options.encoder, options.cache)
    return [Words(), Ordered(), dense, Hybrid(Words(), dense), head]


def _findings(
    options: LiftOptions,
    levels: Mapping[str, Lift],
    faults: Mapping[str, Lift],
    notes: Sequence[str],
) -> Findings:
    from steward.evaluate import lift_plot as plot
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
    figures = {
        f"lift-{level}.svg": plot.arms_svg(lift, f"{len(lift.trials)} catalogues, level {level}")
        for level, lift in levels.items()
    }
    if faults:
        figures["lift-faults.svg"] = plot.faults_svg(
            faults, f"One fault at a time, in {ONE_FAULT:.0%} of the rows"
        )
    return Findings(
        "What stewardship was worth to search",
        grids,
        document,
        (*report.NOTES, *notes),
        figures=figures,
    )
