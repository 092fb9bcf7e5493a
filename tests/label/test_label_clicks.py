"""Clicks as labels: read from any table, corrected for the position they happened at."""

from collections.abc import Sequence

import numpy as np
import pytest

from steward.engine import Snapshot
from steward.errors import InputError, UsageError
from steward.label.click_columns import guess_click_columns
from steward.label.clicks import (
    ClickLog,
    looked_at,
    raw_rates,
    read_clicks,
    relevance,
    satisfaction,
)
from steward.shop import ShopSpec, make_shop
from steward.shop.behaviour import ATTRACTS, EXAMINED

SHOP = make_shop(ShopSpec(rows=400, seed=5, sessions=3000, queries=60))


def table(name: str, **columns: Sequence[str | None]) -> Snapshot:
    return Snapshot.from_columns(name, columns)


def of_shop(name: str, made: str = "") -> Snapshot:
    arrow = SHOP.behaviour(made or name)
    return table(name, **{n: arrow.column(n).to_pylist() for n in arrow.column_names})


@pytest.fixture(scope="module")
def log() -> ClickLog:
    return read_clicks(
        of_shop("impressions"), of_shop("clicks", "clicks_clean"), of_shop("purchases")
    )


@pytest.mark.slow
def test_the_shop_s_log_is_read_whole(log: ClickLog) -> None:
    assert len(log) == len(SHOP.behaviour("impressions"))
    assert int(log.clicked.sum()) == len(SHOP.behaviour("clicks_clean"))
    assert log.bought is not None and not (log.bought & ~log.clicked).any()
    assert log.at is not None and log.at.min() > np.datetime64("2024-01-01")


def test_the_chance_of_a_look_is_found_from_clicks_alone(log: ClickLog) -> None:
    assert np.abs(looked_at(log) - EXAMINED).max() < 0.1


def test_intervals_hold_the_truth_and_the_position_is_taken_out(log: ClickLog) -> None:
    truth = {
        (f"Q{number:05d}", item): ATTRACTS[grade]
        for number, (rows, grades) in enumerate(
            zip(SHOP.judged.rows, SHOP.judged.grades, strict=True)
        )
        for item, grade in zip(_ids(rows), grades, strict=True)
    }
    found = relevance(log, least=20)
    told = [(e, truth[q, i]) for q, each in found.items() for i, e in each.items()]
    inside = np.mean([e.lower - 0.01 <= true <= e.upper + 0.01 for e, true in told])
    assert len(told) > 200 and inside >= 0.9
    raw = raw_rates(log)
    gaps = [
        (abs(e.value - truth[q, i]), abs(raw[q][i] - truth[q, i]))
        for q, each in found.items()
        for i, e in each.items()
    ]
    assert np.mean([a for a, _ in gaps]) < 0.6 * np.mean([b for _, b in gaps])


def _ids(rows: object) -> list[str]:
    from steward.shop.search import item_ids

    return item_ids(rows)  # type: ignore[arg-type]


def test_looks_that_an_experiment_told_are_used() -> None:
    n = 400
    clicked = [[s % 2 == 0, s % 4 == 1] for s in range(n)]
    log = ClickLog.of(
        [f"s{s}" for s in range(n) for _ in "ab"],
        ["q"] * 2 * n,
        ["a", "b"] * n,
        [1, 2] * n,
        [one for both in clicked for one in both],
    )
    even = relevance(log, looks=np.array([1.0, 0.5]))["q"]
    assert even["a"].value == pytest.approx(even["b"].value, abs=0.05)
    assert raw_rates(log)["q"]["a"] == pytest.approx(2 * raw_rates(log)["q"]["b"])


def test_one_table_of_other_words_is_read() -> None:
    rows = [
        {"visite": f"{s}", "mot": f"mot {s % 3}", "ref": f"r{(s + p) % 7}", "rang": f"{p}.0"}
        | {"vu": "True" if (s + p) % 5 == 0 else "False"}
        for s in range(60)
        for p in range(4)
    ]
    made = table("journal", **{name: [row[name] for row in rows] for name in rows[0]})
    log = read_clicks(made, ids=[f"r{n}" for n in range(7)])
    assert log.queries == ("mot 0", "mot 1", "mot 2") and log.position.min() == 1
    assert int(log.clicked.sum()) == sum(row["vu"] == "True" for row in rows)


def test_chinese_names_and_words_of_queries_are_read() -> None:
    shown = table(
        "曝光",
        会话=[f"s{n // 2}" for n in range(40)],
        查询=[f"k{n // 2 % 4}" for n in range(40)],
        商品=[f"p{n % 2}{n // 2 % 4}" for n in range(40)],
        位置=[str(1 + n % 2) for n in range(40)],
        点击=["是" if n % 3 == 0 else "否" for n in range(40)],
    )
    words = table("词", 编号=[f"k{n}" for n in range(4)], 词=["红鞋", "蓝鞋", "红帽", "蓝帽"])
    log = read_clicks(shown, queries=words)
    assert set(log.queries) == {"红鞋", "蓝鞋", "红帽", "蓝帽"} and log.clicked.sum() == 14


@pytest.mark.slow
def test_clicks_join_by_session_and_item_where_there_is_no_id() -> None:
    shown = of_shop("impressions")
    arrow = SHOP.behaviour("clicks_clean").select(["session_id", "query_id", "item_id"])
    clicks = table("clicks", **{n: arrow.column(n).to_pylist() for n in arrow.column_names})
    assert int(read_clicks(shown, clicks).clicked.sum()) == len(arrow)


def test_what_cannot_be_told_is_said() -> None:
    with pytest.raises(InputError, match="positions"):
        guess_click_columns(table("t", query=["a", "b"], item=["x", "y"], clicked=["1", "0"]))
    with pytest.raises(InputError, match="clicks"):
        guess_click_columns(table("t", session=["a", "b"], position=["1", "2"]))


def test_rows_without_a_position_are_left_out() -> None:
    made = table(
        "t",
        session=["a", "a", "b", "b", "b"],
        query=["x", "x", "y", "y", "y"],
        item=["1a", "2b", "1a", None, "2b"],
        position=["1", "2", "1", "2", "-"],
        clicked=["1", "0", "0", "1", "1"],
    )
    from steward.label.click_columns import ClickColumns

    columns = ClickColumns("session", "query", "item", "position", "clicked")
    assert len(read_clicks(made, columns=columns)) == 3


def test_the_same_log_gives_the_same_bytes(log: ClickLog) -> None:
    log = log.where(log.session < 300)
    assert looked_at(log).tobytes() == looked_at(log).tobytes()


def dbn_log() -> ClickLog:
    """Forty lists of a, b, c: b clicked last in half of them, nothing in the others."""
    return ClickLog.of(
        [f"s{s}" for s in range(40) for _ in "abc"],
        ["q"] * 120,
        ["a", "b", "c"] * 40,
        [1, 2, 3] * 40,
        [
            s % 2 == 0 and (item == "b" or (item == "a" and s % 4 == 0))
            for s in range(40)
            for item in "abc"
        ],
    )


def test_what_stands_below_the_last_click_counts_as_not_looked_at() -> None:
    found = relevance(dbn_log(), model="dbn")["q"]
    assert {item: (e.impressions, e.clicks) for item, e in found.items()} == {
        "a": (40, 10),
        "b": (40, 20),
        "c": (20, 0),
    }
    assert found["c"].value < found["a"].value < found["b"].value
    ends = satisfaction(dbn_log())["q"]
    assert (ends["b"].impressions, ends["b"].clicks) == (20, 20)
    assert (ends["a"].impressions, ends["a"].clicks) == (10, 0)
    assert ends["a"].upper < ends["b"].lower


def test_where_shoppers_stop_at_what_satisfies_the_last_click_tells_attraction() -> None:
    rng = np.random.default_rng(7)
    attracts, satisfies = rng.uniform(0.1, 0.7, 6), rng.uniform(0.2, 0.9, 6)
    rows = [row for s in range(3000) for row in _walked(s, rng, attracts, satisfies)]
    log = ClickLog.of(*zip(*rows, strict=True))
    found, ends = relevance(log, model="dbn")["q"], satisfaction(log)["q"]
    assert max(abs(found[f"i{n}"].value - attracts[n]) for n in range(6)) < 0.1
    order = [ends[f"i{n}"].value for n in np.argsort(satisfies)]
    assert np.corrcoef(order, np.sort(satisfies))[0, 1] > 0.9


def _walked(
    session: int, rng: np.random.Generator, attracts: np.ndarray, satisfies: np.ndarray
) -> list[tuple[str, str, str, int, bool]]:
    rows, going = [], True
    for place, item in enumerate(rng.permutation(6).tolist(), start=1):
        clicked = going and rng.random() < attracts[item]
        going = going and not (clicked and rng.random() < satisfies[item])
        rows.append((f"s{session}", "q", f"i{item}", place, bool(clicked)))
    return rows


def test_a_click_model_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="no click model cascade"):
        relevance(dbn_log(), model="cascade")
    with pytest.raises(UsageError, match="takes no looks"):
        relevance(dbn_log(), model="dbn", looks=np.ones(3))
