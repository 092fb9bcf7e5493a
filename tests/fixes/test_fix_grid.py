import numpy as np
import pytest

from steward.engine import Snapshot
from steward.fixes.grid import Grid
from steward.profile import profile_table


def test_every_code_reads_back_as_the_text_of_its_cell() -> None:
    columns = {"brand": ["海尔", "Acme", "海尔", "ＡＣＭＥ"], "size": ["1", "2", "1", "3"]}
    grid = Grid.of(Snapshot.from_columns("items", columns))
    for c, name in enumerate(grid.columns):
        texts = [grid.values[c][code] for code in grid.codes[:, c]]
        assert texts == columns[name]
    assert grid.rows == 4
    assert grid.sizes == (4, 4)


@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000", "\t"])
def test_null_and_blank_text_are_one_and_the_same_missing(blank: str | None) -> None:
    grid = Grid.of(Snapshot.from_columns("items", {"a": ["x", blank, "y"]}))
    assert grid.codes[:, 0].tolist() == [1, 0, 2]
    assert grid.values[0] == ("", "x", "y")


def test_what_the_profile_calls_disguised_becomes_missing_and_the_rest_stays() -> None:
    values = [f"{n}.50" for n in range(40)] + ["N/A"] * 4
    snapshot = Snapshot.from_columns("items", {"price": values})
    profile = profile_table(snapshot)
    assert [d.value for d in profile.column("price").disguised] == ["N/A"]
    assert (Grid.of(snapshot, profile).codes[40:] == 0).all()
    assert (Grid.of(snapshot).codes[40:] > 0).all()


def test_a_table_without_columns_and_one_without_rows_are_grids_too() -> None:
    assert Grid.of(Snapshot.from_columns("t", {})).codes.shape == (0, 0)
    empty = Grid.of(Snapshot.from_columns("t", {"a": [], "b": []}))
    assert empty.codes.shape == (0, 2)
    assert empty.sizes == (1, 1)


def test_other_cells_make_another_grid_and_leave_the_first_alone() -> None:
    grid = Grid.of(Snapshot.from_columns("t", {"a": ["x", "y"]}))
    other = grid.with_codes(np.array([[2], [2]]))
    assert grid.codes.tolist() == [[1], [2]]
    assert other.codes.tolist() == [[2], [2]]
    assert other.values is grid.values
