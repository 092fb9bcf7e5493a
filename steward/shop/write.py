"""Writes a shop to a folder: deliveries by month, the other tables, and the truth beside them.

items.csv  taxonomy.csv  suppliers.csv  queries.csv  judgments.csv
impressions.csv  clicks.csv  purchases.csv
deliveries/items_2024-01.csv …   the same items, as they came
truth/errors.csv                 every wrong cell
truth/incidents.csv              faults with a slice: cause, supplier, since, cells
truth/items_clean.csv  truth/clicks_clean.csv
truth/shop.json                  the spec
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from steward.errors import UsageError
from steward.shop.csvfile import CsvFile, CsvLines
from steward.shop.shop import BEHAVIOUR, Shop, make_shop
from steward.shop.spec import CategoryFault, ShopFaults, ShopSpec
from steward.shop.vocabulary import Ints

WHOLE_UP_TO = 1_000_000
"""Above this many rows `items.csv` is left out by default: the deliveries hold the same."""

DELIVERY = "deliveries/items_{}.csv"
TWIN = "truth/items_clean_{}.csv"
MARK = "truth/shop.json"
SMALL = ("taxonomy", "suppliers", "queries", "judgments")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class WrittenShop:
    """What was written: data rows by file (path below the folder), errors by kind."""

    folder: Path
    files: Mapping[str, int]
    errors: Mapping[str, int]

    @property
    def deliveries(self) -> tuple[Path, ...]:
        """The deliveries of items, oldest first."""
        names = sorted(name for name in self.files if name.startswith("deliveries/"))
        return tuple(self.folder / name for name in names)


def write_shop(
    shop: Shop,
    folder: Path,
    *,
    clean: bool = True,
    whole: bool | None = None,
    progress: Progress | None = None,
) -> WrittenShop:
    """Write every table of the shop below `folder`; the same spec gives the same bytes.

    Args:
        shop: what `make_shop` gave.
        folder: made if need be; an older shop there is replaced, other files are refused.
        clean: write the clean twins too.
        whole: write `items.csv` beside the deliveries; None means up to a million rows.
        progress: called with rows made and rows to make, after each chunk.

    Raises:
        UsageError: the folder holds something that is no shop.
    """
    _make_room(folder)
    spec = json.dumps(asdict(shop.spec), ensure_ascii=False, indent=2, default=dict)
    (folder / MARK).write_text(spec + "\n", encoding="utf-8")
    writing = _Writing(shop, folder, clean, {}, Counter())
    with CsvFile(folder / "truth/errors.csv") as truth:
        writing.items(truth, progress)
        writing.behaviour(truth)
        writing.files["truth/errors.csv"] = truth.rows
    if shop.spec.rows <= WHOLE_UP_TO if whole is None else whole:
        writing.join(DELIVERY, "items.csv")
    writing.small_tables()
    return WrittenShop(folder, writing.files, dict(writing.errors))


def demo_shop(
    folder: Path,
    *,
    rows: int = 10_000,
    seed: int = 7,
    faults: str = "default",
    progress: Progress | None = None,
) -> WrittenShop:
    """What `steward demo` writes: `faults` is `default`, `none`, or kinds with commas between."""
    chosen = ShopFaults()
    if faults != "default":
        kinds = [] if faults == "none" else [k.strip() for k in faults.split(",")]
        chosen = chosen.only(*kinds)
    shop = make_shop(ShopSpec(rows=rows, seed=seed, faults=chosen))
    return write_shop(shop, folder, progress=progress)


def _make_room(folder: Path) -> None:
    """A folder with nothing of an older shop in it; one with other files is refused."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder.", hint="Name another folder.")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UsageError(f"{folder} holds files that are no shop.", hint="Name another folder.")
    for name in ("deliveries", "truth"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    (folder / "items.csv").unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Writing:
    """A shop being written: data rows by file and errors by kind so far."""

    shop: Shop
    folder: Path
    clean: bool
    files: dict[str, int]
    errors: Counter[str]

    def items(self, truth: CsvFile, progress: Progress | None) -> None:
        """Deliveries, errors and, if wanted, the clean twin, chunk by chunk."""
        done = 0
        with ExitStack() as stack:
            dirty = self._monthly(DELIVERY, stack)
            twins = self._monthly(TWIN, stack) if self.clean else []
            for chunk in self.shop.chunks():
                _scatter(chunk.items, chunk.months, dirty)
                _scatter(chunk.clean, chunk.clean_months, twins)
                self._record(truth, chunk.errors)
                done += len(chunk.clean)
                if progress:
                    progress(done, self.shop.spec.rows)
        self.files.update({f"deliveries/{csv.path.name}": csv.rows for csv in dirty})
        if self.clean:
            self.files.update({f"truth/{csv.path.name}": csv.rows for csv in twins})
            self.join(TWIN, "truth/items_clean.csv", keep=False)

    def behaviour(self, truth: CsvFile) -> None:
        """Impressions, clicks, purchases and the errors among them."""
        names = {name: f"{name}.csv" for name in BEHAVIOUR}
        if self.clean:
            names["clicks_clean"] = "truth/clicks_clean.csv"
        with ExitStack() as stack:
            out = {t: stack.enter_context(CsvFile(self.folder / n)) for t, n in names.items()}
            for block in self.shop.blocks():
                for table, csv in out.items():
                    csv.write(self.shop.named(table, getattr(block, table)))
                self._record(truth, block.errors)
            self.files.update({name: out[t].rows for t, name in names.items()})

    def small_tables(self) -> None:
        """Taxonomy, suppliers, queries, judgments; incidents with the cells counted."""
        tables = {f"{name}.csv": getattr(self.shop, name)() for name in SMALL}
        tables["truth/incidents.csv"] = _incidents(self.shop, self.errors)
        for name, table in tables.items():
            with CsvFile(self.folder / name) as csv:
                csv.write(table)
                self.files[name] = csv.rows

    def join(self, pattern: str, target: str, *, keep: bool = True) -> None:
        """One file of all months, the header once; unless `keep`, the months go meanwhile."""
        rows = 0
        with (self.folder / target).open("wb") as out:
            for i, month in enumerate(self.shop.spec.months):
                name = pattern.format(month)
                with (self.folder / name).open("rb") as part:
                    header = part.readline()
                    out.write(header if i == 0 else b"")
                    shutil.copyfileobj(part, out, 1 << 20)
                rows += self.files[name]
                if not keep:
                    (self.folder / name).unlink()
                    del self.files[name]
        self.files[target] = rows

    def _monthly(self, pattern: str, stack: ExitStack) -> list[CsvFile]:
        paths = [self.folder / pattern.format(month) for month in self.shop.spec.months]
        return [stack.enter_context(CsvFile(path)) for path in paths]

    def _record(self, truth: CsvFile, errors: pa.Table) -> None:
        truth.write(errors)
        self.errors.update(errors["kind"].to_pylist())


def _scatter(table: pa.Table, months: Ints, files: list[CsvFile]) -> None:
    """Each row to the file of its month, rows in order."""
    if not files:
        return
    order = np.argsort(months, kind="stable")
    bounds = np.searchsorted(months[order], np.arange(len(files) + 1)).tolist()
    lines = CsvLines.of(table, order)
    for file, start, end in zip(files, bounds[:-1], bounds[1:], strict=True):
        file.write_lines(lines, start, end)


def _incidents(shop: Shop, errors: Mapping[str, int]) -> pa.Table:
    rows = [
        {
            "kind": kind,
            "cause": fault.cause if isinstance(fault, CategoryFault) else "",
            "suppliers": " ".join(fault.suppliers),
            "since": fault.since,
            "until": fault.until,
            "top": fault.top if isinstance(fault, CategoryFault) else "",
            "rate": f"{fault.rate:g}",
            "cells": str(errors.get(kind, 0)),
        }
        for kind, fault in shop.incidents()
    ]
    names = ("kind", "cause", "suppliers", "since", "until", "top", "rate", "cells")
    columns = {n: pa.array([r[n] or None for r in rows], pa.string()) for n in names}
    return pa.table(columns)
