"""Replay: a recipe's decisions, made again on a new delivery of the same table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from steward.checks import UserChecks, load_user_checks
from steward.engine import Snapshot
from steward.errors import UnknownColumn
from steward.job.accept import WAITING, accept_and_apply
from steward.job.choose import rows_holding
from steward.job.outcome import Judged, Outcome, Verdict
from steward.job.recipe import Recipe, RecipeStep
from steward.job.steps import Step, quiet
from steward.store import Store
from steward.types import Evidence, Fix, FixKind, Provenance, Safety

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Replay:
    """What a recipe found: rows matched by each of its steps, and what applying them came to."""

    recipe: Recipe
    matched: tuple[int, ...]
    outcome: Outcome

    @property
    def unmatched(self) -> int:
        """How many steps found nothing to do."""
        return sum(rows == 0 for rows in self.matched)


def replay(
    store: Store,
    table: str,
    recipe: Recipe,
    *,
    user_checks: UserChecks | None = None,
    dry_run: bool = False,
    step: Step = quiet,
) -> Replay:
    """Apply a recipe where its old values are found, verify, and revert what did not help.

    Raises:
        UnknownTable: the store has no such table.
        UnknownColumn: the recipe writes or keys a column that the table does not have.
    """
    store.table(table)
    step(f"looking for {len(recipe.steps):,} old values in {table}")
    snapshot = store.snapshot(table)
    _same_columns(snapshot, recipe)
    found = list(_found(snapshot, recipe))
    fixes = [_fix(table, one, rows, recipe) for one, rows in found if rows]
    matched = tuple(len(rows) for _, rows in found)
    planned = tuple(Judged(fix, Verdict.PLANNED) for fix in fixes)
    outcome = Outcome(table, len(fixes), len(fixes), planned, dry_run=True)
    if fixes and not dry_run:
        outcome = _apply(store, fixes, user_checks, outcome, step)
    return Replay(recipe, matched, replace(outcome, dry_run=dry_run))


def recipe_checks(recipe: Recipe, own: Path | None = None) -> UserChecks | None:
    """The user's checks to verify a replay by: a file, else those inside the recipe, else none.

    Raises:
        ContentError: they are wrong.
    """
    if own is not None:
        return load_user_checks(own)
    if not recipe.checks:
        return None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checks.yaml"
        path.write_text(recipe.checks, "utf-8")
        return load_user_checks(path)


def _apply(
    store: Store,
    fixes: list[Fix],
    user_checks: UserChecks | None,
    outcome: Outcome,
    step: Step,
) -> Outcome:
    """Save the steps beside the fixes that wait already, and apply them."""
    saved = store.save_fixes(outcome.table, fixes, beside=True)
    waiting = [fix.id for fix in saved if fix.id and fix.status in WAITING]
    done = accept_and_apply(
        store,
        outcome.table,
        fixes=waiting,
        user_checks=user_checks,
        kind="replay",
        note="a recipe, replayed",
        step=step,
    )
    return replace(done, proposed=len(fixes), safe=len(fixes))


def _same_columns(snapshot: Snapshot, recipe: Recipe) -> None:
    named = {c.column for step in recipe.steps for c in step.changes}
    named |= {name for step in recipe.steps for name in step.key}
    absent = sorted(named - set(snapshot.columns))
    if absent:
        raise UnknownColumn(
            f"The recipe uses {', '.join(absent)}, which table {snapshot.name} does not have.",
            hint=f"Its columns: {', '.join(snapshot.columns)}",
        )


def _found(snapshot: Snapshot, recipe: Recipe) -> Iterator[tuple[RecipeStep, tuple[int, ...]]]:
    by_key: dict[tuple[str, ...], Mapping[tuple[str | None, ...], list[int]]] = {}
    for step in recipe.steps:
        rows = rows_holding(snapshot, step.changes)
        if step.key:
            names = tuple(step.key)
            index = by_key.get(names) or _index(snapshot, names)
            by_key[names] = index
            rows = np.intersect1d(rows, index.get(tuple(step.key.values()), []))
        yield step, tuple(int(row) for row in rows)


def _index(snapshot: Snapshot, names: tuple[str, ...]) -> dict[tuple[str | None, ...], list[int]]:
    """Row ids of each key."""
    columns = [snapshot.column(name).to_pylist() for name in names]
    index: dict[tuple[str | None, ...], list[int]] = {}
    for row, key in zip(snapshot.row_ids.tolist(), zip(*columns, strict=True), strict=True):
        index.setdefault(key, []).append(row)
    return index


def _fix(table: str, step: RecipeStep, rows: tuple[int, ...], recipe: Recipe) -> Fix:
    return Fix(
        table=table,
        kind=FixKind.CELL if step.key else FixKind.MAPPING,
        reason=step.reason,
        check=step.check,
        changes=step.changes,
        rows=rows,
        provenance=Provenance("recipe", VERSION),
        evidence=Evidence(f"decided before on {recipe.table} ({step.corrector} {step.version})"),
        safety=Safety.SAFE,
    )
