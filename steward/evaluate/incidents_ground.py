"""A shop laid out in a store as an exam's plan wants it, and the truth about it, row by row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from steward.evaluate.incidents import Incident, Plan
from steward.shop import Shop, make_shop
from steward.sources import open_delivery
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Safety

Row = dict[str, str | None]
MARK = "_month"
"""Key of a row's month of delivery, beside its cells by English name."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The one fix that was applied: which cell, from what to what, in which change set."""

    item: str
    column: str
    before: str
    after: str
    change_set: int


@dataclass(slots=True)
class Ground:
    """The store, and its rows as they stand, by English names of columns.

    `batches` gives the number of the batch of each month (the one batch, if all came in one).
    """

    plan: Plan
    store: Path
    rows: list[Row] = field(default_factory=list)
    batches: dict[str, int] = field(default_factory=dict)
    resent: int = 0
    again: int = 0
    applied: Applied | None = None

    def nulls(self, column: str, supplier: str = "") -> int:
        """Rows without a value in the column, of one supplier if one is given."""
        return sum(not row[column] for row in self.of(supplier))

    def of(self, supplier: str) -> list[Row]:
        """Rows of one supplier; all when none is given."""
        return [row for row in self.rows if supplier in ("", row["supplier"])]

    def hit(self, one: Incident) -> int:
        """Rows that an incident left without a value."""
        mine = [row for row in self.of(one.supplier) if (row[MARK] or "") >= one.since]
        return sum(not row[one.column] for row in mine)

    def counts(self, column: str) -> Counter[str]:
        """How many rows hold each value of the column; rows without one are not counted."""
        return Counter(value for row in self.rows if (value := row[column]))


def lay(plan: Plan, folder: Path) -> Ground:
    """Make the shop, write its deliveries as CSV, ingest them month by month.

    Args:
        plan: from `draw_plan`.
        folder: empty; the store is `steward.db` in it.
    """
    shop = make_shop(plan.spec)
    ground = Ground(plan, folder / "steward.db")
    months = _delivered(shop, plan)
    spoilt = _misspell(months) if plan.applied else None
    clock = _Clock(plan.spec.months[0])
    with Store.create(ground.store, clock=clock) as store:
        _ingest(store, ground, months, clock)
        for name, table in (("taxonomy", shop.taxonomy()), ("suppliers", shop.suppliers())):
            rows = [{k: v for k, v in row.items()} for row in table.to_pylist()]
            named = plan.others if name == "taxonomy" else {}
            path = _write(folder / f"{name}.csv", rows, {c: named.get(c, c) for c in rows[0]})
            store.ingest(open_delivery(str(path)), named.get("table", name))
        if spoilt:
            ground.applied = _apply(store, ground, *spoilt)
    return ground


class _Clock:
    """The end of the month that is being delivered: ingestion follows the calendar."""

    def __init__(self, month: str) -> None:
        self.month = month

    def __call__(self) -> str:
        return f"{self.month}-28T09:00:00Z"


def _delivered(shop: Shop, plan: Plan) -> dict[str, list[Row]]:
    """Rows by month, with the columns emptied that a supplier stops sending."""
    found: dict[str, list[Row]] = {month: [] for month in plan.spec.months}
    for chunk in shop.chunks():
        for row, number in zip(chunk.items.to_pylist(), chunk.months.tolist(), strict=True):
            month = plan.spec.months[number]
            row[MARK] = month
            for one in plan.incidents:
                gone = one.supplier == row["supplier"] and month >= one.since
                if gone and one.cause == "dropped" and one.column != "category_path":
                    row[one.column] = None
            found[month].append(row)
    return found


def _misspell(months: Mapping[str, list[Row]]) -> tuple[str, str]:
    """Misspell the brand of one row of the first month; return its item and the true brand."""
    row = next(r for r in next(iter(months.values())) if r["brand"] and r["brand"].isalpha())
    true = str(row["brand"])
    row["brand"] = true[:-1] + true[-2:-1] + true[-1]
    return str(row["item_id"]), true


def _ingest(store: Store, ground: Ground, months: Mapping[str, list[Row]], clock: _Clock) -> None:
    plan, folder = ground.plan, ground.store.parent
    parts = dict(months)
    if plan.one_batch:
        clock.month = plan.spec.months[-1]
        parts = {"all": [row for rows in months.values() for row in rows]}
    for part, rows in parts.items():
        clock.month = clock.month if plan.one_batch else part
        path = _write(folder / f"{_file(plan.table)}_{part}.csv", rows, plan.columns)
        batch = store.ingest(open_delivery(str(path)), plan.table)
        ground.rows += rows
        ground.batches.update(dict.fromkeys(months if plan.one_batch else [part], batch.id))
        if part == plan.resent:
            ground.again = store.ingest(open_delivery(str(path)), plan.table).id
            ground.rows += rows
            ground.resent = len(rows)


def _file(table: str) -> str:
    return table.replace(" ", "_")


def _write(path: Path, rows: list[Row], columns: Mapping[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns.values())
        writer.writerows([row[name] or "" for name in columns] for row in rows)
    return path


def _apply(store: Store, ground: Ground, item: str, true: str) -> Applied:
    """Put the true brand into the misspelt cell, as a fix with its journal line."""
    plan = ground.plan
    at = next(i for i, row in enumerate(ground.rows) if row["item_id"] == item)
    row, ground.rows[at] = ground.rows[at], dict(ground.rows[at], brand=true)
    before = str(row["brand"])
    fix = Fix(
        table=plan.table,
        kind=FixKind.CELL,
        reason=Reason.TYPO,
        check="typo",
        changes=(Change(plan.columns["brand"], before, true),),
        rows=(at + 1,),
        provenance=Provenance("typo", "1"),
        evidence=Evidence(f"{true} is the established spelling."),
        confidence=0.98,
        safety=Safety.SAFE,
    )
    saved = store.save_fixes(plan.table, [fix])
    done = store.apply(saved)
    return Applied(item, "brand", before, true, done.id)
