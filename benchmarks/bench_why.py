"""How often `explain_missing` names the true cause, supplier, onset and count of a seeded fault.

    python benchmarks/bench_why.py [--shops 90] [--rows 1500] [--first 0] [--hard] [--verbose]

Each shop is made from a seed: a cause, a supplier, a month, a schema, languages, with or without
the other faults, its months as deliveries or as one delivery, with the taxonomy stored or not.
Every third shop has a column that is dropped without any join, every tenth a healthy one to be
called so. With --hard a fault hits only some of the rows (rate .4 or .7), two suppliers, or one top
category, and ends before the last month.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from steward.answers import Explanation, Verdict
from steward.shop import CategoryFault, Fault, ShopFaults, ShopSpec, make_shop, write_shop
from steward.sources import open_delivery
from steward.store import Store
from steward.why import explain_missing

CAUSES = ("renamed", "full_width", "language", "dropped", "encoding")
SCHEMAS = ("english", "chinese", "terse")
LANGUAGES = (("en", "zh", "mixed"), ("zh", "mixed"), ("en", "zh"), ("mixed",), ("en",), ("zh",))


@dataclass(frozen=True)
class Case:
    """One shop, and what an analyst should find in it."""

    spec: ShopSpec
    column: str
    cause: str
    suppliers: tuple[str, ...]
    since: str
    whole: bool
    taxonomy: bool

    @property
    def name(self) -> str:
        """What is special about it."""
        way = "one delivery" if self.whole else "monthly"
        own = "with taxonomy" if self.taxonomy else "alone"
        noisy = "noisy" if self.spec.faults.typo.rate else "clean"
        said = f"{self.cause} {'+'.join(self.suppliers)} {self.since} {self.spec.schema}"
        return f"{self.spec.seed}: {said} {'/'.join(self.spec.languages)} {way} {own} {noisy}"


def make_case(number: int, rows: int, *, hard: bool = False) -> Case:
    """The case of a number: causes and schemas in turn, the rest drawn."""
    draw = random.Random(number)
    supplier, since = f"S{draw.randint(1, 10):02d}", f"2024-0{draw.randint(2, 5)}"
    faults = ShopFaults() if draw.random() < 0.6 else ShopFaults.none()
    plain, healthy = number % 3 == 2, number % 10 == 9
    cause = CAUSES[(number // 3 * 2 + number % 3) % len(CAUSES)]
    suppliers, fault = (supplier,), CategoryFault(1.0, (supplier,), since, cause=cause)
    if hard:
        suppliers, fault = _harder(draw, fault)
    column = "category_path"
    if healthy:
        column, cause, fault = "supplier", "healthy", replace(fault, rate=0.0)
    elif plain:
        brand = Fault(fault.rate, suppliers, since, fault.until)
        column, cause, fault = "brand", "plain", replace(fault, rate=0.0)
        faults = replace(faults, brand_missing=brand)
    languages = LANGUAGES[draw.randrange(len(LANGUAGES))]
    spec = ShopSpec(rows=rows, seed=1000 + number, schema=SCHEMAS[number % 3], sessions=0)
    spec = replace(spec, faults=replace(faults, category_null=fault), languages=languages)
    whole, taxonomy = draw.random() < 0.3, draw.random() < 0.75
    return Case(spec, column, cause, suppliers, since, whole, taxonomy)


def _harder(draw: random.Random, fault: CategoryFault) -> tuple[tuple[str, ...], CategoryFault]:
    """A fault of some rows, of two suppliers, of one top category, or one that ends."""
    way = draw.randrange(4)
    if way == 0:
        return fault.suppliers, replace(fault, rate=draw.choice((0.4, 0.7)))
    if way == 1:
        number = int(fault.suppliers[0][1:]) % 10 + 1
        both = tuple(sorted((*fault.suppliers, f"S{number:02d}")))
        return both, replace(fault, suppliers=both)
    if way == 2:
        return fault.suppliers, replace(fault, top=draw.choice(("Home", "Electronics")))
    return fault.suppliers, replace(fault, until=f"2024-0{int(fault.since[-1]) + 1}")


def explain(case: Case, folder: Path) -> tuple[Explanation, str, int, float]:
    """Store the shop as people would, and ask; also the column's name, its blanks, the seconds."""
    shop = make_shop(case.spec)
    write_shop(shop, folder / "shop", clean=False)
    column = shop.schema.column("items", case.column)
    blank = sum(not (cell or "").strip() for cell in shop.items().column(column).to_pylist())
    with Store.create(folder / "steward.db") as store:
        whole = folder / "shop" / "items.csv"
        files = [whole] if case.whole else sorted((folder / "shop/deliveries").glob("*.csv"))
        for file in files:
            store.ingest(open_delivery(str(file)), "items")
        if case.taxonomy:
            for table in ("taxonomy", "suppliers"):
                store.ingest(open_delivery(str(folder / f"shop/{table}.csv")), table)
        started = time.perf_counter()
        return explain_missing(store, "items", column), column, blank, time.perf_counter() - started


def grade(case: Case, said: Explanation, blank: int) -> dict[str, bool]:
    """Which parts of the answer are right."""
    count = said.affected == blank
    if case.cause == "healthy":
        return {"healthy": said.verdict is Verdict.HEALTHY, "count": count}
    joins = [f for f in said.causes if f.kind == "failed_join"]
    slices = [f for f in said.causes if f.kind == "slice"]
    named = {v for f in slices[: len(case.suppliers)] for _, v in f.where}
    supplier = set(case.suppliers) <= named
    right = {"supplier": supplier, "since": _since(case, said), "count": count}
    if case.cause == "plain":
        return {"no join": not joins, **right}
    how = joins[0].facts["how"] if joins else "none"
    return {"cause": how == case.cause, **right}


def _since(case: Case, said: Explanation) -> bool:
    if said.since is None:
        return False
    if case.whole:
        return said.since.at.startswith(case.since)
    return case.since in said.since.source


def main() -> None:
    """Print one line a wrong case, and the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shops", type=int, default=90)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    tally: dict[str, list[bool]] = defaultdict(list)
    seconds = []
    for number in range(options.first, options.first + options.shops):
        case = make_case(number, options.rows, hard=options.hard)
        with tempfile.TemporaryDirectory() as folder:
            said, _, blank, took = explain(case, Path(folder))
        seconds.append(took)
        right = grade(case, said, blank)
        for part, ok in right.items():
            tally[part].append(ok)
        tally["all parts"].append(all(right.values()))
        if not all(right.values()):
            print(case.name, "wrong:", ", ".join(k for k, ok in right.items() if not ok))
            if options.verbose:
                print("   ", said.verdict, said.affected, blank, said.since)
                for one in said.causes:
                    print("    +", one.kind, one.text)
    for part, found in tally.items():
        print(f"{part:10} {sum(found):3} of {len(found):3}  {sum(found) / len(found):.3f}")
    print(f"seconds    mean {sum(seconds) / len(seconds):.2f}, most {max(seconds):.2f}")


if __name__ == "__main__":
    main()
