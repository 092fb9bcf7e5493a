"""Many sources to one chance a grade: copies count once, and a human sample says what is meant."""

import numpy as np
import pytest

from steward.label.agreement import calibration_error, kappa, over_queries
from steward.label.annotators import agreements, qualities
from steward.label.compare import MODEL, compare_sources, ordered_grade, told_grades
from steward.label.learnt import learn
from steward.label.model import fit_label_model, majority
from steward.label.votes import GRADES, Cuts, Floats, Ints, Votes, collect, given


def planted(
    noises: list[float], n: int = 600, copies: int = 0, seed: int = 0
) -> tuple[Votes, Ints]:
    """Truth, and voters that see it through noise; the last is copied, its mistakes with it."""
    rng = np.random.default_rng(0)
    truth = rng.choice(4, n, p=[0.4, 0.15, 0.15, 0.3])
    columns = [truth + rng.normal(0, noise, n) for noise in noises]
    columns += [columns[-1] + rng.normal(0, 0.01, n) for _ in range(copies)]
    pairs = tuple((f"query {i // 10} {i // 10 * 7919 % 997}", f"i{i}") for i in range(n))
    names = tuple(f"v{i}" for i in range(len(columns)))
    return Votes(pairs, names, ("lexical",) * len(names), np.column_stack(columns)), truth


def known_of(votes: Votes, truth: Ints, share: float) -> dict[tuple[str, str], float]:
    last = int(len(truth) * share)
    return {votes.pairs[n]: float(truth[n]) for n in range(last)}


def test_voters_that_copy_each_other_count_as_fewer() -> None:
    votes, truth = planted([0.7, 0.7, 1.6], copies=8)
    known = known_of(votes, truth, 0.3)
    apart = fit_label_model(votes, known)
    alike = fit_label_model(votes, known, apart=False)
    assert apart.weights[-1] < 0.5 * apart.weights[0]
    rest = slice(180, None)
    found = [ordered_grade(m.probabilities(votes))[rest] for m in (apart, alike)]
    assert kappa(found[0], truth[rest]) > kappa(found[1], truth[rest]) + 0.05
    errors = [calibration_error(m.probabilities(votes)[rest], truth[rest]) for m in (apart, alike)]
    assert errors[0] < errors[1]


def test_without_a_sample_the_order_is_right() -> None:
    votes, truth = planted([0.8, 1.0, 1.2])
    mean = fit_label_model(votes).probabilities(votes) @ GRADES
    assert np.corrcoef(mean, truth)[0, 1] > 0.8


def test_who_abstains_changes_nothing() -> None:
    votes, truth = planted([0.6, 0.8])
    silent = np.full((len(truth), 1), np.nan)
    names, sources = (*votes.names, "silent"), (*votes.sources, "rules")
    more = Votes(votes.pairs, names, sources, np.hstack([votes.scores, silent]))
    known = known_of(votes, truth, 0.3)
    one, two = (fit_label_model(v, known, apart=False).probabilities(v) for v in (votes, more))
    assert np.allclose(one, two, atol=1e-6)


@pytest.mark.slow
def test_the_sample_is_used_and_the_chances_are_honest() -> None:
    votes, truth = planted([0.8, 1.0, 1.2], n=900)
    fitted = learn(votes, known_of(votes, truth, 0.5))
    rest = slice(450, None)
    chance = fitted.probabilities(votes)[rest]
    assert fitted.judged == 450 and len(fitted.losses) == 5
    assert calibration_error(chance, truth[rest]) < 0.06
    assert kappa(ordered_grade(chance), truth[rest]) > 0.8


def test_a_small_sample_is_not_learnt_by_heart() -> None:
    votes, truth = planted([0.8, 1.0], n=300)
    assert set(learn(votes, known_of(votes, truth, 0.17)).losses) == {"votes", "mean"}


def two_sources(n: int = 1200) -> tuple[Votes, Ints]:
    """One source of six functions that err together, and one of a single better function."""
    votes, truth = planted([0.8, 1.6], n=n, copies=5)
    return Votes(votes.pairs, votes.names, ("rules", *["lexical"] * 6), votes.scores), truth


def test_unjudged_the_sources_are_averaged_and_each_counts_once() -> None:
    votes, truth = two_sources()
    fitted = learn(votes)
    assert (fitted.way, fitted.losses, fitted.judged) == ("mean", {}, 0)
    mean, alone = (m.probabilities(votes) for m in (fitted, fit_label_model(votes)))
    assert np.corrcoef(mean @ GRADES, truth)[0, 1] > np.corrcoef(alone @ GRADES, truth)[0, 1]
    errors = [calibration_error(chance, truth) for chance in (mean, alone)]
    assert errors[0] < errors[1] - 0.02


def test_a_source_that_is_silent_moves_no_pair() -> None:
    votes, _ = planted([0.6, 0.8], n=300)
    silent = np.full((300, 1), np.nan)
    more = Votes(
        votes.pairs,
        (*votes.names, "s"),
        (*votes.sources, "clicks"),
        np.hstack([votes.scores, silent]),
    )
    one, two = (learn(v).probabilities(v) for v in (votes, more))
    assert np.allclose(one, two)
    mute = Votes(votes.pairs, ("s",), ("clicks",), silent)
    assert len(np.unique(learn(mute).probabilities(mute) @ GRADES)) == 1


@pytest.mark.slow
def test_what_is_kept_of_judged_pairs_was_not_learnt_from_their_grades() -> None:
    votes, truth = planted([3.0], n=300)
    known = known_of(votes, truth, 0.3)
    fitted = learn(votes, known)
    assert fitted.rows is not None and fitted.unseen is not None
    honest, learnt = fitted.honest(votes), fitted.probabilities(votes)
    assert np.array_equal(honest[fitted.rows], fitted.unseen)
    assert np.array_equal(honest[90:], learnt[90:])
    assert not np.allclose(honest[:90], learnt[:90])


@pytest.mark.slow
def test_all_together_beat_each_and_the_majority() -> None:
    votes, truth = planted([0.9, 1.1, 1.3, 1.3])
    found = compare_sources(votes, known_of(votes, truth, 1.0), draws=60)
    assert found.rows[0].name == MODEL and found.error <= 0.07
    assert all(row.less is not None and row.less.lower > 0 for row in found.rows[1:])


def test_the_majority_is_what_most_say() -> None:
    nan = np.nan
    grades = np.array([[3, 3, 0.0], [nan, 1, nan], [nan, nan, nan]])
    assert majority(grades).argmax(axis=1)[:2].tolist() == [3, 1]
    assert np.allclose(majority(grades)[2], 0.25)


def test_levels_of_few_values_are_those_values() -> None:
    cuts = Cuts.of(np.array([[0.0, 0.1], [1.0, np.nan], [1.0, 0.3]]))
    assert cuts.levels(np.array([[1.0, np.nan], [0.0, 0.3]])).tolist() == [[1, -1], [0, 1]]


def test_what_levels_mean_is_learnt_from_the_sample_alone() -> None:
    scores: Floats = np.array([[0.0], [0.0], [1.0], [1.0]])
    learnt = np.array([True, False, True, False])
    told = told_grades(scores, np.array([2, 0, 3, 0]), learnt)
    assert told[:, 0].tolist() == [2, 2, 3, 3]


def test_kappa_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(0)
    one = rng.integers(0, 4, 200)
    two = np.where(rng.random(200) < 0.6, one, rng.integers(0, 4, 200))
    assert kappa(one, two) == pytest.approx(cohen_kappa_score(one, two, weights="quadratic"))
    assert kappa(one, two, squared=False) == pytest.approx(cohen_kappa_score(one, two))


def test_intervals_are_over_queries_not_over_pairs() -> None:
    truth = np.repeat(np.arange(10) % 2, 50)
    queries = [f"q{n // 50}" for n in range(500)]
    measured = over_queries(lambda n: float(truth[n].mean()), queries)
    assert measured.upper - measured.lower > 0.4


def test_a_careless_judge_is_told_from_the_others() -> None:
    rng = np.random.default_rng(1)
    truth = {(f"q{n // 10}", f"i{n}"): float(rng.integers(0, 4)) for n in range(200)}
    careless = {p: float(rng.integers(0, 4)) if rng.random() < 0.5 else g for p, g in truth.items()}
    judges = {"anna": truth, "bob": dict(truth), "carl": careless}
    found = {quality.judge: quality for quality in qualities(judges)}
    assert found["carl"].right < 0.75 < 0.9 < found["anna"].right
    pairs = {(a.first, a.second): a.squared.value for a in agreements(judges, draws=20)}
    assert pairs["anna", "bob"] == 1.0 > pairs["anna", "carl"]


def test_labels_made_elsewhere_are_a_function() -> None:
    votes = collect([given("anna", "people", {("q", "a"): 3.0})], [("q", "a"), ("q", "b")])
    assert votes.scores[0, 0] == 3.0 and np.isnan(votes.scores[1, 0])
    assert votes.coverage.tolist() == [0.5]
