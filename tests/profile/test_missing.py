import pyarrow as pa
import pytest

from steward.engine import Codes
from steward.profile import disguised_values, is_disguised


def found(*values_and_rows):
    cells = [value for value, rows in values_and_rows for _ in range(rows)]
    return {v.value: v.rows for v in disguised_values(Codes.of(pa.array(cells, pa.string())))}


@pytest.mark.parametrize(
    "text",
    ["N/A", "n/a ", "ｎ／ａ", "-", "--", "—", "?", "unknown", "NULL", "NaN", "empty", "tbd", "无",
     "暂无", "未知", "空", "不详", "待定", "(none)", "<null>", "【暂无】", " ",
     "No rating available",
     "暂无评分", "#N/A"],
)  # fmt: skip
def test_texts_that_stand_for_nothing_are_known(text):
    assert is_disguised(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无印良品",
        "none such",
        "No. 7 cream",
        "not a toy",
        "999",
        "-1",
        "N",
        "0",
        "空调",
        "Nancy",
    ],
)
def test_texts_that_mean_something_are_not(text):
    assert not is_disguised(text)


def test_none_beside_basic_and_full_is_a_step_of_a_scale():
    assert found(("none", 5), ("basic", 9), ("full", 4)) == {}
    assert found(("none", 5), ("red", 9), ("blue", 4)) == {"none": 5}
    assert found(("无", 5), ("有", 9)) == {}


def test_na_among_country_codes_is_namibia():
    assert found(("NA", 5), ("US", 9), ("DE", 4)) == {}
    assert found(("NA", 5), ("Apple", 9), ("Sony", 4)) == {"NA": 5}


def test_a_name_that_spells_a_filler_is_a_name_among_names():
    letters = [(chr(65 + i % 26), chr(97 + i // 26), chr(97 + i % 7)) for i in range(150)]
    names = [(f"{first}{second}{third}n", 4) for first, second, third in letters]
    assert "Nan" not in found(*names, ("Nan", 5))
    assert found(*names, ("Nan", 200)) == {"Nan": 200}


def test_marks_in_a_column_of_marks_are_grades():
    assert found(("-", 5), ("+", 9), ("++", 4), ("+++", 4)) == {}


def test_a_spike_of_nines_outside_the_fences_fills_in_for_missing():
    ages = [(str(n), 3) for n in range(18, 70)]
    assert found(*ages, ("999", 40), ("-1", 20)) == {"999": 40, "-1": 20}


def test_nines_inside_the_fences_or_without_a_spike_are_values():
    assert found(*[(str(n), 3) for n in range(900, 1060)], ("999", 40)) == {}
    assert found(*[(str(n), 3) for n in range(18, 70)], ("999", 2)) == {}


def test_nines_among_neighbours_as_frequent_are_values():
    usual = [(str(n), 500) for n in range(1, 9)]
    once = [(str(n), 1) for n in range(20, 120)]
    assert found(*usual, *once, *[(str(n), 30) for n in range(985, 1015)]) == {}
    assert found(*usual, *once, ("999", 30)) == {"999": 30}


def test_a_price_that_ends_in_nines_is_a_price():
    prices = [(str(round(50 * 1.03**n)), 2) for n in range(200)]
    assert found(*prices, ("9999", 40)) == {}


def test_a_long_tail_of_counts_is_no_spike():
    tail = [(str(n), 4000 // n**2 + 1) for n in range(1, 300)]
    assert found(*tail) == {}


def test_a_default_date_outside_the_others_fills_in_for_missing():
    days = [(f"2024-{m:02d}-{d:02d}", 2) for m in range(1, 5) for d in range(1, 28)]
    assert found(*days, ("1900-01-01", 30)) == {"1900-01-01": 30}


def test_a_filler_among_codes_of_one_length_is_a_spike_of_one_digit():
    phones = [(str(2025550100 + 7919 * n), 1) for n in range(60)]
    assert found(*phones, ("9999999999", 12)) == {"9999999999": 12}
