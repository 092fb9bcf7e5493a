"""A store with a small catalogue, and fixes as a corrector would propose them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from steward.sources import open_delivery
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Safety

ROWS = [
    "id,name,size,price,city",
    *(f"{n},item {n},{12 + n % 3} oz,{5 + n % 7}.50,Berlin" for n in range(1, 81)),
    "81,item 81,12.0 oz,7.50,Berlin",
    "82,item 82,12.0 oz,7.50,Berlin",
    "83,item 83,N/A,7.50,Berlni",
]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "items.csv"
    path.write_text("\n".join(ROWS) + "\n", "utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path, catalogue: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "steward.db") as made:
        made.ingest(open_delivery(str(catalogue)), "items", key=("id",))
        yield made


@pytest.fixture
def proposed(store: Store) -> Callable[..., Fix]:
    """Save a mapping beside the others and return it with its number."""

    def save(
        column: str,
        before: str | None,
        after: str | None,
        *rows: int,
        check: str = "format",
        safety: Safety = Safety.SAFE,
        confidence: float = 0.99,
        kind: FixKind = FixKind.MAPPING,
    ) -> Fix:
        fix = Fix(
            table="items",
            kind=kind,
            reason=Reason.FORMAT,
            check=check,
            changes=() if kind is FixKind.QUARANTINE else (Change(column, before, after),),
            rows=rows,
            provenance=Provenance("test", "1"),
            evidence=Evidence("because"),
            confidence=confidence,
            safety=safety,
        )
        return store.save_fixes("items", [fix], beside=True)[0]

    return save
