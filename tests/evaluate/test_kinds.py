"""Kinds of error as a person would name them."""

import numpy as np
import pytest

from steward.evaluate.kinds import KINDS, classify, kind_of


@pytest.mark.parametrize(
    ("dirty", "clean", "kind"),
    [
        ("", "Bend", "missing"),
        ("N/A", "0.05", "missing"),
        ("暂无", "0.05", "missing"),
        ("N/A", "", "disguised"),
        ("Bend", "", "surplus"),
        ("12.0 oz", "12", "format"),
        ("5.0%", "0.05", "format"),
        ("bend", "Bend", "format"),
        ("１２", "12", "format"),
        ("03/04/2021", "2021-04-03", "format"),
        ("1,299.00", "1299", "format"),
        ("Bend OR", "Bend", "affix"),
        ("Bedn", "Bend", "typo"),
        ("Bexd", "Bend", "typo"),
        ("杭洲市", "杭州市", "typo"),
        ("xxcxxton", "Princeton", "other"),
        ("å¹¿å·žå¸‚", "广州市", "mojibake"),
        ("Paris", "Bend", "other"),
    ],
)
def test_an_error_gets_the_name_a_person_would_give_it(dirty, clean, kind):
    assert kind_of(dirty, clean) == kind and kind in KINDS


def test_a_true_value_of_another_row_is_a_substitution():
    assert kind_of("Gary", "Bend", in_domain=True) == "substitution"


def test_two_columns_that_changed_places_are_a_swap():
    dirty = np.array([["b", "a", "c"], ["x", "y", "z"]], object)
    clean = np.array([["a", "b", "c"], ["x", "y", "q"]], object)
    kinds = classify(dirty, clean, dirty != clean)
    assert kinds.tolist() == [["swap", "swap", "none"], ["none", "none", "other"]]
