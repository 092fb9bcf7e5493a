"""BM25, fusion, splits and metrics."""

import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("bm25s")
pytest.importorskip("ir_measures")

from steward.engine import Snapshot
from steward.errors import InputError, UnknownColumn, UsageError
from steward.retrieval.bm25 import WordIndex, best
from steward.retrieval.fusion import convex, reciprocal_rank
from steward.retrieval.item_text import ItemText, default_item_text
from steward.retrieval.judgments import JudgmentColumns, read_judgments, relevant_queries
from steward.retrieval.metrics import compare, difference_line, means, score_run
from steward.retrieval.split import leaks, split_queries
from steward.retrieval.vectors import VectorIndex

ITEMS = {
    "a": "red running shoe",
    "b": "blue running shoes for men",
    "c": "electric kettle 1.5 l",
    "d": "苏泊尔 电热水壶 1.5L",
}


def index() -> WordIndex:
    return WordIndex.build(list(ITEMS), list(ITEMS.values()))


def test_bm25_finds_what_shares_words_and_nothing_else() -> None:
    assert [item for item, _ in index().search("running shoes", 10)] == ["a", "b"]
    assert [item for item, _ in index().search("电热水壶", 10)] == ["d"]
    assert index().search("zebra", 10) == []


def test_bm25_is_the_same_after_it_was_saved(tmp_path) -> None:
    index().save(tmp_path)
    again = WordIndex.load(list(ITEMS), tmp_path)
    assert again.search("red kettle", 4) == index().search("red kettle", 4)


def test_ties_keep_the_order_of_the_items() -> None:
    scores = np.array([1.0, 2.0, 2.0, 1.0], dtype=np.float32)
    assert best(list("abcd"), scores, 3) == [("b", 2.0), ("c", 2.0), ("a", 1.0)]


def test_reciprocal_rank_prefers_what_both_found() -> None:
    fused = reciprocal_rank([[("a", 9.0), ("b", 1.0)], [("b", 0.3), ("c", 0.2)]], 3)
    assert [item for item, _ in fused] == ["b", "a", "c"]


@given(st.floats(0, 1))
def test_a_convex_mix_stays_between_its_ends(weight: float) -> None:
    one, two = [("a", 3.0), ("b", 1.0)], [("b", 0.9), ("a", 0.1)]
    assert all(0.0 <= score <= 1.0 for _, score in convex(one, two, weight, 2))
    assert convex(one, two, 0.0, 2)[0][0] == "a"
    assert convex(one, two, 1.0, 2)[0][0] == "b"


def test_ndcg_has_the_exponential_gain_also_of_broken_grades() -> None:
    grades = {"q": {"a": 2.33, "b": 1.0, "c": 0.0}}
    run = {"q": [("b", 2.0), ("a", 1.0)]}
    gain = {item: 2**grade - 1 for item, grade in grades["q"].items()}
    wanted = (gain["b"] + gain["a"] / math.log2(3)) / (gain["a"] + gain["b"] / math.log2(3))
    assert means(score_run(run, grades))["nDCG@10"] == pytest.approx(wanted, abs=1e-3)


def test_a_query_without_a_ranking_scores_nothing() -> None:
    grades = {"q": {"a": 1.0}, "r": {"a": 1.0}}
    assert means(score_run({"q": [("a", 1.0)]}, grades))["nDCG@10"] == 0.5
    assert means(score_run({"q": [("a", 1.0)], "r": []}, grades))["nDCG@10"] == 0.5


def test_a_run_compared_with_itself_does_not_differ() -> None:
    scores = {f"q{i}": i / 40 for i in range(40)}
    same = compare(scores, scores)
    assert (same.mean, same.lower, same.upper, same.p_value) == (0.0, 0.0, 0.0, 1.0)
    better = compare(scores, {query: score + 0.1 for query, score in scores.items()})
    assert better.lower > 0.09 and better.p_value < 0.001


def test_near_duplicate_queries_stay_on_one_side() -> None:
    queries = [
        f"{colour} {thing}{s}"
        for colour in ("red", "blue", "green", "black", "white")
        for thing in ("shoe", "kettle", "lamp", "desk", "phone case")
        for s in ("", "s")
    ]
    split = split_queries(queries)
    assert sorted([*split.train, *split.valid, *split.test]) == sorted(queries)
    assert split.groups == 25
    for one, two in (("train", "valid"), ("train", "test"), ("valid", "test")):
        assert not leaks(getattr(split, one), getattr(split, two))
    assert leaks(["red shoe"], ["shoes red"]) == [("red shoe", "shoes red")]


def test_a_split_does_not_depend_on_the_order_of_the_queries() -> None:
    queries = [f"thing {i} {chr(97 + i % 26) * 5}" for i in range(60)]
    assert set(split_queries(queries).test) == set(split_queries(queries[::-1]).test)


def test_judgments_are_numbers_or_words_and_the_median_of_repeats() -> None:
    table = Snapshot.from_columns(
        "judgments",
        {"q": ["x", "x", "x", "y"], "i": ["1", "1", "2", "1"], "g": ["3", "1", "Exact", "0"]},
    )
    grades = read_judgments(table, JudgmentColumns("q", "i", "g"))
    assert grades == {"x": {"1": 2.0, "2": 3.0}, "y": {"1": 0.0}}
    assert list(relevant_queries(grades)) == ["x"]


def test_a_broken_grade_is_refused_with_its_row() -> None:
    table = Snapshot.from_columns("judgments", {"q": ["x"], "i": ["1"], "g": ["good"]})
    with pytest.raises(InputError, match="row 1 of judgments"):
        read_judgments(table, JudgmentColumns("q", "i", "g"))
    with pytest.raises(UnknownColumn):
        read_judgments(table, JudgmentColumns("q", "i", "grade"))


def test_an_item_text_leaves_out_what_is_missing() -> None:
    table = Snapshot.from_columns("items", {"title": ["Shoe", "Lamp"], "brand": [None, "Lux"]})
    assert ItemText("{brand} {title}").of(table) == ["Shoe", "Lux Lamp"]
    with pytest.raises(UnknownColumn):
        ItemText("{name}").of(table)
    with pytest.raises(UsageError):
        ItemText("title").of(table)


def test_the_default_item_text_takes_words_and_no_numbers() -> None:
    table = Snapshot.from_columns(
        "items",
        {
            "id": [f"I{i:05d}" for i in range(60)],
            "title": [
                f"{c} running shoe with laces, model {i}"
                for i, c in enumerate(["red", "blue"] * 30)
            ],
            "brand": ["Acme", "Bolt", "Cora"] * 20,
            "price": [f"{i}.50" for i in range(60)],
        },
    )
    assert default_item_text(table).columns == ("title", "brand")


def test_the_nearest_vectors_are_the_same_with_and_without_a_graph(tmp_path) -> None:
    pytest.importorskip("usearch")
    vectors = np.random.default_rng(0).normal(size=(500, 16)).astype(np.float32)
    ids = [str(i) for i in range(500)]
    exact, graph = VectorIndex.build(ids, vectors), VectorIndex.build(ids, vectors, exact=10)
    graph.save(tmp_path)
    again = VectorIndex.load(ids, tmp_path)
    for query in exact.vectors[:20]:
        wanted = [item for item, _ in exact.search(query, 5)]
        assert [item for item, _ in graph.search(query, 5)] == wanted
        assert [item for item, _ in again.search(query, 5)] == wanted


def test_a_difference_is_told_as_one_only_when_interval_and_test_agree() -> None:
    first = dict.fromkeys("abcdef", 0.0)
    second = {"a": 0.2, "b": 0.01, "c": 0.01, "d": 0.0, "e": 0.0, "f": 0.0}
    gap = compare(first, second)
    assert gap.lower >= 0 and gap.p_value > 0.05
    assert difference_line({**asdict(gap), "lower": 0.001}).endswith("no clear difference.")
    sure = compare({str(n): 0.0 for n in range(20)}, {str(n): 0.1 + n / 100 for n in range(20)})
    assert difference_line(asdict(sure)).endswith(": better.")
