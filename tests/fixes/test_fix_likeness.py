import numpy as np
import pytest
from planted import opened, orders

from steward.fixes import likeness
from steward.fixes.cooccurrence import all_determinants
from steward.fixes.grid import Grid

CODES = ["", *(f"12{n:02d}" for n in range(60))]
TOWNS = ["", "arles", "bonn", "como", "dover", "essen", "ghent", "halle", "ibiza", "jena", "kyoto"]


def test_codes_look_alike_by_chance_and_towns_do_not() -> None:
    near = np.array([0.75])
    assert likeness.by_chance(CODES, near)[0] > 0.15
    assert likeness.by_chance(TOWNS, near)[0] < 0.05


def test_a_new_value_at_the_end_does_not_change_what_is_chance() -> None:
    many = ["", *(f"{n * 7919 % 100_003}" for n in range(1000))]
    near = np.array([0.6])
    assert likeness.by_chance(many, near) == likeness.by_chance([*many, "70x9"], near)


def test_a_blank_looks_like_nothing() -> None:
    assert likeness.similarity(TOWNS, np.array([0, 1]), np.array([1, 1])).tolist() == [0.0, 1.0]


def test_offices_that_repeat_and_look_alike_make_likeness_say_little() -> None:
    columns = orders()
    for row, (supplier, address) in enumerate(
        zip(columns["supplier"], columns["address"], strict=True)
    ):
        if row % 3 == 0 and str(supplier) < "m":
            columns["address"][row] = f"{address} b"
    grid = Grid.of(*opened(columns))
    target = grid.columns.index("address")
    (chosen,) = [
        [d for d in all_determinants(grid)[target] if grid.columns[d.column] == "supplier"]
    ]
    said = likeness.among_alternatives(grid.values[target], chosen, np.array([0.8, 1.0]))
    assert said[0] > 0.9
    assert said[1] < 0.1


def test_without_any_pair_likeness_is_undecided() -> None:
    assert likeness.by_chance(["", "one"], np.array([0.5]))[0] == pytest.approx(0.5)
