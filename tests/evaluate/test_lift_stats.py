"""Intervals over catalogues and queries, and shares of a loss."""

import numpy as np
import pytest

from steward.evaluate.lift_stats import Scores, difference, mean_of, recovered


def catalogues(level: float, *, spread: float = 0.0, count: int = 6) -> list[Scores]:
    rng = np.random.default_rng(3)
    noise = rng.uniform(-0.1, 0.1, size=(count, 2, 80))
    return [noise[i] + level + spread * (i - (count - 1) / 2) for i in range(count)]


def test_a_constant_difference_is_found_without_doubt() -> None:
    found = difference(catalogues(0.5), catalogues(0.6))
    assert found.mean == pytest.approx(0.1)
    assert [found.lower, found.upper] == pytest.approx([0.1, 0.1])
    assert (found.above, found.catalogues, found.certain) == (6, 6, True)


def test_no_difference_is_not_certain_and_above_in_none() -> None:
    found = difference(catalogues(0.5), catalogues(0.5))
    assert (found.mean, found.lower, found.upper, found.above) == (0, 0, 0, 0)
    assert not found.certain


def test_catalogues_that_disagree_make_the_interval_wider() -> None:
    agreeing = difference(catalogues(0.5), catalogues(0.6))
    split = difference(catalogues(0.5), catalogues(0.6, spread=0.06))
    assert split.mean == pytest.approx(agreeing.mean)
    assert split.lower < 0.05 < 0.15 < split.upper


def test_a_share_is_the_ratio_of_the_means() -> None:
    share = recovered(catalogues(0.5), catalogues(0.65), catalogues(0.7))
    assert share.value == pytest.approx(0.75)
    assert share.lower == pytest.approx(0.75)


def test_a_share_may_be_negative_where_stewarding_did_harm() -> None:
    share = recovered(catalogues(0.5), catalogues(0.45), catalogues(0.7))
    assert share.value == pytest.approx(-0.25)


def test_no_share_is_told_of_a_loss_that_is_not_certain() -> None:
    share = recovered(catalogues(0.5), catalogues(0.6), catalogues(0.5, spread=0.1))
    assert (share.value, share.lower, share.upper) == (None, None, None)


def test_every_catalogue_counts_alike_however_many_queries_it_has() -> None:
    assert mean_of([np.zeros((1, 90)), np.ones((1, 10))]) == pytest.approx(0.5)


def test_the_same_seed_gives_the_same_interval() -> None:
    first, second = catalogues(0.5), catalogues(0.6, spread=0.05)
    assert difference(first, second, seed=4) == difference(first, second, seed=4)
    assert difference(first, second, seed=4) != difference(first, second, seed=5)
