"""Why a column lacks values: the true cause, slice, beginning and count, on shops and by hand."""

from collections.abc import Callable

import pytest
from stored_shops import Shop, assert_proved, spec_of

from steward.answers import Explanation, Finding, Verdict
from steward.errors import UnknownColumn, UnknownTable, UsageError
from steward.shop import Fault, ShopFaults, ShopSpec
from steward.store import Store
from steward.why import explain_duplicates, explain_missing, explain_wrong

SLOW = pytest.mark.slow
CASES = [
    ("renamed", "english", True, False),
    ("full_width", "chinese", True, False),
    pytest.param("language", "terse", True, False, marks=SLOW),
    pytest.param("dropped", "english", True, False, marks=SLOW),
    pytest.param("encoding", "chinese", True, False, marks=SLOW),
    pytest.param("renamed", "terse", False, True, marks=SLOW),
    pytest.param("full_width", "english", False, False, marks=SLOW),
    pytest.param("language", "chinese", False, False, marks=SLOW),
    pytest.param("dropped", "terse", True, True, marks=SLOW),
    pytest.param("encoding", "english", False, True, marks=SLOW),
]


def one(found: Explanation, kind: str) -> Finding:
    return next(f for f in found.causes if f.kind == kind)


def kinds(found: Explanation) -> list[str]:
    return [f.kind for f in found.causes]


@pytest.mark.parametrize(("cause", "schema", "taxonomy", "whole"), CASES)
def test_a_failed_join_is_named_with_its_supplier_beginning_and_count(
    shops: Callable[..., Shop], cause: str, schema: str, taxonomy: bool, whole: bool
) -> None:
    shop = shops(spec_of(cause, schema=schema), whole=whole, taxonomy=taxonomy)
    column = shop.name("category_path")
    found = explain_missing(shop.store, "items", column)
    assert found.verdict is Verdict.EXPLAINED
    assert found.affected == _blanks(shop.store, column)
    join = found.causes[0]
    assert (join.kind, join.facts["how"]) == ("failed_join", cause)
    assert join.covered == found.affected
    assert join.facts["column"] == shop.name("supplier_category")
    assert (shop.name("supplier"), "S03") in one(found, "slice").where
    assert one(found, "slice").coverage == 1.0
    assert found.since is not None
    assert found.since.before == 0.0 and found.since.after > 0.95 and found.since.p_value < 1e-6
    assert "2024-03" in (found.since.at if whole else found.since.source)
    assert_proved(shop.store, found)


def _blanks(store: Store, column: str) -> int:
    cells = store.snapshot("items").column(column).to_pylist()
    return sum(not (cell or "").strip() for cell in cells)


def test_a_failing_key_comes_with_the_known_key_it_stands_for(shops: Callable[..., Shop]) -> None:
    shop = shops(spec_of("full_width", schema="chinese"), taxonomy=True)
    found = explain_missing(shop.store, "items", shop.name("category_path"))
    for example in one(found, "failed_join").facts["examples"]:
        assert (
            example["nearest"]
            in shop.store.snapshot("taxonomy").column("name_en").to_pylist()
            + shop.store.snapshot("taxonomy").column("name_zh").to_pylist()
        )


@pytest.mark.slow
def test_where_is_told_by_other_columns_than_the_failing_key(shops: Callable[..., Shop]) -> None:
    shop = shops(spec_of("renamed", top="Electronics", rows=1500))
    found = explain_missing(shop.store, "items", "category_path")
    assert found.causes[0].facts["how"] == "renamed"
    assert ("supplier", "S03") in one(found, "slice").where
    assert found.since is not None and "2024-03" in found.since.source


def test_the_columns_that_one_join_fills_are_empty_together(shops: Callable[..., Shop]) -> None:
    shop = shops(spec_of("renamed"))
    found = explain_missing(shop.store, "items", "category_path")
    assert one(found, "missing_together").facts["other"] == "category_path_zh"


@pytest.mark.parametrize("column", ["item_id", "supplier", "price", "title"])
def test_a_healthy_column_is_called_healthy_with_its_count(
    shops: Callable[..., Shop], column: str
) -> None:
    shop = shops(spec_of("renamed"))
    found = explain_missing(shop.store, "items", column)
    assert found.verdict is Verdict.HEALTHY and found.affected == 0
    assert found.causes[0].rows == shop.store.table("items").rows
    assert_proved(shop.store, found)


def test_blanks_of_kinds_that_have_no_such_thing_are_real(shops: Callable[..., Shop]) -> None:
    shop = shops(spec_of("renamed"))
    found = explain_missing(shop.store, "items", "material")
    assert found.verdict is Verdict.HEALTHY
    assert found.causes[0].kind == "not_applicable" and found.causes[0].coverage > 0.85
    assert_proved(shop.store, found)


def test_blanks_all_over_are_not_blamed_on_a_slice(shops: Callable[..., Shop]) -> None:
    faults = ShopFaults(brand_missing=Fault(0.05)).only("brand_missing")
    shop = shops(ShopSpec(rows=600, seed=3, faults=faults, sessions=0))
    found = explain_missing(shop.store, "items", "brand")
    assert found.verdict is Verdict.UNEXPLAINED and kinds(found) == ["scattered"]
    assert "not_time" in [f.kind for f in found.ruled_out]


def test_a_column_that_a_supplier_stopped_sending_needs_no_join(shops: Callable[..., Shop]) -> None:
    fault = Fault(1.0, ("S02",), "2024-04")
    faults = ShopFaults(brand_missing=fault).only("brand_missing")
    shop = shops(ShopSpec(rows=600, seed=3, faults=faults, schema="chinese", sessions=0))
    found = explain_missing(shop.store, "items", shop.name("brand"))
    assert "failed_join" not in kinds(found)
    assert (shop.name("supplier"), "S02") in one(found, "slice").where
    assert found.since is not None and "2024-04" in found.since.source


def test_two_faulty_sources_are_both_found(shops: Callable[..., Shop]) -> None:
    faults = ShopFaults(brand_missing=Fault(1.0, ("S02", "S07"), "2024-03")).only("brand_missing")
    shop = shops(ShopSpec(rows=600, seed=3, faults=faults, sessions=0))
    found = explain_missing(shop.store, "items", "brand")
    named = {value for f in found.causes if f.kind == "slice" for _, value in f.where}
    assert {"S02", "S07"} <= named


def test_two_faults_that_have_nothing_in_common_are_told_apart(
    tables: Callable[..., Store],
) -> None:
    def rows(first: int, batch: int) -> str:
        lines = ["id,supplier,shape,colour"]
        for n in range(first, first + 200):
            supplier, shape = "ABCDE"[n % 5], ("round", "flat", "long")[n % 3]
            lost = (supplier == "A" and batch == 2) or (supplier == "D" and shape == "flat")
            lines.append(f"{n},{supplier},{shape},{'' if lost else 'red'}")
        return "\n".join(lines) + "\n"

    found = explain_missing(tables(items=[rows(0, 1), rows(200, 2)]), "items", "colour")
    wheres = [dict(f.where) for f in found.causes if f.kind == "slice"]
    assert {"supplier": "D", "shape": "flat"} in wheres
    assert {"supplier": "A", "_steward_batch": "2–2"} in wheres
    assert found.verdict is Verdict.EXPLAINED


def test_a_beginning_is_found_though_another_fault_interrupts(tables: Callable[..., Store]) -> None:
    rates = (0, 40, 5, 40, 40, 40)
    texts = []
    for batch, lost in enumerate(rates):
        lines = [f"{batch}-{n},{'' if n < lost else 'red'}" for n in range(40)]
        texts.append("id,colour\n" + "\n".join(lines) + "\n")
    found = explain_missing(tables(items=texts), "items", "colour")
    assert found.since is not None and found.since.batch == 2
    assert one(found, "since_batch").facts["batch"] == 2


def test_words_that_say_nothing_are_counted_beside_the_blanks(
    tables: Callable[..., Store],
) -> None:
    rows = "\n".join(f"{n},{'N/A' if n % 9 == 0 else f'brand {n % 5}'}" for n in range(1, 91))
    found = explain_missing(tables(items=[f"id,brand\n{rows}\n"]), "items", "brand")
    assert found.affected == 10 and kinds(found)[0] == "disguised"


def test_a_delivery_without_the_column_is_the_cause(tables: Callable[..., Store]) -> None:
    full = "id,name,colour\n" + "".join(f"{n},item {n},red\n" for n in range(1, 41))
    bare = "id,name,colour\n" + "".join(f"{n},item {n},\n" for n in range(41, 81))
    store = tables(goods=[full, bare])
    found = explain_missing(store, "goods", "COLOUR")
    assert found.since is not None and found.since.batch == 2
    assert (found.since.before, found.since.after) == (0.0, 1.0)
    assert found.columns == ("colour",)
    assert_proved(store, found)


def test_what_can_be_fixed_is_counted_from_the_proposals(tables: Callable[..., Store]) -> None:
    from steward import job

    lines = [f"{n},B{n % 20:02d},country {n % 20 % 7}" for n in range(1, 401)]
    lines += [f"{n},B{n % 20:02d}," for n in range(401, 421)]
    store = tables(items=["id,brand,country\n" + "\n".join(lines) + "\n"])
    job.propose(store, "items")
    found = explain_missing(store, "items", "country")
    assert sum(f.cells for f in found.fixable) >= 20
    assert any(f.precision is not None and f.tried > 0 for f in found.fixable)
    assert any("review" in action.command for action in found.actions)


def test_names_that_are_not_there_are_refused_with_the_nearest(
    tables: Callable[..., Store],
) -> None:
    store = tables(items=["id,brand\n1,a\n2,b\n"])
    with pytest.raises(UnknownTable):
        explain_missing(store, "itemz", "brand")
    with pytest.raises(UnknownColumn) as refused:
        explain_missing(store, "items", "brnad")
    assert "brand" in refused.value.hint


def test_the_same_question_gets_the_same_answer(shops: Callable[..., Shop]) -> None:
    shop = shops(spec_of("renamed"))
    first, second = (explain_missing(shop.store, "items", "category_path") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("text", ["id,brand\n1,\n", "id,brand\n1,\n2,\n3,x\n"])
def test_tiny_tables_are_answered(tables: Callable[..., Store], text: str) -> None:
    found = explain_missing(tables(items=[text]), "items", "brand")
    assert found.affected == text.count(",\n")


def test_a_table_without_rows_is_refused_and_never_called_healthy(
    tables: Callable[..., Store],
) -> None:
    store = tables(items=["id,brand\n"])
    for explain in (explain_missing, explain_wrong):
        with pytest.raises(UsageError, match="has no rows"):
            explain(store, "items", "brand")
    with pytest.raises(UsageError, match="has no rows"):
        explain_duplicates(store, "items")
