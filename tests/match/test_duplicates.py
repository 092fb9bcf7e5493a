import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.engine import Snapshot
from steward.match import (
    DuplicateRows,
    Member,
    NearDuplicates,
    Survivorship,
    clusters,
    match_titles,
    survive,
)
from steward.match.identifiers import valid_gtin
from steward.match.tokens import tokenize
from steward.profile import profile_table
from steward.types import Change, Fix, FixKind, Safety

TITLES = [f"Acme {kind} model {n}x" for n, kind in enumerate(["lamp", "desk", "chair"] * 10)]


def near(columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(NearDuplicates().propose(snapshot, profile_table(snapshot)))


def equal(columns: dict[str, list[str | None]], key: tuple[str, ...] = ()) -> list[Fix]:
    made = Snapshot.from_columns("items", columns)
    snapshot = Snapshot("items", made.arrow, key=key)
    return list(DuplicateRows().propose(snapshot, profile_table(snapshot)))


def test_rows_equal_with_their_key_may_be_merged_unseen() -> None:
    columns = {"sku": [*map(str, range(30)), "3"], "title": [*TITLES, TITLES[3]]}
    (fix,) = equal(columns, key=("sku",))
    assert (fix.kind, fix.rows, fix.changes) == (FixKind.MERGE, (4, 31), ())
    assert fix.safety is Safety.SAFE
    (unkeyed,) = equal(columns)
    assert unkeyed.safety is Safety.UNSAFE


def test_rows_equal_but_for_their_key_need_a_person() -> None:
    columns = {
        "sku": list(map(str, range(31))),
        "title": [*TITLES, TITLES[3]],
        "price": [*map(str, range(30)), "3"],
    }
    (fix,) = equal(columns, key=("sku",))
    assert (fix.rows, fix.safety) == ((4, 31), Safety.UNSAFE)


def test_a_panel_that_repeats_by_nature_is_left_alone() -> None:
    columns = {
        "id": list(map(str, range(60))),
        "flight": [f"F{n % 20}" for n in range(60)],
        "gate": [f"G{n % 20}" for n in range(60)],
    }
    assert equal(columns, key=("id",)) == []


def test_one_product_written_twice_is_found_and_gaps_are_filled() -> None:
    columns = {
        "sku": list(map(str, range(32))),
        "title": [*TITLES, "Sony Turntable PS-LX350H black", "sony turntable pslx350h Black"],
        "colour": [*["red", "blue", "white"] * 10, None, "black"],
    }
    (fix,) = near(columns)
    assert fix.rows == (31, 32)
    assert fix.changes == (Change("colour", None, "black"),)
    assert fix.safety is Safety.UNSAFE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple iPhone 12 64GB phone new", "Apple iPhone 12 128GB phone new"),
        ("小米 蓝牙 音箱 500ml 新款", "小米 蓝牙 音箱 300ml 新款"),
    ],
)
def test_numbers_that_contradict_forbid_a_match(one: str, other: str) -> None:
    assert match_titles([*TITLES, one, other], 0.3) == []


def test_words_of_the_trade_that_contradict_forbid_a_match() -> None:
    shirts = [f"Acme shirt {colour} no{n}" for n in range(9) for colour in ("red", "blue")]
    titles = [*shirts, "Zeta quilted parka red", "Zeta quilted parka blue"]
    assert all({18, 19} - set(group) for group, _ in match_titles(titles, 0.3))


def test_one_gtin_is_one_product_in_two_languages() -> None:
    columns = {
        "title": [*TITLES, "Brisa Air 77 air purifier 50W", "Brisa Air 77 空气净化器 50W"],
        "gtin": [None] * 30 + ["4006381333931"] * 2,
    }
    columns["gtin"][:4] = ["4012345678901", "5011875309377", "96385074", "036000291452"]
    fixes = near(columns)
    assert [fix.rows for fix in fixes] == [(31, 32)]
    assert "GTIN" in fixes[0].evidence.text


def test_a_gtin_needs_its_check_digit() -> None:
    assert valid_gtin("4006381333931")
    assert not valid_gtin("4006381333932")
    assert not valid_gtin("0000000000000")


def test_a_weak_bridge_does_not_join_two_groups() -> None:
    pairs = {(0, 1): 0.95, (2, 3): 0.95, (1, 2): 0.85}
    assert clusters(pairs, 0.8) == [(0, 1), (2, 3)]
    assert clusters({**pairs, (0, 2): 0.8, (0, 3): 0.8, (1, 3): 0.8}, 0.8) == [(0, 1, 2, 3)]


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] < p[1]),
        st.floats(0, 1),
        max_size=30,
    )
)
def test_clusters_never_share_a_member(pairs: dict[tuple[int, int], float]) -> None:
    members = [m for group in clusters(pairs, 0.5) for m in group]
    assert len(members) == len(set(members))


MEMBERS = [
    Member(1, "a", {"brand": None, "price": "10", "colour": "red"}),
    Member(2, "b", {"brand": "Sony", "price": "12", "colour": "blue"}),
    Member(3, "c", {"brand": "SONY", "price": "12", "colour": None}),
]
WRITTEN: dict[str, str | None] = {"brand": "N/A", "price": "10", "colour": "red"}


@pytest.mark.parametrize(
    ("rules", "changes"),
    [
        (Survivorship(), {"brand": "Sony"}),
        (Survivorship("majority"), {"brand": "Sony", "price": "12"}),
        (Survivorship("newest"), {"brand": "SONY", "price": "12", "colour": "blue"}),
        (
            Survivorship("trusted", trust={"b": 0.9, "a": 0.5}, source_column="source"),
            {"brand": "Sony", "price": "12", "colour": "blue"},
        ),
        (Survivorship(columns={"price": "newest"}), {"brand": "Sony", "price": "12"}),
    ],
)
def test_what_survives_follows_the_rule_and_is_never_missing(
    rules: Survivorship, changes: dict[str, str]
) -> None:
    found = survive(MEMBERS, WRITTEN, rules)
    assert {change.column: change.after for change in found} == changes


def test_a_model_code_reads_the_same_with_and_without_its_signs() -> None:
    assert tokenize("PS-LX350H").numbers == tokenize("pslx350h").numbers == {"pslx350h"}
    assert tokenize("water 500 ml").numbers == tokenize("water 500ml").numbers
