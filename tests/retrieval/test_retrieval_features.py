"""What learning to rank looks at."""

from pathlib import Path

import numpy as np
import pytest

from steward.engine import Snapshot
from steward.errors import InputError
from steward.retrieval.data import SearchData, read_search_data
from steward.retrieval.features import FeatureMaker
from steward.retrieval.features_feedback import ByWords, kind_share, resembling, standing
from steward.retrieval.features_words import NAMES, WordFeatures
from steward.retrieval.item_fields import ItemFields, read_fields
from steward.retrieval.item_text import ItemText
from steward.retrieval.word_counts import load_counts, save_counts
from steward.shop import ShopSpec, make_shop, write_shop
from steward.sources import open_delivery
from steward.store import Store


def words(query: str, *texts: str) -> list[dict[str, float]]:
    found = WordFeatures(texts).of(query, np.arange(len(texts)))
    return [dict(zip(NAMES, map(float, row), strict=True)) for row in found]


def test_a_word_names_the_item_only_where_no_noun_follows() -> None:
    thing, bag, fits = words("notebook", "HP notebook 15 inch", "notebook bag", "bag for notebook")
    assert thing["closes"] and not bag["closes"]
    assert fits["related"] and not thing["related"] and not bag["related"]


def test_chinese_tells_what_an_item_goes_with() -> None:
    phone, cover = words("手机", "华为 手机", "保护壳 适用 手机")
    assert cover["related"] and not phone["related"]
    assert phone["closes"]


def test_rare_words_weigh_more_in_what_is_covered() -> None:
    texts = ["red shoe", "red hat", "red scarf", "blue shoe"]
    rows = words("red shoe", *texts)
    assert rows[0]["cover"] == pytest.approx(1.0)
    assert rows[3]["cover"] > rows[1]["cover"]
    assert rows[0]["phrase"] == 1 and rows[1]["phrase"] == 0


def test_bm25_counts_the_shorter_text_higher() -> None:
    short, long = words("shoe", "red shoe", "a shoe of leather with laces and a sole of rubber")
    assert short["bm25"] == 1 > long["bm25"] > long["bm25.short"] > 0


def test_a_query_without_known_words_gives_zeros_not_errors() -> None:
    (row,) = words("??", "red shoe")
    assert row["bm25"] == row["cover"] == row["phrase"] == 0


def test_an_item_like_the_leaders_stands_out() -> None:
    texts = ["notebook intel core ssd"] * 4 + ["notebook bag nylon strap", "coffee beans"]
    alike = ByWords(WordFeatures(texts))
    scores = np.linspace(1, 0, 6, dtype=np.float32)
    found = resembling(alike, np.arange(6), scores)[:, 0]
    assert found[3] > found[4] > found[5]


def test_kinds_and_numbers_are_read_within_the_list() -> None:
    rows = np.asarray([0, 1, 2, 3])
    assert kind_share(["a", "a", None, "b"], rows).tolist() == [0.5, 0.5, 0.0, 0.25]
    prices = np.asarray([30.0, np.nan, 10.0, 20.0])
    assert standing(prices, rows).tolist() == [1.0, 0.5, 0.0, 0.5]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, SearchData]:
    folder: Path = tmp_path_factory.mktemp("shop")
    write_shop(make_shop(ShopSpec(rows=200, seed=5)), folder)
    store = Store.create(folder / "steward.db")
    for name in ("items", "queries", "judgments"):
        store.ingest(open_delivery(str(folder / f"{name}.csv")), name)
    tables = [store.snapshot(name) for name in ("items", "judgments", "queries")]
    return tables[0], read_search_data(*tables, text=ItemText("{title}"))


def test_fields_follow_the_items_whatever_the_columns_are_called(
    shop: tuple[Snapshot, SearchData],
) -> None:
    items, data = shop
    fields = read_fields(items, data, issues={int(items.row_ids[3]): 2})
    assert fields.ids == data.ids and "title" in fields.texts
    assert fields.kinds and fields.numbers
    lengths = {len(column) for column in (*fields.texts.values(), *fields.kinds.values())}
    assert lengths | {len(column) for column in fields.numbers.values()} == {len(data.ids)}
    assert fields.quality["issues"].sum() == 2
    assert 0 < fields.quality["missing"].mean() < 1


def test_features_have_their_names_and_do_not_depend_on_judgments(
    shop: tuple[Snapshot, SearchData],
) -> None:
    items, data = shop
    query = next(iter(data.grades))
    maker = FeatureMaker.build(read_fields(items, data, behaviour={query: {data.ids[2]: 0.9}}))
    candidates = [(item, 1.0 / n) for n, item in enumerate(data.ids[:20], 1)]
    found = maker.of(query, candidates)
    assert found.shape == (20, len(maker.names)) and len(set(maker.names)) == len(maker.names)
    assert np.isfinite(found).all()
    assert found[:, maker.names.index("clicks")].tolist() == [0, 0, pytest.approx(0.9)] + [0] * 17
    assert maker.of(query, []).shape == (0, len(maker.names))


def test_a_catalogue_of_one_column_has_features_too() -> None:
    fields = ItemFields(["a", "b"], ["red shoe", "hat"], {})
    maker = FeatureMaker.build(fields)
    assert maker.of("shoe", [("a", 1.0), ("b", 0.5)]).shape == (2, len(maker.names))


def test_kept_counts_give_the_same_features(tmp_path: Path) -> None:
    titles, notes = ["red shoe", "red hat", "手机 保护壳"], ["of leather", "of felt", "适用 华为"]
    fields = ItemFields(["a", "b", "c"], titles, {"note": notes})
    maker = FeatureMaker.build(fields)
    save_counts(maker.counts, tmp_path / "counts.json")
    again = FeatureMaker.build(fields, counts=load_counts(tmp_path / "counts.json"))
    candidates = [("c", 2.0), ("a", 1.0), ("b", 0.5)]
    for query in ("red shoe", "手机", "nothing"):
        assert np.array_equal(maker.of(query, candidates), again.of(query, candidates))
    with pytest.raises(InputError, match="no counts of words"):
        load_counts(tmp_path / "absent.json")
