import numpy as np
import pytest

from steward.engine import Snapshot
from steward.fixes import propose
from steward.fixes.condition import Condition, broken_rules
from steward.fixes.cut import sides_of
from steward.fixes.grid import Grid
from steward.profile import profile_table
from steward.types import Fix, Safety

Columns = dict[str, list[str | None]]


def shipments(rows: int = 4000, depots: int = 40, seed: int = 0) -> Columns:
    """Where a surcharge is paid, the parcel is bulky; each depot asks its own surcharge."""
    random = np.random.default_rng(seed)
    depot = random.integers(0, depots, rows)
    bulky = random.random(rows) < 0.5
    paid = np.where(bulky, 5 * (depot + 1), 0)
    noise = np.where(bulky, "bulky", np.where(random.random(rows) < 0.5, "flat", "tube"))
    return {
        "parcel": [str(n) for n in range(rows)],
        "depot": [f"D{d:02d}" for d in depot],
        "surcharge": [str(p) for p in paid],
        "shape": noise.tolist(),
    }


def spoilt(columns: Columns, surcharge: str, share: float = 0.4) -> tuple[Columns, set[int]]:
    """Some parcels of one surcharge are said to be flat; returns their row ids."""
    at = [i for i, s in enumerate(columns["surcharge"]) if s == surcharge]
    hit = set(at[: int(len(at) * share)])
    shape = ["flat" if i in hit else s for i, s in enumerate(columns["shape"])]
    return {**columns, "shape": shape}, {i + 1 for i in hit}


def proposed(columns: Columns) -> list[Fix]:
    snapshot = Snapshot.from_columns("shipments", columns)
    return propose(snapshot, profile_table(snapshot), correctors=[Condition()])


def test_a_burst_in_one_of_many_groups_is_put_right_unseen() -> None:
    dirty, hit = spoilt(shipments(), "50")
    (fix,) = proposed(dirty)
    assert set(fix.rows) == hit
    assert (fix.changes[0].before, fix.changes[0].after) == ("flat", "bulky")
    assert fix.safety is Safety.SAFE
    assert fix.evidence.determinants == ("surcharge",)
    assert "surcharge > 0" in fix.evidence.text
    assert "39 of 40 groups" in fix.evidence.text


def test_nothing_is_proposed_where_no_row_breaks_the_rule() -> None:
    assert proposed(shipments()) == []


def test_a_group_that_breaks_the_rule_as_a_whole_is_left_alone() -> None:
    dirty, _ = spoilt(shipments(), "50", share=1.0)
    assert proposed(dirty) == []


def test_exceptions_all_over_the_table_are_no_burst() -> None:
    columns = shipments()
    random = np.random.default_rng(1)
    columns["shape"] = [
        "flat" if s == "bulky" and random.random() < 0.02 else s for s in columns["shape"]
    ]
    assert proposed(columns) == []


def test_few_groups_prove_little() -> None:
    dirty, hit = spoilt(shipments(depots=13), "50", share=0.3)
    (fix,) = proposed(dirty)
    assert set(fix.rows) == hit
    assert fix.safety is Safety.UNSAFE


def test_exceptions_that_another_column_explains_wait_for_a_person() -> None:
    dirty, hit = spoilt(shipments(), "50", share=0.2)
    dirty["customer"] = ["museum" if i + 1 in hit else str(i % 97) for i in range(4000)]
    (fix,) = proposed(dirty)
    assert set(fix.rows) == hit
    assert fix.safety is Safety.UNSAFE


def test_a_filled_column_is_a_condition_too() -> None:
    columns = shipments()
    columns["returned"] = ["" if s != "bulky" else "2024-01-01" for s in columns["shape"]]
    del columns["surcharge"]
    first = next(i for i, s in enumerate(columns["shape"]) if s == "bulky" and i > 2000)
    columns["shape"][first : first + 1] = ["flat"]
    (fix,) = proposed(columns)
    assert fix.rows == (first + 1,)
    assert "returned is filled" in fix.evidence.text


def test_a_blank_is_filled_where_the_condition_tells() -> None:
    columns = shipments()
    at = next(i for i, s in enumerate(columns["shape"]) if s == "bulky")
    columns["shape"][at] = None
    (fix,) = proposed(columns)
    assert (fix.rows, fix.changes[0].after) == ((at + 1,), "bulky")
    assert fix.confidence > 0.99


@pytest.mark.parametrize("bound", [0, 700])
def test_the_cut_lies_where_the_target_changes(bound: int) -> None:
    random = np.random.default_rng(3)
    weight = np.round(random.lognormal(6, 2, 3000), 2)
    weight[random.random(3000) < 0.2] = 0
    kind = np.where(weight > bound, "heavy", random.choice(["a", "b"], 3000))
    snapshot = Snapshot.from_columns(
        "t", {"weight": [f"{w:g}" for w in weight], "kind": kind.tolist()}
    )
    (side,) = sides_of(Grid.of(snapshot), 0, 1)
    assert set(side.rows.tolist()) == set(np.flatnonzero(weight > bound).tolist())
    assert side.edge.sum() == 1


def test_the_query_of_a_fix_finds_its_rows() -> None:
    dirty, hit = spoilt(shipments(), "50")
    (fix,) = proposed(dirty)
    snapshot = Snapshot.from_columns("shipments", dirty)
    assert set(snapshot.sql(fix.evidence.sql).column(0).to_pylist()) == hit


def test_rules_are_found_in_the_same_order_every_time() -> None:
    dirty, _ = spoilt(shipments(), "50")
    grid = Grid.of(Snapshot.from_columns("t", dirty))
    first, second = broken_rules(grid), broken_rules(grid)
    assert [(b.target, b.after, b.rows.tolist()) for b in first] == [
        (b.target, b.after, b.rows.tolist()) for b in second
    ]
