"""The exam of answers end to end, on shops that are laid out for real, without an agent."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from steward.cli.entry import run as cli
from steward.errors import GateError, MissingExtra, ModelError, UsageError
from steward.evaluate import (
    SITTERS,
    Call,
    Exam,
    Heard,
    Mark,
    Reference,
    Settings,
    answer_papers,
    compare_any,
    find_tasks,
    html,
    mark_answer,
    markdown,
    read_record,
    refuse_regressions,
    run_exam,
    to_json,
)
from steward.evaluate.answers import SPLITS, read_bank
from steward.evaluate.passk import pass_curve, pass_hat
from steward.job import query
from steward.sources import open_delivery
from steward.store import Store
from steward.types import Backtest

FLOORS = "full-width,split"


def settings(solver="oracle", floors=FLOORS, **more):
    return Settings(solver, options={"floors": floors}, **more)


def exam(**solvers):
    return Exam("answers", "a test", answer_papers, {**SITTERS, **solvers}, mark_answer)


@pytest.fixture(scope="module")
def desks(tmp_path_factory):
    papers = answer_papers(settings(split="test"), 0)
    return [paper.lay(tmp_path_factory.mktemp("exam")) for paper in papers]


@pytest.fixture(scope="module")
def by_oracle():
    return run_exam(exam(), settings())


def test_an_oracle_is_right_everywhere_and_scores_1(by_oracle):
    wrong = [(r["name"], r["why"]) for r in by_oracle.cases if not r["right"] or r["score"] != 1]
    assert not wrong


def test_who_says_nothing_scores_0_and_who_bluffs_less():
    for solver in ("silent", "bluffer"):
        record = run_exam(exam(), settings(solver, "healthy"))
        assert not any(r["right"] for r in record.cases)
        assert all(r["score"] == 0 if solver == "silent" else r["score"] < 0 for r in record.cases)


@pytest.mark.slow
def test_the_truth_is_what_the_store_holds(desks):
    for desk in desks:
        with Store(desk.store, read_only=True) as store:
            for question in desk.questions:
                wanted = question.expected
                if wanted and wanted.sql and wanted.proofs:
                    value = query(store, wanted.sql).rows.columns[0][0].as_py()
                    assert value in wanted.proofs, question.name


def test_there_are_enough_questions_in_both_splits_and_as_many_as_announced(desks):
    for split in SPLITS:
        papers = answer_papers(Settings(split=split), 0)
        assert sum(paper.size for paper in papers) >= 110
    kept = answer_papers(settings(split="test"), 0)
    assert [paper.size for paper in kept] == [len(desk.questions) for desk in desks]
    questions = [question for desk in desks for question in desk.questions]
    assert {question.groups["language"] for question in questions} == {"en", "zh"}
    assert {question.scope for question in questions} >= {"in", "out"}


def test_the_splits_share_no_phrasing_and_no_schema():
    bank = read_bank()
    for groups in [*bank.in_scope.values(), bank.refuse, bank.vague, bank.refuse["absent"]]:
        for language in ("en", "zh"):
            dev, test = (set(groups[language][split]) for split in SPLITS)
            assert dev and test and not dev & test
    names = {split: {s["name"] for s in bank.schemas if s["split"] == split} for split in SPLITS}
    assert not names["dev"] & names["test"]


@pytest.mark.slow
def test_another_seed_asks_other_questions_and_another_trial_the_same_ones(tmp_path):
    def asked(seed, trial):
        papers = answer_papers(Settings(seed=seed, options={"floors": "split"}), trial)
        desk = papers[0].lay(tmp_path / f"{seed}{trial}")
        return [q.text for q in desk.questions], [q.expected for q in desk.questions]

    for name in ("00", "01", "10"):
        (tmp_path / name).mkdir()
    first, again, other = asked(0, 0), asked(0, 1), asked(1, 0)
    assert first[0] == again[0] and first[1] != again[1]
    assert first[0] != other[0]


def test_a_reference_must_run_again_to_the_number_it_is_said_to_give(desks):
    question = next(q for q in desks[0].questions if "share_null" in q.name)
    true = SITTERS["oracle"](question, desks[0].store, Settings())
    told = true.references[0]
    for reference in (replace(told, value=77_777.0), replace(told, sql="select nonsense"), None):
        bent = replace(true, references=(reference,) if reference else ())
        mark = mark_answer(question, bent, desks[0].store)
        assert mark.parts["references"] == -1 and not mark.right
    for text in (true.text.replace("[1]", ""), true.text.replace("[1]", "[9]")):
        assert not mark_answer(question, replace(true, text=text), desks[0].store).right


def test_a_true_number_that_its_query_does_not_give_is_not_proved(desks):
    question = next(q for q in desks[0].questions if "share_null" in q.name)
    true = SITTERS["oracle"](question, desks[0].store, Settings())
    bent = replace(true, references=(Reference(1, "select 31337 as n", None),))
    assert mark_answer(question, bent, desks[0].store).parts["references"] == 0


def test_a_number_from_nowhere_is_dishonest(desks):
    question = next(q for q in desks[0].questions if "share_null" in q.name)
    true = SITTERS["oracle"](question, desks[0].store, Settings())
    mark = mark_answer(question, replace(true, text=true.text + " 31,337 more."), desks[0].store)
    assert mark.parts["honest"] == -1 and not mark.right and mark.score < 1


def test_who_calls_a_broken_column_healthy_is_wrong_not_silent(desks):
    question = next(q for q in desks[0].questions if "why_price" in q.name)
    told = Heard("Nothing is wrong: no check flags a value.", True)
    mark = mark_answer(question, told, desks[0].store)
    assert mark.parts["cause"] == -1 and mark.score < 0


def test_numbers_of_fixes_that_the_agent_proposed_are_honest(tmp_path):
    floor = Settings(options={"floors": "encoding"}, split="test")
    desk = answer_papers(floor, 0)[0].lay(tmp_path)
    question = next(q for q in desk.questions if "fix" in q.name)
    text = "Fix 1, of 1 row, right in 8123 of 8200 trials: `steward review`."
    for access, part in (("read", -1), ("propose", -1)):
        told = Heard(text, True, calls=(Call("propose_fix", {}, access, "1 fix"),))
        assert mark_answer(question, told, desk.store).parts["honest"] == part
    with Store(desk.store) as store:
        (fix,) = store.fixes()
        proof = replace(fix.evidence, backtest=Backtest(8123, 8200, 0.98, 1.0))
        store.save_fixes(fix.table, [replace(fix, evidence=proof, id=None)], beside=True)
    for access, part in (("read", -1), ("propose", 1)):
        told = Heard(text, True, calls=(Call("propose_fix", {}, access, "1 fix"),))
        assert mark_answer(question, told, desk.store).parts["honest"] == part


def test_a_command_that_does_not_exist_helps_nobody(desks):
    question = next(q for q in desks[0].questions if "why_null" in q.name)
    true = SITTERS["oracle"](question, desks[0].store, Settings())
    for command, part in (("conjure", -1), ("tables", 0), ("fix", 1)):
        text = true.text.replace("steward fix", f"steward {command}")
        assert (
            mark_answer(question, replace(true, text=text), desks[0].store).parts["action"] == part
        )


def test_the_findings_of_the_tools_must_agree_with_the_text(desks):
    question = next(q for q in desks[0].questions if "why_null" in q.name)
    true = SITTERS["oracle"](question, desks[0].store, Settings())
    for finding, part in (('{"kind": "encoding"}', -1), ('{"kind": "full_width"}', 1)):
        bent = replace(true, findings=(finding,))
        assert mark_answer(question, bent, desks[0].store).parts["finding"] == part


@pytest.mark.slow
def test_who_changes_a_table_is_wrong_whatever_is_answered():
    def vandal(question, store, settings):
        with Store(store) as home:
            home.ingest(open_delivery(str(store.parent / "suppliers.csv")), "suppliers")
        return SITTERS["oracle"](question, store, settings)

    record = run_exam(exam(vandal=vandal), settings("vandal", "healthy"))
    assert record.summary["writes"] == len(record.cases)
    assert not any(r["right"] or r["score"] > -1 for r in record.cases)


def test_a_crash_never_scores_whatever_the_marker_makes_of_silence():
    def broken(question, store, settings):
        raise ZeroDivisionError("oops")

    def content(question, heard, store):
        return Mark(True, 1.0, {}, "")

    lenient = replace(exam(broken=broken), marker=content)
    record = run_exam(lenient, settings("broken", "healthy"))
    assert not any(r["right"] or r["score"] > 0 for r in record.cases)


def test_a_crash_is_a_wrong_answer_but_who_cannot_be_asked_ends_the_run():
    def broken(question, store, settings):
        raise ZeroDivisionError("oops")

    def down(question, store, settings):
        raise ModelError("no server")

    record = run_exam(exam(broken=broken), settings("broken", "healthy"))
    assert record.summary["crashes"] == len(record.cases) and record.summary["right"] == 0

    def absent(question, store, settings):
        raise MissingExtra("The agent", "agent")

    with pytest.raises(ModelError):
        run_exam(exam(down=down), settings("down", "healthy"))
    with pytest.raises(MissingExtra):
        run_exam(exam(absent=absent), settings("absent", "healthy"))


def test_what_is_asked_of_a_person_who_knows_too_little_or_too_much(desks):
    out = next(q for desk in desks for q in desk.questions if q.scope == "out")
    vague = next(q for desk in desks for q in desk.questions if q.scope == "vague")
    for question, good, bad in (
        (out, Heard("I cannot tell that."), Heard("It is 17.", True)),
        (vague, Heard("Which column?", asked=True), Heard("It is 17.", True)),
    ):
        assert mark_answer(question, good, desks[0].store).right
        assert mark_answer(question, bad, desks[0].store).score == -1
    assert not mark_answer(out, Heard("Which column?", asked=True), desks[0].store).right


def test_pass_k_needs_every_trial():
    assert pass_hat(4, 4, 4) == 1 and pass_hat(3, 4, 4) == 0
    assert pass_hat(3, 4, 1) == 0.75 and pass_hat(3, 4, 2) == 0.5
    assert pass_curve({"a": [True, True], "b": [True, False]}) == [0.75, 0.5]
    with pytest.raises(ValueError):
        pass_hat(1, 2, 3)


@pytest.mark.slow
def test_trials_are_counted_as_trials(tmp_path):
    def fickle(question, store, settings):
        return SITTERS["oracle" if settings.seed == 0 else "silent"](question, store, settings)

    record = run_exam(exam(fickle=fickle), settings("fickle", "healthy", seeds=2))
    assert record.summary["right_pass"] == [0.5, 0.0]
    assert record.summary["runs"] == 2 * record.summary["questions"]


@pytest.mark.slow
def test_a_run_is_kept_read_shown_compared_and_gated(by_oracle, tmp_path):
    path = tmp_path / "run.json"
    path.write_text(to_json(by_oracle), "utf-8")
    kept = read_record(path)
    assert kept.kind == "exam" and kept.summary["right"] == 1
    assert "By schema" in markdown(kept) and "By schema" in html(kept)
    worse = run_exam(exam(), settings("silent"))
    refuse_regressions(by_oracle, kept)
    with pytest.raises(GateError, match="no longer right"):
        refuse_regressions(worse, kept)
    found = {(d.case, d.measure): d for d in compare_any(kept, worse)}
    assert found["in", "right"].difference == -1 and found["in", "right"].certain
    other = run_exam(exam(), settings(seed=3))
    with pytest.raises(UsageError, match=r"another one|no question"):
        compare_any(kept, other)


@pytest.mark.slow
def test_the_command_line_runs_an_exam_like_any_task(tmp_path: Path, capsys):
    options = ["--solver", "oracle", "--option", "floors=healthy"]
    assert cli(["eval", "run", "answers", *options, "--out", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["run"]["summary"]["right_pass"] == [1]
    kept = ["--baseline", str(tmp_path / "run.json")]
    assert cli(["eval", "run", "answers", *options[2:], "--solver", "silent", *kept]) == 8
    assert cli(["eval", "again", str(tmp_path / "run.json")]) == 0
    assert cli(["eval", "run", "answers", "--suite", str(tmp_path)]) == 2
    assert cli(["eval", "run", "answers", "--split", "secret"]) == 2


def test_every_task_is_listed_with_its_number_of_questions(capsys):
    assert {"answers", "tools", "fixes"} <= set(find_tasks())
    assert cli(["eval", "list", "--json"]) == 0
    tasks = {one["task"]: one["cases"] for one in json.loads(capsys.readouterr().out)["tasks"]}
    assert tasks["answers"] >= 110 and tasks["tools"] >= 60
