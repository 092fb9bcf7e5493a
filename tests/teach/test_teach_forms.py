"""Ways to write a column: every one that may be meant is offered, and none changes an amount."""

import pytest
from taught_tables import table

from steward.fixes.mapping import ColumnValues
from steward.teach.conventions import convention_questions
from steward.teach.dates import readings
from steward.teach.numbers import split_number


def offered(name, values):
    """What the options of the question about a column would make of each of its values."""
    snapshot, profile = table({name: values})
    (question,) = convention_questions(snapshot, profile)
    made = []
    for option in question.options[:-1]:
        after = {fix.changes[0].before: fix.changes[0].after for fix in option.fixes}
        made.append([after.get(value, value) for value in values])
    return made


def test_a_column_of_amounts_with_a_unit_may_be_meant_with_and_without_it():
    made = offered("ounces", ["12.0 oz", "16.0 oz.", "12.0 OZ.", "19.2 ounce", "12.0 oz. Can"] * 8)
    assert ["12", "16", "12", "19.2", "12"] * 8 in made
    assert ["12.0", "16.0", "12.0", "19.2", "12.0"] * 8 in made
    assert any(len(set(m[:3])) == 2 and m[0] == m[2] == m[4] != "12" for m in made)


def test_chinese_units_and_full_width_digits_are_read():
    made = offered("重量", ["500", "２５０", "250 克", "500克", "1000 克"] * 8)
    assert ["500", "250", "250", "500", "1000"] * 8 in made


def test_a_percentage_may_be_a_share_where_it_is_a_hundred_times_the_rest():
    made = offered("rate", ["0.05", "0.06", "0.07", "5.0%", "0.05"] * 8)
    assert ["0.05", "0.06", "0.07", "0.05", "0.05"] * 8 in made


def test_zeros_that_a_spreadsheet_dropped_are_put_back_where_all_numbers_are_of_one_length():
    made = offered("zip", ["07101", "02903", "98101", "75203", "7,101.00", "48900.0"] * 8)
    assert ["07101", "02903", "98101", "75203", "07101", "48900"] * 8 in made


def test_two_units_are_never_dropped_as_if_they_were_one():
    snapshot, profile = table({"size": ["1 kg", "500 g", "1.0 kg", "250 g."] * 10})
    for question in convention_questions(snapshot, profile):
        for option in question.options:
            for fix in option.fixes:
                assert any(unit in fix.changes[0].after for unit in ("kg", "g"))


@pytest.mark.parametrize(
    ("text", "thousands", "parts"),
    [
        ("1,299.00", True, ("1299", "00")),
        ("1.299,00", True, ("1299", "00")),
        ("1,299", True, ("1299", "")),
        ("1,299", False, ("1", "299")),
        ("83,23", True, ("83", "23")),
        ("0,123", True, ("0", "123")),
        ("1.2.3", True, None),
    ],
)
def test_numbers_are_split_by_their_signs(text, thousands, parts):
    assert split_number(text, thousands=thousands) == parts


def test_dates_of_a_sign_that_is_settled_have_one_reading():
    values = ["2024-01-31", "2024-02-29", "01/31/2024", "05/25/2024", "11/30/2023", "05/04/2024"]
    made = offered("day", [*values, "2024-03-05"] * 6)
    iso = ["2024-01-31", "2024-02-29", "2024-01-31", "2024-05-25", "2023-11-30", "2024-05-04"]
    assert [*iso, "2024-03-05"] * 6 in made


def test_dates_that_do_not_tell_are_offered_both_ways():
    made = offered("day", ["2024-01-31", "2024-02-29", "05/04/2024", "2024年1月5日"] * 6)
    assert ["2024-01-31", "2024-02-29", "2024-05-04", "2024-01-05"] * 6 in made or [
        "2024-01-31", "2024-02-29", "2024-04-05", "2024-01-05"] * 6 in made  # fmt: skip
    months = {m[2] for m in made}
    assert {"2024-05-04", "2024-04-05"} <= months


def test_a_text_that_is_no_date_has_no_reading():
    assert readings("3347938701") == {} and readings("item 2024") == {}
    assert len(readings("05/04/2024")) == 2


def test_words_are_written_as_they_mostly_are():
    good = ["IL_ser-3", "TX_ret-10", "Journal of Eco Studies", "IL_ser-3", "TX_ret-10"] * 6
    made = offered("code", [*good, "il_SER-3", "jOURNAL OF eCO sTUDIES"])
    assert [*good, "IL_ser-3", "Journal of Eco Studies"] in made


def test_options_that_no_example_tells_apart_are_not_offered_twice():
    snapshot, profile = table({"abv": ["0.05", "0.06", "0.05%", "0.07", "0.061%"] * 10})
    (question,) = convention_questions(snapshot, profile)
    columns = list(zip(*(example.after for example in question.examples), strict=True))
    assert len(set(columns[:-1])) == len(columns) - 1
    assert all(len(example.after) == len(question.options) for example in question.examples)


def test_the_same_column_asks_the_same_question():
    columns = {"abv": ["0.05", "0.06", "0.05%", "0.07", "0.061%"] * 10}
    ids = [next(convention_questions(*table(columns))).id for _ in range(2)]
    assert ids[0] == ids[1]


def test_a_column_written_in_one_way_asks_nothing():
    snapshot, profile = table({"n": [str(n) for n in range(40)], "name": ["Anna", "Bo"] * 20})
    assert list(convention_questions(snapshot, profile)) == []
    assert ColumnValues(snapshot, "n").codes.values
