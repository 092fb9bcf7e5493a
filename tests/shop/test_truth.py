from collections import Counter

import pytest
from differences import difference, recorded
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.shop import CAUSES, CategoryFault, Fault, ShopFaults, ShopSpec, make_shop

KINDS = ShopFaults.kinds()

faults = st.builds(
    lambda kinds, factor: ShopFaults().only(*kinds).scaled(factor),
    st.sets(st.sampled_from(KINDS)),
    st.sampled_from([0.5, 1.0, 5.0]),
)
specs = st.builds(
    ShopSpec,
    rows=st.integers(1, 600),
    seed=st.integers(0, 2**40),
    faults=faults,
    languages=st.sampled_from([("en",), ("zh",), ("mixed",), ("en", "zh", "mixed")]),
    schema=st.sampled_from(["english", "chinese", "terse"]),
    queries=st.just(5),
    sessions=st.integers(0, 30),
)


def assert_errors_are_the_difference(shop):
    key = shop.schema.column("items", "item_id")
    items, clean = shop.items().to_pylist(), shop.clean_items().to_pylist()
    cells, extra, lost = difference(items, clean, key)
    told, told_extra = recorded(shop.errors().to_pylist(), "items")
    assert len(told) == len(set(told))
    assert set(told) == cells
    assert Counter(told_extra) == Counter(extra)
    assert not lost


def test_every_recorded_error_differs_from_the_clean_twin_and_nothing_else_does(shop):
    assert_errors_are_the_difference(shop)


@settings(max_examples=8, deadline=None)
@given(specs)
def test_errors_are_the_difference_whatever_the_spec(spec):
    assert_errors_are_the_difference(make_shop(spec))


def test_every_kind_of_error_is_there(errors):
    assert {e["kind"] for e in errors} == set(KINDS)
    assert len(KINDS) >= 12


def test_recorded_clicks_are_the_clicks_that_differ(shop, errors):
    clicks, clean = shop.behaviour("clicks"), shop.behaviour("clicks_clean")
    cells, extra, lost = difference(clicks.to_pylist(), clean.to_pylist(), "click_id")
    told, _ = recorded(errors, "clicks")
    assert set(told) == cells and cells and not extra and not lost


def test_an_error_names_the_batch_and_the_supplier_of_its_row(clean, errors):
    rows = {r["item_id"]: r for r in clean.to_pylist()}
    for error in errors:
        if error["table"] == "items" and error["column"] != "*":
            row = rows[error["key"]]
            assert error["supplier"] == row["supplier"]
            assert row["updated_at"].startswith(error["batch"])


def test_a_fault_stays_in_its_slice():
    fault = Fault(0.5, ("S02", "S03"), "2024-02", "2024-04")
    spec = ShopSpec(rows=3_000, sessions=0, faults=ShopFaults.none())
    made = make_shop(ShopSpec(rows=3_000, sessions=0, faults=ShopFaults(typo=fault).only("typo")))
    assert make_shop(spec).errors().num_rows == 0
    errors = made.errors().to_pylist()
    assert {e["supplier"] for e in errors} == {"S02", "S03"}
    assert {e["batch"] for e in errors} == {"2024-02", "2024-03", "2024-04"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_can_be_had_alone(kind):
    spec = ShopSpec(rows=2_000, sessions=400, queries=20, faults=ShopFaults().only(kind))
    assert set(make_shop(spec).errors()["kind"].to_pylist()) == {kind}


def test_a_redelivered_row_is_the_same_row_in_a_later_batch(items):
    rows = {}
    for i, row in enumerate(items):
        rows.setdefault(row["item_id"], []).append((i, row))
    again = [v for v in rows.values() if len(v) > 1]
    assert again
    for (first, row), (second, same) in again:
        assert row == same and first < second


def test_a_copied_product_keeps_its_gtin_under_another_supplier(items, clean, errors):
    rows = {r["item_id"]: r for r in items}
    true = {r["item_id"]: r for r in clean.to_pylist()}
    pairs = [e for e in errors if e["kind"] == "duplicate_product"]
    for error in pairs:
        copy, original = rows[error["key"]], true[error["after"]]
        assert copy["gtin"] == original["gtin"]
        assert copy["supplier"] != original["supplier"]
        assert copy["title"] != original["title"]


def test_swapped_columns_come_in_one_run_of_one_batch(shop, errors):
    swapped = {e["key"] for e in errors if e["kind"] == "columns_swapped"}
    rows = [
        r["item_id"]
        for r in next(iter(shop.chunks())).clean.to_pylist()
        if r["supplier"] == "S06" and r["updated_at"].startswith("2024-03") and r["colour"]
    ]
    inside = [key in swapped for key in rows]
    last = max(i for i, hit in enumerate(inside) if hit)
    assert all(inside[: last + 1]) and not all(inside)


@pytest.mark.parametrize("cause", CAUSES)
def test_categories_are_null_for_the_cause_supplier_and_batch_asked_for(cause):
    fault = CategoryFault(1.0, ("S03",), "2024-03", cause=cause)
    faults = ShopFaults(category_null=fault).only("category_null")
    shop = make_shop(ShopSpec(rows=4_000, sessions=0, faults=faults))
    nodes = shop.taxonomy().to_pylist()
    names = {n["name_en"] for n in nodes}
    for row in shop.items().to_pylist():
        hit = row["supplier"] == "S03" and row["updated_at"] >= "2024-03"
        joins = shop.words.suppliers[int(row["supplier"][1:]) - 1].language != "en" or (
            row["supplier_category"] in names
        )
        assert (row["category_path"] is None) == hit == (not joins)
    true = shop.clean_items()
    assert true["category_path"].null_count == 0
    assert true["supplier_category"].null_count == 0
