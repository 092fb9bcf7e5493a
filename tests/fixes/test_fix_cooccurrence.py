import random

import numpy as np
import pytest
from planted import TELLING, WORDS, Cell, Columns, opened, orders, plant

from steward.engine import Snapshot
from steward.fixes.cooccurrence import (
    ROUNDS,
    Repairs,
    apply_round,
    probabilities,
    repair,
    suspects_of,
)
from steward.fixes.grid import Grid
from steward.fixes.judgement import shipped_judgement
from steward.fixes.suspects import FEATURES


def mended(columns: Columns) -> dict[Cell, str | None]:
    """What the model writes, by column and row number from 1."""
    grid = Grid.of(Snapshot.from_columns("t", columns))
    found = repair(grid)
    return {
        (grid.columns[c], int(r) + 1): grid.values[c][a]
        for r, c, a in zip(found.rows, found.columns, found.after, strict=True)
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_errors_are_found_and_mended_and_nothing_else_is_changed(seed: int) -> None:
    dirty, truth = plant(orders(seed=seed), 16, seed)
    assert mended(dirty) == truth


def test_the_same_table_is_mended_the_same_way_twice() -> None:
    dirty, _ = plant(orders(), 24)
    one, two = (repair(Grid.of(*opened(dirty))) for _ in range(2))
    for name in Repairs.__dataclass_fields__:
        assert np.array_equal(getattr(one, name), getattr(two, name)), name


def test_the_order_of_the_rows_does_not_matter() -> None:
    dirty, _ = plant(orders(), 24)
    order = random.Random(3).sample(range(300), 300)
    shuffled = {name: [values[i] for i in order] for name, values in dirty.items()}
    back = {(c, order[r - 1] + 1): v for (c, r), v in mended(shuffled).items()}
    assert back == mended(dirty)


def test_the_names_of_the_columns_do_not_matter() -> None:
    dirty, _ = plant(orders(), 24)
    renamed = {f"列 {9 - i}": values for i, values in enumerate(dirty.values())}
    names = dict(zip(dirty, renamed, strict=True))
    assert mended(renamed) == {(names[c], r): v for (c, r), v in mended(dirty).items()}


def test_a_mended_table_is_left_alone() -> None:
    dirty, _ = plant(orders(), 16)
    for (column, row), value in mended(dirty).items():
        dirty[column][row - 1] = value
    assert mended(dirty) == {}


def test_blanks_that_are_normal_for_a_group_stay_and_one_that_is_not_is_filled() -> None:
    columns = orders()
    without = {f"{word} trading" for word in WORDS[:6]}
    columns["fax"] = [
        "" if supplier in without else f"9{phone}"
        for supplier, phone in zip(columns["supplier"], columns["phone"], strict=True)
    ]
    lost = next(i for i, fax in enumerate(columns["fax"]) if fax)
    columns["fax"][lost], was = "", columns["fax"][lost]
    assert mended(columns) == {("fax", lost + 1): was}


def test_the_second_address_of_a_supplier_is_not_mended() -> None:
    columns = orders()
    branch = [i for i, s in enumerate(columns["supplier"]) if s == "amber trading"][::3]
    assert len(branch) >= 4
    for i in branch:
        columns["address"][i], columns["city"][i] = "99 other street", "elsewhere"
        columns["phone"][i] = "555-9999"
    assert mended(columns) == {}


@pytest.mark.parametrize("seed", range(12))
def test_tables_of_noise_are_left_alone(seed: int) -> None:
    rng = random.Random(seed)
    sizes = (2, 3, 8, 20, 60, 150)
    noise: Columns = {f"c{i}": [str(rng.randrange(k)) for _ in range(200)] for i, k in
                      enumerate(sizes)}  # fmt: skip
    assert mended(noise) == {}


def test_a_row_without_determinants_is_left_alone() -> None:
    dirty, truth = plant(orders(), 8)
    for column in dirty:
        dirty[column][40] = None
    found = mended(dirty)
    assert {cell: value for cell, value in found.items() if cell[1] != 41} == {
        cell: value for cell, value in truth.items() if cell[1] != 41
    }
    assert not [cell for cell in found if cell[1] == 41]


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"a": []},
        {"a": ["x"], "b": ["y"]},
        {"a": ["x", "y"] * 20},
        {"a": [None] * 40, "b": [""] * 40},
        {"a": ["x"] * 40, "b": ["y"] * 40},
        {"a": ["x"] * 40, "b": ["y"] * 39 + [None]},
        {"a": [str(i) for i in range(40)], "b": [str(i) for i in range(40)]},
    ],
    ids=["no column", "no row", "one row", "one column", "all null", "one value",
         "one value and a blank", "keys"],
)  # fmt: skip
def test_tables_that_tell_nothing_are_left_alone(columns: Columns) -> None:
    assert mended(columns) == {}


def test_confidence_reaches_at_least_the_last_round() -> None:
    dirty, _ = plant(orders(), 24)
    found = repair(Grid.of(*opened(dirty)))
    assert (found.probability >= ROUNDS[-1]).all()
    assert (found.probability < 1).all()
    assert found.features.shape == (len(found.rows), len(FEATURES))


def test_a_round_writes_what_is_sure_enough_and_leaves_the_table_it_was_given() -> None:
    dirty, _ = plant(orders(), 16)
    grid = Grid.of(*opened(dirty))
    suspects, judgement = suspects_of(grid), shipped_judgement()
    before = grid.codes.copy()
    after = apply_round(grid, suspects, judgement, 0.8)
    sure = sum(int((probabilities(s, judgement) >= 0.8).sum()) for s in suspects)
    assert int((after.codes != before).sum()) == sure > 0
    assert np.array_equal(grid.codes, before)
    assert np.array_equal(apply_round(grid, suspects, judgement, 1.01).codes, before)


def test_a_slice_keeps_its_mark_when_an_earlier_round_has_mended_part_of_it() -> None:
    columns = orders()
    wrong = [i for i, week in enumerate(columns["week"]) if week == "3"]
    for i in wrong:
        columns["city"][i] = None
    found = repair(Grid.of(*opened(columns)))
    assert set(found.rows.tolist()) <= set(wrong)
    assert len(found.rows) > len(wrong) / 2
    assert found.features[:, FEATURES.index("concentration")].min() > 10


def test_every_column_that_is_told_can_be_mended() -> None:
    _, truth = plant(orders(), 16)
    assert {column for column, _ in truth} == set(TELLING)
