"""Faults hit the columns of their role, at their rate, the same with the same seed."""

import pytest

from steward.evaluate.lift_faults import FAULTS, LEVELS, Roles, Spoilt, spoil

COLUMNS = ("id", "name", "maker", "kind", "kind_zh", "hue", "size", "from")
ROLES = Roles("name", "maker", ("kind", "kind_zh"), ("hue",), ("size",), "from")
OF_KIND = {
    "category_missing": {"kind", "kind_zh"},
    "category_wrong": {"kind", "kind_zh"},
    "brand_missing": {"maker"},
    "brand_wrong": {"maker"},
    "brand_typo": {"maker"},
    "columns_swapped": {"maker", "hue"},
    "title_typo": {"name"},
    "title_encoding": {"name"},
    "title_cut": {"name"},
    "attribute_missing": {"hue"},
    "attribute_typo": {"hue", "kind", "kind_zh"},
    "units": {"size"},
    "duplicates": {"id", "name"},
}
ROWS = [
    [f"P{n}", f"Almen sturdy kettle {n} blue", ("Almen", "Boren", "Céline")[n % 3],
     ("Kitchen > Kettles", "Kitchen > Pans")[n % 2], ("厨房 > 电水壶", "厨房 > 平底锅")[n % 2],
     ("blue", "green", "crimson")[n % 3], f"{n % 5 + 1} l", f"S{n % 4}"]
    for n in range(200)
]  # fmt: skip


def spoilt(rates: dict[str, float], roles: Roles = ROLES, seed: int = 1) -> Spoilt:
    return spoil(COLUMNS, ROWS, roles, rates, seed=seed)


def hit_columns(made: Spoilt) -> set[str]:
    return {COLUMNS[c] for row in made.kinds for c, kind in enumerate(row) if kind}


def test_every_kind_is_tested_here() -> None:
    assert set(OF_KIND) == set(FAULTS) == set(LEVELS["medium"])


@pytest.mark.parametrize("kind", OF_KIND)
def test_a_kind_hits_the_columns_of_its_role_in_so_many_rows(kind: str) -> None:
    made = spoilt({kind: 0.2})
    assert hit_columns(made) == OF_KIND[kind]
    rows = sum(any(row) for row in made.kinds)
    assert 12 <= rows <= 40  # a wrong category may happen to be the right one
    for cells, truth, kinds in zip(made.rows, made.truth, made.kinds, strict=True):
        changed = [a != b for a, b in zip(cells, truth, strict=True)]
        assert changed == [bool(k) for k in kinds]


@pytest.mark.parametrize("kind", OF_KIND)
def test_a_kind_without_its_columns_does_nothing_but_repeat_rows(kind: str) -> None:
    made = spoilt({kind: 0.2}, Roles())
    assert hit_columns(made) <= {"id"}
    assert made.rows[: len(ROWS)] == ROWS


def test_the_same_seed_spoils_the_same_and_another_does_not() -> None:
    assert spoilt(dict(LEVELS["medium"])) == spoilt(dict(LEVELS["medium"]))
    assert spoilt(dict(LEVELS["medium"])).rows != spoilt(dict(LEVELS["medium"]), seed=2).rows


def test_nothing_goes_wrong_at_level_none() -> None:
    made = spoilt(dict(LEVELS["none"]))
    assert made.rows == ROWS
    assert made.entity == list(range(len(ROWS)))


def test_a_duplicate_has_an_id_of_its_own_and_tells_of_the_row_it_repeats() -> None:
    made = spoilt({"duplicates": 0.1})
    assert len(made.rows) == 220
    assert len({row[0] for row in made.rows}) == 220
    for row, entity in zip(made.rows[200:], made.entity[200:], strict=True):
        assert row[0].startswith(ROWS[entity][0] + "-")
        assert row[2:] == ROWS[entity][2:]


def test_a_failed_delivery_hits_a_run_of_rows_of_few_sources() -> None:
    made = spoilt({"columns_swapped": 0.1})
    sources = {row[7] for row, kinds in zip(made.rows, made.kinds, strict=True) if any(kinds)}
    assert len(sources) == 1
