"""Wrong values, duplicates, changes, slices, fitness and lineage."""

import random
from collections.abc import Callable

import pytest
from stored_shops import Shop, assert_proved

from steward import job, why
from steward.answers import Explanation, Finding, Verdict
from steward.errors import UsageError
from steward.shop import Fault, ShopFaults, ShopSpec
from steward.store import Store


def one(found: Explanation, kind: str) -> Finding:
    return next(f for f in found.causes if f.kind == kind)


def goods(first: int, last: int, *, supplier: str = "A", prefix: str = "k") -> list[str]:
    """Rows of a table: key, title, colour, supplier, price."""
    draw = random.Random(first)
    colours = ("red", "green", "blue")
    return [
        f"{prefix}{n},a thing of kind {n} and more words,{colours[n % 3]},{supplier},"
        f"{draw.randint(10, 99)}.50"
        for n in range(first, last)
    ]


HEAD = "id,title,colour,supplier,price"


def csv(*rows: str) -> str:
    return "\n".join((HEAD, *rows)) + "\n"


def test_dates_in_another_order_are_traced_to_supplier_and_months(
    shops: Callable[..., Shop],
) -> None:
    fault = Fault(0.9, ("S05",), "2024-03", "2024-04")
    faults = ShopFaults(date_order=fault).only("date_order")
    shop = shops(ShopSpec(rows=600, seed=3, faults=faults, schema="terse", sessions=0))
    found = why.explain_wrong(shop.store, "items", shop.name("updated_at"))
    assert one(found, "wrong_format").covered > 0.5 * found.affected
    assert (shop.name("supplier"), "S05") in one(found, "slice").where
    between = one(found, "between_batches")
    assert (between.facts["batch"], between.facts["until"]) == (3, 4)
    assert_proved(shop.store, found)


def test_swapped_columns_are_called_so(shops: Callable[..., Shop]) -> None:
    faults = ShopFaults().only("columns_swapped")
    shop = shops(ShopSpec(rows=1000, seed=7, faults=faults, sessions=0))
    found = why.explain_wrong(shop.store, "items", "brand")
    assert one(found, "wrong_swapped").facts["shown"] == "brand ↔ colour"
    assert ("supplier", "S06") in one(found, "slice").where


def test_a_column_that_no_check_flags_is_healthy(tables: Callable[..., Store]) -> None:
    store = tables(goods=[csv(*goods(1, 60))])
    found = why.explain_wrong(store, "goods", "colour")
    assert found.verdict is Verdict.HEALTHY and found.affected == 0
    assert_proved(store, found)


def test_a_delivery_sent_again_is_named(tables: Callable[..., Store]) -> None:
    again = csv(*goods(1, 50), *goods(90, 95))
    store = tables(goods=[csv(*goods(1, 50)), csv(*goods(50, 90)), again])
    found = why.explain_duplicates(store, "goods")
    sent = one(found, "batch_resent")
    assert (sent.facts["batch"], sent.facts["again"], sent.facts["rows"]) == (3, 49, 54)
    assert found.affected == 49 and found.since is not None and found.since.batch == 3
    assert_proved(store, found)


def test_a_key_that_changed_is_told_from_a_row_that_repeats(tables: Callable[..., Store]) -> None:
    renamed = [row.replace("k", "n", 1) for row in goods(1, 50)[:30]]
    store = tables(goods=[csv(*goods(1, 50)), csv(*renamed)])
    found = why.explain_duplicates(store, "goods")
    assert found.causes[0].kind == "duplicates_key_changed"
    assert found.affected == 30
    assert_proved(store, found)


def test_one_product_of_two_suppliers_is_told_apart(shops: Callable[..., Shop]) -> None:
    faults = ShopFaults(duplicate_product=Fault(0.05)).only("duplicate_product")
    shop = shops(ShopSpec(rows=600, seed=3, faults=faults, schema="chinese", sessions=0))
    found = why.explain_duplicates(shop.store, "items")
    several = one(found, "several_sources")
    assert several.facts["column"] == shop.name("gtin")
    assert several.facts["other"] == shop.name("supplier")
    assert_proved(shop.store, found)


def test_a_table_without_repeats_is_healthy(tables: Callable[..., Store]) -> None:
    found = why.explain_duplicates(tables(goods=[csv(*goods(1, 60))]), "goods")
    assert found.verdict is Verdict.HEALTHY and found.affected == 0


def test_what_the_last_delivery_changed_is_listed(tables: Callable[..., Store]) -> None:
    bare = [row.replace("red", "").replace(",A,", ",B,") for row in goods(60, 160)]
    store = tables(goods=[csv(*goods(1, 60)), csv(*bare)])
    found = why.explain_changes(store, "goods")
    assert one(found, "rows_since").facts["new"] == 100
    assert one(found, "missing_differs").facts["column"] == "colour"
    assert {f.facts["value"] for f in found.causes if f.kind == "share_differs"} >= {"A", "B"}
    assert_proved(store, found)
    assert why.explain_changes(store, "goods", 2) == found
    assert why.explain_changes(store, "goods", "batch 2") == found


@pytest.mark.parametrize("since", ["1", "9", "soon", "2999-01-01"])
def test_a_point_without_rows_before_or_after_is_refused(
    tables: Callable[..., Store], since: str
) -> None:
    store = tables(goods=[csv(*goods(1, 20)), csv(*goods(20, 40))])
    with pytest.raises(UsageError):
        why.explain_changes(store, "goods", since)


def test_deliveries_alike_show_no_change(tables: Callable[..., Store]) -> None:
    store = tables(goods=[csv(*goods(1, 100)), csv(*goods(100, 200))])
    found = why.explain_changes(store, "goods")
    assert found.verdict is Verdict.HEALTHY
    assert [f.kind for f in found.ruled_out] == ["not_changed"]


def test_two_slices_differ_where_they_were_made_to(tables: Callable[..., Store]) -> None:
    other = [row.replace(",red,", ",black,") for row in goods(60, 160, supplier="B")]
    store = tables(goods=[csv(*goods(1, 60), *other)])
    found = why.compare_slices(store, "goods", "supplier = 'B'")
    assert {f.facts["column"] for f in found.causes} == {"colour"}
    assert found.affected == 100
    assert_proved(store, found)


@pytest.mark.parametrize(
    "where", ["supplier = 'Z'", "no_such = 1", "1=1) or (1=1; drop table goods", ""]
)
def test_a_condition_that_cannot_be_or_selects_nothing_is_refused(
    tables: Callable[..., Store], where: str
) -> None:
    store = tables(goods=[csv(*goods(1, 30))])
    with pytest.raises(UsageError):
        why.compare_slices(store, "goods", where)


def test_a_clean_shop_is_fit_and_a_broken_one_is_not(shops: Callable[..., Shop]) -> None:
    clean = ShopSpec(rows=1000, seed=3, faults=ShopFaults.none(), sessions=0)
    found = why.judge_fitness(shops(clean).store, "items")
    assert found.verdict is Verdict.HEALTHY and found.causes[0].facts["fit"] == "fit"
    assert_proved(shops(clean).store, found)


def test_repeats_and_blanks_make_a_table_unfit(tables: Callable[..., Store]) -> None:
    rows = [row.split(",", 1)[1] for row in goods(1, 200)]
    repeated = [f"x{n},{rows[n % 60]}" for n in range(1200)]
    store = tables(goods=[csv(*repeated)])
    found = why.judge_fitness(store, "goods")
    assert found.causes[0].facts["fit"] == "unfit"
    assert {"repeated_text_bad", "repeated_rows_bad"} <= {f.kind for f in found.causes}
    assert any("--duplicates" in action.command for action in found.actions)
    assert_proved(store, found)


def test_a_cell_is_traced_to_its_delivery_and_its_fix(tables: Callable[..., Store]) -> None:
    lines = [f"{n},item {n},{12 + n % 3} oz" for n in range(1, 81)] + ["81,item 81,12.0 oz"]
    store = tables(items=["id,name,size\n" + "\n".join(lines) + "\n"])
    fixes = [f for f in job.propose(store, "items") if f.rows == (81,)]
    done = job.accept_and_apply(store, "items", fixes=[fixes[0].id or 0])
    found = why.trace_lineage(store, "items", 81, "size")
    assert one(found, "delivered").facts["batch"] == 1
    changed = one(found, "changed_by")
    assert changed.facts["before"] == "12.0 oz" and changed.facts["id"] == done.change_set
    assert any(a.command == f"steward undo f{changed.facts['fix']}" for a in found.actions)
    assert_proved(store, found)
    store.undo(done.change_set or 0)
    assert "changed_undone" in [f.kind for f in why.trace_lineage(store, "items", 81).causes]


def test_an_untouched_row_says_so_and_a_row_never_there_is_refused(
    tables: Callable[..., Store],
) -> None:
    store = tables(items=["id,name\n1,a\n2,b\n"])
    found = why.trace_lineage(store, "items", 2)
    assert [f.kind for f in found.ruled_out] == ["never_changed"]
    with pytest.raises(UsageError):
        why.trace_lineage(store, "items", 3)
