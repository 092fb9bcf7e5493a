import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.fixes import determinants
from steward.fixes.determinants import (
    DETERMINANTS,
    MIN_KAPPA,
    Determinant,
    determinants_of,
    leave_one_out,
    recount,
)
from steward.fixes.pairs import MISSING, Ints, PairCounts


def codes_of(*columns: list[int]) -> tuple[Ints, tuple[int, ...]]:
    codes = np.array(columns, dtype=np.int64).T
    return codes, tuple(max(c) + 1 for c in columns)


def told(rows: int, noise: float, seed: int) -> tuple[Ints, tuple[int, ...]]:
    """A target, a determinant that it follows but for a share of noise, and a column of chance."""
    rng = random.Random(seed)
    x = [rng.randrange(1, 11) for _ in range(rows)]
    u = [v if rng.random() >= noise else rng.randrange(1, 11) for v in x]
    return codes_of(u, x, [rng.randrange(1, 9) for _ in range(rows)])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4)), min_size=2, max_size=40))
def test_leaving_a_row_out_finds_a_most_frequent_target_of_the_others(
    rows: list[tuple[int, int]],
) -> None:
    x, u = np.array(rows, dtype=np.int64).T
    found = leave_one_out(PairCounts(x, u, (4, 5)), x, u)
    for i, (group, _) in enumerate(rows):
        others = Counter(v for j, (g, v) in enumerate(rows) if g == group and j != i)
        if others:
            assert others[int(found[i])] == max(others.values())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.5))
def test_the_novelty_solves_its_equation(seed: int, noise: float) -> None:
    codes, sizes = told(120, noise, seed)
    for d in determinants_of(codes, sizes, 0):
        x, u = codes[:, d.column], codes[:, 0]
        group, pair = Counter(x.tolist()), Counter(zip(x.tolist(), u.tolist(), strict=True))
        covered = [(g, v) for g, v in zip(x.tolist(), u.tolist(), strict=True) if group[g] > 1]
        first_time = sum(pair[g, v] == 1 for g, v in covered) / len(covered)
        said = sum(d.novelty / (group[g] - 1 + d.novelty) for g, _ in covered) / len(covered)
        assert said == pytest.approx(first_time, abs=1e-3)


def test_kappa_and_coverage_are_those_of_a_loop_over_the_rows() -> None:
    u = [1, 1, 2, 1, 2, 2, 2, 3, 3, 3]
    x = [1, 1, 1, 1, 2, 2, 2, 3, 4, MISSING]
    codes, sizes = codes_of(u, x)
    (found,) = determinants_of(codes, sizes, 0)
    # Rows 1-7 have company. All but the odd third are told by the rest of their group: 6 of 7;
    # the most frequent value alone would tell 4 of 7.
    assert found.coverage == pytest.approx(0.7)
    assert found.kappa == pytest.approx((6 / 7 - 4 / 7) / (1 - 4 / 7))
    assert found.weight == pytest.approx(found.kappa * 0.7**0.5)


def test_a_column_that_tells_is_chosen_and_one_of_chance_is_not() -> None:
    codes, sizes = told(300, 0.05, 1)
    assert [d.column for d in determinants_of(codes, sizes, 0)] == [1]


def test_variation_makes_the_novelty_large() -> None:
    quiet = determinants_of(*told(400, 0.02, 3), 0)[0]
    codes, sizes = told(400, 0.0, 3)
    codes[::4, 0] = np.arange(len(codes[::4])) + 20
    loud = determinants_of(codes, (150, *sizes[1:]), 0)[0]
    assert loud.novelty > 10 * quiet.novelty


def test_best_determinants_come_first_and_never_more_than_promised() -> None:
    rng = random.Random(4)
    u = [rng.randrange(1, 9) for _ in range(300)]
    worse = [[v if rng.random() > i / 12 else rng.randrange(1, 9) for v in u] for i in range(8)]
    found = determinants_of(*codes_of(u, *worse), 0)
    weights = [d.weight for d in found]
    assert len(found) == DETERMINANTS
    assert weights == sorted(weights, reverse=True)
    assert min(d.kappa for d in found) >= MIN_KAPPA
    assert 0 not in [d.column for d in found]


@pytest.mark.parametrize(
    "columns",
    [
        ([1, 2, 3, 1, 2, 3], [0, 0, 0, 0, 0, 0]),
        ([1, 2, 3, 1, 2, 3], [1, 1, 1, 1, 1, 1]),
        ([1, 2, 3, 1, 2, 3], [1, 2, 3, 4, 5, 6]),
        ([1, 1, 1, 1, 1, 1], [1, 2, 1, 2, 1, 2]),
        ([0, 0, 0, 0, 0, 0], [1, 2, 1, 2, 1, 2]),
        ([], []),
    ],
    ids=["all missing", "one value", "a key", "constant target", "empty target", "no rows"],
)
def test_columns_that_cannot_tell_anything_are_no_determinants(
    columns: tuple[list[int], list[int]],
) -> None:
    codes = np.array(columns, dtype=np.int64).T.reshape(-1, 2)
    sizes = tuple(max(c, default=0) + 1 for c in columns)
    assert determinants_of(codes, sizes, 0) == []


def test_long_tables_are_screened_on_a_sample_and_counted_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes, sizes = told(900, 0.05, 7)
    whole = determinants_of(codes, sizes, 0)
    monkeypatch.setattr(determinants, "SCREEN_ROWS", 300)
    sampled = determinants_of(codes, sizes, 0)
    assert [(d.column, d.kappa, d.novelty) for d in sampled] == [
        (d.column, d.kappa, d.novelty) for d in whole
    ]


def test_counting_anew_sees_the_new_table_and_drops_what_tells_nothing_there() -> None:
    codes, sizes = told(300, 0.05, 1)
    known: list[Determinant] = determinants_of(codes, sizes, 0)
    same = recount(codes, sizes, 0, known)
    assert [(d.column, d.kappa) for d in same] == [(d.column, d.kappa) for d in known]
    codes[:, 1] = np.random.default_rng(0).permutation(codes[:, 1])
    assert recount(codes, sizes, 0, known) == []
