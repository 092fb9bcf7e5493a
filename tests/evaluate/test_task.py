"""Tasks, records, gates and comparisons, on cases small enough to check by hand."""

import json

import pytest

from steward.errors import ContentError, GateError, InputError, UsageError
from steward.evaluate import (
    SOLVERS,
    Case,
    Proposal,
    Settings,
    Solution,
    Task,
    compare,
    find_tasks,
    read_case,
    read_record,
    read_suite,
    refuse_regressions,
    regressions,
    run_task,
    score_solution,
    shipped_cases,
    to_json,
)
from steward.evaluate.record import refuse_other_tables

CLEAN = [["Bend", "OR"], ["Gary", "IN"], ["Reno", "NV"], ["Boise", "ID"]]
DIRTY = [["Bend", "OR"], ["Gray", "IN"], ["Reno", ""], ["Boise", "ID"]]
CASE = Case("places", ("city", "state"), DIRTY, CLEAN)


def half(case: Case, settings: Settings) -> Solution:
    """Mends one of the two errors, breaks one clean cell, and states its confidences."""
    fixed = [["Bend", "OR"], ["Gary", "IN"], ["Reno", ""], ["Boise", "IA"]]
    proposals = (
        Proposal(1, 0, "Gary", 0.96, "typo", safe=True, written=True),
        Proposal(3, 1, "IA", 0.96, "vote", safe=True, written=True),
        Proposal(2, 1, "NV", 0.6, "vote"),
    )
    return Solution(fixed, proposals, applied=4, survived=3, silent=1)


TASK = Task("places", "a test", {**SOLVERS, "half": half}, score_solution)


def run(solver):
    return run_task(TASK, [CASE], Settings(solver))


@pytest.mark.parametrize(
    ("solver", "f1", "phi"), [("noop", 0, 0), ("oracle", 1, 1), ("vandal", 0, -15)]
)
def test_the_three_solvers_that_test_the_scorer_score_as_they_must(solver, f1, phi):
    whole = run(solver).cases[0]["whole"]
    assert whole["f1"] == f1 and whole["phi_5"] == phi


def test_a_run_tells_calibration_survival_silence_and_correctors():
    result = run("half").cases[0]
    assert result["survived_share"] == 0.75 and result["silent"] == 1
    assert result["correctors"]["vote"] == {"written": 1, "right": 0, "damaged": 1}
    written, proposed = (result["calibration"][which] for which in ("written", "proposed"))
    assert written["cells"] == 2 and written["ece"] == pytest.approx(0.46)
    assert proposed["cells"] == 3 and proposed["over"] == pytest.approx(0.92 / 3)
    assert result["rows"] == [[1, 1, 1, 1, 0], [2, 1, 0, 0, 0], [3, 0, 1, 0, 1]]
    assert result["seconds"] >= 0 and result["peak_mb"] > 1


def test_a_record_survives_being_written_and_read(tmp_path):
    path = tmp_path / "run.json"
    record = run("noop")
    path.write_text(to_json(record), "utf-8")
    again = read_record(path)
    assert again.settings == record.settings and again.cases[0]["whole"]["precision"] is None
    assert to_json(again) == to_json(record)
    assert json.loads(path.read_text())["versions"]["steward"]


def test_what_is_not_a_record_is_refused_with_its_name(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("[]")
    with pytest.raises(InputError, match=r"x\.json"):
        read_record(path)


def test_a_rerun_on_another_table_is_refused():
    other = Case("places", CASE.columns, CLEAN, CLEAN)
    refuse_other_tables(run("noop"), [CASE])
    with pytest.raises(InputError, match="not the table"):
        refuse_other_tables(run("noop"), [other])


def test_the_gate_lets_the_same_run_pass_and_names_what_is_worse():
    oracle = run("oracle")
    refuse_regressions(oracle, oracle)
    refuse_regressions(oracle, run("half"))
    with pytest.raises(GateError, match="F1") as refused:
        refuse_regressions(run("half"), oracle)
    assert refused.value.exit_code == 8
    lines = "\n".join(regressions(run("half"), oracle))
    assert all(word in lines for word in ("precision", "damage", "journal"))


def test_a_case_left_out_is_a_regression():
    record = run_task(TASK, [Case("other", ("a",), [["1"]], [["1"]])], Settings("noop"))
    assert regressions(record, run("noop")) == ["places: not run"]


def test_a_run_compared_with_itself_differs_by_nothing():
    for difference in compare(run("half"), run("half")):
        assert difference.difference == difference.lower == difference.upper == 0
        assert not difference.certain


def test_a_better_run_is_better_beyond_chance_when_rows_are_many():
    dirty = [["b"] if n % 3 else ["a"] for n in range(120)]
    case = Case("many", ("x",), dirty, [["a"]] * 120)
    a, b = (run_task(TASK, [case], Settings(solver)) for solver in ("noop", "oracle"))
    f1 = next(d for d in compare(a, b) if d.measure == "f1")
    assert f1.difference == 1 and f1.certain
    assert compare(a, b) == compare(a, b)


def test_the_mean_over_cases_has_a_wider_interval_than_one_case():
    cases = [
        Case(str(n), ("x",), [["b"], ["c"]] * 20, [["a"], ["c" if n % 2 else "a"]] * 20)
        for n in range(6)
    ]
    task = Task("t", "", {**SOLVERS, "firsts": _firsts}, score_solution)
    a, b = (run_task(task, cases, Settings(solver)) for solver in ("noop", "firsts"))
    mean = [d for d in compare(a, b) if d.case == "mean" and d.measure == "recall"]
    assert len(mean) == 1 and mean[0].difference == pytest.approx(0.75)
    assert mean[0].upper - mean[0].lower > 0.1


def _firsts(case, settings):
    return Solution([["a"] if row == ["b"] else row for row in case.dirty])


def test_two_runs_of_different_tables_cannot_be_compared():
    other = Case("places", CASE.columns, CLEAN, CLEAN)
    with pytest.raises(UsageError, match="another table"):
        compare(run("noop"), run_task(TASK, [other], Settings("noop")))


def test_an_unknown_solver_is_refused_with_the_known_ones():
    with pytest.raises(UsageError) as refused:
        run("magic")
    assert "oracle" in refused.value.hint


def test_the_shipped_tasks_load_and_their_cases_hold_errors():
    tasks = find_tasks()
    assert "fixes" in tasks
    for case in read_suite(shipped_cases(tasks["fixes"])):
        assert case.dirty != case.clean and case.kinds


def test_an_eval_file_without_a_task_is_a_content_error(tmp_path):
    for folder in ("prompts", "tools", "evals"):
        (tmp_path / folder).mkdir()
    (tmp_path / "evals" / "empty.py").write_text("x = 1\n")
    with pytest.raises(ContentError, match="TASK"):
        find_tasks(tmp_path)


def test_a_case_whose_files_differ_in_shape_is_refused(tmp_path):
    (tmp_path / "dirty.csv").write_text("a,b\n1,2\n")
    (tmp_path / "clean.csv").write_text("a\n1\n")
    with pytest.raises(InputError, match="shape"):
        read_case(tmp_path / "dirty.csv", tmp_path / "clean.csv")


def test_names_may_differ_and_ignored_values_are_read_by_the_dirty_name(tmp_path):
    (tmp_path / "dirty.csv").write_text("rate\n5\n6\n")
    (tmp_path / "clean.csv").write_text("Rate\nlater\n7\n")
    files = (tmp_path / "dirty.csv", tmp_path / "clean.csv")
    case = read_case(*files, ignore=["rate=later"])
    assert run_task(TASK, [case], Settings("noop")).cases[0]["whole"]["errors"] == 1
    with pytest.raises(InputError, match="no such column"):
        read_case(*files, ignore=["Rate=later"])
