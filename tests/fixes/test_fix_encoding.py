import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.engine import Snapshot
from steward.fixes.corrector import Corrector
from steward.fixes.encoding import (
    REPAIRS,
    EncodingRepair,
    mend_control,
    mend_entities,
    mend_mojibake,
    mend_width,
)
from steward.profile import profile_table
from steward.types import Fix, Safety


def propose(corrector: Corrector, columns: dict[str, list[str | None]]) -> list[Fix]:
    snapshot = Snapshot.from_columns("items", columns)
    return list(corrector.propose(snapshot, profile_table(snapshot)))


def mapped(fixes: list[Fix]) -> dict[str | None, str | None]:
    return {fix.changes[0].before: fix.changes[0].after for fix in fixes}


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        ("cafÃ©", "café"),
        ("鍗庝负鎵嬫満", "华为手机"),
        ("»ªÎªÊÖ»ú", "华为手机"),
    ],
)
def test_mojibake_is_read_again_in_its_own_encoding(damaged: str, mended: str) -> None:
    assert mend_mojibake(damaged) == mended


@pytest.mark.parametrize(
    "text",
    ["华为手机", "é à la crème", "Müller Größe", "naïve", "ｱｲｳ", "10 ㎡ ² ™", "日本語テキスト"],
)
def test_text_that_is_fine_stays_as_it_is(text: str) -> None:
    for repair in REPAIRS:
        assert repair.mend(text) == text


@pytest.mark.parametrize(
    ("wide", "plain"),
    [
        ("ＡＢＣ－１２３", "ABC-123"),
        ("华为 Ｐ３０（黑色）", "华为 P30（黑色）"),
        ("容量２．５Ｌ", "容量2.5L"),
        ("iPhone\u00a012", "iPhone 12"),
    ],
)
def test_width_is_mended_but_chinese_punctuation_is_not(wide: str, plain: str) -> None:
    assert mend_width(wide) == plain


def test_invisible_characters_go_and_joiners_of_emoji_stay() -> None:
    assert mend_control("a\u200bb\ufeff") == "ab"
    assert mend_control("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"
    assert mend_control("gift \u2028box\t") == "gift box"


def test_only_complete_entities_are_decoded() -> None:
    assert mend_entities("Tom &amp;amp; Jerry &#39;s ?a=1&copy=2") == "Tom & Jerry 's ?a=1&copy=2"


def test_a_break_inside_a_known_word_is_dropped_and_else_becomes_a_space() -> None:
    titles = ["loud speaker", "sp\teaker", "red\tshirt", "red shirt", "blue shirt", "x"]
    found = mapped(propose(EncodingRepair(), {"title": titles}))
    assert found == {"sp\teaker": "speaker", "red\tshirt": "red shirt"}


def test_full_width_as_the_rule_of_a_column_is_only_shown() -> None:
    fixes = propose(EncodingRepair(), {"code": [f"Ａ{n}" for n in range(20)]})
    assert fixes
    assert {fix.safety for fix in fixes} == {Safety.DISPLAY}


def test_markup_keeps_its_entities() -> None:
    column = [f"<p>Tom &amp; Jerry {n}</p>" for n in range(10)]
    assert propose(EncodingRepair(), {"description": column}) == []


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=30))
def test_plain_ascii_without_entities_never_changes(text: str) -> None:
    if "&" not in text:
        assert all(repair.mend(text) == text for repair in REPAIRS)


@given(st.text(max_size=30))
def test_mending_twice_changes_nothing_more_in_width_and_control(text: str) -> None:
    for mend in (mend_width, mend_control):
        assert mend(mend(text)) == mend(text)
