"""Wrong labels are found: by what others of the query say, and by what contradicts itself."""

import numpy as np
import pytest

from steward.label.contradictions import find_contradictions
from steward.label.errors import Suspect, by_loss, confident, find_suspects, review_order
from steward.label.votes import GRADES, Floats, Ints, Votes

Planted = tuple[Votes, Ints, Ints, dict[str, Floats]]


@pytest.fixture(scope="module")
def planted() -> Planted:
    """Things of a kind lie together; scores see them dimly; 15 % of the labels are wrong."""
    rng = np.random.default_rng(2)
    kinds = rng.normal(size=(40, 8))
    kinds /= np.linalg.norm(kinds, axis=1, keepdims=True)
    pairs, truth, scores, vectors = [], [], [], {}
    for query in range(30):
        for place in range(20):
            kind = rng.integers(0, 4)
            item = f"i{query}_{place}"
            near = kinds[(query + 7 * kind) % 40] + rng.normal(0, 0.1, 8)
            vectors[item] = near / np.linalg.norm(near)
            grade = (query + kind) % 4
            pairs.append((f"query {query}", item))
            truth.append(grade)
            scores.append([grade + rng.normal(0, 1.2), grade + rng.normal(0, 1.5)])
    right = np.array(truth)
    wrong = rng.random(len(right)) < 0.15
    given = np.where(wrong, (right + rng.integers(1, 4, len(right))) % 4, right)
    votes = Votes(tuple(pairs), ("a", "b"), ("lexical", "lexical"), np.array(scores))
    return votes, right, given, vectors


@pytest.mark.slow
def test_wrong_labels_are_found_better_than_by_the_loss_alone(planted: Planted) -> None:
    votes, right, given, vectors = planted
    wrong = right != given
    labels = {pair: GRADES[g] for pair, g in zip(votes.pairs, given, strict=True)}
    found = find_suspects(votes, labels, vectors)
    place = {pair: n for n, pair in enumerate(votes.pairs)}
    first = [wrong[place[s.pair]] for s in found[: len(right) // 10]]
    caught = sum(wrong[place[s.pair]] for s in found) / wrong.sum()
    assert np.mean(first) >= 0.8 and caught >= 0.6
    alone = wrong[by_loss(votes, given)][: len(right) // 10].mean()
    assert np.mean(first) > alone


def test_the_queue_begins_with_what_judging_changes_most() -> None:
    little = Suspect(("q", "a"), 0.0, 1.0, wrong=0.99, gain=0.99, kinds=("confident",))
    much = Suspect(("q", "b"), 0.0, 3.0, wrong=0.6, gain=4.2, kinds=("confident",))
    assert review_order([little, much]) == [much, little]


@pytest.mark.slow
def test_a_bag_among_laptops_is_found_in_a_small_log() -> None:
    pairs = tuple((f"q{n // 10}", f"i{n}") for n in range(120))
    right = np.arange(120) % 10 < 5
    given = np.where(right, 3.0, 0.0)
    given[[3, 57]] = 0.0, 3.0
    votes = Votes(pairs, ("a",), ("lexical",), right.astype(float)[:, None])
    found = find_suspects(votes, dict(zip(pairs, given.tolist(), strict=True)))
    assert {pairs[3], pairs[57]} <= {suspect.pair for suspect in found[:3]}


@pytest.mark.slow
def test_in_few_labels_the_one_that_is_wrong_stands_alone() -> None:
    pairs = tuple((f"q{n // 8}", f"i{n}") for n in range(48))
    right = np.arange(48) % 4 == 0
    given = np.where(right, 3.0, 0.0)
    given[0] = 0.0
    votes = Votes(pairs, ("a", "b"), ("lexical", "rules"), np.tile(right[:, None] * 1.0, 2))
    found = find_suspects(votes, dict(zip(pairs, given.tolist(), strict=True)))
    assert [(s.pair, s.given, s.likely) for s in found] == [(pairs[0], 0.0, 3.0)]


def test_no_label_is_in_doubt_that_the_model_finds_likeliest() -> None:
    chance = np.array([[0.68, 0, 0, 0.32], [0.72, 0, 0, 0.28], [0.72, 0, 0, 0.28]])
    assert not confident(chance, np.array([0, 0, 3]))[:2].any()


def test_few_labels_are_not_learnt_from() -> None:
    pairs = tuple(("q", f"i{n}") for n in range(5))
    votes = Votes(pairs, ("a",), ("lexical",), np.ones((5, 1)))
    assert find_suspects(votes, dict.fromkeys(pairs, 3.0)) == []


def test_a_label_is_in_doubt_when_another_grade_is_as_sure_as_usual() -> None:
    chance = np.array([[0.9, 0.1, 0, 0], [0.8, 0.2, 0, 0], [0.1, 0.9, 0, 0], [0.9, 0.1, 0, 0]])
    assert confident(chance, np.array([0, 0, 1, 1])).tolist() == [False, False, False, True]


def test_judges_and_queries_that_contradict_each_other_are_named() -> None:
    pair = ("red shoe", "a")
    labels = {pair: 3.0, ("red shoes", "a"): 0.0, ("blue hat", "a"): 0.0}
    found = find_contradictions(labels, {"anna": {pair: 3.0}, "bob": {pair: 1.0}})
    assert {one.kind: one.pairs for one in found} == {
        "judges": (pair,),
        "queries": (pair, ("red shoes", "a")),
    }


def test_an_attribute_that_differs_is_named_where_the_rule_holds_elsewhere() -> None:
    pairs = tuple((q, f"i{n}") for q in ("red shoe", "红鞋") for n in range(4))
    agrees = np.array([1.0, 1, 1, 0, 0, 0, 0, 1])[:, None]
    votes = Votes(pairs, ("attributes agree",), ("rules",), agrees)
    found = find_contradictions(dict.fromkeys(pairs, 3.0), votes=votes)
    assert [one.pairs for one in found] == [(("red shoe", "i3"),)]


@pytest.mark.parametrize(
    ("query", "text", "named"),
    [
        ("coffee without sugar", "instant coffee with sugar", True),
        ("coffee without sugar", "coffee without sugar", False),
        ("咖啡 无 糖", "速溶 咖啡 糖", True),
        ("coffee sugar", "coffee with sugar", False),
    ],
)
def test_what_a_query_excludes_is_read(query: str, text: str, named: bool) -> None:
    labels = {(query, "a"): 3.0}
    found = find_contradictions(labels, texts={"a": text})
    assert [one.kind for one in found] == (["negation"] if named else [])
