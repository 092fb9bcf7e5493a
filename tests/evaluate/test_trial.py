"""`steward eval`: on a table of one's own, and from the command line."""

import json

import pytest

from steward.cli.entry import run
from steward.engine import Snapshot
from steward.errors import UsageError
from steward.evaluate import spoilt_copies


@pytest.fixture
def snapshot():
    cities = ["Bend", "Gary", "Reno", None] * 40
    return Snapshot.from_columns("items", {"city": cities, "n": [str(n) for n in range(160)]})


def test_copies_of_a_table_are_spoilt_within_the_rate_and_differ_by_seed(snapshot):
    first, second = spoilt_copies(snapshot, mix="typo", rate=0.1, seeds=(0, 1))
    wrong = sum(a != b for a, b in zip(first.dirty, first.clean, strict=True))
    assert 0 < wrong <= 32 and first.dirty != second.dirty
    assert first.clean[3][0] == ""


def test_an_unknown_mix_and_a_senseless_rate_are_refused(snapshot):
    with pytest.raises(UsageError, match="no mix"):
        spoilt_copies(snapshot, mix="chaos", seeds=(0,))
    with pytest.raises(UsageError, match="no sense"):
        spoilt_copies(snapshot, rate=0.9, seeds=(0,))


@pytest.fixture
def case(tmp_path):
    (tmp_path / "dirty.csv").write_text("city,n\nBedn,1\nGary,2\n")
    (tmp_path / "clean.csv").write_text("city,n\nBend,1\nGary,2\n")
    return tmp_path


def steward(capsys, *words):
    code = run([str(word) for word in words])
    return code, capsys.readouterr()


@pytest.mark.slow
def test_a_run_is_written_repeated_compared_and_gated(case, capsys):
    files = ("--dirty", case / "dirty.csv", "--clean", case / "clean.csv")
    for solver in ("oracle", "noop"):
        out = ("--solver", solver, "--out", case / solver)
        assert steward(capsys, "eval", "run", "fixes", *files, *out)[0] == 0
    best, nothing = case / "oracle" / "run.json", case / "noop" / "run.json"
    assert (case / "noop" / "report.html").stat().st_size > 1000
    assert steward(capsys, "eval", "again", best)[0] == 0
    code, said = steward(capsys, "eval", "compare", nothing, best, "--json")
    assert code == 0 and json.loads(said.out)["differences"][0]["b"] == 1
    code, said = steward(capsys, "eval", "run", "fixes", *files, "--solver", "noop",
                         "--baseline", best)  # fmt: skip
    assert code == 8 and "F1 1.000 -> 0.000" in said.err
    (case / "dirty.csv").write_text("city,n\nBend,1\nGray,2\n")
    assert steward(capsys, "eval", "again", best)[0] == 4


def test_wrong_arguments_leave_with_two_and_one_line(case, capsys):
    for words in (
        ("run", "nothing"),
        ("run", "fixes", "--dirty", case / "dirty.csv"),
        ("run", "fixes", "--solver", "magic"),
        ("run", "fixes", "--option", "gate"),
        ("run", "fixes", "--solver", "job", "--answers", "20", "--agent", "http://127.0.0.1:9"),
    ):
        code, said = steward(capsys, "eval", *words)
        assert code == 2 and "Traceback" not in said.err and said.err.startswith("Error:")


def test_the_list_names_each_task_with_its_cases(capsys):
    code, said = steward(capsys, "eval", "list", "--json")
    tasks = json.loads(said.out)["tasks"]
    assert code == 0 and [task["cases"] > 3 for task in tasks if task["task"] == "fixes"] == [True]


@pytest.mark.slow
def test_a_stored_table_is_spoilt_and_scored_and_stays_as_it_is(case, capsys, monkeypatch):
    monkeypatch.chdir(case)
    rows = "".join(f"Bend,{n}\n" for n in range(200))
    (case / "items.csv").write_text(f"city,n\n{rows}")
    for words in (("init",), ("ingest", "items.csv", "--table", "items")):
        assert steward(capsys, *words)[0] == 0
    before = (case / "steward.db").read_bytes()
    code, said = steward(capsys, "eval", "self", "--solver", "oracle", "--mix", "typo", "--json")
    whole = json.loads(said.out)["run"]["cases"][0]["whole"]
    assert code == 0 and whole["f1"] == 1 and whole["errors"] == 8
    out = ("--solver", "noop", "--mix", "typo", "--out", case / "self")
    assert steward(capsys, "eval", "self", *out)[0] == 0
    assert steward(capsys, "eval", "again", case / "self" / "run.json")[0] == 0
    assert (case / "steward.db").read_bytes() == before


def test_made_cases_can_be_run_as_a_suite(case, capsys):
    clean = ("--clean", case / "clean.csv", "--mix", "typos")
    assert steward(capsys, "eval", "make", case / "suite", *clean)[0] == 0
    code, said = steward(capsys, "eval", "run", "fixes", "--suite", case / "suite", "--solver",
                         "noop", "--json")  # fmt: skip
    assert code == 0 and json.loads(said.out)["run"]["summary"]["cases"] == 1
    assert steward(capsys, "eval", "make", case / "suite", "--mix", "chaos")[0] == 2
