import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from steward.shop import mistakes

dice = st.integers(0, 2**31 - 1)


@given(st.integers(50, 10**7), st.sampled_from(["USD", "CNY", "EUR", "GBP"]), dice)
def test_a_price_in_another_format_is_the_same_amount(cents, currency, die):
    value = f"{cents // 100}.{cents % 100:02d}"
    text = mistakes.price_format(value, currency, die)
    narrow = text.translate({n + 0xFEE0: n for n in range(0x21, 0x7F)})
    digits = "".join(sign for sign in narrow if sign.isdigit())
    whole = value.removesuffix(".00").replace(".", "")
    assert text != value and digits in (whole, f"{cents // 100}{cents % 100:02d}")


@given(st.integers(0, 10**12 - 1), dice)
def test_a_wrong_gtin_digit_never_passes_the_check(base, die):
    code = f"{base:012d}"
    wrong = mistakes.gtin_digit(code + ean.calc_check_digit(code), die)
    assert len(wrong) == 13 and not ean.is_valid(wrong)


@given(st.text(min_size=1), dice)
def test_mojibake_can_be_read_back_and_plain_text_has_none(text, die):
    windows = {ord(bytes([b]).decode("cp1252", "ignore") or chr(b)): b for b in range(0x80, 0xA0)}
    try:
        wrong = mistakes.mojibake(text, die)
    except UnicodeEncodeError:  # a lone surrogate is in no UTF-8 delivery
        return
    assert wrong.translate(windows).encode("latin-1").decode() == text
    assert (wrong == text) == text.isascii()


@pytest.mark.parametrize("size", ["500 ml", "1.2 L", "250 g", "2 kg", "24 cm", "27 in", "128 GB"])
def test_a_quantity_in_another_form_is_another_text(size):
    forms = {mistakes.unit_format(size, die) for die in range(12)}
    assert len(forms) >= 2 and size not in forms


def test_half_a_litre_is_five_hundred_millilitres():
    assert {"500ml", "0.5 L", "500 ML", "500毫升"} <= {
        mistakes.unit_format("500 ml", die) for die in range(12)
    }


def test_a_size_without_a_unit_stays():
    assert {mistakes.unit_format("XL", die) for die in range(12)} == {"XL"}


@given(st.dates(), dice)
def test_a_date_in_another_order_has_the_same_day_and_year(day, die):
    wrong = mistakes.date_order(f"{day.year:04d}-{day.month:02d}-{day.day:02d}", die)
    assert wrong[:5] != f"{day.year:04d}-" and f"{day.year:04d}" in wrong and str(day.day) in wrong


def test_a_typo_in_a_chinese_colour_is_a_look_alike():
    assert {mistakes.typo("黑色", die) for die in range(64)} == {"墨色", "黑涩"}
