"""Labels of a column: functions that abstain, one chance a value, cells that are likely wrong."""

from pathlib import Path

import numpy as np
import pytest

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn, UsageError
from steward.job.labelling_values import CELL, ValuePlan, audit_values, label_values, read_table
from steward.label.nominal import NominalVotes, find_value_suspects, fit_nominal
from steward.label.value_votes import named_in, read_from_text
from steward.shop import ShopFaults, ShopSpec, make_shop
from steward.sources import open_delivery
from steward.store import Store
from steward.store.labels import labels_of, meant_labels

ROWS, WRONG, EMPTY = 120, (5, 40, 77), (6, 41)
THINGS = (("灯", "lamp"), ("鞋", "shoe"), ("杯子", "cup"))


def table(name: str = "items") -> dict[str, list[str | None]]:
    """Things whose category follows from shelf and title; three cells are wrong, two empty."""
    kinds = [THINGS[n % 3] for n in range(ROWS)]
    cells: list[str | None] = [english for _, english in kinds]
    for n in WRONG:
        cells[n] = THINGS[(n + 1) % 3][1]
    for n in EMPTY:
        cells[n] = None
    return {
        "编号": [f"i{n:03d}" for n in range(ROWS)],
        "标题": [f"{han} 型号 {n * 7919}" for n, (han, _) in enumerate(kinds)],
        "货架": [f"r{n % 12}" for n in range(ROWS)],
        "类": cells,
    }


@pytest.fixture
def store(tmp_path: Path) -> Store:
    held = Store.create(tmp_path / "steward.db")
    for name, columns in {"items": table(), "people": said_by_people()}.items():
        path = tmp_path / f"{name}.csv"
        rows = zip(*columns.values(), strict=True)
        lines = [",".join(columns), *(",".join(cell or "" for cell in row) for row in rows)]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        held.ingest(open_delivery(str(path)), name)
    return held


def said_by_people() -> dict[str, list[str | None]]:
    rows = [*WRONG, 0, 1, 2, 9, 10]
    return {"id": [f"i{n:03d}" for n in rows], "right": [THINGS[n % 3][1] for n in rows]}


def test_the_longest_value_that_a_text_names_is_meant() -> None:
    values = ("blue", "light blue", "Home > Lamps", "蓝色")
    texts = ["Light Blue shirt", "blue lamp", "lamps", "蓝色 连衣裙", "nothing"]
    assert named_in(texts, values).tolist() == [1, -1, 2, 3, -1]


def test_a_text_is_read_by_what_was_not_learnt_from_it() -> None:
    columns = table()
    texts = [text or "" for text in columns["标题"]]
    truth = np.arange(ROWS) % 3
    given = truth.copy()
    given[list(WRONG)] = (truth[list(WRONG)] + 1) % 3
    sure, unsure = read_from_text(texts, given)
    told = np.where(sure >= 0, sure, unsure)
    assert not ((sure >= 0) & (unsure >= 0)).any()
    assert (told == truth)[told >= 0].all() and (told >= 0).mean() > 0.7


def votes_of(said: list[list[int]], names: tuple[str, ...] = (CELL, "a", "b")) -> NominalVotes:
    items = tuple(f"i{n}" for n in range(len(said)))
    return NominalVotes(items, ("x", "y", "z"), names, np.array(said, dtype=np.int64))


def test_functions_that_agree_with_cells_outvote_one_and_a_poor_one_does_not() -> None:
    usual = [[n % 3, n % 3, n % 3, (n // 3) % 3] for n in range(90)]
    odd = [[0, 1, 1, -1], [0, 0, 0, 2], [0, -1, -1, 1], [-1, 2, -1, -1]]
    votes = votes_of([*usual, *odd], (CELL, "a", "b", "poor"))
    found = fit_nominal(votes, anchor=CELL)
    assert [s.item for s in find_value_suspects(votes, CELL)] == ["i90"]
    assert found.likeliest()[0][-1] == 2
    assert np.allclose(found.chances.sum(axis=1) + found.rest, 1.0)


def test_what_people_say_is_taken_as_known() -> None:
    votes = votes_of([[n % 3, n % 3, n % 3] for n in range(30)])
    found = fit_nominal(votes, {4: 2}, anchor=CELL)
    best, chance = found.likeliest()
    assert best[4] == 2 and chance[4] == 1.0


def test_functions_that_copy_each_other_do_not_outvote_the_cell() -> None:
    rng = np.random.default_rng(0)
    truth, copied = rng.integers(0, 3, 400), rng.integers(0, 3, 400)
    guess = np.where(rng.random(400) < 0.4, truth, copied)
    votes = votes_of(np.column_stack([truth, *[guess] * 4]).tolist(), (CELL, *"abcd"))
    assert find_value_suspects(votes, CELL) == []


def test_what_other_rows_alike_hold_too_is_no_error() -> None:
    rng = np.random.default_rng(0)
    rows = []
    for shelf in range(40):
        usual, other = 2 * shelf, 2 * shelf + 1
        rows += [[other if rng.random() < 0.2 else usual, usual, usual, usual] for _ in range(20)]
    values = tuple(str(n) for n in range(80))
    items = tuple(f"i{n}" for n in range(len(rows)))
    votes = NominalVotes(items, values, (CELL, "a", "b", "c"), np.array(rows, dtype=np.int64))
    assert len(find_value_suspects(votes, CELL)) <= 2


def test_labels_of_a_column_are_kept_with_who_said_what(store: Store) -> None:
    plan = ValuePlan("items", "类", "people")
    assert label_values(store, plan, dry_run=True).kept == 0
    assert labels_of(store, task=plan.task) == []
    found = label_values(store, plan)
    again = label_values(store, plan)
    labels = labels_of(store, task=plan.task)
    assert found.kept == again.kept == len(labels)
    wrong = {(one.source, one.query) for one in labels if one.item == "i005"}
    assert {("people", "cup"), ("model", "cup"), ("function", "lamp")} <= wrong
    meant = {(one.item, one.query): one.grade for one in meant_labels(store, task=plan.task)}
    assert meant["i005", "cup"] == 1.0 and meant["i006", "lamp"] > 0.9
    assert dict((name, right) for name, right, _ in found.right)["all together"] > 0.8


def test_the_audit_names_the_wrong_cells(store: Store) -> None:
    _, suspects = audit_values(store, ValuePlan("items", "类"))
    assert {s.item for s in suspects} == {f"i{n:03d}" for n in WRONG}


def test_a_made_shop_s_wrong_categories_are_found() -> None:
    faults = ShopFaults().only("wrong_category").scaled(3)
    shop = make_shop(ShopSpec(rows=600, seed=3, faults=faults, sessions=10))
    made, clean = shop.items(), shop.clean_items()
    columns = {n: made.column(n).to_pylist() for n in made.column_names}
    read = read_table(Snapshot.from_columns("items", columns), ValuePlan("items", "category_path"))
    cells = zip(columns["item_id"], columns["category_path"], strict=True)
    right = dict(
        zip(*(clean.column(n).to_pylist() for n in ("item_id", "category_path")), strict=True)
    )
    wrong = {item for item, cell in cells if cell != right[item]}
    found = {s.item for s in find_value_suspects(read.votes, CELL)}
    assert len(found & wrong) >= 0.9 * len(found) and len(found & wrong) >= 0.3 * len(wrong)


def test_what_is_no_category_is_refused(store: Store) -> None:
    with pytest.raises(UnknownColumn, match="no column colour"):
        label_values(store, ValuePlan("items", "colour"))
    with pytest.raises(InputError, match="no category"):
        label_values(store, ValuePlan("items", "标题"))
    with pytest.raises(UsageError, match="to be labelled"):
        label_values(store, ValuePlan("items", "类", text="{标题} {类}"))
    with pytest.raises(InputError, match="values of items"):
        label_values(store, ValuePlan("items", "货架", sample="people"))
