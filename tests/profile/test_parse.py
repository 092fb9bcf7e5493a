from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.profile.parse import (
    canonical_unit,
    date_order,
    parse_date,
    parse_money,
    parse_number,
    parse_quantity,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,299.00", "1299"), ("1.299,00", "1299"), ("1,299", "1299"), ("12,5", "12.5"),
        ("0,500", "0.5"), ("1.299.000", "1299000"), ("1'299.5",
        "1299.5"), ("1,00,000", "100000"),
        ("１２９９", "1299"), ("1.2万", "12000"), ("3亿", "300000000"),
        ("−5", "-5"), ("1e3", "1000"),
        (".5", "0.5"), (" 7 ", "7"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_trade_writes_them(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "1-2", "12 oz", "1,2,3", "$5", "1.2.3", "--5", "5x"])
def test_what_is_no_number_is_none(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$1,299.00", "1299", "USD"), ("￥1299", "1299", "CNY"), ("1299元", "1299", "CNY"),
        ("USD 12", "12", "USD"), ("1.299,00 €", "1299", "EUR"), ("€ 1.299,-", "1299", "EUR"),
        ("($5.00)", "-5", "USD"), ("-£5", "-5", "GBP"), ("$12 CAD", "12", "CAD"),
        ("HK$80", "80", "HKD"), ("1.2万元", "12000", "CNY"), ("12.99", "12.99", None),
        ("Rs. 450", "450", "INR"), ("￥１９９起", "199", "CNY"),
    ],
)  # fmt: skip
def test_prices_are_read_with_their_currency(text, amount, currency):
    found = parse_money(text)
    assert found is not None
    assert (found.amount, found.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["iPhone 12", "12 oz", "$", "(5", "12 13", "买一送一", "free"])
def test_what_is_no_price_is_none(text):
    assert parse_money(text) is None


@pytest.mark.parametrize(
    ("text", "amount", "unit", "count"),
    [
        ("12 oz", "12", "oz", 1), ("12.0 OZ.", "12", "oz", 1), ("500ml", "500", "ml", 1),
        ("1.5kg", "1.5", "kg", 1), ("500克", "500", "g", 1), ("2件", "2", "piece", 1),
        ("6 x 330 ml", "330", "ml", 6), ("330ml*6瓶", "330", "ml", 6), ("1,5 l", "1.5", "l", 1),
        ("16 fl oz", "16", "fl oz", 1), ("５００ｍｌ", "500", "ml", 1), ("2 公斤", "2", "kg", 1),
        ('15.6"', "15.6", "in", 1),
    ],
)  # fmt: skip
def test_quantities_are_read_with_a_canonical_unit(text, amount, unit, count):
    found = parse_quantity(text)
    assert found is not None
    assert (found.amount, found.unit, found.count) == (Decimal(amount), unit, count)


@pytest.mark.parametrize("text", ["10x20x30 cm", "12", "oz", "12 apples", "size M", "2024-01-05"])
def test_what_is_no_quantity_is_none(text):
    assert parse_quantity(text) is None


def test_units_have_one_name_however_written():
    assert {canonical_unit(u) for u in ("Oz.", "ounces", "盎司", "OZ")} == {"oz"}
    assert canonical_unit("parsec") is None


@pytest.mark.parametrize(
    ("text", "day", "order"),
    [
        ("2024-01-05", (2024, 1, 5), "ymd"), ("2024/1/5", (2024, 1, 5), "ymd"),
        ("2024年1月5日", (2024, 1, 5), "ymd"), ("２０２４年１月５日", (2024, 1, 5), "ymd"),
        ("20240105", (2024, 1, 5), "ymd"), ("13/1/2024", (2024, 1, 13), "dmy"),
        ("1/13/24", (2024, 1, 13), "mdy"), ("5/1/2024", (2024, 5, 1), "ambiguous"),
        ("Jan 5, 2024", (2024, 1, 5), "mdy"), ("05-Jan-24", (2024, 1, 5), "dmy"),
        ("5th January 2024", (2024, 1, 5), "dmy"),
        ("2024-01-05T10:11:12Z", (2024, 1, 5), "ymd"),
    ],
)  # fmt: skip
def test_dates_are_read_with_the_order_of_their_parts(text, day, order):
    found = parse_date(text)
    assert found is not None
    assert (found.date, found.order) == (date(*day), order)


@pytest.mark.parametrize("text", ["2024-02-30", "13/13/2024", "May", "1.5", "12345678"])
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None


def test_an_ambiguous_date_is_settled_by_the_order_of_its_column():
    dates = [parse_date(t) for t in ("13/1/2024", "5/1/2024", "28/2/2024", "6/1/2024")]
    order = date_order(d for d in dates if d)
    settled = parse_date("5/1/2024", order)
    assert settled is not None and settled.date == date(2024, 1, 5)


def test_the_time_and_a_month_without_day_are_told_apart():
    with_time, month = parse_date("2024-01-05 3:04 pm"), parse_date("2024年1月")
    assert with_time is not None and with_time.time == time(15, 4)
    assert month is not None and month.precision == "month"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_price_survives_being_written_with_grouping_and_sign(amount):
    found = parse_money(f"${abs(amount):,.2f}")
    assert found is not None and found.amount == abs(amount)
    assert parse_number(f"{amount:,.2f}") == amount


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2060, 1, 1)))
def test_a_date_survives_its_unambiguous_forms(day):
    for text in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%d-%b-%Y}"):
        found = parse_date(text)
        assert found is not None and found.date == day


@given(st.text(max_size=30))
def test_no_text_makes_a_parser_fail(text):
    for parse in (parse_number, parse_money, parse_quantity, parse_date):
        parse(text)
