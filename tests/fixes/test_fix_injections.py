from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.fixes.injections import ANOTHER_ROW, INJECTIONS, PAIRED
from steward.fixes.registry import CORRECTORS
from steward.profile.parse import parse_date, parse_money, parse_quantity

EXAMPLES = {
    "typo": "walnut",
    "missing": "walnut",
    "disguised_missing": "",
    "white_space": "walnut tree",
    "case": "Walnut",
    "mojibake": "Café",
    "width": "AB12",
    "control_character": "walnut",
    "homoglyph": "copper cable",
    "html_entity": "A & B",
    "stray_signs": "O'Brien",
    "money_format": "$1,299.00",
    "unit_format": "12.0 oz",
    "date_format": "2024-03-05",
    "boolean_format": "yes",
    "mask_format": "334-793-8701",
}
UNTOUCHED = {
    "typo": "x",
    "case": "12-34",
    "mojibake": "plain",
    "width": "中文",
    "html_entity": "plain",
    "money_format": "walnut",
    "unit_format": "12",
    "date_format": "walnut",
    "boolean_format": "maybe",
    "mask_format": "3347938701",
    "disguised_missing": "walnut",
}


def damaged(kind: str, text: str, seed: int) -> str | None:
    return INJECTIONS[kind](np.random.default_rng(seed), text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(INJECTIONS)), st.text(max_size=20), st.integers(0, 99))
def test_damage_either_changes_a_text_or_says_that_it_cannot(
    kind: str, text: str, seed: int
) -> None:
    after = damaged(kind, text, seed)
    assert after is None or isinstance(after, str)
    # The backtest empties filled cells and fills empty ones, never the other way round.
    if after is not None and text:
        assert after != text


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(INJECTIONS)), st.text(max_size=20), st.integers(0, 99))
def test_damage_is_the_same_for_a_seed(kind: str, text: str, seed: int) -> None:
    assert damaged(kind, text, seed) == damaged(kind, text, seed)


@pytest.mark.parametrize("kind", sorted(INJECTIONS))
def test_every_kind_damages_what_it_is_made_for_and_depends_on_the_seed(kind: str) -> None:
    found = [damaged(kind, EXAMPLES[kind], seed) for seed in range(20)]
    assert any(text is not None and text != EXAMPLES[kind] for text in found)
    if kind not in ("missing", "mojibake", "html_entity", "stray_signs", "width"):
        assert len(set(found)) > 1


@pytest.mark.parametrize("kind", sorted(UNTOUCHED))
def test_damage_that_cannot_happen_to_a_text_does_not(kind: str) -> None:
    assert {damaged(kind, UNTOUCHED[kind], seed) for seed in range(20)} == {None}


@pytest.mark.parametrize("text", ["$1,299.00", "1299", "¥88.50", "€1.005", "12 USD"])
def test_a_price_written_otherwise_is_the_same_price(text: str) -> None:
    was = parse_money(text)
    assert was is not None
    for seed in range(30):
        after = damaged("money_format", text, seed)
        read = None if after is None else parse_money(after)
        assert after is None or (read is not None and read.amount == was.amount), after


@pytest.mark.parametrize("text", ["12.0 oz", "12 oz", "12.25 oz", "0.5 kg", "500 ml"])
def test_a_quantity_written_otherwise_is_the_same_quantity(text: str) -> None:
    was = parse_quantity(text)
    assert was is not None
    for seed in range(30):
        after = damaged("unit_format", text, seed)
        read = None if after is None else parse_quantity(after)
        assert after is None or read is not None
        if read is not None:
            assert Decimal(read.amount) == Decimal(was.amount), after
            assert (read.unit or "").casefold() == (was.unit or "").casefold()


def test_a_day_written_otherwise_is_the_same_day() -> None:
    was = parse_date("2024-03-25")
    assert was is not None
    for seed in range(30):
        after = damaged("date_format", "2024-03-25", seed)
        read = None if after is None else parse_date(after)
        assert after is None or (read is not None and read.date == was.date), after


def test_a_typo_is_one_slip() -> None:
    from rapidfuzz.distance import OSA

    for seed in range(60):
        after = damaged("typo", "红色walnut tree", seed)
        assert after is None or OSA.distance("红色walnut tree", after) == 1


@pytest.mark.parametrize("kind", sorted(PAIRED))
def test_paired_damage_changes_both_columns_or_joins_them(kind: str) -> None:
    left, right = PAIRED[kind]("San Francisco", "CA")
    assert left != "San Francisco"
    assert right != "CA"
    assert "CA" in left


def test_correctors_claim_kinds_of_damage_that_exist_or_say_that_they_have_none() -> None:
    claimed = {kind for corrector in CORRECTORS for kind in corrector.injections}
    # Nothing is safe that was not measured, so an unknown kind only ever makes a fix unsafe.
    unknown = claimed - set(INJECTIONS) - set(PAIRED) - {ANOTHER_ROW}
    for corrector in CORRECTORS:
        if set(corrector.injections) & unknown:
            assert set(corrector.injections) <= unknown, corrector.name
