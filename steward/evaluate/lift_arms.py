"""The arms of the lift experiment: one catalogue raw, stewarded and clean, as search sees it.

The stewarded arm is what `steward fix --apply safe` leaves behind: the real job in a store of its
own, which sees the raw table alone.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from steward import __version__
from steward.engine import Snapshot
from steward.evaluate.case import write_table
from steward.evaluate.lift_catalogue import Catalogue
from steward.evaluate.lift_faults import FAULTS, Rates, Spoilt, spoil
from steward.profile import profile_table
from steward.retrieval.data import SearchData
from steward.retrieval.item_text import ItemText, default_item_text
from steward.retrieval.judgments import Grades
from steward.types import BATCH, ROW, Profile

if TYPE_CHECKING:
    from steward.store import Store
    from steward.types import Fix

RAW, STEWARDED, CLEAN = "raw", "stewarded", "clean"
ARMS = (RAW, STEWARDED, CLEAN)
UNTOUCHED = "untouched"
"""Cells that no fault hit: what is not right there, stewardship broke."""


@dataclass(frozen=True)
class Arm:
    """One state of a catalogue.

    Attributes:
        data: texts by row number; grades by the row number of the clean table.
        entity: row number to the row number of the clean table that it tells of.
        table: its cells, for stages that look at columns.
        profile: of the raw table, so that columns are taken for the same in every arm.
    """

    data: SearchData
    entity: Mapping[str, str]
    table: Snapshot | None = None
    profile: Profile | None = None


TABLE = "raw"
DELIVERIES = 6
"""A catalogue comes in deliveries, in the order of its rows: what fails in one of them shows."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a table is stewarded, without a look at the truth.

    Attributes:
        rounds: how often to propose and apply at most; it ends when a round writes nothing. What
            one round mends makes the backtest of the next one's proposals cleaner.
        accept: also apply what is unsafe from this confidence on, as a person who trusts the
            figures would; 1 applies nothing but what is safe.
        kept: folder that keeps what stewarding made of each table, so that a run that was killed
            goes on where it was.
    """

    rounds: int = 3
    accept: float = 1.0
    kept: Path | None = None


SAFE = Policy()
"""`steward fix --apply safe`, again until it writes nothing."""


class Mending(NamedTuple):
    """Cells of one kind of fault, and how many of them stewardship left right."""

    cells: int
    right: int


@dataclass(frozen=True)
class Trial:
    """A catalogue spoilt once: its arms, and what was done to it and mended.

    Attributes:
        truth: query to row of the clean table to grade; what is measured by.
        mending: of each kind of fault, how many cells it hit and how many are right again.
    """

    name: str
    arms: Mapping[str, Arm]
    mending: Mapping[str, Mending]
    template: str
    truth: Grades


def make_trial(
    catalogue: Catalogue,
    rates: Rates,
    *,
    seed: int,
    policy: Policy = SAFE,
    text: ItemText | None = None,
) -> Trial:
    """Spoil a catalogue, steward the spoilt table, and read all three as search data.

    Args:
        catalogue: clean.
        rates: what goes wrong, and how often.
        seed: of the faults.
        policy: how the spoilt table is stewarded.
        text: which columns make an item's text; by default those that hold words in the raw
            table. It is the same in every arm, so that arms differ in cells alone.
    """
    spoilt = spoil(catalogue.columns, catalogue.rows, catalogue.roles, rates, seed=seed)
    stewarded = steward_rows(catalogue.columns, spoilt.rows, policy)
    dirty = _table(catalogue.columns, spoilt.rows, range(len(spoilt.rows)))
    profile = profile_table(dirty)
    template = text or default_item_text(dirty, profile)
    kept = sorted(stewarded)
    tables = {
        RAW: dirty,
        STEWARDED: _table(catalogue.columns, [stewarded[row] for row in kept], kept),
        CLEAN: _table(catalogue.columns, catalogue.rows, range(len(catalogue.rows))),
    }
    arms = {
        name: _arm(catalogue, table, spoilt.entity, template, profile)
        for name, table in tables.items()
    }
    return Trial(
        catalogue.name, arms, _mending(spoilt, stewarded), template.template, catalogue.truth
    )


def steward_rows(
    columns: Sequence[str], rows: Sequence[Sequence[str]], policy: Policy = SAFE
) -> dict[int, list[str]]:
    """What stewarding makes of a table: row number to cells; a row may be gone."""
    if policy.kept is None:
        return _stewarded(columns, rows, policy)
    from steward.fixes.registry import CORRECTORS

    stewards = [__version__, *(f"{one.name} {one.version}" for one in CORRECTORS)]
    asked = json.dumps([stewards, DELIVERIES, policy.rounds, policy.accept, columns, rows])
    path = policy.kept / f"stewarded-{hashlib.sha256(asked.encode()).hexdigest()[:20]}.json"
    if not path.exists():
        policy.kept.mkdir(parents=True, exist_ok=True)
        made = json.dumps(_stewarded(columns, rows, policy), ensure_ascii=False)
        path.with_suffix(".part").write_text(made, "utf-8")
        path.with_suffix(".part").replace(path)
    return {int(row): cells for row, cells in json.loads(path.read_text("utf-8")).items()}


def _stewarded(
    columns: Sequence[str], rows: Sequence[Sequence[str]], policy: Policy
) -> dict[int, list[str]]:
    from steward.sources import open_delivery
    from steward.store import Store

    with tempfile.TemporaryDirectory(prefix="steward-lift-") as folder:
        path = Path(folder) / "raw.csv"
        with Store.create(Path(folder) / "steward.db") as store:
            for start in range(0, len(rows), -(-len(rows) // DELIVERIES)):
                part = rows[start : start + -(-len(rows) // DELIVERIES)]
                write_table(path, columns, [list(row) for row in part])
                told = open_delivery(str(path), format="csv", encoding="utf-8", delimiter=",")
                store.ingest(told, TABLE)
            place = {int(row): i for i, row in enumerate(store.snapshot(TABLE).row_ids)}
            for _ in range(policy.rounds):
                if not _round(store, policy):
                    break
            after = store.snapshot(TABLE)
            values = [[cell or "" for cell in after.column(c).to_pylist()] for c in columns]
            cells = [list(row) for row in zip(*values, strict=True)]
            return {place[int(r)]: row for r, row in zip(after.row_ids, cells, strict=True)}


def _round(store: Store, policy: Policy) -> bool:
    """Propose and apply once; is there more to do?"""
    from steward.job import accept_and_apply, propose
    from steward.types import Safety, Status

    propose(store, TABLE)
    outcome = accept_and_apply(store, TABLE, safety=Safety.SAFE)
    wrote = outcome.change_set is not None
    if policy.accept < 1:
        for fix in store.fixes(TABLE, status=Status.PROPOSED):
            if fix.id is not None and _accepted(fix, policy):
                store.review(fix.id, Status.ACCEPTED)
        outcome = accept_and_apply(store, TABLE, status=Status.ACCEPTED)
        wrote = wrote or outcome.change_set is not None
    return wrote


def _accepted(fix: Fix, policy: Policy) -> bool:
    """Would a person who goes by confidence accept it? Rows are not taken out unseen."""
    from steward.types import FixKind, Safety

    cells = fix.kind in (FixKind.MAPPING, FixKind.CELL)
    return cells and fix.safety is Safety.UNSAFE and fix.confidence >= policy.accept


def _arm(
    catalogue: Catalogue,
    table: Snapshot,
    entity: Sequence[int],
    template: ItemText,
    profile: Profile,
) -> Arm:
    ids = [str(int(row)) for row in table.row_ids]
    data = SearchData(
        dict(zip(ids, template.of(table), strict=True)),
        _present(catalogue.grades, set(ids)),
        template.template,
        {"catalogue": catalogue.name},
    )
    return Arm(data, {ident: str(entity[int(ident)]) for ident in ids}, table, profile)


def _present(
    grades: Mapping[str, Mapping[str, float]], ids: set[str]
) -> dict[str, dict[str, float]]:
    kept = {q: {i: g for i, g in items.items() if i in ids} for q, items in grades.items()}
    return {query: items for query, items in kept.items() if items}


def _table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]
) -> Snapshot:
    """A snapshot whose row ids are these numbers."""
    cells = {
        name: pa.array([row[i] or None for row in rows], pa.string())
        for i, name in enumerate(columns)
    }
    ids = pa.array(list(numbers), pa.int64())
    batch = pa.array([1] * len(rows), pa.int64())
    return Snapshot("items", pa.table({ROW: ids, BATCH: batch, **cells}))


def _mending(spoilt: Spoilt, after: Mapping[int, Sequence[str]]) -> dict[str, Mending]:
    """Of each kind of fault: cells it hit, and cells right again; `none`: right cells broken."""
    hit: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for number, row in after.items():
        rows = zip(spoilt.kinds[number], spoilt.truth[number], row, strict=True)
        for column, (kind, truth, cell) in enumerate(rows):
            if column:
                hit[kind] += 1
                right[kind] += cell == truth
    kinds = [kind for kind in FAULTS if hit[kind]]
    found = {kind: Mending(hit[kind], right[kind]) for kind in kinds}
    return found | {UNTOUCHED: Mending(hit[""], right[""])}
