"""The filters: what each drops, that they run in turn, and that nothing made is ever tested on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.augment.filters import (
    Cap,
    Different,
    Length,
    Overlap,
    Relevance,
    RoundTrip,
    SameLanguage,
    near_to,
    script_of,
    sift,
)
from steward.augment.guard import AttributeGuard, Names, amounts, mine_names, negated
from steward.augment.made import Made
from steward.augment.noise import NOISE
from steward.augment.training import extend_training
from steward.engine import Snapshot
from steward.profile import profile_table
from steward.retrieval.data import SearchData
from steward.retrieval.split import leaks, split_queries

NAMES = Names(
    {"nike": "brand", "puma": "brand", "red": "colour", "红色": "colour", "耐克": "brand"}
)


def made(source: str, text: str, method: str = "paraphrase") -> Made:
    return Made(text, source, 1, method)


def reason(filter: object, *each: Made) -> list[str]:
    return filter.reasons(each)


@pytest.mark.parametrize(
    ("source", "text", "why"),
    [
        ("red nike shoe 42", "nike red trainers size 42", ""),
        ("red nike shoe 42", "red nike shoe 43", "amount: 42, 43"),
        ("phone 64gb", "phone with 64 GB", ""),
        ("27 in screen", "27英寸 screen", ""),
        ("milk without sugar", "milk with sugar", "negation"),
        ("不含糖 牛奶", "含糖 牛奶", "negation"),
        ("nike shoe", "sports shoe", "brand: nike"),
        ("nike shoe", "puma shoe", "brand: nike"),
        ("shoe", "red shoe", "colour: red"),
        ("耐克 红色 鞋", "耐克 鞋", "colour: 红色"),
    ],
)
def test_the_guard_keeps_what_an_item_is(source: str, text: str, why: str) -> None:
    assert reason(AttributeGuard(NAMES), made(source, text)) == [why]


def test_a_slip_may_damage_a_name_but_bring_none_in() -> None:
    guard = AttributeGuard(NAMES, frozenset(NOISE))
    assert reason(guard, made("nike shoe", "nikke shoe", "typo")) == [""]
    assert reason(guard, made("rad shoe", "red shoe", "typo")) == ["colour: red"]


def test_a_query_of_an_item_may_say_less_but_nothing_more() -> None:
    item = "nike red running shoe 42 without laces 300 g"
    texts = ("nike running shoe", "shoe 42", "puma shoe", "shoe 43", "running shoe without laces")
    guard, overlap = AttributeGuard(NAMES), Overlap()
    each = [made(item, text, "doc2query") for text in texts]
    assert reason(guard, *each) == ["", "", "brand: puma", "amount: 43", ""]
    assert reason(overlap, *each) == [""] * 5
    assert reason(overlap, made(item, "zzz qqq", "doc2query"))[0].startswith("drift")


def test_names_are_mined_from_the_columns_that_titles_mention() -> None:
    brands, colours = ("Acme", "Bolt", "中华"), ("green", "red")
    rows = [
        (b, c, f"{b} {c} lamp {n} with shade") for n in range(9) for b in brands for c in colours
    ]
    columns = dict(
        zip(("maker", "shade", "title"), map(list, zip(*rows, strict=True)), strict=True)
    )
    columns["origin"] = ["Poland", "Peru"] * (len(rows) // 2)
    table = Snapshot.from_columns("items", columns)
    names = mine_names(table, profile_table(table))
    assert names.column_of == {"acme": "maker", "bolt": "maker", "中华": "maker",
                               "green": "shade", "red": "shade"}  # fmt: skip
    assert names.within("Red ACME lamp, 新中华牌") == {"red", "acme", "中华"}


def test_amounts_are_compared_in_canonical_units() -> None:
    assert amounts("2 x 500ml") == amounts("2 x 500 毫升")
    assert negated("gluten-free") and not negated("notebook")


@pytest.mark.slow
def test_a_translation_must_come_back() -> None:
    back = "back-translate"
    each = [
        made("red shoe", "红色 鞋", back),
        made("红色 鞋", "红鞋", back),
        made("comfortable running shoes", "des chaussures de course très confortables", back),
        made("comfortable running shoes", "running shoes that are comfortable to wear", back),
        made("red shoe", "红色 鞋", "synonym"),
    ]
    assert reason(SameLanguage(), *each) == ["latin → han", "", "en → fr", "", ""]
    assert [script_of(t) for t in ("苹果 iPhone", "ノート", "Привет", "12")] == [
        "han", "kana", "other", "none"
    ]  # fmt: skip


def test_copies_drift_and_odd_lengths() -> None:
    assert reason(Overlap(), made("red shoe", "Red  shoe"))[0].startswith("copy")
    assert reason(Overlap(), made("red shoe", "wxyz"))[0].startswith("drift")
    assert reason(Overlap(), made("red shoe", "shoe red", "order")) == [""]
    assert reason(Length(), made("red shoe", "red"), made("red shoe", "a red shoe")) == [
        "0.38 times", ""
    ]  # fmt: skip


class Letters:
    """An encoder of letter counts: real vectors, no model."""

    name = "letters"

    def encode(self, texts, *, query=False):
        found = np.array([[t.count(c) for c in "abcdefghijklmnopqrstuvwxyz"] for t in texts], float)
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


class Shared:
    """A scorer that counts shared words."""

    name = "shared"

    def score(self, pairs):
        return np.array([len(set(q.split()) & set(t.split())) / 4 for q, t in pairs], np.float32)


def test_far_from_its_source_or_from_its_items() -> None:
    trip = RoundTrip(Letters(), least=0.9)
    assert reason(trip, made("red shoe", "shoe red"), made("red shoe", "wig"))[1].startswith("cos")
    relevance = Relevance(Shared(), {"red shoe": {"i": 3.0}}, {"i": "a red leather shoe"})
    assert reason(relevance, made("red shoe", "red shoe lace"), made("red shoe", "blue hat")) == [
        "", "0.50 → 0.00"
    ]  # fmt: skip


def test_what_is_there_and_what_comes_near_to_a_held_query() -> None:
    different = Different(frozenset({"red shoe"}), {"test": ["blue running shoes"]})
    each = [made("x", t) for t in ("Red  Shoe", "running shoe blue", "green hat", "green hat")]
    why = reason(different, *each)
    assert why == ["is there", "near to test: blue running shoes", "", "is there"]


def test_each_filter_sees_what_those_before_it_kept() -> None:
    each = [made("red shoe", t) for t in ("red shoe", "shoe in red", "a shoe, red", "scarlet shoe")]
    sifted = sift(each, [Overlap(), AttributeGuard(NAMES), Cap(1)])
    assert [s.dropped_by for s in sifted] == ["overlap", "", "cap", "attributes"]


WORDS = ["red", "blue", "shoe", "boot", "men", "42", "nike", "红色", "鞋", "phone"]
QUERIES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1,
             max_size=4).map(" ".join),
    min_size=6, max_size=20, unique=True,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(QUERIES, st.data())
def test_nothing_made_ever_enters_validation_or_test(
    queries: list[str], data: st.DataObject
) -> None:
    """Whatever is made of whatever, and no filter run."""
    split = split_queries(queries)
    search = SearchData({"i": "red shoe"}, {q: {"i": 1.0} for q in queries}, "{title}")
    texts = data.draw(
        st.lists(st.one_of(st.sampled_from(queries), QUERIES.map(lambda q: q[0])), max_size=12)
    )
    sources = data.draw(st.lists(st.sampled_from([*queries, "unknown"]), min_size=12, max_size=12))
    methods = data.draw(st.lists(st.sampled_from(["typo", "doc2query"]), min_size=12, max_size=12))
    each = [Made(t, s, 1, m) for t, s, m in zip(texts, sources, methods, strict=False)]
    found = extend_training(search, split, each)
    held = (*found.split.valid, *found.split.test)
    assert (found.split.valid, found.split.test) == (split.valid, split.test)
    new = found.split.train[len(split.train) :]
    assert found.split.train[: len(split.train)] == split.train
    assert not leaks(list(new), list(held)) and not near_to(new, held)
    assert found.added == len(new) == len(set(new)) and not set(new) & set(queries)
    train = set(split.train)
    fit = {m.text for m in each if m.method == "doc2query" or m.source in train}
    assert set(new) <= fit
    assert all(found.data.grades[q] == search.grades[q] for q in queries)


def test_a_query_of_an_item_gets_that_item_and_the_best_grade() -> None:
    search = SearchData({"i": "red shoe", "j": "hat"}, {"boots": {"j": 2.0}}, "{title}")
    split = split_queries(["boots"], shares=(1.0, 0.0, 0.0))
    found = extend_training(search, split, [Made("scarlet trainers", "red shoe", 1, "doc2query")])
    assert found.data.grades["scarlet trainers"] == {"i": 2.0}
    assert found.split.train == ("boots", "scarlet trainers")
