from pathlib import Path

import pytest

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn
from steward.retrieval.data import read_search_data
from steward.retrieval.item_text import ItemText
from steward.shop import ShopSpec, make_shop, write_shop
from steward.sources import open_delivery
from steward.store import Store

TITLE = ItemText("{title}")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("shop")
    write_shop(make_shop(ShopSpec(rows=300, seed=3)), folder)
    store = Store.create(folder / "steward.db")
    for name in ("items", "queries", "judgments"):
        store.ingest(open_delivery(str(folder / f"{name}.csv")), name)
    return store


def small(folder: Path, text: str, name: str = "judgments") -> Snapshot:
    (folder / f"{name}.csv").write_text(text, "utf-8")
    store = Store.create(folder / f"{name}.db")
    store.ingest(open_delivery(str(folder / f"{name}.csv")), name)
    return store.snapshot(name)


ITEMS = "id,title\na1,red shoe\nb2,blue shoe\nc3,green hat\n"


def test_columns_are_told_by_what_they_hold(tmp_path: Path) -> None:
    items = small(tmp_path, ITEMS, "items")
    rows = "wort,artikel,stimme_1,note\nshoe,a1,1,3\nshoe,b2,0,2\nhat,c3,1,3\nhat,a1,1,0\n"
    data = read_search_data(items, small(tmp_path, rows), text=TITLE, item_id="id")
    assert data.grades == {"shoe": {"a1": 3.0, "b2": 2.0}, "hat": {"c3": 3.0, "a1": 0.0}}


def test_judgments_of_items_that_are_gone_are_counted(tmp_path: Path) -> None:
    items = small(tmp_path, ITEMS, "items")
    rows = "query,item,grade\nshoe,a1,3\nshoe,zz,2\nhat,c3,1\nhat,b2,0\n"
    data = read_search_data(items, small(tmp_path, rows), text=TITLE)
    assert data.absent == 1 and data.grades["shoe"] == {"a1": 3.0}
    assert data.origin["items_hash"] == items.content_hash


def test_what_cannot_be_told_is_asked(tmp_path: Path) -> None:
    items = small(tmp_path, ITEMS, "items")
    rows = small(tmp_path, "a,b\nx,y\nx,z\n")
    with pytest.raises(InputError, match="Cannot tell") as refused:
        read_search_data(items, rows, text=TITLE, item_id="id")
    assert "--columns" in refused.value.hint


def test_ids_that_repeat_are_refused(tmp_path: Path) -> None:
    items = small(tmp_path, "id,title\na1,red shoe\na1,blue shoe\n", "items")
    with pytest.raises(InputError, match="own"):
        read_search_data(items, text=TITLE, item_id="id")


def test_the_sample_shop_is_read_with_its_queries(shop: Store) -> None:
    tables = [shop.snapshot(name) for name in ("items", "judgments", "queries")]
    data = read_search_data(*tables, text=TITLE)
    assert data.origin["item_id"] == "item_id" and not data.absent
    assert data.left_out == 1, "the shop delivers an id twice"
    assert len(data.grades) > 30 and not any(query.startswith("Q0") for query in data.grades)


def test_a_table_that_lacks_the_queries_is_refused(shop: Store) -> None:
    tables = [shop.snapshot(name) for name in ("items", "judgments", "items")]
    with pytest.raises(InputError, match="words of the judged queries"):
        read_search_data(*tables, text=TITLE)


def test_a_column_that_is_not_there_cannot_name_items(tmp_path: Path) -> None:
    items = small(tmp_path, ITEMS, "items")
    with pytest.raises(UnknownColumn, match="no column nr"):
        read_search_data(items, text=TITLE, item_id="nr")


@pytest.mark.parametrize(
    ("grade", "said"), [("nan", "no number"), ("inf", "no number"), ("99", "too high")]
)
def test_grades_that_no_gain_can_be_made_of_are_refused(
    tmp_path: Path, grade: str, said: str
) -> None:
    items = small(tmp_path, ITEMS, "items")
    rows = small(tmp_path, f"query,item,grade\nshoe,a1,{grade}\nshoe,b2,0\nhat,c3,1\n")
    with pytest.raises(InputError, match=said) as refused:
        read_search_data(items, rows, text=TITLE)
    assert refused.value.hint


def test_a_grade_below_zero_is_irrelevant(tmp_path: Path) -> None:
    items = small(tmp_path, ITEMS, "items")
    rows = small(tmp_path, "query,item,grade\nshoe,a1,-2\nshoe,b2,3\nhat,c3,1\n")
    data = read_search_data(items, rows, text=TITLE)
    assert data.grades["shoe"] == {"a1": 0.0, "b2": 3.0}


def test_two_ids_of_one_query_agree_on_the_median_in_any_order(tmp_path: Path) -> None:
    items = small(tmp_path, ITEMS, "items")
    rows = small(tmp_path, "query,item,grade\nq1,a1,3\nq2,a1,0\nq3,a1,0\nq1,b2,1\nq9,c3,2\n")
    for n, order in enumerate(("q1 q2 q3", "q3 q2 q1")):
        words = "".join(f"{ident},red shoe\n" for ident in order.split())
        queries = small(tmp_path, f"id,words\n{words}q9,hat\n", f"queries{n}")
        data = read_search_data(items, rows, queries, text=TITLE)
        assert data.grades == {"red shoe": {"a1": 0.0, "b2": 1.0}, "hat": {"c3": 2.0}}
