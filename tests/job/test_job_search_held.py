"""Only queries that no model was trained on may judge the stages of a search."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from steward.errors import InputError
from steward.job.search_build import IndexPlan, build_index
from steward.job.search_held import held_out
from steward.report.search import index_lines
from steward.retrieval.index_manifest import Part
from steward.retrieval.split import split_queries
from steward.retrieval.trained import Trained
from steward.retrieval.unseen import write_queries
from steward.sources.delivery import Delivery, chunked
from steward.store import Store
from steward.store.models import Held, Model, models_folder, promote, register

NOUNS = ("kettle", "sofa", "drill", "tent", "wallet", "phone", "lamp", "hose", "razor", "globe")
QUERIES = [f"{noun} {word}" for noun in NOUNS for word in ("cheap", "waterproof", "XL")]
GRADES = {query: {"A": 2.0} for query in QUERIES} | {"nothing right": {"A": 0.0}}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "steward.db") as made:
        yield made


def trained(folder: Path, tested: list[str], seed: int) -> Part:
    """A model whose record names its test queries by their digest, as trainings do."""
    text = json.dumps(sorted(tested), ensure_ascii=False, sort_keys=True)
    lineage = {"test_hash": hashlib.sha256(text.encode()).hexdigest()[:16]}
    Trained(folder, "biencoder", {"seed": seed}, {}, lineage).save()
    return Part("biencoder", str(folder))


def test_a_model_that_was_never_trained_here_saw_no_query(store: Store) -> None:
    held = held_out(store, [Part("biencoder", "minilm")], GRADES)
    assert list(held.grades) == QUERIES
    assert (held.judged, held.unsure) == (len(QUERIES), ())


def test_the_split_of_a_trained_folder_is_made_again(store: Store, tmp_path: Path) -> None:
    tested = list(split_queries(list(GRADES), seed=7).test)
    held = held_out(store, [trained(tmp_path / "a", tested, 7)], GRADES)
    assert set(held.grades) == set(tested) - {"nothing right"}
    assert held.unsure == () and 0 < len(held.grades) < len(QUERIES)


def test_a_split_that_cannot_be_told_is_owned_up_to(store: Store, tmp_path: Path) -> None:
    part = trained(tmp_path / "a", ["queries of another shop"], 0)
    held = held_out(store, [part], GRADES)
    assert held.unsure == (part.where,)
    assert set(held.grades) <= set(split_queries(list(GRADES)).test)


def test_the_registry_names_the_queries_of_a_registered_model(store: Store) -> None:
    folder = models_folder(store) / "one"
    folder.mkdir(parents=True)
    kept = dict.fromkeys(QUERIES[:5], 0.5)
    register(store, Model("reranker", "one", "abc", held=Held("nDCG@10", 0.5, 0, 1, "d", kept)))
    held = held_out(store, [Part("reranker", str(folder))], GRADES)
    assert list(held.grades) == QUERIES[:5]
    other = Model("reranker", "one", "abc", held=Held("nDCG@10", 0.5, 0, 1, "d", {"other": 1.0}))
    register(store, other)
    with pytest.raises(InputError, match="No judged query was kept"):
        held_out(store, [Part("reranker", str(folder))], GRADES)


def test_a_copied_folder_still_says_which_queries_taught_it(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "copied"
    folder.mkdir()
    write_queries(folder, QUERIES[:10], QUERIES[10:12], QUERIES[12:14])
    held = held_out(store, [Part("ranker", str(folder))], GRADES)
    assert list(held.grades) == QUERIES[12:] and held.unsure == ()


def test_another_case_or_order_of_a_query_that_taught_is_no_new_query(
    store: Store, tmp_path: Path
) -> None:
    write_queries(tmp_path, ["kettle cheap", "sofa XL"])
    asked = {"CHEAP Kettle": {"A": 1.0}, "sofas  xl": {"A": 1.0}, "drill cheap": {"A": 1.0}}
    assert list(held_out(store, [Part("ranker", str(tmp_path))], asked).grades) == ["drill cheap"]


def test_what_taught_the_base_of_a_model_is_not_held_out_of_it(
    store: Store, tmp_path: Path
) -> None:
    base, tuned = tmp_path / "base", tmp_path / "tuned"
    Trained(base, "biencoder", {"base": "minilm"}).save()
    write_queries(base, QUERIES[:6])
    Trained(tuned, "biencoder", {"base": str(base)}).save()
    write_queries(tuned, QUERIES[6:12])
    held = held_out(store, [Part("biencoder", str(tuned))], GRADES)
    assert list(held.grades) == QUERIES[12:]


def test_judgments_without_a_relevant_item_are_owned_up_to(store: Store) -> None:
    with pytest.raises(InputError, match="No judged query has a relevant item"):
        held_out(store, [], {"kettle": {"A": 0.0}})


def test_without_judgments_a_promoted_model_must_have_beaten_words(store: Store) -> None:
    rows = [["1", "red kettle"], ["2", "blue kettle"], ["3", "old sofa"]]
    delivery = Delivery(("sku", "title"), "rows", lambda: chunked(iter(rows)))
    store.ingest(delivery, "items", key=("sku",))
    folder = models_folder(store) / "one"
    folder.mkdir(parents=True)
    scores = {"nDCG@10": 0.11, "bm25/nDCG@10": 0.63}
    promote(store, register(store, Model("ranker", "one", "abc", metrics=scores)).id)
    manifest = build_index(store, IndexPlan("items"))
    assert manifest.parts == ()
    assert manifest.unproven == ("model 1, a ranker: nDCG@10 0.110 alone, BM25 0.630",)
    assert any("Left out" in line and "0.630" in line for line in index_lines(manifest))
    with pytest.raises(InputError, match="ranker"):  # used, then: it cannot be loaded
        build_index(store, IndexPlan("items", use_all=True))
