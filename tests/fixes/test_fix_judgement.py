import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from steward.errors import ContentError
from steward.fixes.judgement import Judgement, shipped_judgement
from steward.fixes.suspects import CLIP, FEATURES

NEUTRAL = {"base": 0.0, "slope": 1.0}
LEAF = {"feature": [-1], "threshold": [0.0], "left": [0], "right": [0]}


@pytest.fixture
def training(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tables that the judgement is fitted on."""
    monkeypatch.syspath_prepend(str(checkout / "benchmarks" / "judgement"))
    return import_module("tables")


def directions(checkout: Path) -> dict[str, tuple[str, ...]]:
    """`RISING` and `FALLING` of the training, read without importing it."""
    text = (checkout / "benchmarks" / "judgement" / "train.py").read_text("utf-8")
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in ("RISING", "FALLING")
    }


def somewhere(seed: int, rows: int = 60) -> np.ndarray:
    """Features from all over the space in which suspects lie."""
    rng = np.random.default_rng(seed)
    return rng.choice(
        [-CLIP, -1, 0, 0.03, 0.2, 0.5, 0.9, 1, 3, 6, CLIP, 25], size=(rows, len(FEATURES))
    ) * rng.uniform(0.5, 1.5, size=(rows, len(FEATURES)))


def test_trees_of_other_features_are_refused_with_the_way_out() -> None:
    with pytest.raises(ContentError, match="other features") as caught:
        Judgement.of({"features": ["weather", *FEATURES[1:]], **NEUTRAL, "trees": []})
    assert "train.py" in str(caught.value.hint)


def test_a_forest_of_one_leaf_says_the_same_of_everything() -> None:
    document = {
        "features": FEATURES,
        "base": 0.5,
        "slope": 1.0,
        "trees": [{**LEAF, "value": [1.5]}],
    }
    p = Judgement.of(document).probability(somewhere(0))
    assert p == pytest.approx(np.full(60, 1 / (1 + np.exp(-2))))


def test_a_tree_is_walked_by_its_thresholds() -> None:
    tree = {
        "feature": [2, -1, 0, -1, -1],
        "threshold": [1.0, 0, -3.0, 0, 0],
        "left": [1, 0, 3, 0, 0],
        "right": [2, 0, 4, 0, 0],
        "value": [0, -5.0, 0, 0.0, 5.0],
    }
    rows = np.zeros((3, len(FEATURES)))
    rows[:, 2] = (1.0, 1.1, 1.1)
    rows[:, 0] = (9.0, -3.0, 0.0)
    document = {
        "features": FEATURES,
        "base": 0.0,
        "slope": 1.0,
        "trees": [tree, {**LEAF, "value": [0.0]}],
    }
    p = Judgement.of(document).probability(rows)
    assert p == pytest.approx(1 / (1 + np.exp([5.0, 0.0, -5.0])))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_shipped_judgement_gives_probabilities(seed: int) -> None:
    p = shipped_judgement().probability(somewhere(seed))
    assert p.shape == (60,)
    assert ((p > 0) & (p < 1)).all()


@pytest.mark.parametrize("kind", ["RISING", "FALLING"])
def test_the_shipped_judgement_is_monotone_where_the_training_asks_for_it(
    checkout: Path, kind: str
) -> None:
    names = directions(checkout)[kind]
    assert names
    rows = somewhere(3, 200)
    before = shipped_judgement().probability(rows)
    for name in names:
        more = rows.copy()
        more[:, FEATURES.index(name)] += np.random.default_rng(1).exponential(3, len(rows))
        change = shipped_judgement().probability(more) - before
        # Leaf values are written with five digits.
        assert ((change if kind == "RISING" else -change) > -1e-3).all(), name


def test_more_votes_for_a_value_make_it_more_probable() -> None:
    weak, strong = np.zeros((2, 1, len(FEATURES)))
    for name, value in (("score_sum", 30), ("score_mean", 6), ("share_for", 1), ("purity", 1),
                        ("log_support", 3), ("margin", 20)):  # fmt: skip
        strong[:, FEATURES.index(name)] = value
    judgement = shipped_judgement()
    assert judgement.probability(strong)[0] > judgement.probability(weak)[0] + 0.3


@pytest.mark.parametrize("seed", [0, 3, 11])
def test_a_training_table_is_the_same_for_a_seed_and_its_damage_is_known(
    training: ModuleType, seed: int
) -> None:
    names, clean = training.Maker(seed).table()
    again, twin = training.Maker(seed).table()
    assert names == again
    assert (clean == twin).all()
    dirty = training.damage(names, clean, np.random.default_rng(seed))
    changed = (dirty != clean).mean()
    assert dirty.shape == clean.shape
    assert changed < 0.25
    if "uid" in names:
        assert (dirty == clean)[:, names.index("uid")].all()


def test_a_threshold_that_a_feature_meets_exactly_counts_as_met() -> None:
    for count in range(2, 40):
        seen = float(f"{np.float32(np.log(count)):.9g}")
        tree = {"feature": [0, -1, -1], "threshold": [seen, 0, 0], "left": [1, 0, 0],
                "right": [2, 0, 0], "value": [0, -9.0, 9.0]}  # fmt: skip
        rows = np.zeros((2, len(FEATURES)))
        rows[:, 0] = np.log(count), np.log(count + 1)
        document = {"features": FEATURES, **NEUTRAL, "trees": [tree]}
        low, high = Judgement.of(document).probability(rows)
        assert low < 0.01 < 0.99 < high, count


@pytest.mark.slow
def test_what_the_training_exports_says_what_was_fitted(training: ModuleType) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng = np.random.default_rng(0)
    x = rng.normal(size=(1500, len(FEATURES)))
    # Counts make thresholds that are values of the feature themselves.
    x[:, 0] = np.log1p(rng.zipf(1.2, 1500).clip(0, 10**6))
    y = x[:, 0] + x[:, 5] - x[:, 9] + rng.normal(size=1500) > 2
    with threadpool_limits(1):
        model = HistGradientBoostingClassifier(max_iter=10, random_state=0)
        fitted = model.fit(x.astype(np.float32), y).predict_proba(x.astype(np.float32))[:, 1]
    said = Judgement.of(import_module("train").export(model)).probability(x)
    assert said == pytest.approx(fitted, abs=1e-4)
