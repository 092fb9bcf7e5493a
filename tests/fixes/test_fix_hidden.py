import random

import numpy as np
import pytest
from planted import TELLING, opened, orders, plant

from steward.fixes.cooccurrence import repair
from steward.fixes.grid import Grid
from steward.fixes.hidden import CELLS, SHARE, damage, measure
from steward.fixes.judgement import Judgement, shipped_judgement
from steward.fixes.pairs import MISSING
from steward.fixes.suspects import FEATURES


@pytest.fixture(scope="module")
def grid() -> Grid:
    return Grid.of(*opened(plant(orders(), 16)[0]))


def none_doubted(grid: Grid) -> np.ndarray:
    return np.zeros(grid.codes.shape, dtype=bool)


def test_damage_remembers_what_stood_there_and_touches_nothing_else(grid: Grid) -> None:
    columns = [grid.columns.index(name) for name in TELLING]
    draw = damage(grid, columns, none_doubted(grid), np.random.default_rng(1))
    assert (draw.truth == grid.codes[draw.rows, draw.columns]).all()
    assert (draw.truth != MISSING).all()
    changed = np.argwhere(draw.grid.codes != grid.codes)
    assert sorted(map(tuple, changed.tolist())) == sorted(
        zip(draw.rows.tolist(), draw.columns.tolist(), strict=True)
    )
    assert set(draw.columns.tolist()) == set(columns)


def test_damage_is_spread_thin_and_no_row_is_hit_twice(grid: Grid) -> None:
    columns = [grid.columns.index(name) for name in TELLING]
    draw = damage(grid, columns, none_doubted(grid), np.random.default_rng(1))
    for column in columns:
        assert 0 < (draw.columns == column).sum() <= max(1, grid.rows * SHARE)
    assert len(set(draw.rows.tolist())) == len(draw.rows)


def test_all_three_kinds_of_damage_are_done(grid: Grid) -> None:
    city = grid.columns.index("city")
    kinds = set()
    for seed in range(10):
        draw = damage(grid, [city], none_doubted(grid), np.random.default_rng(seed))
        for code in draw.grid.codes[draw.rows, city].tolist():
            known = code < grid.sizes[city]
            kinds.add("missing" if code == MISSING else "exchanged" if known else "misspelt")
    assert kinds == {"missing", "exchanged", "misspelt"}


def test_misspelt_values_are_new_ones(grid: Grid) -> None:
    city = grid.columns.index("city")
    draw = damage(grid, [city], none_doubted(grid), np.random.default_rng(2))
    values = draw.grid.values[city]
    assert len(set(values)) == len(values)
    assert values[: grid.sizes[city]] == grid.values[city]


def test_cells_in_doubt_and_blanks_are_no_known_good_cells(grid: Grid) -> None:
    city = grid.columns.index("city")
    doubted = none_doubted(grid)
    doubted[:250, city] = True
    for seed in range(5):
        draw = damage(grid, [city], doubted, np.random.default_rng(seed))
        assert (draw.rows >= 250).all()
        assert (grid.codes[draw.rows, city] != MISSING).all()
    doubted[:, city] = True
    assert len(damage(grid, [city], doubted, np.random.default_rng(0)).rows) == 0


def test_a_column_that_others_tell_is_measured_as_precise(grid: Grid) -> None:
    city = grid.columns.index("city")
    found = measure(grid, repair(grid), [city], shipped_judgement())[city]
    assert CELLS <= found.injected < 2 * CELLS
    assert found.right == found.tried > 0.8 * found.injected
    assert found.false_alarms == 0
    assert found.clean == found.draws * grid.rows - found.injected


def test_a_column_that_nothing_tells_is_never_mended_in_the_backtest(grid: Grid) -> None:
    week = grid.columns.index("week")
    found = measure(grid, repair(grid), [week], shipped_judgement())[week]
    assert found.injected > 0
    assert (found.right, found.tried) == (0, 0)
    assert (found.lower, found.upper) == (0.0, 1.0)


def test_the_measure_depends_on_the_seed_alone(grid: Grid) -> None:
    repairs, columns = repair(grid), [4]
    first, again, other = (
        measure(grid, repairs, columns, shipped_judgement(), seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_nothing_is_measured_on_a_table_without_good_cells() -> None:
    empty = Grid.of(*opened({"a": [None] * 30, "b": ["x", "y"] * 15}))
    found = measure(empty, repair(empty), [0], shipped_judgement())
    assert found[0].injected == 0
    assert found[0].tried == 0


def test_the_backtest_cannot_see_variation_that_it_doubts_as_the_docs_say() -> None:
    leaf = {"feature": [-1], "threshold": [0.0], "left": [0], "right": [0], "value": [0.0]}
    sure = Judgement.of({"features": FEATURES, "base": 4.0, "slope": 1.0, "trees": [leaf]})
    rng = random.Random(1)
    entity = [rng.randrange(30) for _ in range(900)]
    varied = [f"v{e % 9}" if rng.random() < 0.85 else f"v{rng.randrange(9)}" for e in entity]
    grid = Grid.of(*opened({"entity": [f"e{e}" for e in entity], "varied": list(varied)}))
    found = measure(grid, repair(grid, sure), [1], sure)[1]
    assert found.right == found.tried > 100
    # Several entities share a value: which one was meant, it cannot tell, and is told so.
    told = measure(grid, repair(grid, sure), [0], sure)[0]
    assert 0 < told.right < 0.7 * told.tried
