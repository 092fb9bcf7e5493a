from hypothesis import given
from hypothesis import strategies as st

from steward.engine import Snapshot
from steward.fixes.amounts import take_apart
from steward.fixes.corrector import Corrector
from steward.fixes.dates import DateFormat
from steward.fixes.formats import BooleanFormat, MaskFormat, fill, mask
from steward.fixes.money import MoneyFormat
from steward.fixes.units import UnitFormat
from steward.profile import profile_table
from steward.types import Fix, Safety


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


def mapped(fixes: list[Fix]) -> dict[str | None, str | None]:
    return {fix.changes[0].before: fix.changes[0].after for fix in fixes}


OUNCES = [f"{n}.0 oz" for n in range(1, 91)]


def test_a_rare_spelling_of_a_unit_takes_the_dominant_form() -> None:
    fixes = propose(UnitFormat(), {"size": [*OUNCES, "12.0 OZ.", "16.0oz"]})
    assert mapped(fixes) == {"12.0 OZ.": "12.0 oz", "16.0oz": "16.0 oz"}
    assert all(fix.safety is Safety.SAFE for fix in fixes)


def test_a_consistent_column_is_never_reformatted() -> None:
    assert propose(UnitFormat(), {"size": [f"{n}.0 OZ." for n in range(50)]}) == []


def test_no_dominant_form_is_a_question_with_both_options_and_their_counts() -> None:
    halves = [f"{n}.0 oz" for n in range(1, 41)] + [f"{n}.0 ounce" for n in range(1, 36)]
    fixes = propose(UnitFormat(), {"size": halves})
    assert {fix.safety for fix in fixes} == {Safety.DISPLAY}
    assert "'# oz' 40 rows" in fixes[0].evidence.text
    assert "'# ounce' 35 rows" in fixes[0].evidence.text
    assert "bare '1'" in fixes[0].evidence.text


def test_units_are_never_converted() -> None:
    weights = [f"{n} g" for n in range(100, 190)] + ["1 kg"]
    assert propose(UnitFormat(), {"weight": weights}) == []


def test_what_binary_fractions_leave_behind_is_rounded_off() -> None:
    abv = [f"0.0{n}" for n in range(10, 90)] + ["0.055999999999999994"]
    assert mapped(propose(UnitFormat(), {"abv": abv})) == {"0.055999999999999994": "0.056"}


def test_a_unit_that_only_some_rows_have_needs_a_person() -> None:
    abv = [f"0.0{n}" for n in range(10, 90)] * 2 + ["0.045%", "0.061%", "0.052%"]
    fixes = propose(UnitFormat(), {"abv": abv})
    assert mapped(fixes)["0.045%"] == "0.045"
    assert {fix.safety for fix in fixes} == {Safety.UNSAFE}


def test_words_after_an_amount_go_only_if_a_person_agrees() -> None:
    fixes = propose(UnitFormat(), {"size": [*OUNCES, "12.0 oz. Silo Can", "16.0 oz Alumi-Tek"]})
    assert mapped(fixes)["16.0 oz Alumi-Tek"] == "16.0 oz"
    assert {fix.safety for fix in fixes} == {Safety.UNSAFE}


def test_a_price_takes_the_form_of_its_column_and_keeps_its_currency() -> None:
    prices = [f"${n},299.00" for n in range(1, 90)]
    fixes = propose(MoneyFormat(), {"price": [*prices, "1234.50 USD"]})
    assert mapped(fixes) == {"1234.50 USD": "$1,234.50"}


def test_zeros_are_not_added_to_a_price_unseen() -> None:
    prices = [f"{n}.99" for n in range(10, 100)]
    columns = {"price": [*prices, "1299"], "list_price": [f"{n}.49" for n in range(20, 111)]}
    fixes = [fix for fix in propose(MoneyFormat(), columns) if fix.changes[0].before == "1299"]
    assert all(fix.safety is Safety.UNSAFE for fix in fixes)


def test_a_currency_sign_goes_only_where_a_column_says_the_currency() -> None:
    prices = [f"{n}.99" for n in range(10, 99)] + ["€45.50"]
    columns = {"price": prices, "currency": ["USD"] * 60 + ["EUR"] * 30}
    (fix,) = propose(MoneyFormat(), columns)
    assert (fix.changes[0].after, fix.safety) == ("45.50", Safety.SAFE)
    (alone,) = propose(MoneyFormat(), {"price": prices})
    assert alone.safety is Safety.UNSAFE


def test_dates_take_the_dominant_form() -> None:
    days = [f"2024-03-{n:02d}" for n in range(1, 29)] * 3
    fixes = propose(DateFormat(), {"day": [*days, "2024年3月5日", "2024/3/9", "25/03/2024"]})
    assert mapped(fixes) == {
        "2024年3月5日": "2024-03-05",
        "2024/3/9": "2024-03-09",
        "25/03/2024": "2024-03-25",
    }


def test_an_ambiguous_date_stays_until_the_others_settle_its_order() -> None:
    days = [f"2024-03-{n:02d}" for n in range(1, 29)] * 5
    assert "03/04/2024" not in mapped(propose(DateFormat(), {"day": [*days, "03/04/2024"]}))
    settled = [f"{n}/04/2024" for n in range(13, 28)]
    fixes = propose(DateFormat(), {"day": [*days, *settled, "03/04/2024"]})
    assert mapped(fixes)["03/04/2024"] == "2024-04-03"
    (fix,) = [fix for fix in fixes if fix.changes[0].before == "03/04/2024"]
    assert fix.safety is Safety.UNSAFE


def test_words_for_true_and_false_take_the_dominant_pair() -> None:
    stock = ["yes", "no"] * 50 + ["Y", "N", "是"]
    found = mapped(propose(BooleanFormat(), {"in_stock": stock}))
    assert found == {"Y": "yes", "N": "no", "是": "yes"}


def test_a_phone_number_takes_the_mask_of_its_column() -> None:
    phones = [f"334-793-{n:04d}" for n in range(1000, 1095)] + ["3347938701"]
    assert mapped(propose(MaskFormat(), {"phone": phones})) == {"3347938701": "334-793-8701"}


@given(st.from_regex(r"[A-Z]{2}-[0-9]{4}/[A-Z]", fullmatch=True))
def test_a_mask_filled_with_its_own_characters_is_the_text(text: str) -> None:
    assert fill(mask(text), [c for c in text if c.isalnum()]) == text


@given(st.integers(0, 10**7), st.integers(0, 999), st.sampled_from(["$#", "# oz", "#kg", "US$ #"]))
def test_an_amount_taken_apart_writes_back_as_it_was(whole: int, cents: int, form: str) -> None:
    text = form.replace("#", f"{whole:,}.{cents:03d}")
    written = take_apart(text, None)
    assert written is not None
    assert written.text() == text
