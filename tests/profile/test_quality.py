from dataclasses import replace

import pytest

from steward.engine import Snapshot
from steward.profile import profile_table
from steward.profile.quality import DIMENSIONS, measure_quality, quality_with_issues
from steward.profile.shift import chi_square_tail
from steward.types import Batch, Issue, Reason


def scores(profile):
    return {quality.dimension: quality for quality in profile.quality}


def make(columns):
    return profile_table(Snapshot.from_columns("t", columns))


def test_every_dimension_is_scored_or_plainly_not_measured():
    found = scores(make({"a": ["1", "2"], "b": ["x", ""]}))
    assert set(found) == {"overall", *DIMENSIONS}
    assert found["accuracy"].score is None
    assert (found["completeness"].failed, found["completeness"].tested) == (1, 4)
    assert found["completeness"].score == 0.75


def test_disguised_values_cost_completeness():
    clean = scores(make({"a": ["x", "y", "z", "x"] * 5}))["completeness"].score
    dirty = scores(make({"a": ["x", "y", "N/A", "x"] * 5}))["completeness"].score
    assert (clean, dirty) == (1.0, 0.75)


def test_values_that_do_not_fit_their_type_cost_validity():
    quality = scores(make({"mail": [f"u{n}@a.example" for n in range(18)] + ["oops", "no mail"]}))
    assert (quality["validity"].failed, quality["validity"].tested) == (2, 20)


def test_repeated_rows_cost_uniqueness():
    assert scores(make({"a": ["x", "x", "y", "z"]}))["uniqueness"].score == 0.75


def test_an_old_delivery_costs_timeliness():
    profile = make({"a": ["x"] * 4})
    batches = (
        Batch(1, "t", "a.csv", "2023-01-01T00:00:00", 1, ""),
        Batch(2, "t", "b.csv", "2026-01-01T00:00:00", 3, ""),
    )
    found = {q.dimension: q.score for q in measure_quality(replace(profile, batches=batches))}
    assert found["timeliness"] == 0.75


def test_overall_is_the_mean_of_what_was_measured():
    quality = make({"a": ["x", "x", "y", ""]}).quality
    known = [q.score for q in quality[1:] if q.score is not None]
    assert quality[0].score == round(sum(known) / len(known), 6)


def test_the_example_of_the_docs_is_true():
    price = [f"${n}" for n in range(1, 9)] + ["N/A", "oops"]
    brand = [["Acme", "Bolt", "Core"][n % 3] for n in range(10)]
    found = {d: q.score for d, q in scores(make({"price": price, "brand": brand})).items()}
    assert found["completeness"] == 0.95
    assert round(found["validity"], 3) == 0.889
    assert found["uniqueness"] == 1
    assert round(found["overall"], 3) == 0.946


def test_issues_lower_their_dimension_and_never_raise_it():
    profile = make({"a": ["x", "y", "z", "w"]})
    issue = Issue("t", "c", Reason.CROSS_COLUMN, ("a",), 2, 0.5, 0.5, "m", "select 1")
    before = {q.dimension: q.score for q in profile.quality}
    after = {q.dimension: q.score for q in quality_with_issues(profile, [issue])}
    assert after["consistency"] == 0.5
    assert after["completeness"] == before["completeness"]
    assert quality_with_issues(profile, []) == profile.quality


@pytest.mark.parametrize(
    ("freedom", "statistic", "tail"),
    [
        (1, 3.841459, 0.05), (2, 5.991465, 0.05), (3, 7.814728, 0.05), (5, 15.08627, 0.01),
        (7, 14.06714, 0.05), (8, 20.09024, 0.01), (4, 0.0, 1.0),
    ],
)  # fmt: skip
def test_the_chi_square_tail_is_that_of_the_printed_tables(freedom, statistic, tail):
    assert chi_square_tail(statistic, freedom) == pytest.approx(tail, rel=1e-5)
