import random

import pytest
from planted import Columns, opened, written

from steward.fixes.typo import Typo
from steward.types import Fix, FixKind, Reason, Safety

BRANDS = ("Northwind", "Sunflower", "Bluewater", "Ironhorse", "Greenfield", "Marigold")


def proposed(columns: Columns) -> list[Fix]:
    return list(Typo().propose(*opened(columns)))


def filled(usual: list[str], odd: list[str], each: int = 30, name: str = "brand") -> Columns:
    """Established values and a few odd ones in an order of chance, and a row number."""
    values = [v for v in usual for _ in range(each)] + odd
    random.Random(1).shuffle(values)
    return {name: list(values), "n": [str(i * 7 % 1009) for i in range(len(values))]}


def mended(columns: Columns, name: str = "brand") -> dict[str | None, str | None]:
    return {
        f.changes[0].before: f.changes[0].after for f in proposed(columns) if f.columns == (name,)
    }


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("Northwimd", "Northwind"),
        ("Sunlower", "Sunflower"),
        ("Bluewwater", "Bluewater"),
        ("Irnohorse", "Ironhorse"),
        ("Northw1nd", "Northwind"),
    ],
    ids=["replaced", "dropped", "doubled", "exchanged", "digit for a letter"],
)
def test_a_misspelt_value_becomes_the_established_one_it_looks_like(slip: str, meant: str) -> None:
    assert mended(filled(list(BRANDS), [slip, slip])) == {slip: meant}


def test_all_rows_of_a_misspelt_value_are_one_fix_that_may_become_safe() -> None:
    columns = filled(list(BRANDS), ["Northwimd", "Northwimd"])
    (fix,) = proposed(columns)
    assert fix.kind is FixKind.MAPPING
    assert (fix.reason, fix.check, fix.safety) == (Reason.TYPO, "typo", Safety.SAFE)
    assert [columns["brand"][row - 1] for row in fix.rows] == ["Northwimd"] * 2


def test_the_query_of_the_evidence_shows_exactly_the_rows_that_are_mended() -> None:
    snapshot, profile = opened(filled(list(BRANDS), ["O'Northwind", "Marigodl"]))
    for fix in Typo().propose(snapshot, profile):
        assert tuple(snapshot.sql(fix.evidence.sql).column(0).to_pylist()) == fix.rows


def test_a_misspelt_word_is_mended_where_many_rows_have_the_form_of_the_result() -> None:
    usual = [f"{n} patients" for n in range(100, 160)]
    columns = filled(usual, ["619 paxients", "88 patiens"], 2, "sample")
    assert mended(columns, "sample") == {
        "619 paxients": "619 patients",
        "88 patiens": "88 patients",
    }


def test_a_word_stays_where_hardly_any_row_has_the_form_of_the_result() -> None:
    usual = [f"{n} patients" for n in range(100, 160)]
    columns = filled(usual, ["some paxients of ours"], 2, "sample")
    assert mended(columns, "sample") == {}


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        (["AB-1042", "AB-1077", "CX-2231", "CX-2278", "DZ-9001"], "AB-1043"),
        (["8:00 a.m.", "9:30 a.m.", "6:15 p.m."], "8:00 p.m."),
        (["opens a.m.", "closes midnight"], "opens p.m."),
        (["Shirt S", "Shirt M", "Shirt XL", "Shirt XXL"], "Shirt L"),
        (["1200 ml", "1500 ml", "2000 ml", "2500 ml"], "1300 ml"),
        (["Model 2019", "Model 2020", "Model 2021"], "Model 2018"),
        (["red", "blue", "green", "black"], "rad"),
        (["红色", "蓝色", "绿色", "黑色"], "白色"),
        (["不锈钢电水壶", "玻璃电水壶", "陶瓷茶壶套装"], "塑料电水壶"),
    ],
    ids=["codes", "a.m. and p.m.", "one letter by itself", "sizes", "quantities", "years",
         "short words", "colours in Chinese", "products in Chinese"],
)  # fmt: skip
def test_what_differs_on_purpose_is_no_slip(usual: list[str], odd: str) -> None:
    assert mended(filled(usual, [odd])) == {}


def test_nothing_is_mended_where_two_established_values_are_as_near() -> None:
    assert mended(filled(["Martina", "Martino", "Northwind", "Sunflower"], ["Martinx"])) == {}


def test_columns_whose_values_look_alike_are_refused() -> None:
    names = [f"Anders{a}n{b}" for a in "aeiou" for b in ("", "s", "e")]
    assert mended(filled(names, ["Andersxn"], 8)) == {}


def test_words_are_refused_where_established_words_look_alike() -> None:
    usual = [f"{n} {word}" for n in range(100, 160) for word in ("boxes", "foxes")]
    assert mended(filled(usual, ["619 boxxes"], 2, "sample"), "sample") == {}
    one = [f"{n} boxes" for n in range(100, 160)]
    assert mended(filled(one, ["619 boxxes"], 2, "sample"), "sample") == {"619 boxxes": "619 boxes"}


def test_a_value_that_comes_often_is_no_slip() -> None:
    assert mended(filled(list(BRANDS), ["Northwimd"] * 8)) == {}


def test_blanks_and_words_for_nothing_are_not_mended() -> None:
    columns = filled(["Nones", "Northwind", "Sunflower"], ["", " ", "none", "none"])
    assert not {before for before in mended(columns) if not (before or "").strip()}
    assert "none" not in mended(columns)


@pytest.mark.parametrize("values", [[], ["Northwind"], [None] * 40, ["Northwind"] * 40, ["", " "]])
def test_columns_that_tell_nothing_are_left_alone(values: list[str | None]) -> None:
    assert proposed({"brand": values}) == []


def test_keys_are_left_alone() -> None:
    keys: list[str | None] = [f"Northwind{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(80)]
    assert proposed({"id": keys}) == []


def test_a_long_chinese_value_with_one_wrong_character_is_mended() -> None:
    usual = ["北京朝阳科技有限公司", "上海浦东贸易有限公司", "广州天河食品有限公司"]
    columns = filled(usual, ["北京朝阳科枝有限公司"])
    assert mended(columns) == {"北京朝阳科枝有限公司": "北京朝阳科技有限公司"}


def test_the_same_table_gets_the_same_fixes_and_other_rows_first_change_nothing() -> None:
    columns = filled(list(BRANDS), ["Northwimd", "Sunlower"])
    turned = {name: values[::-1] for name, values in columns.items()}
    assert proposed(columns) == proposed(columns)
    rows = len(columns["brand"])
    back = {(c, rows + 1 - r): v for (c, r), v in written(proposed(turned)).items()}
    assert back == written(proposed(columns))
