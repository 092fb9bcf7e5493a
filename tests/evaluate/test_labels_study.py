"""`steward eval run labels`: the label model and the audit on made shops."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from steward.cli.app import app
from steward.evaluate.labels import find_planted
from steward.label.votes import GRADES, Votes


@pytest.mark.slow
def test_a_small_run_scores_a_shop_of_each_language() -> None:
    done = CliRunner().invoke(
        app, ["eval", "run", "labels", "--rows=300", "--queries=20", "--json"]
    )
    assert done.exit_code == 0, done.output
    shops = json.loads(done.output)["findings"]["shops"]
    assert [shop["shop"] for shop in shops] == ["English 0", "Chinese 0", "both 0"]
    for shop in shops:
        assert shop["model"]["agreement"]["value"] > 0.3 and shop["pairs"] > 200
        assert 0 < shop["audit"]["recall"] <= 1 and 0 < shop["unjudged"]["error"] < 0.5


@pytest.mark.slow
def test_what_was_planted_is_counted_against_the_truth() -> None:
    truth = np.arange(400) % 4
    pairs = tuple((f"q{n // 20}", f"i{n}") for n in range(400))
    votes = Votes(pairs, ("a", "b"), ("rules", "lexical"), np.tile(truth[:, None] * 1.0, 2))
    known = {pair: GRADES[grade] for pair, grade in zip(pairs, truth, strict=True)}
    found = find_planted(votes, known, 0.15, seed=0)
    assert 40 < found.planted < 80 and found.first == 1.0
    assert found.recall > 0.95 and found.precision > 0.95
    assert find_planted(votes, known, 0.0, seed=0).planted == 0
