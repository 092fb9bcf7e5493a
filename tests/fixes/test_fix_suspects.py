import doctest
from collections import Counter
from math import log
from pathlib import Path

import numpy as np
import pytest
from planted import opened, orders, plant

from steward.fixes.cooccurrence import all_determinants
from steward.fixes.determinants import Determinant
from steward.fixes.grid import Grid
from steward.fixes.pairs import MISSING
from steward.fixes.suspects import CLIP, FEATURES, MIN_SCORE, Suspects, find_suspects

Found = tuple[Grid, list[list[Determinant]], list[Suspects], set[tuple[str, int]]]


@pytest.fixture(scope="module")
def found() -> Found:
    dirty, truth = plant(orders(), 16)
    grid = Grid.of(*opened(dirty))
    known = all_determinants(grid)
    return grid, known, find_suspects(grid, known), set(truth)


def feature(suspects: Suspects, name: str) -> np.ndarray:
    return suspects.features[:, FEATURES.index(name)]


def test_every_planted_error_is_a_suspect(found: Found) -> None:
    grid, _, suspects, planted = found
    cells = {(grid.columns[s.column], int(r) + 1) for s in suspects for r in s.rows}
    assert planted <= cells


def test_a_suspect_is_offered_another_value_that_is_not_missing(found: Found) -> None:
    grid, _, suspects, _ = found
    for s in suspects:
        assert (s.before == grid.codes[s.rows, s.column]).all()
        assert (s.after != s.before).all()
        assert (s.after != MISSING).all()
        assert s.features.shape == (len(s.rows), len(FEATURES))
        assert np.isfinite(s.features).all()


def by_hand(
    grid: Grid, chosen: list[Determinant], row: int, column: int, after: int
) -> list[float]:
    """The log-ratios of one cell, written down as docs/repair.md says them."""
    target = grid.codes[:, column].tolist()
    before, prior = target[row], Counter(target)
    odds = {v: (prior[v] + 0.5) / (len(target) + 0.5 * grid.sizes[column]) for v in (before, after)}
    votes = []
    for d in chosen:
        x = grid.codes[:, d.column].tolist()
        others = [u for i, u in enumerate(target) if x[i] == x[row] and i != row]
        if x[row] == MISSING or not others:
            continue
        m, n = d.novelty, len(others)
        p = {v: (others.count(v) + m * odds[v]) / (n + m) for v in (before, after)}
        votes.append(float(np.clip(log(p[after] / p[before]), -CLIP, CLIP)))
    return votes


def test_the_votes_are_the_formula_of_the_docs(found: Found) -> None:
    grid, known, suspects, _ = found
    for s in suspects:
        for i in range(len(s.rows)):
            votes = by_hand(grid, known[s.column], int(s.rows[i]), s.column, int(s.after[i]))
            assert feature(s, "score_sum")[i] == pytest.approx(sum(votes))
            assert feature(s, "score_max")[i] == pytest.approx(max([*votes, 0]))
            assert feature(s, "score_min")[i] == pytest.approx(min(votes))
            assert sum(votes) > MIN_SCORE


def test_the_candidate_is_the_one_that_the_votes_favour_most(found: Found) -> None:
    grid, known, suspects, _ = found
    for s in suspects:
        row = int(s.rows[0])
        score = {
            v: sum(by_hand(grid, known[s.column], row, s.column, v))
            for v in range(1, grid.sizes[s.column])
            if v != s.before[0]
        }
        assert score[int(s.after[0])] == pytest.approx(max(score.values()))
        assert feature(s, "margin")[0] >= 0


def test_shares_are_shares_and_blanks_are_told(found: Found) -> None:
    _, _, suspects, _ = found
    for s in suspects:
        for name in ("share_for", "share_against", "share_silent", "similarity", "purity"):
            assert ((feature(s, name) >= 0) & (feature(s, name) <= 1 + 1e-9)).all(), name
        assert ((feature(s, "was_missing") == 1) == (s.before == MISSING)).all()
        assert (feature(s, "similarity")[s.before == MISSING] == 0).all()


def test_a_blank_is_never_offered_even_where_it_is_the_rule() -> None:
    columns = orders()
    columns["fax"] = [
        "" if s in ("amber trading", "olive trading") else p
        for s, p in zip(columns["supplier"], columns["phone"], strict=True)
    ]
    odd = columns["supplier"].index("amber trading")
    columns["fax"][odd] = columns["phone"][columns["supplier"].index("ivory trading")]
    grid = Grid.of(*opened(columns))
    for s in find_suspects(grid, all_determinants(grid)):
        assert (s.after != MISSING).all()


def test_a_missing_determinant_is_silent() -> None:
    dirty, _ = plant(orders(), 4)
    row = 7
    dirty["supplier"][row] = dirty["address"][row] = dirty["phone"][row] = None
    grid = Grid.of(*opened(dirty))
    for s in find_suspects(grid, all_determinants(grid)):
        for i in np.flatnonzero(s.rows == row):
            assert feature(s, "share_silent")[i] > 0.5


def test_a_slice_that_is_flagged_as_a_whole_stands_out_and_scattered_errors_do_not() -> None:
    gathered, (scattered, _) = orders(), plant(orders(), 24)
    for i, week in enumerate(gathered["week"]):
        if week == "3":
            gathered["city"][i] = None
    most = []
    for columns in (gathered, scattered):
        grid = Grid.of(*opened(columns))
        found = find_suspects(grid, all_determinants(grid))
        most.append(max(float(feature(s, "concentration").max()) for s in found))
    assert most[0] > 20
    assert most[1] < 10


def test_a_clean_table_of_entities_has_no_suspects() -> None:
    grid = Grid.of(*opened(orders()))
    assert find_suspects(grid, all_determinants(grid)) == []


def test_the_worked_example_of_the_docs_says_what_happens(checkout: Path) -> None:
    text = (checkout / "docs" / "repair.md").read_text("utf-8").replace("```", "\n\n")
    example = doctest.DocTestParser().get_doctest(text, {}, "repair.md", None, None)
    assert len(example.examples) >= 10
    assert doctest.DocTestRunner().run(example).failed == 0


def test_every_feature_has_its_line_in_the_docs(checkout: Path) -> None:
    lines = (checkout / "docs" / "repair.md").read_text("utf-8").splitlines()
    rows = [line.split("`")[1] for line in lines if line.startswith("| `") and line.count("|") == 3]
    assert [row for row in rows if row in FEATURES] == list(FEATURES)
