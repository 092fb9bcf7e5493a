import numpy as np
import pytest
from planted import Columns, opened, orders, plant

from steward.fixes import context
from steward.fixes.cooccurrence import all_determinants
from steward.fixes.grid import Grid
from steward.fixes.suspects import FEATURES, Suspects, find_suspects


def suspects(columns: Columns) -> tuple[Grid, list[Suspects]]:
    grid = Grid.of(*opened(columns))
    return grid, find_suspects(grid, all_determinants(grid))


def feature(columns: Columns, name: str, column: str, rows: list[int]) -> np.ndarray:
    """A feature of the doubted cells of a column in these rows (positions)."""
    grid, found = suspects(columns)
    (mine,) = [s for s in found if grid.columns[s.column] == column]
    here = np.isin(mine.rows, rows)
    assert here.any()
    return np.asarray(mine.features[here, FEATURES.index(name)])


def with_second_offices(rows: list[int]) -> Columns:
    """In these rows a supplier writes from another office: address and phone are new at once."""
    columns = orders()
    for row in rows:
        columns["address"][row] = f"{row} quarry lane"
        columns["phone"][row] = f"556-{row}"
    return columns


def test_cells_that_are_new_together_are_told_from_those_that_are_wrong_alone() -> None:
    rows = list(range(10, 130, 10))
    together = feature(with_second_offices(rows), "joint_lift", "address", rows)
    dirty, truth = plant(orders(), 24)
    alone = [row - 1 for column, row in truth if column == "address"]
    assert together.min() > 1
    assert feature(dirty, "joint_lift", "address", alone).max() < 0.5


def test_two_values_that_changed_places_are_recognised() -> None:
    columns = orders()
    for row in (5, 50):
        a, b = columns["city"][row], columns["phone"][row]
        columns["city"][row], columns["phone"][row] = b, a
    columns["city"][80] = "elsewhere"
    assert feature(columns, "exchanged", "city", [5, 50]).tolist() == [1, 1]
    assert feature(columns, "exchanged", "city", [80]).tolist() == [0]


def test_an_overwritten_key_is_contradicted_by_what_hangs_on_it() -> None:
    columns = orders()
    cities = columns["city"]
    other = next(i for i in range(300) if cities[i] != cities[40])
    columns["supplier"][40] = columns["supplier"][other]
    grid, known = (g := Grid.of(*opened(columns))), all_determinants(g)
    target, key = grid.columns.index("city"), grid.columns.index("supplier")
    chosen = [d for d in known[target] if d.column == key]
    rows = np.array([40, 41])
    against, whole = context.contradicted(grid, rows, known)
    share = context.voters_contradicted(grid, rows, target, chosen, (against, whole))
    assert share[0] > 0.9
    assert share[1] == 0


def test_repeats_are_held_against_what_scattered_errors_would_give() -> None:
    columns = orders()
    home = [i for i, s in enumerate(columns["supplier"]) if s == "amber trading"]
    again, once = home[:3], home[-1]
    for row in again:
        columns["city"][row] = "secondville"
    columns["city"][once] = "thirdville"
    assert feature(columns, "repeat_lift", "city", again).min() > 1
    assert feature(columns, "repeat_lift", "city", [once]).max() < 0.2
    assert feature(columns, "share_before", "city", again).min() == pytest.approx(
        2 / (len(home) - 1)
    )


def test_kinds_that_are_never_meant_are_told_apart_from_other_values() -> None:
    slips, others = orders(), orders()
    names = sorted({str(c) for c in others["city"]})
    for row in range(0, 100, 10):
        city = str(slips["city"][row])
        slips["city"][row] = f"{city[:3]}x{city[4:]}" if row % 20 else None
        others["city"][row] = names[(names.index(city) + 1) % len(names)]
    rows = list(range(0, 100, 10))
    assert feature(slips, "column_slips", "city", rows).min() > 0.7
    assert feature(others, "column_slips", "city", rows).max() < 0.3


def test_pairs_of_columns_doubted_as_often_as_by_chance_have_no_lift() -> None:
    random = np.random.default_rng(0)
    flags = random.random((5000, 3)) < 0.1
    flags[:, 2] = flags[:, 1]
    lifts = context.pair_lifts(flags)
    assert lifts[0, 1] < 0.3
    assert lifts[1, 2] == pytest.approx(np.log(10), abs=0.2)
    assert (lifts.diagonal() == 0).all()
