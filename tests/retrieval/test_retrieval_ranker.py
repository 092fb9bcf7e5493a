"""Learning to rank: that it learns, and that it is the same each time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steward.errors import InputError
from steward.retrieval.features import FeatureMaker
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.ranker import Ranker, RankStage, rankings_of
from steward.retrieval.ranker_fit import RankerSettings, Ranking

SETTINGS = RankerSettings(trees=15, least=5, seeds=2)
NAMES = ("useful", "noise", "harmful")


def lists(count: int, seed: int = 0, *, judged: float = 1.0) -> list[Ranking]:
    """Grades follow the first feature, run against the third, and ignore the second."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        features = rng.normal(size=(12, 3)).astype(np.float32)
        grades = np.clip(np.rint(features[:, 0] - features[:, 2] + 1), 0, 3).astype(float)
        grades[rng.random(12) > judged] = np.nan
        items = tuple(f"i{n}" for n in range(12))
        found.append(Ranking(f"query number {number * 7919}", items, features, grades))
    return found


def first_grades(ranker: Ranker, rankings: list[Ranking]) -> float:
    best = [int(np.argmax(ranker.score(one.features))) for one in rankings]
    return float(np.mean([r.grades[i] for r, i in zip(rankings, best, strict=True)]))


def test_it_orders_lists_that_it_never_saw() -> None:
    ranker = Ranker.fit(lists(40), NAMES, SETTINGS)
    unseen = lists(30, seed=1)
    assert first_grades(ranker, unseen) > 2.5 > 2 * np.mean([r.grades.mean() for r in unseen])
    weights = ranker.importance()
    assert weights["useful"] > 0 > weights["harmful"] and abs(weights["noise"]) < 0.1


def test_the_mix_is_the_one_that_served_held_out_queries_best() -> None:
    ranker = Ranker.fit(lists(40), NAMES, SETTINGS)
    assert ranker.tried[f"{ranker.mix:g}"] == pytest.approx(max(ranker.tried.values()))
    assert set(ranker.outside) == {one.query for one in lists(40)}


@pytest.mark.slow
def test_saved_and_read_again_it_says_the_same(tmp_path: Path) -> None:
    rankings = lists(30)
    for n in (1, 2):
        Ranker.fit(rankings, NAMES, SETTINGS).save(tmp_path / str(n))
    files = sorted(path.name for path in (tmp_path / "1").iterdir())
    for name in files:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    ranker, again = Ranker.fit(rankings, NAMES, SETTINGS), Ranker.load(tmp_path / "1")
    features = lists(1, seed=9)[0].features
    assert again.score(features) == pytest.approx(ranker.score(features))


@pytest.mark.slow
def test_items_that_nobody_judged_count_as_far_as_is_said() -> None:
    rankings = lists(30, judged=0.5)
    for one in rankings:
        one.features[np.isnan(one.grades), 1] -= 2.0
    blind, some, seeing = (
        Ranker.fit(rankings, NAMES, replace(SETTINGS, unjudged=weight)).importance()["noise"]
        for weight in (0.0, 0.1, 1.0)
    )
    assert 3 * abs(blind) < some < 0.9 * seeing


def test_lists_that_teach_nothing_are_refused() -> None:
    flat = [replace(one, grades=np.zeros(12)) for one in lists(5)]
    with pytest.raises(InputError, match="different grades") as refused:
        Ranker.fit(flat, NAMES, SETTINGS)
    assert "Judge more" in refused.value.hint


def test_a_folder_without_a_ranker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no ranker"):
        Ranker.load(tmp_path)


@pytest.fixture
def catalogue() -> FeatureMaker:
    kinds = ("shoe", "hat", "bag")
    titles = [f"{colour} {kind}" for kind in kinds for colour in ("red", "blue", "green", "white")]
    ids = [f"i{n}" for n in range(len(titles))]
    return FeatureMaker.build(ItemFields(ids, titles, {"title": titles}))


def test_the_stage_keeps_every_item_and_orders_the_best(catalogue: FeatureMaker) -> None:
    grades = {
        f"{colour} {kind}": {f"i{n}": float(n // 4 == k) * 2 for n in range(12)}
        for k, kind in enumerate(("shoe", "hat", "bag"))
        for colour in ("red", "blue", "pink")
    }
    before = {query: [(f"i{n}", 1.0 - n / 20) for n in range(12)] for query in grades}
    rankings = rankings_of(catalogue, before, grades)
    ranker = Ranker.fit(rankings, catalogue.names, replace(SETTINGS, depth=12, least=2))
    stage = RankStage(ranker, catalogue)
    found = stage.rescore("white bag", before["red bag"])
    assert {item for item, _ in found[:4]} == {"i8", "i9", "i10", "i11"}
    assert sorted(item for item, _ in found) == sorted(item for item, _ in before["red bag"])
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
    short = RankStage(replace(ranker, settings=replace(ranker.settings, depth=3)), catalogue)
    kept = [item for item, _ in short.rescore("white bag", before["red bag"])]
    assert kept[3:] == [f"i{n}" for n in range(3, 12)]
    assert stage.rescore("bag", []) == []


def test_a_ranker_of_other_figures_is_refused(catalogue: FeatureMaker) -> None:
    ranker = Ranker.fit(lists(20), NAMES, SETTINGS)
    with pytest.raises(InputError, match="lack: useful"):
        RankStage(ranker, catalogue)
