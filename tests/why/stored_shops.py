"""Stored shops with a known fault, made once a session; and small tables written out by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from steward import job
from steward.answers import Explanation
from steward.shop import CategoryFault, ShopFaults, ShopSpec, make_shop, write_shop
from steward.sources import open_delivery
from steward.store import Store


@dataclass(frozen=True)
class Shop:
    """A stored shop: `name` gives the name of a column in its schema."""

    store: Store
    name: Callable[[str], str]


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Shop]]:
    made: dict[str, Shop] = {}

    def make(spec: ShopSpec, *, whole: bool = False, taxonomy: bool = True) -> Shop:
        key = f"{spec} {whole} {taxonomy}"
        if key not in made:
            made[key] = _store(spec, tmp_path_factory.mktemp("shop"), whole, taxonomy)
        return made[key]

    yield make
    for shop in made.values():
        shop.store.close()


def _store(spec: ShopSpec, folder: Path, whole: bool, taxonomy: bool) -> Shop:
    shop = make_shop(spec)
    write_shop(shop, folder / "shop", clean=False)
    store = Store.create(folder / "steward.db")
    deliveries = sorted((folder / "shop/deliveries").glob("*.csv"))
    for file in [folder / "shop/items.csv"] if whole else deliveries:
        store.ingest(open_delivery(str(file)), "items")
    if taxonomy:
        for table in ("taxonomy", "suppliers"):
            store.ingest(open_delivery(str(folder / f"shop/{table}.csv")), table)
    return Shop(store, lambda column: shop.schema.column("items", column))


def spec_of(
    cause: str, *, seed: int = 5, rows: int = 600, top: str = "", **given: object
) -> ShopSpec:
    """A shop whose only fault is that one supplier's categories are lost since March."""
    fault = CategoryFault(1.0, ("S03",), "2024-03", cause=cause, top=top)
    faults = ShopFaults(category_null=fault).only("category_null")
    return ShopSpec(rows=rows, seed=seed, faults=faults, sessions=0, **given)  # type: ignore[arg-type]


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """A store of tables given as lists of CSV texts, one a delivery."""
    opened = []

    def make(**deliveries: list[str]) -> Store:
        store = Store.create(tmp_path / "steward.db")
        opened.append(store)
        for table, texts in deliveries.items():
            for number, text in enumerate(texts, 1):
                path = tmp_path / f"{table}_{number}.csv"
                path.write_text(text, "utf-8")
                store.ingest(open_delivery(str(path)), table)
        return store

    yield make
    for store in opened:
        store.close()


def assert_proved(store: Store, found: Explanation) -> None:
    """Every proof runs again as a query of a person, to the number it says."""
    assert found.proofs
    for proof in found.proofs:
        answer = job.query(store, proof.sql, limit=10_000).rows
        cell = answer.column(0)[0].as_py() if answer.num_rows == answer.num_columns == 1 else None
        assert proof.value == (cell if isinstance(cell, int) else answer.num_rows), proof
    positions = {p for one in (*found.causes, *found.ruled_out) for p in one.proofs}
    assert positions <= set(range(len(found.proofs)))
