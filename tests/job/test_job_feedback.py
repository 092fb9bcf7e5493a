"""From searches that fail to the cells to blame, on small catalogues where the truth is plain."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from steward import job
from steward.job.feedback import Feedback, Logs, find_feedback, write_judgments
from steward.job.feedback_judgments import grade_clicks
from steward.job.feedback_whatif import Source
from steward.label.clicks import Estimate
from steward.retrieval.item_text import ItemText
from steward.sources import open_delivery
from steward.store import Store
from steward.types import (
    Change,
    Evidence,
    Fix,
    FixKind,
    Provenance,
    Reason,
    Safety,
)

KINDS = (("拖鞋", "slipper"), ("水壶", "kettle"), ("台灯", "lamp"), ("雨伞", "umbrella"))
MAKERS = ("Lumo", "Brandeis", "Kestrel")
TEXT = ItemText("{标题} {品牌} {类目}")


def catalogue() -> list[dict[str, str]]:
    """Ten of each kind: title without the Chinese word, maker, Chinese category."""
    return [
        {
            "编号": f"P{kind}{n}",
            "标题": f"{KINDS[kind][1]} model {n}",
            "品牌": MAKERS[n % 3],
            "类目": KINDS[kind][0],
        }
        for kind in range(4)
        for n in range(10)
    ]


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, list(rows[0]))
        lines.writeheader()
        lines.writerows(rows)
    return path


def searched(query: str, results: list[str], times: int, clicks: int) -> list[dict[str, str]]:
    """Searches of a query that show the same results; the first is clicked in some of them."""
    return [
        {
            "访问": f"{query}/{n}",
            "搜索词": query,
            "商品": item,
            "名次": str(place) if item else "",
            "点击": str(int(place == 1 and n < clicks and bool(item))),
        }
        for n in range(times)
        for place, item in enumerate(results or [""], 1)
    ]


@pytest.fixture
def learn(tmp_path: Path) -> Iterator[Callable[..., Feedback]]:
    """Put items and searches into a store, and ask for feedback."""
    made = Store.create(tmp_path / "s.db")

    def run(items: list[dict[str, str]], log: list[dict[str, str]], *fixes: Fix) -> Feedback:
        made.ingest(open_delivery(str(write(tmp_path / "i.csv", items))), "items")
        made.ingest(open_delivery(str(write(tmp_path / "l.csv", log))), "log")
        if fixes:
            made.save_fixes("items", list(fixes))
        return find_feedback(made, Logs("log", text=TEXT))

    run.store = made  # type: ignore[attr-defined]
    with made:
        yield run


def good(*kinds: int) -> list[dict[str, str]]:
    """Searches that find what they look for."""
    return [
        row
        for kind in kinds
        for row in searched(KINDS[kind][0], [f"P{kind}{n}" for n in range(3)], 60, 50)
    ]


def cell_fix(row: int, column: str, before: str, after: str) -> Fix:
    return Fix(
        "items", FixKind.CELL, Reason.MISSING, "missing", (Change(column, before, after),), (row,),
        Provenance("test", "1"), Evidence("because"), confidence=0.9, safety=Safety.UNSAFE,
    )  # fmt: skip


def test_a_search_fails_by_the_category_its_items_lack(learn) -> None:
    items = catalogue()
    for row in items[:10]:
        row["类目"] = ""
    log = searched("拖鞋", ["P10", "P11"], 60, 2) + good(1, 2, 3)
    fixes = [cell_fix(row, "类目", "", "拖鞋") for row in range(1, 8)]
    found = learn(items, log, *fixes)
    assert [one.query for one in found.failing] == ["拖鞋"]
    (cause,) = found.causes
    assert (cause.column, cause.reason, cause.words) == ("类目", Reason.MISSING, ("拖鞋",))
    assert set(cause.rows) == set(range(1, 8))
    assert (len(cause.fixes), cause.sources) == (7, (Source.FIX,))
    assert 40 < cause.recoverable <= found.failing[0].lost * 0.9 + 1e-9
    (issue,) = found.issues
    assert (issue.issue.rows, issue.issue.columns, issue.queries) == (7, ("类目",), ("拖鞋",))
    rows = job.query(learn.store, issue.issue.sql).rows
    assert rows.num_rows == 7
    assert found.unexplained == ()


def test_similar_rows_are_asked_where_no_fix_waits(learn) -> None:
    items = catalogue()
    for row in items[:4]:
        row["类目"] = "" if row["编号"] != "P01" else "N/A"
    log = searched("拖鞋 Lumo", ["P10"], 60, 1) + good(1, 2, 3)
    found = learn(items, log)
    causes = {cause.reason: cause for cause in found.causes}
    assert causes[Reason.MISSING].sources == (Source.NEIGHBOURS,)
    assert set(causes[Reason.MISSING].rows) == {1, 4}, "the two of Lumo whose category is empty"
    assert causes[Reason.MISSING].values == ("拖鞋",)
    assert causes[Reason.MISSING].fixes == ()
    assert all(issue.without_fix for issue in found.issues)


def test_a_misspelt_word_is_blamed(learn) -> None:
    items = catalogue()
    items[10]["品牌"] = "Brandies"
    items[10]["标题"] = "kettle of enamel"
    log = searched("brandeis enamel", ["P12"], 60, 1) + good(0, 1, 2, 3)
    found = learn(items, log)
    (cause,) = found.causes
    assert (cause.column, cause.rows, cause.reason) == ("品牌", (11,), Reason.TYPO)
    assert (cause.values, cause.sources) == (("Brandeis",), (Source.SPELLING,))


def test_a_value_that_searchers_passed_by_is_not_what_they_look_for(learn) -> None:
    """`desk` is in desks and in desk lamps; who searches desks passes the lamps by."""
    items = catalogue()
    for row in items[:10]:
        row["标题"], row["类目"] = row["标题"].replace("slipper", "thing"), "desk lamp"
    for row in items[5:10]:
        row["类目"] = ""
    shown = [f"P0{n}" for n in range(5)]
    log = searched("desk", shown, 100, 1) + good(1, 2, 3)
    fixes = [cell_fix(row, "类目", "", "desk lamp") for row in range(6, 11)]
    found = learn(items, log, *fixes)
    assert [one.query for one in found.unexplained] == ["desk"]
    assert found.causes == ()


def test_what_the_shop_does_not_have_is_no_fault_of_a_cell(learn) -> None:
    log = searched("trampoline", [], 60, 0) + good(0, 1, 2, 3)
    found = learn(catalogue(), log)
    assert found.causes == ()
    (one,) = found.unexplained
    assert (one.query, one.empty, one.searches) == ("trampoline", 60, 60)


def test_a_healthy_log_has_no_failing_query(learn) -> None:
    found = learn(catalogue(), good(0, 1, 2, 3))
    assert (found.failing, found.causes, found.issues) == ((), (), ())


def test_few_searches_prove_nothing(learn) -> None:
    log = searched("雪橇", [], 4, 0) + good(0, 1, 2, 3)
    assert learn(catalogue(), log).failing == ()


def test_judgments_told_by_clicks_are_kept_once(learn) -> None:
    found = learn(catalogue(), good(0, 1, 2, 3))
    logs = Logs("log", text=TEXT)
    for _ in range(2):
        write_judgments(learn.store, found, logs, "clicked")
    rows = learn.store.snapshot("clicked").arrow.to_pylist()
    assert len(rows) == len(found.judgments) == 12
    best = {row["query"]: row["item"] for row in rows if row["grade"] == "3"}
    assert best == {KINDS[kind][0]: f"P{kind}0" for kind in range(4)}
    assert learn.store.content_hash("log") in rows[0]["made_from"]


def test_grades_follow_the_gain_of_ndcg() -> None:
    def told(value: float) -> Estimate:
        return Estimate(value, value - 0.01, value + 0.01, 500, 100)

    attractions = {"a": 0.7, "b": 0.3, "c": 0.1, "d": 0.005}
    found = grade_clicks({"q": {item: told(value) for item, value in attractions.items()}})
    assert {one.item: one.grade for one in found} == {"a": 3, "b": 2, "c": 1, "d": 0}
    assert all(one.confidence > 0.9 for one in found)
    vague = grade_clicks({"q": {"a": told(0.7), "b": Estimate(0.3, 0.0, 0.9, 500, 100)}})
    assert {one.item: one.confidence for one in vague}["b"] < 0.6
