from collections import defaultdict

import pytest

from steward.shop import ShopSpec, make_shop


@pytest.fixture(scope="module")
def behaviour(shop):
    names = ("impressions", "clicks", "clicks_clean", "purchases")
    return {name: shop.behaviour(name).to_pylist() for name in names}


@pytest.fixture(scope="module")
def grades(shop):
    return {(j["query_id"], j["item_id"]): int(j["grade"]) for j in shop.judgments().to_pylist()}


def test_every_click_was_an_impression_and_every_purchase_a_click(behaviour):
    shown = {i["impression_id"]: i for i in behaviour["impressions"]}
    clicked = {c["click_id"]: c for c in behaviour["clicks_clean"]}
    assert len(shown) == len(behaviour["impressions"]) and len(clicked) > len(
        behaviour["purchases"]
    )
    for click in clicked.values():
        seen = shown[click["impression_id"]]
        same = ("session_id", "query_id", "item_id", "position")
        assert [click[c] for c in same] == [seen[c] for c in same]
        assert click["at"] > seen["at"]
    for purchase in behaviour["purchases"]:
        click = clicked[purchase["click_id"]]
        assert purchase["item_id"] == click["item_id"] and purchase["at"] > click["at"]


def test_only_recorded_clicks_point_at_items_that_do_not_exist(items, errors, behaviour):
    known = {row["item_id"] for row in items}
    orphans = {c["click_id"] for c in behaviour["clicks"] if c["item_id"] not in known}
    told = {e["key"] for e in errors if e["kind"] == "orphan_reference"}
    assert orphans == told and orphans
    assert all(row["item_id"] in known for row in behaviour["impressions"])


def test_clicks_fall_with_position_and_rise_with_relevance(behaviour, grades):
    clicked = {c["impression_id"] for c in behaviour["clicks_clean"]}
    by_grade, by_position = defaultdict(list), defaultdict(list)
    for shown in behaviour["impressions"]:
        hit = shown["impression_id"] in clicked
        grade = grades[shown["query_id"], shown["item_id"]]
        by_grade[grade].append(hit)
        if grade == 3:
            by_position[int(shown["position"])].append(hit)
    rate = {g: sum(hits) / len(hits) for g, hits in by_grade.items()}
    assert rate[0] < rate[1] < rate[2] < rate[3]
    first, eighth = by_position[1], by_position[8]
    assert sum(first) / len(first) > 1.5 * sum(eighth) / len(eighth)


def test_positions_of_a_session_run_from_one(behaviour):
    positions = defaultdict(list)
    for shown in behaviour["impressions"]:
        positions[shown["session_id"]].append(int(shown["position"]))
    assert len(positions) == 3_000
    assert all(p == list(range(1, len(p) + 1)) for p in positions.values())


def test_queries_differ_and_each_has_an_item_that_answers_it(shop, grades):
    queries = shop.queries().to_pylist()
    assert len(queries) == 200 == len({q["query"] for q in queries})
    assert {q["locale"] for q in queries} == {"en", "zh"}
    best = defaultdict(int)
    for (query, _), grade in grades.items():
        best[query] = max(best[query], grade)
    assert set(best.values()) == {3} and len(best) == 200
    assert set(grades.values()) == {0, 1, 2, 3}


def test_a_grade_of_three_has_the_category_that_the_query_names(clean, grades):
    path_of = {r["item_id"]: r["category_path"] for r in clean.to_pylist()}
    paths = defaultdict(set)
    for (query, item), grade in grades.items():
        if grade == 3:
            paths[query].add(path_of[item])
    assert all(len(found) == 1 for found in paths.values())


def test_a_shop_of_one_item_still_has_its_tables():
    shop = make_shop(ShopSpec(rows=1, sessions=5))
    assert len(shop.clean_items()) == 1 and len(shop.judgments()) >= 1
    assert len(shop.behaviour("impressions")) >= 5
