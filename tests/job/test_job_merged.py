"""Rows typed again leave the table of items; what was judged or clicked of them does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from steward.job import accept_and_apply, propose
from steward.job.merged import merged_items
from steward.job.training_data import Sources, prepare
from steward.report.outcome import outcome_lines
from steward.sources import open_delivery
from steward.store import Store
from steward.types import Safety

ODD = ("odd words", "a seat for one", "put books here", "to write on")
KINDS = ("lamp", "desk", "chair", "shelf", "bench")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    """A hundred products, and the third of them once more, with a slip; each is judged."""
    rows = [
        f"S{n:03},wooden {KINDS[n % 5]} model {n // 5 + 10},{KINDS[n % 5]},{20 + n * 7 % 90},{n}"
        for n in range(100)
    ]
    again = rows[2].replace("S002", "S900").replace("wooden", "wodden")
    items = ["sku,title,kind,price,weight", *rows, again]
    judged = [f"{KINDS[n % 5]} {n // 5 + 10},S{n:03},{1 + n % 3}" for n in range(100)]
    judged += ["chair 10,S900,1", "chair 11,S900,2"]
    log = ["session,words,product,position,clicked"]
    log += [f"s{n},{ODD[n % 4]},S{'900' if p == 1 else '050'},{p},{int(p == 1)}"
            for n in range(160) for p in (1, 2)]  # fmt: skip
    tables = {"items": items, "judged": ["query,item,grade", *judged], "log": log}
    with Store.create(tmp_path / "s.db") as store:
        for name, lines in tables.items():
            (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
            key = ("sku",) if name == "items" else ()
            store.ingest(open_delivery(str(tmp_path / f"{name}.csv")), name, key=key)
        yield store


def stewarded(shop: Store) -> int:
    propose(shop, "items")
    outcome = accept_and_apply(shop, "items", safety=Safety.SAFE)
    assert outcome.change_set is not None
    return outcome.change_set


def test_judgments_and_clicks_follow_a_row_that_was_merged(shop: Store) -> None:
    before = prepare(shop, Sources("items", "judged", searches="log"))
    assert before.data.grades["chair 10"] == {"S002": 3.0, "S900": 1.0}
    stewarded(shop)
    after = prepare(shop, Sources("items", "judged", searches="log"))
    assert "S900" not in after.data.texts and after.data.absent == 0
    assert after.data.grades["chair 10"] == {"S002": 2.0}
    assert after.data.grades["chair 11"] == {"S007": 2.0, "S002": 2.0}
    taught = [after.data.grades[query] for query in ODD if query in after.data.grades]
    assert taught and all(held.get("S002", 0) > 0 for held in taught)


def test_a_merge_that_was_taken_back_moves_nothing(shop: Store) -> None:
    shop.undo(stewarded(shop))
    assert merged_items(shop, "items") is None
    found = prepare(shop, Sources("items", "judged"))
    assert found.data.grades["chair 10"] == {"S002": 3.0, "S900": 1.0}


def test_the_outcome_counts_rows_that_are_gone_apart_from_cells(shop: Store) -> None:
    propose(shop, "items")
    planned = accept_and_apply(shop, "items", safety=Safety.SAFE, dry_run=True)
    done = accept_and_apply(shop, "items", safety=Safety.SAFE)
    assert (planned.cells, planned.rows_gone) == (done.cells, done.rows_gone) == (0, 1)
    assert outcome_lines(done)[-1] == f"0 cells and 1 row changed in change set c{done.change_set}."
