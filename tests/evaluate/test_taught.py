"""Gold answers the questions of teaching: within the budget, from what is shown, and no more."""

from random import Random

import pytest

from steward.engine import Snapshot
from steward.evaluate import Settings
from steward.evaluate.gold import Gold
from steward.evaluate.schemas import SCHEMAS
from steward.evaluate.scorers import score_solution
from steward.evaluate.solvers import job, library
from steward.evaluate.suite import spoilt
from steward.teach import NONE, SOME, YES, Course, Draft, Example, Kind, Option, Question, Words


@pytest.fixture(scope="module")
def case():
    return spoilt("places", SCHEMAS["places_narrow"](Random("5/places")), "formats", 5)


@pytest.fixture(scope="module")
def scores(case):
    """Scores by (solver, answers)."""
    solvers = {"library": library, "job": job}
    wanted = (("library", 0), ("library", 1), ("library", 20), ("job", 20))
    return {
        (name, n): score_solution(case, solvers[name](case, Settings(name, answers=n)))
        for name, n in wanted
    }


@pytest.mark.slow
def test_answers_mend_more_and_are_counted(scores):
    none, one, all_of_them = (scores["library", n] for n in (0, 1, 20))
    assert none["answers"] == 0 and none["looked_at"] == 0
    assert one["answers"] == 1 and 0 < one["looked_at"] <= 6
    assert none["whole"]["f1"] < one["whole"]["f1"] <= all_of_them["whole"]["f1"]
    assert all_of_them["whole"]["f1"] > 0.95 and all_of_them["answers"] <= 20


@pytest.mark.slow
def test_the_real_thing_in_a_store_does_as_well_and_changes_nothing_silently(scores):
    assert scores["job", 20]["whole"]["f1"] > 0.95
    assert scores["job", 20]["silent"] == 0
    assert scores["job", 20]["survived_share"] > 0.9


@pytest.mark.slow
def test_a_course_without_answers_writes_what_the_safe_fixes_write(case, scores):
    columns = {name: [row[i] or None for row in case.dirty] for i, name in enumerate(case.columns)}
    draft = Draft(Snapshot.from_columns("case", columns))
    asked = []
    Course(draft, asked.append, 0).run()
    held = zip(*(draft.snapshot.column(name).to_pylist() for name in case.columns), strict=True)
    plain = library(case, Settings("library"))
    assert asked == [] and [[text or "" for text in row] for row in held] == plain.fixed
    assert scores["library", 0]["whole"]["written"] > 0


def question(kind, afters, key=YES):
    options = (
        Option(key, Words("", ""), fixes=(object(),)),
        *((Option(SOME, Words("", "")),) if kind is Kind.FIXES else ()),
        Option(NONE, Words("", "")),
    )
    examples = tuple(
        Example(row, ("town",), ("?",), ((after,), *([("?",)] * (len(options) - 1))))
        for row, after in enumerate(afters, 1)
    )
    return Question("q", kind, "t", ("town",), Words("", ""), options, examples)


@pytest.fixture
def gold(case):
    from dataclasses import replace

    towns = [["Bend"], ["Gary"], ["Reno"], ["Bend"], ["Gary"], ["Reno"]]
    known = replace(case, columns=("town",), clean=towns, dirty=towns)
    return Gold(known, {n + 1: n for n in range(6)})


RIGHT = ["Bend", "Gary", "Reno", "Bend", "Gary", "Reno"]


@pytest.mark.parametrize(("afters", "key"), [
    (RIGHT, YES), (["x", *RIGHT[1:]], SOME), (["x"] * 6, NONE),
])  # fmt: skip
def test_fixes_are_right_only_when_all_that_are_shown_are(gold, afters, key):
    assert gold(question(Kind.FIXES, afters)) == key
    assert gold.answers == 1 and len(gold.looked_at) == 6


def test_a_convention_may_be_right_beside_one_wrong_cell_in_six(gold):
    assert gold(question(Kind.CONVENTION, ["x", *RIGHT[1:]], "1")) == "1"
    assert gold(question(Kind.CONVENTION, ["x", "x", *RIGHT[2:]], "1")) == NONE


def test_a_value_that_is_not_offered_is_typed_and_counted(gold):
    asked = question(Kind.VALUE, ["Bond"], "1")
    assert gold(asked) == "=Bend" and gold.typed == 1
    assert gold(question(Kind.VALUE, ["Bend"], "1")) == "1" and gold.typed == 1
    assert gold(question(Kind.VALUE, ["Bend", "Gary"], "1")) == NONE
