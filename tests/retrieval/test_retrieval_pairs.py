"""Training pairs, what leaks between items, and hard negatives."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("Stemmer")

from steward.errors import InputError
from steward.retrieval.data import SearchData
from steward.retrieval.negatives import MARGIN, Corpus, mine_negatives
from steward.retrieval.pairs import Pair, lineage_of, lists_of, pairs_of, triplets_of
from steward.retrieval.pairs_apart import (
    ALIKE,
    alike_items,
    are_alike,
    item_leaks,
    keep_apart,
    word_sets,
)
from steward.retrieval.split import Split

GRADES = {
    "red shoe": {"a": 3.0, "b": 2.0, "c": 1.0, "d": 0.0},
    "热水壶": {"k": 3.0, "a": 0.0},
}


def test_a_pair_is_graded_in_the_upper_half_and_weighs_by_its_gain() -> None:
    pairs = pairs_of(GRADES, ["red shoe", "热水壶"])
    assert pairs == [
        Pair("red shoe", "a", 3.0, 1.0),
        Pair("red shoe", "b", 2.0, 3 / 7),
        Pair("热水壶", "k", 3.0, 1.0),
    ]


def test_clicks_make_pairs_on_a_scale_of_their_own() -> None:
    clicked = {"shoe": {"a": 0.8, "b": 0.1}}
    assert [pair.item for pair in pairs_of(clicked, ["shoe"])] == ["a"]
    assert [pair.item for pair in pairs_of(clicked, ["shoe"], least=0.05)] == ["a", "b"]


def test_with_nothing_to_learn_from_it_says_so() -> None:
    with pytest.raises(InputError, match="nothing to learn"):
        pairs_of({"x": {"a": 0.0}}, ["x"])


def test_triplets_and_lists() -> None:
    pairs = pairs_of(GRADES, ["red shoe"])
    triplets = triplets_of(pairs, {"red shoe": ["d"]})
    assert [(t.positive, t.negative) for t in triplets] == [("a", "d"), ("b", "d")]
    (only,) = lists_of({**GRADES, "same": {"a": 2.0, "b": 2.0}}, ["red shoe", "same"])
    assert only.items == ("a", "b", "c", "d") and only.grades == (3.0, 2.0, 1.0, 0.0)


def test_the_lineage_changes_with_a_grade_and_with_a_text() -> None:
    split = Split(("red shoe",), (), ("热水壶",), 2)
    texts = dict.fromkeys("abcdk", "words")
    data = SearchData(texts, GRADES, "{title}", {"items_hash": "1"})
    pairs = pairs_of(GRADES, split.train)
    first = lineage_of(data, split, pairs)
    other = SearchData({**texts, "a": "other words"}, GRADES, "{title}", {"items_hash": "1"})
    assert lineage_of(data, split, pairs) == first
    assert lineage_of(data, split, pairs[:1])["pairs_hash"] != first["pairs_hash"]
    assert lineage_of(other, split, pairs)["texts_hash"] != first["texts_hash"]


WORD = st.sampled_from("abcdefgh")
SETS = st.dictionaries(st.text("xyz", min_size=1), st.frozensets(WORD, max_size=8), max_size=8)


@settings(max_examples=50)
@given(SETS, SETS)
def test_the_prefix_filter_finds_what_comparing_all_finds(
    one: dict[str, frozenset[str]], two: dict[str, frozenset[str]]
) -> None:
    slow = {
        a: sorted(b for b, ws in two.items() if words and ws and are_alike(words, ws))
        for a, words in one.items()
    }
    fast = {item: sorted(found) for item, found in alike_items(one, two).items()}
    assert fast == {item: found for item, found in slow.items() if found}


def test_alike_is_a_cosine_of_words() -> None:
    ten = frozenset("abcdefghij")
    assert are_alike(ten, ten | {"k"}) and 10 / sqrt(110) >= ALIKE
    assert not are_alike(ten, frozenset("abcdefghxy"))


def test_a_pair_whose_item_answers_a_held_out_query_is_kept_apart() -> None:
    texts = {
        "a": "acme trail running shoe for men red size 42 waterproof light",
        "b": "ACME trail running shoes for men, red, size 42, waterproof, light, new",
        "c": "kettle",
    }
    grades = {"red shoe": {"a": 3.0, "c": 3.0}, "acme trail": {"b": 2.0}}
    pairs = pairs_of(grades, ["red shoe"])
    (leak,) = item_leaks(texts, pairs, grades, ["acme trail"])
    assert (leak.item, leak.held_out_item, leak.held_out_query) == ("a", "b", "acme trail")
    assert [pair.item for pair in keep_apart(pairs, [leak])] == ["c"]


TEXTS = {
    "good": "acme red shoe size nine new for men light running trail fast",
    "twin": "acme red shoe size nine new for men light running trail",
    "also": "zen red boot",
    "near": "blue shoe",
    "next": "green shoe",
    "bad": "red phone",
    "far": "kettle",
}
SCORES = {"good": 0.9, "twin": 0.8, "also": 0.78, "near": 0.7, "next": 0.6, "bad": 0.2, "far": 0.1}


def corpus(grades: dict[str, dict[str, float]]) -> Corpus:
    """Items whose cosine with the query (1, 0) is as written."""
    rows = [(s, sqrt(1 - s * s)) for s in SCORES.values()]
    return Corpus(TEXTS, np.asarray(rows, dtype=np.float32), grades)


def mined(grades: dict[str, dict[str, float]], each: int) -> list[str]:
    asked = {"q": np.asarray([1, 0], dtype=np.float32)}
    return mine_negatives(pairs_of(grades, ["q"]), asked, corpus(grades), each=each)["q"]


def test_no_answer_and_no_twin_of_one_becomes_a_negative() -> None:
    found = mined({"q": {"good": 3.0, "also": 1.0}}, 9)
    assert found == ["near", "next", "bad", "far"]


def test_what_people_graded_nought_comes_first() -> None:
    assert mined({"q": {"good": 3.0, "bad": 0.0}}, 2) == ["bad", "also"]


def test_what_scores_as_high_as_the_answer_is_no_negative() -> None:
    close = {"q": {"near": 3.0}}
    found = mined(close, 9)
    assert "next" in found and not {"good", "twin", "also"} & set(found)
    assert all(SCORES[item] < SCORES["near"] * (1 - MARGIN) for item in found)


def test_the_words_of_items_are_folded() -> None:
    assert word_sets({"a": "Ｓhoes SHOE"}, ["a"]) == {"a": frozenset({"shoe"})}
