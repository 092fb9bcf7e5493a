import re
from dataclasses import replace

from steward.engine import Snapshot
from steward.profile import profile_table
from steward.report.columns import profile_parts
from steward.report.figures import figure, percent
from steward.report.profile_html import render_html
from steward.report.profile_words import WORDS
from steward.types import Issue, Reason, Shift


def make(columns):
    return profile_table(Snapshot.from_columns("items", columns))


SHOP = {
    "sku": [f"A{n:03d}" for n in range(60)],
    "price": [f"${n * n + 1}.50" for n in range(60)],
    "colour": (["red"] * 20 + ["blue"] * 20 + ["N/A"] * 20),
    "day": [f"2024-01-{n % 28 + 1:02d}" for n in range(60)],
}


def test_the_page_asks_nothing_of_the_network():
    page = render_html(make(SHOP))
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert not re.search(r"url\(|@import|https?://", page)


def test_the_page_is_made_for_phones_and_for_the_dark():
    page = render_html(make(SHOP))
    assert 'name="viewport" content="width=device-width' in page
    assert "prefers-color-scheme:dark" in page


def test_it_says_what_stands_out_in_plain_words():
    page = render_html(make(SHOP))
    assert "colour: 20 rows (33 %) hold N/A, which stands for nothing." in page
    assert "<svg" in page


def test_the_text_of_a_cell_is_never_markup():
    evil = "<script>alert(1)</script>"
    page = render_html(make({evil: [evil, "b"] * 5, "x": ['"><img src=x onerror=1>', "y"] * 5}))
    assert evil not in page
    assert "<img" not in page
    assert page.count("<script>") == 1


def test_issues_are_listed_with_the_worst_first():
    issues = [
        Issue("items", "mild", Reason.FORMAT, ("sku",), 9, 0.1, 0.1, "mild thing", "select 1"),
        Issue("items", "bad", Reason.DOMAIN, ("sku",), 3, 0.1, 0.9, "bad thing", "select 1"),
    ]
    page = render_html(make(SHOP), issues)
    assert 0 < page.index("bad thing") < page.index("mild thing")


def test_values_in_a_message_are_set_as_code_and_never_as_markup():
    said = "3 rows say `<b>` for `b`"
    issue = Issue("items", "typo", Reason.TYPO, ("sku",), 3, 0.1, 0.1, said, "select 1")
    assert "3 rows say <code>&lt;b&gt;</code> for <code>b</code>" in render_html(
        make(SHOP), [issue]
    )


def test_a_shift_of_dates_is_told_as_dates_and_of_shares_as_percentages():
    shifts = (
        Shift("day", "median", 2, 19737.0, 19768.0, 0.0),
        Shift("colour", "missing", 2, 0.0, 0.152, 0.0),
    )
    profile = replace(make(SHOP), shifts=shifts)
    for text in (render_html(profile), "\n".join(map(str, profile_parts(profile)))):
        assert "typical value from 2024-01-15 to 2024-02-15" in text
        assert "missing values from 0 % to 15 %" in text


def test_the_chinese_page_has_chinese_labels():
    page = render_html(make(SHOP), lang="zh")
    assert 'lang="zh-CN"' in page
    assert "质量得分" in page
    assert "Quality score" not in page


def test_every_word_has_its_twin_with_the_same_places():
    for key, (english, chinese) in WORDS.items():
        places = [sorted(re.findall(r"{(\w+)}", text)) for text in (english, chinese)]
        assert places[0] == places[1], key


def test_two_hundred_columns_stay_under_three_megabytes():
    wide = {f"column {n}": [f"value {n} {i} " * 8 for i in range(40)] for n in range(200)}
    page = render_html(make(wide))
    assert len(page.encode()) < 3_000_000
    assert page.count("<details") == 200
    assert page.index('class="index"') < page.index("<details")


def test_the_same_profile_gives_the_same_bytes():
    assert render_html(make(SHOP)) == render_html(make(SHOP))


def test_an_empty_table_has_a_page():
    assert "<h1>" in render_html(make({"a": []}))


def test_shares_and_numbers_read_well():
    assert [percent(x) for x in (0, 0.0004, 0.05, 0.17, 0.9995, 1)] == [
        "0 %", "< 0.1 %", "5 %", "17 %", "> 99.9 %", "100 %",
    ]  # fmt: skip
    assert [figure(x) for x in (1234567, 1234.567, 0.12345)] == ["1,234,567", "1,234.57", "0.1235"]
