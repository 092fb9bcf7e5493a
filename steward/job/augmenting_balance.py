"""A balanced training table of a table: rows repeated, left out or generated, with their origin.

Validation and test rows never go into it. The table that is made holds the columns of its source
and, of each row, the row it was made of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from steward.augment.balance import Plan, chosen_rows, plan_balance, trainable
from steward.augment.generator_gate import Verdict, generate_rows
from steward.engine import Snapshot
from steward.errors import GateError, UnknownColumn, UsageError
from steward.profile import profile_table
from steward.store import Store
from steward.store.augmented import Origin, Place, Rows, keep_augmented, made_tables
from steward.types import SemanticType

SUFFIX = "_balanced"
ORIGIN = ("made_from", "made_by")
GENERATED = "generate"
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class BalanceSettings:
    """What to do. `label` and `part` are columns; without `part` every row is of training."""

    label: str
    part: str = ""
    method: str = "repeat"
    ratio: float = 1.0
    seed: int = 0
    into: str = ""


@dataclass(frozen=True)
class Balanced:
    """What was planned, what was written, and what the gate said of generated rows."""

    place: Place
    method: str
    plan: Plan
    written: int = 0
    made: int = 0
    verdict: Verdict | None = None
    columns: tuple[str, ...] = field(default=())


def balance_table(
    store: Store,
    table: str,
    settings: BalanceSettings,
    *,
    dry_run: bool = False,
    step: Step = lambda _: None,
) -> Balanced:
    """Plan the balance of a table's classes and, unless `dry_run`, write the balanced table.

    Raises:
        UsageError: the table was made, the target is there, or the classes cannot be balanced.
        UnknownColumn: the label or the part is no column.
        GateError: generated rows did not pass; nothing was written.
    """
    place = _place(store, table, settings)
    step("reading")
    snapshot = store.snapshot(table)
    labels, parts = _column(snapshot, settings.label), None
    named = settings.part or _part_column(snapshot, settings.label)
    if named:
        parts = _column(snapshot, named)
    plan = plan_balance(labels, parts, method=settings.method, ratio=settings.ratio)
    found = Balanced(place, settings.method, plan, columns=snapshot.columns)
    if settings.method == GENERATED:
        step("generating")
        return _generated(store, snapshot, found, settings, (labels, parts), dry_run)
    step("choosing")
    chosen = chosen_rows(labels, parts, plan, method=settings.method, seed=settings.seed)
    return found if dry_run else _write(store, snapshot, found, chosen, [], settings)


def _place(store: Store, table: str, settings: BalanceSettings) -> Place:
    made = made_tables(store)
    if table in made:
        raise UsageError(
            f"Table {table} was made of {made[table].table}.", hint=f"--table {made[table].table}"
        )
    into = settings.into or table + SUFFIX
    if into in [info.name for info in store.tables()]:
        raise UsageError(f"Table {into} is there already.", hint="Name another with --into.")
    return Place(table, settings.label, into)


def _column(snapshot: Snapshot, name: str) -> list[str | None]:
    if name not in snapshot.columns:
        raise UnknownColumn(
            f"Table {snapshot.name} has no column {name}.",
            hint=f"Columns: {', '.join(snapshot.columns)}",
        )
    held: list[str | None] = snapshot.column(name).to_pylist()
    return held


def _part_column(snapshot: Snapshot, label: str) -> str:
    """The column that deals rows out to training and the rest, if one speaks of nothing else."""
    from steward.augment.balance import HELD, TRAIN

    for name in snapshot.columns:
        values = {v.strip().casefold() for v in snapshot.codes(name).values}
        if name != label and values & TRAIN and values & HELD and values <= TRAIN | HELD:
            return name
    return ""


def _generated(
    store: Store,
    snapshot: Snapshot,
    found: Balanced,
    settings: BalanceSettings,
    columns: tuple[Sequence[str | None], Sequence[str | None] | None],
    dry_run: bool,
) -> Balanced:
    rows = trainable(*columns)
    classes = [str(columns[0][i]) for i in rows]
    short = found.plan.after
    wanted = [c for c, n in short.items() for _ in range(n - found.plan.now[c])]
    names = _free_columns(snapshot, settings)
    held = {name: snapshot.column(name).to_pylist() for name in names}
    made = generate_rows([[held[n][i] for i in rows] for n in names], classes, wanted,
                         seed=settings.seed)  # fmt: skip
    found = replace(found, verdict=made.verdict)
    if dry_run:
        return found
    if not made.verdict.passed:
        raise GateError(
            f"Generated rows of {snapshot.name} do not pass: {made.verdict.why}. None was written.",
            hint="Repeat rows instead: --method repeat",
        )
    place = {name: i for i, name in enumerate(names)}
    new = [
        [row[place[n]] if n in place else label if n == settings.label else None
         for n in snapshot.columns]
        for row, label in zip(made.rows, made.classes, strict=True)
    ]  # fmt: skip
    return _write(store, snapshot, found, rows, new, settings)


def _free_columns(snapshot: Snapshot, settings: BalanceSettings) -> list[str]:
    """The columns that are generated: neither keys, texts nor the class; those stay empty."""
    profile = profile_table(snapshot)
    unfit = (SemanticType.ID, SemanticType.CODE, SemanticType.TEXT, SemanticType.EMPTY)
    return [
        c.name
        for c in profile.columns
        if not c.is_key and c.semantic not in unfit
        and c.name not in (*snapshot.key, settings.label, settings.part)
    ]  # fmt: skip


def _write(
    store: Store,
    snapshot: Snapshot,
    found: Balanced,
    chosen: Sequence[int],
    new: Sequence[Sequence[str | None]],
    settings: BalanceSettings,
) -> Balanced:
    columns = [snapshot.column(name).to_pylist() for name in snapshot.columns]
    ids, seen = snapshot.row_ids.tolist(), set()
    cells, told = [], []
    for i in chosen:
        how = settings.method if i in seen else "kept"
        seen.add(i)
        cells.append([*(c[i] for c in columns), str(ids[i]), how])
        told.append(Origin(int(ids[i]), "", "", how, seed=settings.seed))
    for row in new:
        cells.append([*row, "", GENERATED])
        told.append(Origin(0, "", "", GENERATED, seed=settings.seed))
    names = (*snapshot.columns, *ORIGIN)
    keep_augmented(store, found.place, Rows(names, cells), told)
    extra = sum(1 for o in told if o.method != "kept")
    return replace(found, written=len(cells), made=extra)
