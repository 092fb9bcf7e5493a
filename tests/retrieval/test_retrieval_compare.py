"""Stages compared on queries that their parts never saw."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from steward.errors import InputError
from steward.retrieval.compare import Comparison, Parts, compare_pipelines, judge_stages
from steward.retrieval.compare_stages import Fold, Lists, ranked_runs
from steward.retrieval.data import SearchData
from steward.retrieval.fusion import Ranked
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.metrics import score_run
from steward.retrieval.ranker_fit import RankerSettings, Ranking
from steward.retrieval.slices import script_of, slice_queries
from steward.retrieval.split import Split, leaks
from steward.retrieval.stages_choice import deal
from steward.retrieval.vectors import Vectors

KINDS = ("laptop", "phone", "camera", "printer", "speaker", "tablet")
BRANDS = ("Acme", "Bolt", "Cord", "Dyna")
QUICK = RankerSettings(trees=6, least=3, seeds=1, depth=20)


def made() -> SearchData:
    """Things, and cases that hold the thing's name more often: BM25 prefers the cases."""
    texts, grades = {}, {}
    for kind in KINDS:
        for n, brand in enumerate(BRANDS):
            texts[f"{kind}{n}"] = f"{brand} {kind} {n + 1} GB memory"
            texts[f"{kind}case{n}"] = f"{kind} case for {kind} {brand}"
        for query in (kind, f"{kind}s new"):
            things = {f"{kind}{n}": 3.0 for n in range(4)}
            grades[query] = things | {f"{kind}case{n}": 0.0 for n in range(4)}
    return SearchData(texts, grades, "{title}")


class Hashed:
    """An encoder that adds up random vectors of words; it learns nothing."""

    name = "hashed"

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        rows = [sum((_vector(word) for word in text.split()), np.zeros(32)) for text in texts]
        found = np.asarray(rows, dtype=np.float32)
        lengths = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return np.asarray(found / lengths, dtype=np.float32)


def _vector(word: str) -> npt.NDArray[np.float64]:
    return np.random.default_rng(sum(word.casefold().encode())).normal(size=32)


class Scorer:
    """Knows a thing from a case, or takes one for the other."""

    name = "scorer"

    def __init__(self, *, right: bool) -> None:
        self.right = right

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        told = [float(("case" not in text) == self.right) for _, text in pairs]
        return np.asarray(told, dtype=np.float32)


def ranked(data: SearchData) -> ItemFields:
    return ItemFields(data.ids, list(data.texts.values()), {})


@pytest.fixture(scope="module")
def whole() -> Comparison:
    data = made()
    knows = Scorer(right=True)
    parts = Parts({"hashed": Hashed()}, fields=ranked(data), reranker=knows, ranker=QUICK)
    return compare_pipelines(data, parts, folds=3, slices=slice_queries(data.grades))


def test_every_stage_scores_every_query(whole: Comparison) -> None:
    names = [stage.name for stage in whole.stages]
    assert names[0] == "BM25" and names[-2:] == ["learning to rank", "+ reranker"]
    for stage in whole.stages:
        assert set(stage.scores["nDCG@10"]) == set(whole.grades) == set(stage.run)
        assert stage.interval[0] <= stage.mean <= stage.interval[1]


def test_a_stage_is_used_when_it_wins_and_not_by_chance(whole: Comparison) -> None:
    stages = {stage.name: stage for stage in whole.stages}
    ranker = stages["learning to rank"]
    assert ranker.wins and ranker.mean > stages["BM25"].mean + 0.1
    assert ranker.against[ranker.rival].p_value * (len(stages) - 1) == pytest.approx(ranker.chance)
    assert whole.used[0] == "BM25" and "learning to rank" in whole.used


def test_a_reranker_that_is_wrong_gets_no_weight_and_is_not_used() -> None:
    data = made()
    parts = Parts(reranker=Scorer(right=False))
    found = compare_pipelines(data, parts, folds=3)
    stage = found.stages[-1]
    assert set(stage.chosen) == {0.0} and not stage.wins
    assert stage.mean == pytest.approx(found.stages[0].mean)
    assert found.used == ("BM25",)


def test_a_model_trained_here_never_sees_what_it_is_scored_on() -> None:
    data = made()
    splits: list[Split] = []

    def train(split: Split) -> Hashed:
        splits.append(split)
        return Hashed()

    found = compare_pipelines(data, Parts(train=train), folds=3)
    assert sorted(q for split in splits for q in split.test) == sorted(data.grades)
    for split in splits:
        assert not leaks(split.test, (*split.train, *split.valid))
        assert not leaks(split.train, split.valid)
    assert [stage.name for stage in found.stages][1] == "fine-tuned encoder"


def test_a_reranker_trained_here_gets_its_weight_from_queries_that_did_not_train_it() -> None:
    data = made()
    splits: list[Split] = []

    def train(split: Split, lists: Mapping[str, Ranked]) -> Scorer:
        splits.append(split)
        assert set(lists) == set(data.grades)
        return Scorer(right=len(splits) > 1)

    found = compare_pipelines(data, Parts(train_reranker=train), folds=3)
    stage = found.stages[-1]
    assert stage.chosen[0] == 0.0 < min(stage.chosen[1:])
    before = found.stages[0].run
    assert all(_items(stage.run[q]) == _items(before[q]) for q in splits[0].test)
    assert any(_items(stage.run[q]) != _items(before[q]) for q in splits[1].test)


def _items(ranked: Ranked) -> list[str]:
    return [item for item, _ in ranked]


@pytest.mark.slow
def test_a_ranker_never_learns_from_what_it_is_scored_on() -> None:
    """Figures and grades drawn at random: whoever does better than chance has seen the grades."""
    rng = np.random.default_rng(5)
    items = tuple(f"i{n}" for n in range(20))
    grades = {f"query {n * 7919}": dict.fromkeys(items, 0.0) for n in range(24)}
    rankings = {}
    for query, judged in grades.items():
        judged |= {str(item): 1.0 for item in rng.choice(items, 5, replace=False)}
        features = rng.normal(size=(20, 60)).astype(np.float32)
        marks = np.asarray(list(judged.values()))
        rankings[query] = Ranking(query, items, features, marks)
    lists = Lists(tuple(f"f{n}" for n in range(60)), rankings)
    free = replace(QUICK, ridge=1e-4)
    run, _ = ranked_runs(lists, Fold.all(deal(list(grades), 3)), grades, free)
    mean = float(np.mean(list(score_run(run, grades)["nDCG@10"].values())))
    assert mean < 0.5, "chance gives about .4, a ranker that saw the grades .69"


@pytest.mark.slow
def test_a_ranker_of_other_data_is_one_more_stage() -> None:
    data = made()
    kept = compare_pipelines(data, Parts(fields=ranked(data), ranker=QUICK, keep=True), folds=3)
    assert kept.ranker is not None
    parts = Parts(fields=ranked(data), ranker=QUICK, given=kept.ranker)
    found = {stage.name: stage for stage in compare_pipelines(data, parts, folds=3).stages}
    assert found["ranker of other data"].mean > found["BM25"].mean + 0.1
    assert found["learning to rank"].run == kept.stages[-1].run


@pytest.mark.slow
def test_it_is_the_same_each_time() -> None:
    data = made()
    parts = Parts(fields=ranked(data), ranker=QUICK)
    first, second = (compare_pipelines(data, parts, folds=3) for _ in range(2))
    assert [s.run for s in first.stages] == [s.run for s in second.stages]


def test_unjudged_items_count_as_irrelevant_and_are_told_apart() -> None:
    grades = {f"q{n}": {"good": 1.0, "bad": 0.0} for n in range(6)}
    run = {query: [("unknown", 2.0), ("good", 1.0)] for query in grades}
    (stage,) = judge_stages({"only": (run, ())}, grades, 0)
    assert stage.mean < 1 and set(stage.scores["condensed"].values()) == {1.0}


def test_slices_group_by_length_script_kind_and_what_was_fixed() -> None:
    grades = {f"手机 {n}": {"a": 1.0} for n in range(6)} | {f"red{n}": {"b": 2.0} for n in range(5)}
    kinds = {"brand": {"a": "Acme", "b": None}}
    asked = {"red0": 100.0}
    found = slice_queries(grades, kinds=kinds, asked=asked, fixed={"b"})
    assert len(found["script cjk"]) == 6 and len(found["script latin"]) == 5
    assert found["brand Acme"] == [f"手机 {n}" for n in range(6)]
    assert found["a relevant row was fixed"] == [f"red{n}" for n in range(5)]
    assert "tail queries" in found and "red0" not in found["tail queries"]
    assert script_of("12 34") == "none"


def test_too_few_queries_to_hold_any_out_are_refused() -> None:
    data = made()
    for kept in ({}, {"phone": data.grades["phone"]}, {"phone": {"phone1": 0.0}}):
        with pytest.raises(InputError, match="too few to learn from some") as refused:
            compare_pipelines(replace(data, grades=kept), Parts(fields=ranked(data), ranker=QUICK))
        assert "Judge more" in refused.value.hint
