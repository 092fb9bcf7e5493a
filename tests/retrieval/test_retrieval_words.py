"""Words that a search matches, in Chinese and English."""

import pytest

pytest.importorskip("jieba")

from steward.retrieval.words import words_of


def test_a_plural_meets_its_singular() -> None:
    assert words_of("Running Shoes") == words_of("running shoe")


def test_chinese_is_cut_into_words_and_the_words_inside_them() -> None:
    assert {"电热", "水壶", "电热水壶"} & set(words_of("苏泊尔电热水壶"))
    assert len(words_of("苏泊尔电热水壶")) > 1


def test_full_width_letters_and_digits_are_the_same_words() -> None:
    assert words_of("ＵＳＢ １２８") == words_of("usb 128")


@pytest.mark.parametrize("text", ["64gb", "64 GB", "64GB"])
def test_a_number_and_its_unit_are_found_apart_and_together(text: str) -> None:
    assert {"64", "gb"} <= set(words_of(text))


def test_signs_alone_are_no_words() -> None:
    assert words_of("—— / … _") == []
