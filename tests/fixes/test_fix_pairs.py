from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.fixes.pairs import DEPTH, MISSING, PairCounts

GROUPS, WIDTH = 5, 6
columns = st.lists(
    st.tuples(st.integers(0, GROUPS - 1), st.integers(0, WIDTH - 1)), min_size=0, max_size=60
)


def counted(rows: list[tuple[int, int]]) -> tuple[PairCounts, Counter[tuple[int, int]]]:
    x, u = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return PairCounts(x, u, (GROUPS, WIDTH)), Counter(r for r in rows if r[0] != MISSING)


@settings(max_examples=80, deadline=None)
@given(columns)
def test_pairs_are_counted_as_a_loop_over_the_rows_would(rows: list[tuple[int, int]]) -> None:
    pairs, twin = counted(rows)
    x, u = np.mgrid[0:GROUPS, 0:WIDTH]
    assert pairs.count(x, u).tolist() == [[twin[g, v] for v in range(WIDTH)] for g in range(GROUPS)]
    assert pairs.totals.tolist() == [
        sum(n for (g, _), n in twin.items() if g == group) for group in range(GROUPS)
    ]


@settings(max_examples=80, deadline=None)
@given(columns)
def test_the_most_frequent_targets_come_first_and_ties_by_code(rows: list[tuple[int, int]]) -> None:
    pairs, twin = counted(rows)
    for group in range(GROUPS):
        ranked = sorted((-n, v) for (g, v), n in twin.items() if g == group)[:DEPTH]
        gap = DEPTH - len(ranked)
        assert pairs.top[group].tolist() == [v for _, v in ranked] + [-1] * gap
        assert pairs.top_counts[group].tolist() == [-n for n, _ in ranked] + [0] * gap


@pytest.mark.parametrize("rows", [[], [(0, 1), (0, 2)]])
def test_no_rows_and_only_missing_determinants_count_nothing(rows: list[tuple[int, int]]) -> None:
    pairs, _ = counted(rows)
    assert pairs.totals.sum() == 0
    assert pairs.count(np.array([0, 3]), np.array([1, 2])).tolist() == [0, 0]
    assert (pairs.top == -1).all()


def test_counts_broadcast_over_candidates() -> None:
    pairs, _ = counted([(1, 2), (1, 2), (2, 3)])
    found = pairs.count(np.array([[1], [2]]), np.array([[2, 3], [2, 3]]))
    assert found.tolist() == [[2, 0], [0, 1]]
