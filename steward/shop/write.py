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
    whole = shop.spec.rows <= WHOLE_UP_TO if whole is None else whole
    files: dict[str, int] = {}
    errors: Counter[str] = Counter()
    with CsvFile(folder / "truth/errors.csv") as truth:
        _write_items(shop, folder, truth, errors, files, clean, progress)
        if whole:
            files["items.csv"] = _concatenate(folder, "deliveries/items_{}.csv", shop, files)
        _write_behaviour(shop, folder, truth, errors, files, clean)
        files["truth/errors.csv"] = truth.rows
    for name in ("taxonomy", "suppliers", "queries", "judgments"):
        files[f"{name}.csv"] = _write_one(folder / f"{name}.csv", getattr(shop, name)())
    incidents = _incidents(shop, errors)
    files["truth/incidents.csv"] = _write_one(folder / "truth/incidents.csv", incidents)
    spec = json.dumps(asdict(shop.spec), ensure_ascii=False, indent=2, default=dict)
    (folder / "truth/shop.json").write_text(spec + "\n", encoding="utf-8")
    return WrittenShop(folder, files, dict(errors))


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
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder.", hint="Name another folder.")
    if folder.exists() and any(folder.iterdir()) and not (folder / "truth").is_dir():
        raise UsageError(f"{folder} holds files that are no shop.", hint="Name another folder.")
    for name in ("deliveries", "truth"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)


def _write_items(
    shop: Shop,
    folder: Path,
    truth: CsvFile,
    errors: Counter[str],
    files: dict[str, int],
    clean: bool,
    progress: Progress | None,
) -> None:
    months, done = shop.spec.months, 0
    with ExitStack() as stack:
        paths = [folder / f"deliveries/items_{month}.csv" for month in months]
        dirty = [stack.enter_context(CsvFile(path)) for path in paths]
        paths = [folder / f"truth/items_clean_{month}.csv" for month in months] if clean else []
        twins = [stack.enter_context(CsvFile(path)) for path in paths]
        for chunk in shop.chunks():
            _scatter(chunk.items, chunk.months, dirty)
            _scatter(chunk.clean, chunk.clean_months, twins)
            truth.write(chunk.errors)
            errors.update(chunk.errors["kind"].to_pylist())
            done += len(chunk.clean)
            if progress:
                progress(done, shop.spec.rows)
    files |= {f"deliveries/{csv.path.name}": csv.rows for csv in dirty}
    if clean:
        rows = {f"truth/{csv.path.name}": csv.rows for csv in twins}
        files["truth/items_clean.csv"] = _concatenate(
            folder, "truth/items_clean_{}.csv", shop, rows
        )
        for csv in twins:
            csv.path.unlink()


def _scatter(table: pa.Table, months: Ints, files: list[CsvFile]) -> None:
    """Each row to the file of its month, rows in order."""
    if not files:
        return
    order = np.argsort(months, kind="stable")
    bounds = np.searchsorted(months[order], np.arange(len(files) + 1)).tolist()
    lines = CsvLines.of(table.take(pa.array(order)))
    for file, start, end in zip(files, bounds[:-1], bounds[1:], strict=True):
        file.write_lines(lines, start, end)


def _concatenate(folder: Path, pattern: str, shop: Shop, rows: Mapping[str, int]) -> int:
    """One file of all months, the header once; gives its rows."""
    names = [pattern.format(month) for month in shop.spec.months]
    target = folder / pattern.format("").replace("_.csv", ".csv")
    target = folder / target.name if "deliveries" in pattern else target
    with target.open("wb") as out:
        for i, name in enumerate(names):
            with (folder / name).open("rb") as part:
                header = part.readline()
                out.write(header if i == 0 else b"")
                shutil.copyfileobj(part, out, 1 << 20)
    return sum(rows[name] for name in names)


def _write_behaviour(
    shop: Shop,
    folder: Path,
    truth: CsvFile,
    errors: Counter[str],
    files: dict[str, int],
    clean: bool,
) -> None:
    names = {name: f"{name}.csv" for name in BEHAVIOUR}
    if clean:
        names["clicks_clean"] = "truth/clicks_clean.csv"
    with ExitStack() as stack:
        out = {t: stack.enter_context(CsvFile(folder / name)) for t, name in names.items()}
        for block in shop.blocks():
            for table, csv in out.items():
                csv.write(shop.named(table, getattr(block, table)))
            truth.write(block.errors)
            errors.update(block.errors["kind"].to_pylist())
        files |= {name: out[t].rows for t, name in names.items()}


def _write_one(path: Path, table: pa.Table) -> int:
    with CsvFile(path) as csv:
        csv.write(table)
        return csv.rows


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
