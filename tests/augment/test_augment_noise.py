"""Noise without a model: what each kind does, that it repeats, and that numbers stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.augment.guard import amounts
from steward.augment.noise import KINDS, mine, vary
from steward.augment.slips import edit_of, mine_slips
from steward.augment.synonyms import from_columns, from_queries
from steward.errors import UsageError

TEXTS = [
    *["red running shoe 42", "wireless charger 64 gb", "手机壳 红色", "显示器 27英寸 500毫升"] * 12,
    *["wireles charger", "洗衣液 500ml", "phone 64gb", "tablet 64gb", "disk 64gb"],
    *["洗衣液 2瓶 500ml", "soap 500ml", "soap 27英寸", "clean 先示器", "note", "book", "notebook"],
]
MINED = mine(TEXTS)


def texts(method: str, text: str, count: int = 12) -> set[str]:
    return {made.text for made in vary([(1, text)], MINED, method=method, count=count)}


def test_a_rare_word_one_edit_from_a_frequent_one_is_its_slip() -> None:
    found = mine_slips([*["wireless charger"] * 40, "wirless charger", "wireless chargers"])
    assert found.of == {"wireless": ("wirless",)}  # a plural is grammar
    assert found.edits == {("delete", "e", ""): 1}


@pytest.mark.parametrize(
    ("right", "wrong", "edit"),
    [
        ("shoe", "sheo", ("transpose", "o", "e")),
        ("shoe", "shoo", ("replace", "e", "o")),
        ("shoe", "shoee", ("insert", "e", "e")),
        ("shoe", "she", ("delete", "o", "")),
        ("shoe", "hat", None),
    ],
)
def test_the_edit_between_two_words(
    right: str, wrong: str, edit: tuple[str, str, str] | None
) -> None:
    assert edit_of(right, wrong) == edit


def test_units_are_written_as_the_shop_writes_them() -> None:
    assert texts("unit", "phone 64gb") == {"phone 64 gb", "phone 64GB", "phone 64 GB"}
    assert "洗衣液 500毫升" in texts("unit", "洗衣液 500ml")
    assert texts("unit", "5g phone") == set()  # nobody here weighs in grammes


def test_chinese_is_mistyped_by_sound_shape_script_and_width() -> None:
    assert texts("homophone", "显示器") == {"先示器"}
    assert "日色" not in texts("shape", "白色") and texts("shape", "白色") == {"自色"}
    assert texts("script", "红色手机壳") == {"紅色手機殼"}
    assert texts("width", "手机 64GB") == {"手机 ６４ＧＢ"}


def test_words_are_joined_parted_and_exchanged() -> None:
    assert texts("spacing", "notebook") == {"note book"}
    assert "runningshoe" in texts("spacing", "running shoe")
    assert texts("order", "disk 64 gb") == {"64 gb disk"}


def test_synonyms_are_what_people_exchange_and_what_two_columns_pair() -> None:
    grades = {
        f"{word} {more}": {item: 1.0 for item in items}
        for more, items in (("red", ("a", "b")), ("blue", ("c", "d")))
        for word in ("sofa", "couch")
    } | {"chair red": {"x": 1.0}, "chair blue": {"y": 1.0}}
    assert from_queries(grades) == {"couch": ("sofa",), "sofa": ("couch",)}
    paired = from_columns(["red"] * 6 + ["blue"] * 6, ["红色"] * 6 + ["蓝色"] * 6)
    assert paired["red"] == ("红色",) and paired["蓝色"] == ("blue",)
    assert from_columns(["knife"] * 9, ["carbon"] * 9) == {}  # one script: no translation


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.sampled_from(sorted(KINDS)), st.integers(0, 5))
def test_noise_changes_a_text_and_repeats(text: str, method: str, seed: int) -> None:
    made = vary([(7, text)], MINED, method=method, seed=seed)
    assert (
        made == vary([(1, "other"), (7, text)], MINED, method=method, seed=seed)[-len(made) :]
        or not made
    )
    assert all(m.text != text and m.source == text and m.row == 7 for m in made)


def test_noise_leaves_numbers_alone() -> None:
    for source in ("wireless charger 64 gb", "显示器 27英寸 红色", "shoe 42 running 3 pack"):
        for made in vary([(1, source)], MINED, count=20):
            left = [number for number, _ in amounts(made.text)]
            assert left == [number for number, _ in amounts(source)] or made.method == "order"


def test_an_unknown_noise_names_those_that_are_there() -> None:
    with pytest.raises(UsageError, match="no noise"):
        vary([(1, "a")], MINED, method="loud")
