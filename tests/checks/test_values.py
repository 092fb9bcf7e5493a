"""Checks that look at one column: what they find, and where they stay silent."""

from __future__ import annotations

import numpy as np
import pytest

from steward.checks.alike import edits_allowed, look_alikes, same_digits
from steward.checks.domain import outsiders
from steward.checks.encoding import unmangled
from steward.checks.outlier import far_out

CITIES = ["Boston", "Chicago", "Houston", "Phoenix", "Seattle", "Portland", "Memphis", "Denver"]


def rows_of(issues):
    return sorted({row for issue in issues for row in issue.row_ids})


def test_a_word_for_nothing_is_found(find):
    [issue] = find({"a": ["x", "y", "N/A", "暂无", "z", "x"]}, "disguised_missing")
    assert issue.row_ids == (3, 4)


def test_a_rare_word_near_a_frequent_one_is_a_typo(find):
    [issue] = find({"city": [*(CITIES * 10), "Bostn", "Chicgao"]}, "typo")
    assert issue.row_ids == (81, 82)
    assert "`Bostn` for `Boston`" in issue.message


def test_chinese_typos_need_four_characters(find):
    towns = [
        "内蒙古自治区",
        "广西壮族自治区",
        "新疆维吾尔自治区",
        "宁夏回族自治区",
        "黑龙江省哈尔滨市",
    ]
    [issue] = find({"place": [*(towns * 10), "内蒙古自冶区"]}, "typo")
    assert issue.row_ids == (51,)


def test_names_that_look_alike_anyway_are_no_typos(find):
    names = ["Marcus", "Markus", "Steven", "Stevan", "Sofia", "Sofie", "Katrin", "Kathrin", "Peter"]
    assert not find({"name": [*(names * 10), "Peterr"]}, "typo")


def test_codes_that_differ_in_a_digit_are_no_typos(find):
    codes = [f"model {i}00 black" for i in range(1, 9)]
    assert not find({"code": [*(codes * 10), "model 950 black"]}, "typo")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("1x20 a", "1720 a", True), ("12 a", "13 a", False), ("2 pack", "12 pack", False),
     ("abc", "abd", True), ("ab1", "abc1", True)],
)  # fmt: skip
def test_a_digit_for_a_digit_is_no_slip(one, other, same):
    assert same_digits(one, other) is same


def test_short_words_allow_no_edit():
    assert [edits_allowed(n) for n in (3, 4, 9, 10, 40)] == [0, 1, 1, 2, 4]


def test_an_edit_at_one_place_of_many_values_is_a_scheme():
    bases = ["apple", "grape", "melon", "peach", "plums", "dates", "lemon", "olive"]
    values = [*(f"al_{b}" for b in bases), *(f"ak_{b}" for b in bases)]
    rows = np.array([50] * 8 + [1] * 8)
    assert not look_alikes(values, rows, 5)
    assert len(look_alikes(values[:10], rows[:10], 5)) == 2


def test_a_number_far_from_all_others_is_an_outlier(find):
    usual = [f"{10 + i % 13}.50" for i in range(200)]
    [issue] = find({"weight": [*usual, "9000.00"]}, "outlier")
    assert issue.row_ids == (201,)


def test_long_tails_hold_no_outliers():
    rng = np.random.default_rng(1)
    for numbers in (rng.lognormal(3, 2, 3000), rng.pareto(1.5, 3000) + 1, rng.normal(0, 1, 3000),
                    rng.exponential(5, 3000)):  # fmt: skip
        values, rows = np.unique(np.round(numbers, 2), return_counts=True)
        assert far_out(values, rows).sum() <= 1


def test_a_constant_column_has_no_outliers():
    assert not far_out(np.array([1.0, 2.0]), np.array([500, 1])).any()


def test_a_value_outside_a_closed_domain_is_found(find):
    [issue] = find({"gender": [*(["male", "female"] * 150), "q"]}, "domain")
    assert issue.values[0].value == "q"


def test_a_rare_value_that_comes_back_belongs_to_the_domain():
    assert outsiders(np.array([300, 300, 6]), np.ones(3, bool)) is None
    assert outsiders(np.array([300, 300, 1]), np.ones(3, bool)).tolist() == [False, False, True]


def test_negative_prices_and_impossible_percentages_are_out_of_range(find):
    prices = [f"${i}.99" for i in range(1, 200)]
    [issue] = find({"price": [*prices, "$-5.00"]}, "range")
    assert issue.row_ids == (200,)
    assert not find({"balance": ["$-5.00", *prices[:20], *["$-1.00"] * 20]}, "range")


def test_a_code_of_another_shape_is_found(find):
    codes = [f"AB-{i:04d}" for i in range(100)]
    [issue] = find({"sku": [*codes, "AB0101", "ab-0102"]}, "format")
    assert issue.row_ids == (101, 102)
    assert "`AA-9999`" in issue.message


def test_numbers_of_varying_length_have_no_shape(find):
    assert not find({"n": [str(i) for i in range(1, 1200)]}, "format")


def test_names_may_hold_hyphens_but_no_doubled_quotes(find):
    names = [*["Smith", "Miller", "Jones", "Garcia"] * 50, "O'Brien", "Smith-Jones", "O''Hara"]
    [issue] = find({"name": names}, "format")
    assert issue.row_ids == (203,)


def test_amounts_written_in_a_minor_way_are_found(find):
    amounts = [f"{i} oz" for i in range(1, 100)]
    [issue] = find({"size": [*amounts, "100 ounce", "101 OZ."]}, "format")
    assert issue.row_ids == (100, 101)


def test_free_text_has_no_format(find):
    texts = [f"A long description of product number {i}, with words and {i % 7} things. " * 2
             for i in range(60)]  # fmt: skip
    assert not find({"text": [*texts, "short"]}, "format")


@pytest.mark.parametrize(
    ("broken", "meant"),
    [("CafÃ© crÃ¨me", "Café crème"), ("Â£5", "£5"), ("ä¸\xadæ–‡", "中文"),
     ("中文标题测试".encode().decode("gb18030"), "中文标题测试"),
     ("中文标题".encode("gbk").decode("latin-1"), "中文标题")],
)  # fmt: skip
def test_text_decoded_wrongly_is_read_again(broken, meant):
    assert unmangled(broken) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Café crème",
        "中文标题测试",
        "联通",
        "Ünïcödé",
        "日本語テキスト",
        "naïve façade",
        "€ 5",
        "한국어 제목",
        "Łódź",
    ],
)
def test_sound_text_is_left_alone(text):
    assert unmangled(text) is None


def test_damaged_text_is_found_by_its_kind(find):
    odd = ["plain", "CafÃ©", "lost \ufffd", "zero\u200bwidth", "ＡＢＣ１２", " edge", "in  side"]
    sound = ["你好，世界（好）", "family 👨\u200d👩\u200d👧", *["word"] * 40]
    table = {"t": odd + sound}
    found = {c: rows_of(find(table, c))
             for c in ("mojibake", "control_character", "width", "white_space")}  # fmt: skip
    assert found == {
        "mojibake": [2, 3], "control_character": [4], "width": [5], "white_space": [6, 7]
    }  # fmt: skip


def test_a_column_that_is_full_width_throughout_is_consistent(find):
    assert not find({"t": ["ＡＢＣ", "ＤＥＦ", "ＧＨＩ"]}, "width")
