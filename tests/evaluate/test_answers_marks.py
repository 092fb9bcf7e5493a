"""The rules that mark an answer: numbers, causes, suppliers, months, references, honesty."""

import pytest

from steward.evaluate.grade import COMMANDS, HELPFUL, cited
from steward.evaluate.grade_claims import (
    cause_mark,
    has_mark,
    onset_mark,
    said,
    supplier_mark,
)
from steward.evaluate.grade_numbers import numbers_of, stated, unsupported

MONTHS = ("2024-03", "2024-04", "2024-05", "2024-06", "2024-07")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,234 of 10000 rows", [1234, 10000]),
        ("12.5 % and 42% and ７％", [0.125, 0.42, 0.07]),
        ("百分之12.5，共 1.2万 行", [0.125, 12000]),
        ("[3] since 2024-04, batch 4, S04, `limit 50`, items_2024-04.csv", []),
        ("2024 年 4 月起，第 4 批，48 行", [48]),
        ("1. first\n2. second: 17", [17]),
        ("between -3 and 5", [-3, 5]),
        ("GBP 22.90 (2), I00000012, v1.2.3", [22.9, 2]),
        ("共48行，占2.7%", [48, 0.027]),
    ],
)
def test_numbers_are_read_as_people_write_them(text, values):
    assert [one.value for one in stated(text)] == pytest.approx(values)


@pytest.mark.parametrize(
    ("text", "true", "same"),
    [
        ("5.1 %", 0.0513, True),
        ("5.1 %", 0.0517, False),
        ("5 %", 0.0513, True),
        ("1.2万", 12_345, True),
        ("1,234", 1234, True),
        ("1,234", 1235, False),
        ("42 %", 42.0, True),
    ],
)
def test_a_number_stands_for_what_rounds_to_it(text, true, same):
    assert stated(text)[0].is_(true) is same


def test_a_number_that_no_result_holds_is_unsupported_but_a_share_of_two_is_not():
    known = numbers_of({"rows": 1500, "nulls": 48, "text": "batch of 265 rows"})
    assert unsupported("48 of 1,500 rows (3.2 %), 265 again, 77 lost, 3 ways", list(known)) == [
        "77"
    ]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("S04 renamed its categories, so nothing joins.", "renamed"),
        ("29 names changed, and the join finds none.", "renamed"),
        ("这家供应商的类目改名了", "renamed"),
        ("The names arrive in full-width letters.", "full_width"),
        ("名称是全角字符，关联不到", "full_width"),
        ("S04 writes them in another language now.", "language"),
        ("供应商改用英文填写类目", "language"),
        ("It is mojibake: a wrong encoding.", "encoding"),
        ("文本是乱码", "encoding"),
        ("S04 stopped sending the category.", "dropped"),
        ("供应商不再提供该列", "dropped"),
        ("The unit was written into the same cell as the weight.", "merged"),
        ("重量和单位合并在同一列", "merged"),
        ("This is normal: books have no such attribute.", "natural"),
        ("该类目本来就没有这个属性", "natural"),
        ("It is not an encoding problem; the names were renamed.", "renamed"),
        ("Not the cause: wrong encoding.\nThe names are in full-width form.", "full_width"),
        ("不是编码问题，是改名了", "renamed"),
    ],
)
def test_the_first_cause_that_is_not_denied_is_the_claim(text, cause):
    assert cause_mark(text, "nulls", cause) == 1
    other = "encoding" if cause != "encoding" else "renamed"
    assert cause_mark(text, "nulls", other) == -1


def test_no_cause_is_no_claim():
    assert cause_mark("48 of 1,500 rows have no category.", "nulls", "renamed") == 0


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("It was S04.", 1),
        ("S04, and a little S05", 1),
        ("S05, and a little S04", -1),
        ("S04: 66 of 66, S01: 0, S02: 0, S03: 0, S05: 0", 1),
        ("nobody", 0),
        ("Ruled out: S05.\nS04 did it.", 1),
    ],
)
def test_the_supplier_is_the_first_that_is_named(text, mark):
    assert supplier_mark(text, "S04") == mark


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("since 2024-05-28", 1),
        ("since May 2024", 1),
        ("自 2024 年 5 月起", 1),
        ("from batch 3 on", 1),
        ("从第 3 批开始", 1),
        ("since 2024-06", -1),
        ("since batch 5", -1),
        ("0 % in 2024-04, all of them from 2024-05", 1),
        ("2024-03 2024-04 2024-05 2024-06 2024-07", -1),
        ("some time ago", 0),
    ],
)
def test_the_onset_is_a_month_or_the_number_of_its_delivery(text, mark):
    assert onset_mark(text, "2024-05", (3,), MONTHS) == mark


@pytest.mark.parametrize(
    "text", ["brand has no missing values.", "brand 没有缺失", "All of them are filled: complete."]
)
def test_health_is_said_in_either_language(text):
    assert has_mark(text, "healthy") and not has_mark("48 rows lack it", "healthy")


def test_references_are_read_in_groups_and_lines_of_denial_are_left_out():
    assert cited("so [1], and [2, 3] and 【4】［5］ [1]") == [1, 2, 3, 5]
    assert "S05" not in said("Not the cause: S05\nbut S04")


def test_the_commands_that_count_are_those_of_the_program():
    from steward.cli.app import GROUPS, VERBS

    there = {module.__name__.rpartition(".")[2] for module in (*VERBS, *GROUPS)}
    assert there - {"chat"} == COMMANDS - {"chat"}, "name the command in steward/evaluate/grade.py"
    assert HELPFUL <= COMMANDS
