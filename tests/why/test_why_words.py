"""Every sentence in English and Chinese; tests of significance against scipy."""

import re
import string
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from stored_shops import Shop, spec_of

from steward import job, why
from steward.answers import Explanation
from steward.report.why import explanation_text, in_language
from steward.shop import ShopSpec
from steward.why.failures import Keys
from steward.why.sentences import SENTENCES
from steward.why.significance import correct, likelihood_ratio, p_value

HAN = re.compile(r"[一-鿿]")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_facts() -> None:
    for kind, (english, chinese) in SENTENCES.items():
        assert fields(chinese) == fields(english), kind
        assert HAN.search(chinese), kind
        assert not HAN.search(english), kind


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_an_english_sentence_is_found_again_in_chinese(kind: str) -> None:
    english, chinese = SENTENCES[kind]
    numbers = {n for n in fields(english) if f"{{{n}:,}}" in english}
    facts = {n: 1234 if n in numbers else f"«{n}»" for n in fields(english)}
    assert why.translate(english.format(**facts), "zh") == chinese.format(**facts)


def everything(shop: Shop) -> list[Explanation]:
    store, name = shop.store, shop.name
    return [
        *(why.explain_missing(store, "items", name(c)) for c in ("category_path", "brand", "size")),
        *(why.explain_wrong(store, "items", name(c)) for c in ("price", "updated_at", "brand")),
        why.explain_duplicates(store, "items"),
        why.explain_changes(store, "items", 4),
        why.compare_slices(store, "items", "_steward_batch = 3"),
        why.judge_fitness(store, "items"),
        why.trace_lineage(store, "items", 3, name("brand")),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("schema", [pytest.param("english", marks=pytest.mark.slow), "chinese"])
def test_all_that_is_said_of_a_shop_is_said_in_chinese(
    shops: Callable[..., Shop], schema: str
) -> None:
    shop = shops(ShopSpec(rows=400, seed=4, schema=schema, sessions=0))
    job.check(shop.store, "items")
    for found in everything(shop):
        told = in_language(found, "zh")
        said = [f.text for f in (*told.causes, *told.ruled_out)]
        said += [a.why for a in told.actions] + [p.shows for p in told.proofs]
        for text in said:
            assert HAN.search(text), text
        english = [w for t in said for w in re.findall(r"\b(?:rows|with|against|batch)\b", t)]
        assert not english, said
        assert "证据" in explanation_text(found, "zh").plain
        assert "Proofs" in explanation_text(found, "en").plain


def test_text_that_nobody_said_stays_as_it_is() -> None:
    assert why.translate("anything else", "zh") == "anything else"
    assert why.translate("rows without x", "en") == "rows without x"


COUNTS = st.tuples(*(st.integers(0, 40) for _ in range(4)))


@given(COUNTS)
def test_few_rows_are_tested_exactly(counts: tuple[int, int, int, int]) -> None:
    a, b, c, d = counts
    p = p_value(a, a + b, a + c, sum(counts))
    assert 0 < p <= 1
    low = min(a + c, b + d) * min(a + b, c + d) / max(sum(counts), 1)
    if a + b and c + d and a + c and b + d and low < 5:
        sides = [
            stats.fisher_exact([[a, b], [c, d]], alternative=side).pvalue
            for side in ("less", "greater")
        ]
        assert p == pytest.approx(min(1.0, 2 * min(sides)), rel=1e-6)


def test_many_rows_are_tested_by_likelihood_ratio() -> None:
    table = np.array([[40, 160], [30, 370]])
    g, p, _, _ = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    mine = likelihood_ratio(np.array([40]), np.array([200]), 70, 600)[0]
    assert mine == pytest.approx(g) and p_value(40, 200, 70, 600) == pytest.approx(p)


def test_a_correction_neither_overflows_nor_exceeds_one() -> None:
    assert correct(0.5, 10) == 1.0
    assert correct(1e-200, 10**150) == pytest.approx(1e-50)


@pytest.mark.parametrize(
    ("key", "how", "nearest"),
    [
        ("Desks", "found", "Desks"),
        ("Ｄｅｓｋｓ", "full_width", "Desks"),
        ("Desks\u3000", "full_width", "Desks"),
        ("ï»¿Desks", "encoding", "Desks"),
        ("desks ", "spelling", "Desks"),
        ("Deskks", "spelling", "Desks"),
        ("书桌", "language", None),
        ("Writing Furniture", "renamed", None),
        (None, "dropped", None),
        (" ", "dropped", None),
        ("N/A", "dropped", None),
    ],
)
def test_a_failing_key_is_told_by_how_it_fails(
    key: str | None, how: str, nearest: str | None
) -> None:
    failure = Keys({"Desks", "Office Chairs", "Lamps"}, {"书桌", "办公椅"}).judge(key)
    assert failure.how == how
    assert nearest is None or failure.nearest == nearest


def test_keys_of_two_languages_tell_nothing_about_language() -> None:
    keys = Keys({"Desks", "Lamps", "书桌", "办公椅"}, set())
    assert keys.judge("Writing Furniture").how == keys.judge("写字台").how == "renamed"


def test_mojibake_of_a_chinese_key_is_repaired() -> None:
    broken = "智能手机".encode().decode("latin-1")
    failure = Keys({"智能手机", "书桌"}, set()).judge(broken)
    assert (failure.how, failure.nearest) == ("encoding", "智能手机")


def test_a_shop_of_one_language_still_tells_language_from_renaming(
    shops: Callable[..., Shop],
) -> None:
    spec = spec_of("language", languages=("zh",))
    found = why.explain_missing(shops(spec, taxonomy=False).store, "items", "category_path")
    assert found.causes[0].facts["how"] == "language"
