"""Queries corrected by the catalogue: what is mended, and that what the catalogue says stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.errors import InputError
from steward.retrieval.bm25 import WordIndex
from steward.retrieval.spelling import Speller
from steward.retrieval.stages_choice import try_spelling

TEXTS = [
    *["wireless charger for phones", "steel toilet seat", "shower head", "wire mesh 2x4"] * 4,
    *["蓝牙音箱 防水", "无线 充电器", "notebook red", "Ｕｓｂ hub", "seal ring"] * 2,
]
SPELLER = Speller.learn(TEXTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wirless chargr", "wireless charger"),
        ("toliet seat", "toilet seat"),
        ("showerhead", "shower head"),
        ("note book", "notebook"),
        ("wiremesh", "wire mesh"),
        ("蓝牙音响 放水", "蓝牙音箱 防水"),
        ("无线冲电器", "无线充电器"),
    ],
)
def test_what_no_item_holds_becomes_what_the_catalogue_says(typed: str, meant: str) -> None:
    assert SPELLER.correct(typed) == meant


@pytest.mark.parametrize(
    "query",
    ["wireless chargers", "stel", "seat", "64gb 2x4", "zzqqxxyy", "防水 蓝牙音箱", "usb", ""],
)
def test_what_it_says_and_what_is_far_from_it_stay(query: str) -> None:
    assert SPELLER.correct(query) == ("steel" if query == "stel" else query)


@given(st.lists(st.sampled_from([w for t in TEXTS for w in t.split()]), max_size=5))
def test_the_catalogues_own_words_never_change(words: list[str]) -> None:
    query = " ".join(words)
    joined = {"notebook", "wiremesh"}
    assert SPELLER.correct(query) == query or joined & set(SPELLER.correct(query).split())


@pytest.mark.slow
@given(st.text(max_size=30))
def test_nothing_breaks_it_and_digits_stay(text: str) -> None:
    made = Speller.learn(TEXTS).correct(text)
    assert [c for c in made if c.isdigit()] == [c for c in text if c.isdigit()]


def test_without_words_nothing_is_corrected() -> None:
    assert Speller.learn([]).correct("wirless 冲电器") == "wirless 冲电器"


def test_what_it_learnt_is_kept_and_read() -> None:
    read = Speller.read(SPELLER.document())
    assert read == SPELLER and read.correct("wirless 冲电器") == "wireless 充电器"
    with pytest.raises(InputError, match="cannot be read"):
        Speller.read(b'{"words": {}}')


def test_a_correction_that_costs_on_judged_queries_is_not_used() -> None:
    ids = [f"i{n}" for n in range(len(TEXTS))]
    words = WordIndex.build(ids, TEXTS)
    toilet = {item: 1.0 for item, text in zip(ids, TEXTS, strict=True) if "toilet" in text}
    helps = try_spelling(words, SPELLER, {"toliet": toilet, "seal ring": {ids[-1]: 1.0}})
    assert helps.used and helps.gain > 0 and "1 of 2" in helps.why
    # The seal was wanted; `notebook`, as rare a word, brings notebooks before it.
    costs = try_spelling(words, SPELLER, {"notbook seal": {ids[-1]: 1.0}})
    assert not costs.used and costs.gain < 0 and "it costs" in costs.why
