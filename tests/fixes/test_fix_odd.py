"""What is no reference for a corrector of gaps."""

from steward.engine import Snapshot
from steward.fixes.odd import odd_cells
from steward.profile import profile_table

Columns = dict[str, list[str | None]]
BRANDS: list[str | None] = ["Nordlicht"] * 60 + ["Kitamura"] * 60 + ["Solvane"] * 60
COLOURS: list[str | None] = ["Black", "White", "Green"] * 60


def odd(columns: Columns) -> set[tuple[str, int]]:
    snapshot = Snapshot.from_columns("items", columns)
    return odd_cells(snapshot, profile_table(snapshot), ["brand"])


def test_a_slip_and_a_value_of_another_column_are_odd() -> None:
    brands = [*BRANDS]
    brands[0], brands[70], brands[90] = "Nordlicth", "Kitamur", "Black"
    assert odd({"brand": brands, "colour": COLOURS}) == {("brand", 1), ("brand", 71), ("brand", 91)}


def test_a_rare_value_that_looks_like_none_is_a_value() -> None:
    brands = [*BRANDS]
    brands[0], brands[1] = "Miro", "三星"
    assert odd({"brand": brands, "colour": COLOURS}) == set()


def test_two_established_values_that_look_alike_are_values() -> None:
    brands = [*BRANDS]
    brands[:12] = ["Nordlichd"] * 12
    assert odd({"brand": brands, "colour": COLOURS}) == set()


def test_where_a_tenth_of_a_column_looks_odd_nothing_is() -> None:
    # One letter apart, each once: codes, not slips.
    brands = [*BRANDS]
    brands[:30] = [f"Kitamur{letter}" for letter in "bcdefghijklmnopqrstuvwxyzäöüéè"]
    assert odd({"brand": brands, "colour": COLOURS}) == set()
