import random

from steward.engine import Snapshot
from steward.fixes.category import CategoryFromTitle
from steward.fixes.corrector import Corrector
from steward.fixes.titles import TitleClassifier, features
from steward.profile import profile_table
from steward.types import Fix, FixKind, Reason


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


KINDS = {
    "Shoes > Running": ["running shoe", "trail shoe", "跑步鞋"],
    "Audio > Headphones": ["headphones", "headset", "耳机"],
    "Home > Kettles": ["kettle", "tea kettle", "电水壶"],
}


def catalogue(rows: int) -> tuple[list[str], list[str]]:
    rng = random.Random(11)
    paths = [rng.choice(list(KINDS)) for _ in range(rows)]
    titles = [f"Acme {rng.choice(KINDS[p])} {rng.randint(1, 9999)} series" for p in paths]
    return titles, paths


def columns_of(titles: list[str], paths: list[str], empty: int) -> dict[str, list[str | None]]:
    return {
        "title": list(titles),
        "category": [p if i >= empty else None for i, p in enumerate(paths)],
        "supplier_category": [f"S {p.split()[-1]}" for p in paths],
    }


def test_an_empty_category_is_read_from_the_title() -> None:
    titles, paths = catalogue(300)
    columns = columns_of(titles, paths, 15)
    del columns["supplier_category"]
    fixes = propose(CategoryFromTitle(), columns)
    found = {row: fix.changes[0].after for fix in fixes for row in fix.rows}
    assert len(found) >= 12
    assert all(paths[row - 1] == value for row, value in found.items())
    assert all(fix.kind is FixKind.CELL and fix.reason is Reason.CATEGORY for fix in fixes)


def test_rows_under_one_name_of_the_supplier_are_decided_as_one() -> None:
    titles, paths = catalogue(300)
    fixes = propose(CategoryFromTitle(), columns_of(titles, paths, 60))
    assert len(fixes) == 3
    assert sum(len(fix.rows) for fix in fixes) == 60
    assert "supplier_category" in fixes[0].evidence.determinants


def test_titles_that_say_nothing_about_the_category_give_no_proposal() -> None:
    rng = random.Random(2)
    titles, paths = catalogue(300)
    rng.shuffle(paths)
    columns = columns_of(titles, paths, 15)
    del columns["supplier_category"]
    assert propose(CategoryFromTitle(), columns) == []


def test_a_path_is_read_from_the_category_columns_beside_it_too() -> None:
    rng = random.Random(2)
    titles, paths = catalogue(300)
    rng.shuffle(titles)
    columns = columns_of(titles, paths, 15)
    columns["supplier_category"] = [f"{rng.choice('AB')} {p.split()[-1]}" for p in paths]
    fixes = propose(CategoryFromTitle(), columns)
    found = {row: fix.changes[0].after for fix in fixes for row in fix.rows}
    assert len(found) >= 12
    assert all(paths[row - 1] == value for row, value in found.items())
    # What is no path is read from the title alone.
    columns["category"] = [p and p.split()[-1] for p in columns["category"]]
    assert propose(CategoryFromTitle(), columns) == []


def test_the_same_path_in_another_language_is_no_help() -> None:
    rng = random.Random(2)
    titles, paths = catalogue(300)
    rng.shuffle(titles)
    columns = columns_of(titles, paths, 15)
    columns["supplier_category"] = [f"{p} (de)" for p in paths]
    assert propose(CategoryFromTitle(), columns) == []


def test_fewer_than_fifty_known_titles_give_no_proposal() -> None:
    titles, paths = catalogue(55)
    assert propose(CategoryFromTitle(), columns_of(titles, paths, 10)) == []


def test_the_confidence_is_a_lower_bound_of_what_was_measured_out_of_fold() -> None:
    titles, paths = catalogue(400)
    noisy = [p if i % 4 else "Home > Kettles" for i, p in enumerate(paths)]
    model = TitleClassifier([features(title) for title in titles], noisy)
    assert all(block.lower <= block.right / block.tried for block in model.blocks)
    assert sum(block.tried for block in model.blocks) == len(titles)


def test_features_are_words_and_pairs_of_hanzi() -> None:
    assert features("Ａcme 电水壶 2L") == ("acme", "电", "水", "壶", "电水", "水壶", "2l")
