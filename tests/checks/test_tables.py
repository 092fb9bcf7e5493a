"""Checks that compare columns and rows: what they find, and where they stay silent."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.checks import CHECKS, describe, run_checks
from steward.checks.category import against_own
from steward.checks.dependency import dependency_sql
from steward.checks.groups import group_codes, votes
from steward.checks.near_duplicate import one_thing
from steward.checks.split_value import inner
from steward.checks.titles import tf_idf, tokens
from steward.checks.verdict import judge
from steward.engine import Snapshot
from steward.profile import profile_table
from steward.types import ForeignKey

PLACES = [
    ("10001", "New York", "NY"),
    ("60601", "Chicago", "IL"),
    ("77001", "Houston", "TX"),
    ("85001", "Phoenix", "AZ"),
    ("98101", "Seattle", "WA"),
    ("97201", "Portland", "OR"),
]


def places(times=20):
    rows = PLACES * times
    return {name: [r[i] for r in rows] for i, name in enumerate(("zip", "city", "state"))}


def rows_of(issues, column=None):
    return sorted({r for i in issues if column in (None, *i.columns) for r in i.row_ids})


def test_a_row_that_disagrees_with_its_group_is_found(find):
    table = places()
    table["city"][7] = "Dallas"
    issues = find(table, "dependency")
    assert [(i.columns, i.row_ids) for i in issues] == [(("city",), (8,))]


def test_a_wrong_determinant_is_blamed_instead_of_its_victims(find):
    rows = [i % 12 for i in range(240)]
    table = {"model": [f"model {i}" for i in rows], "hue": [f"hue {i % 3}" for i in rows],
             "make": [f"make {i % 2}" for i in rows]}  # fmt: skip
    table["model"][0] = "model 5"
    issues = find(table, "dependency")
    assert [(i.columns, i.row_ids) for i in issues] == [(("model",), (1,))]


def test_columns_that_know_nothing_of_each_other_break_no_dependency(find):
    rng = random.Random(3)
    table = {c: [rng.choice("pqrs") for _ in range(400)] for c in "abcd"}
    assert not find(table, "dependency")


def test_a_nearly_constant_column_depends_on_nothing(find):
    table = {"a": [f"v{i % 40}" for i in range(400)], "b": ["yes"] * 392 + ["no"] * 8}
    assert not find(table, "dependency")


def test_exceptions_that_another_column_explains_are_no_slips(find):
    table = {
        "code": [f"m{i % 10}" for i in range(300)],
        "state": ["al"] * 290 + ["ak"] * 10,
        "average": [f"{'al' if i < 290 else 'ak'}_m{i % 10}" for i in range(300)],
    }
    assert not find(table, "dependency")


@pytest.mark.parametrize("seed", range(4))
def test_the_query_of_a_dependency_selects_what_was_judged(seed):
    rng = random.Random(seed)
    rows = [[f"{c}{g}" for c in "xyz"] for g in range(60) for _ in range(rng.randint(2, 6))]
    for row in rows:
        if rng.random() < 0.15:
            row[rng.randrange(3)] = rng.choice(["", None, f"y{rng.randrange(60)}", "z1", "x2"])
    snapshot = Snapshot.from_columns("t", {c: [r[i] for r in rows] for i, c in enumerate("xyz")})
    profile = profile_table(snapshot)
    verdicts = [v for v in judge(snapshot, profile) if v.rules]
    assert sum(len(v.outvoted) for v in verdicts) > 5
    for verdict in verdicts:
        sql = dependency_sql("t", profile, verdict.column, [r.determinant for r in verdict.rules])
        found = snapshot.sql(sql).column(0).to_pylist()
        assert found == snapshot.row_ids[verdict.outvoted].tolist()


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), max_size=40))
def test_votes_are_what_counting_by_hand_gives(pairs):
    group = np.array([g for g, _ in pairs], np.int64)
    value = np.array([v for _, v in pairs], np.int32)
    seen = votes(group, value)
    known = [(g, v) for g, v in pairs if g >= 0 and v >= 0]
    counted = zip(seen.group.tolist(), seen.value.tolist(), seen.rows.tolist(), strict=True)
    assert {(g, v): n for g, v, n in counted} == {p: known.count(p) for p in known}
    for g, total, top in zip(seen.group, seen.total, seen.top, strict=True):
        assert total == sum(a == g for a, _ in known)
        assert top == max(known.count(p) for p in known if p[0] == g)
    assert int(seen.is_top.sum()) == len({g for g, _ in known})


def test_groups_of_several_columns_are_their_combinations():
    codes = group_codes([np.array([0, 0, 1, -1], np.int32), np.array([0, 1, 0, 0], np.int32)])
    assert codes[3] == -1
    assert len(set(codes.tolist())) == 4


def test_a_broken_order_of_prices_is_found(find):
    rng = np.random.default_rng(5)
    listed = np.round(rng.uniform(5, 100, 400), 2)
    sold = np.round(listed * rng.uniform(0.6, 1, 400), 2)
    sold[17] = listed[17] * 2
    table = {"list_price": [f"${x:.2f}" for x in listed], "sale_price": [f"${x:.2f}" for x in sold]}
    [issue] = find(table, "cross_column")
    assert issue.columns == ("sale_price", "list_price")
    assert issue.row_ids == (18,)


def test_larger_numbers_alone_make_no_order(find):
    rng = np.random.default_rng(6)
    table = {"small_price": [f"${x:.2f}" for x in rng.uniform(1, 10, 300)],
             "big_price": [f"${x:.2f}" for x in [5.0, *rng.uniform(20, 90, 299)]]}  # fmt: skip
    assert not find(table, "cross_column")


def test_swapped_cells_are_found(find):
    table = {"first": ["Ann", "Bob", "Cid", "Dan"] * 30, "last": ["Ray", "Sun", "Tan", "Upp"] * 30}
    table["first"][5], table["last"][5] = table["last"][5], table["first"][5]
    [issue] = find(table, "swapped")
    assert issue.row_ids == (6,)


def test_columns_of_one_domain_are_not_swapped(find):
    rng = random.Random(4)
    colours = ["red", "blue", "green", "white"]
    table = {c: [rng.choice(colours) for _ in range(300)] for c in ("front", "back")}
    assert not find(table, "swapped")


def test_a_state_inside_the_city_is_found(find):
    table = places()
    table["city"][1], table["state"][1] = "Chicago IL", None
    [issue] = find(table, "split_value")
    assert (issue.columns, issue.row_ids) == (("city", "state"), (2,))


def test_a_state_said_twice_is_found_but_not_a_name_made_of_a_place(find):
    table = places()
    table["city"][1] = "Chicago IL"
    [issue] = find(table, "split_value")
    assert (issue.columns, issue.row_ids) == (("city",), (2,))
    names = [f"{city} Brewery" if i < 3 else f"brewery no. {i}" for i, city in
             enumerate(table["city"])]  # fmt: skip
    assert not find({"name": names, "city": places()["city"]}, "split_value")


@pytest.mark.parametrize(
    ("value", "parts"),
    [("Chicago IL", ("Chicago", "IL")), ("Chicago (IL)", ("Chicago", "IL")), ("IL", None),
     ("IL Chicago", ("Chicago", "IL")), ("上海，IL", ("上海", "IL")), ("Chicago", None)],
)  # fmt: skip
def test_the_other_value_is_cut_off_at_a_sign(value, parts):
    assert inner(value, {"IL"}) == parts


def test_exact_repetitions_are_found_but_the_first(find):
    table = {"a": ["1", "1", "2", None, None], "b": ["x", "x", "x", None, None]}
    [issue] = find(table, "duplicate_row")
    assert issue.row_ids == (2, 5)


def test_a_given_key_that_is_shared_is_found_in_all_its_rows():
    snapshot = Snapshot.from_columns("t", {"k": ["1", "2", "1", None, None], "v": list("abcde")})
    snapshot.key = ("k",)
    [issue] = run_checks(snapshot, profile_table(snapshot), only=["duplicate_key"])
    assert issue.row_ids == (1, 3)


def test_rows_with_nearly_one_title_are_found_unless_a_number_differs(find):
    rng = random.Random(2)
    words = ["steel", "kettle", "garden", "lamp", "wooden", "chair", "cotton", "shirt", "leather"]
    titles = list(dict.fromkeys(f"{' '.join(rng.sample(words, 4))} {i}00" for i in range(80)))
    titles += [titles[3].replace("e", "e", 1) + "!", titles[4].replace("400", "401")]
    brand = [f"brand {i % 7}" for i in range(80)] + ["brand 3", "brand 4"]
    maker = [f"maker {i % 5}" for i in range(80)] + ["maker 3", "maker 4"]
    [issue] = find({"title": titles, "brand": brand, "maker": maker}, "near_duplicate")
    assert issue.row_ids == (81,)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("steel kettle red", "kettle steel red", True), ("steel kettle", "steel ketle", True),
     ("kettle 2l", "kettle 3l", False), ("shirt left", "shirt right", False),
     ("tea pot", "teapot", True), ("lamp red", "lamp bed", False)],
)  # fmt: skip
def test_titles_are_one_but_for_a_misspelt_long_word(one, other, same):
    assert one_thing(one, other) is same


def test_a_category_that_contradicts_its_title_is_found(find):
    rng = random.Random(8)
    words = {"Shoes": ["boot", "sandal", "sneaker", "heel", "sole"],
             "Phones": ["phone", "charger", "screen", "sim", "battery"],
             "茶具": ["茶壶", "茶杯", "陶瓷", "紫砂", "茶盘"]}  # fmt: skip
    rows = [(c, " ".join([*rng.sample(w, 3), f"no{i}"])) for i, (c, w) in
            enumerate(list(words.items()) * 100)]  # fmt: skip
    table = {"title": [t for _, t in rows], "category": [c for c, _ in rows]}
    assert not find(table, "category")
    table["category"][0] = "Phones"
    [issue] = find(table, "category")
    assert issue.row_ids == (1,)


def test_categories_that_titles_do_not_tell_are_left_alone():
    rng = np.random.default_rng(0)
    own = rng.integers(0, 3, 600)

    def word(kind):
        return f"w{kind if rng.random() < 0.6 else rng.integers(3)}x{rng.integers(6)}"

    x = tf_idf([f"{word(kind)} {word(kind)}" for kind in own])
    assert not len(against_own(x, own, 3))


def test_chinese_titles_are_read_by_characters_and_pairs():
    assert tokens("紫砂壶 Ａ1") == ["紫", "砂", "壶", "紫砂", "砂壶", "a1"]


def test_a_source_that_contradicts_the_others_is_found(find):
    rng = random.Random(9)
    shops = [f"shop {i}" for i in range(6)]
    truth = {f"item {i}": f"{rng.randrange(10_000, 99_999)} g" for i in range(30)}
    rows = [(s, t, truth[t]) for t in truth for s in shops]
    rows = [
        (s, t, "77 g" if (s == "shop 1" and t in ("item 3", "item 9")) else v) for s, t, v in rows
    ]
    table = {n: [r[i] for r in rows] for i, n in enumerate(("source", "thing", "weight"))}
    found = rows_of(find(table, "conflict", "dependency"), "weight")
    assert found == [i + 1 for i, r in enumerate(rows) if r[2] == "77 g"]


def test_a_value_that_its_reference_lacks_is_found():
    import dataclasses

    snapshot = Snapshot.from_columns("items", {"brand": ["a", "b", "zz", None]})
    snapshot.beside["brands"] = Snapshot.from_columns("brands", {"id": ["a", "b", None]})
    key = ForeignKey("items", "brand", "brands", "id", 2, 1)
    profile = dataclasses.replace(profile_table(snapshot), foreign_keys=(key,))
    [issue] = run_checks(snapshot, profile, only=["reference"])
    assert issue.row_ids == (3,)


def test_a_reference_to_a_table_that_is_gone_is_left_alone():
    import dataclasses

    snapshot = Snapshot.from_columns("items", {"brand": ["a"]})
    key = ForeignKey("items", "brand", "brands", "id", 2, 1)
    profile = dataclasses.replace(profile_table(snapshot), foreign_keys=(key,))
    assert not run_checks(snapshot, profile, only=["reference"])


def test_an_empty_table_and_a_table_of_nothing_have_no_surprises(find):
    assert find({"a": [], "b": []}) == []
    assert {i.check for i in find({"a": [None, None, None]})} == {"missing", "duplicate_row"}


def test_a_column_added_after_the_profile_is_not_judged():
    before = Snapshot.from_columns("t", {"a": ["1", "2"]})
    after = Snapshot.from_columns("t", {"a": ["1", None], "b": [None, None]})
    issues = run_checks(after, profile_table(before))
    assert [i.columns for i in issues] == [("a",)]


def test_every_check_says_what_it_looks_for():
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    for check in CHECKS:
        assert describe(check).endswith(".")
        assert "\n" not in describe(check)


def test_the_same_table_gives_the_same_issues(find):
    table = places()
    table["city"][3], table["state"][9], table["zip"][30] = "Phenix", "QQ", "9720x"
    assert find(table) == find(table)
