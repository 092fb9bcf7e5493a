"""What counts as said by the tools, in English and Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from steward.agent.evidence import Evidence, gathered
from steward.agent.grounding import check, marked
from steward.agent.numerals import han_value, read

RESULT = {
    "summary": '412 of 12,345 rows of "brand" of "items" are affected: supplier S04.',
    "data": {
        "share": 0.0334,
        "lift": 3.25,
        "since": {"at": "2024-03-14T09:30:00Z", "source": "items_2024-03.csv", "batch": 4},
        "values": ["跑步鞋", "N/A", "red"],
        "pct": 41.7,
        "left": 0,
    },
    "refs": [{"shows": "rows", "value": 412, "sql": "select 777 from items"}],
}


@pytest.fixture(scope="module")
def known() -> Evidence:
    return gathered(
        [RESULT, {"asked": {"limit": 20}}], [1, 2], ["items", "brand", "品牌", "unit_price"]
    )


SUPPORTED = [
    "412 rows of 12,345 lack a brand [1].",
    "有 412 行缺少品牌 [1][2]。",
    "12345 rows; 1.2万行; about 12,000 rows; roughly 400 rows; 约 1.2 万行",
    "一万二千三百四十五行",
    "四百一十二行",
    "3.34 % of the rows, or 3.3%, or about 3 percent",
    "百分之三点三四; 占 3.34％",
    "41.7 % of them; 42 % of them",
    "the lift is 3.25, or 3.3 times",
    "412 of 12,345 rows (3.3 %) are affected",
    "since 2024-03-14; since March 2024; since 14 March; on March 14, 2024",
    "自2024年3月14日起; 自 3 月起; 3月14日",
    "at 2024-03-14T09:30:00Z",
    "in 2024",
    "supplier S04 in `items_2024-03.csv`, column “brand”, '跑步鞋', \"N/A\" and 「跑步鞋」",
    "批次 4，品牌 列，unit_price 列",
    "1. First this\n2. Then that\n3) And the 3rd thing, 第三步",
    "Three values: 跑步鞋, N/A, red.",
    "０ rows are left; 412 行",
    "It's the suppliers' fault; don't worry.",
    "Top 20 rows.",
    "Fix f412 is proposed; undo c4 takes it back.",
    "Run `steward fix --table items`.",
    "items_2024-03.csv中没有一行缺少brand，unit_price列也没有",
    "供应商S04的412行，第 412 行，第412行",
    "Say “apply them”, or reply: 'no'. 说“应用”即可。",
    "items.unit_price and items.brand",
]  # fmt: skip


@pytest.mark.parametrize("answer", SUPPORTED)
def test_what_a_result_holds_is_supported(known: Evidence, answer: str) -> None:
    assert check(answer, known) == []


UNSUPPORTED = [
    ("413 rows lack a brand", ["413"]),
    ("777 rows, as the query says", ["777"]),
    ("there are 413 行", ["413"]),
    ("四百一十三行缺少品牌", ["四百一十三"]),
    ("占百分之四", ["百分之四"]),
    ("三成的行", ["三成"]),
    ("42.5 % of them", ["42.5 %"]),
    ("412 % of them", ["412 %"]),
    ("the lift is 3.2", []),
    ("the lift is 3.4", ["3.4"]),
    ("about 9,000 rows", ["9,000"]),
    ("1.3万行", ["1.3万"]),
    ("since 2024-03-15", ["2024-03-15"]),
    ("since April 2024", ["April 2024"]),
    ("自2024年4月起", ["2024年4月"]),
    ("since 2023", ["2023"]),
    ("supplier S05", ["S05"]),
    ("the value “blue”", ["“blue”"]),
    ("column `colour`", ["`colour`"]),
    ("column brand_name", ["brand_name"]),
    ("supplier “S0”", ["“S0”"]),
    ("items.colour_id is empty", ["items.colour_id"]),
    ("第 1398 行", ["1398"]),
    ("fix f99", ["f99"]),
    ("ITM_MST_2023-11.csv中", ["ITM_MST_2023-11.csv"]),
    ("colour 列", ["colour"]),
    ("值为「蓝色」", ["「蓝色」"]),
    ("412 rows [7]", ["[7]"]),
    ("Seven suppliers are affected", ["Seven"]),
    ("Run `steward apply 99`.", ["99"]),
    ("100 of 412 rows (24 %)", ["100", "24 %"]),
]


@pytest.mark.parametrize(("answer", "wrong"), UNSUPPORTED)
def test_what_no_result_holds_is_found(known: Evidence, answer: str, wrong: list[str]) -> None:
    assert [one.text for one in check(answer, known)] == wrong


def test_words_of_the_question_may_be_quoted(known: Evidence) -> None:
    assert check("I do not know “colour”.", known, "why is colour null?") == []
    assert check("43 rows", known, "is it 43 rows?") != [], "but a number is no word"


def test_a_mark_stands_behind_each_part_and_is_explained(known: Evidence) -> None:
    answer = "413 rows since 2023 [1]"
    shown = marked(answer, check(answer, known), "⚠ not found in this run's results")
    assert shown == "413 ⚠ rows since 2023 ⚠ [1]\n⚠ not found in this run's results: 413; 2023"


@given(some.integers(0, 10**8))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    for text in (f"{number}", f"{number:,}", f"there are {number:,} rows.", f"共{number}行"):
        (found,), _ = read(text)
        assert found.value == number
        assert text[found.start : found.end].replace(",", "") == str(number)


@given(some.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    numbers, days = read(text)
    assert all(0 <= one.start < one.end <= len(text) for one in [*numbers, *days])
    check(text, gathered([], [], []))


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("三百零五", 305), ("两万", 20000), ("二〇二四", 2024),
     ("一万二千三百四十五", 12345), ("三亿零五万", 300050000)],
)  # fmt: skip
def test_chinese_numerals(text: str, value: int) -> None:
    assert han_value(text) == value
