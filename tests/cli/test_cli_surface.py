"""What holds for every command: help, an example, errors in two lines, exit codes."""

import inspect
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from quickly import few

from steward.cli.app import VERBS

Said = Callable[..., object]
NAMES = [module.__name__.rpartition(".")[2] for module in VERBS]
ON_A_TABLE = {
    "profile": (),
    "check": (),
    "fix": (),
    "review": (),
    "teach": (),
    "fixes": (),
    "history": (),
    "export": ("out.csv",),
    "recipe": (),
    "apply": ("all",),
}
ON_A_STORE = {**ON_A_TABLE, "tables": (), "show": ("1",), "undo": ("1",), "diff": ("1",)}


def plain_error(said: object) -> bool:
    """Two lines: what and where, and what next; no traceback, nothing on stdout."""
    lines = said.err.splitlines()
    shape = len(lines) == 2 and lines[0].startswith("Error: ") and lines[1].startswith("  Next: ")
    return shape and "Traceback" not in said.err and said.out == ""


@pytest.mark.parametrize("name", few(NAMES, 12))
def test_every_command_has_help_with_an_example_of_itself(steward: Said, name: str) -> None:
    said = steward(name, "--help")
    assert said.code == 0
    head, _, examples = said.out.partition("Examples:\n")
    assert re.search(r"\n  [A-Z].*\.\n", head), "the first line says what it does"
    assert f"steward {name}" in examples or f" {name}" in examples


@pytest.mark.parametrize("name", sorted(ON_A_STORE))
def test_without_a_store_every_command_says_so_and_makes_none(
    steward: Said, folder: Path, name: str
) -> None:
    said = steward(name, *ON_A_STORE[name])
    assert (said.code, plain_error(said)) == (3, True)
    assert not (folder / "steward.db").exists()


@pytest.mark.parametrize("name", few(sorted(ON_A_TABLE)))
def test_an_unknown_table_is_named_with_the_nearest(stored: Said, name: str) -> None:
    said = stored(name, *ON_A_TABLE[name], "--table", "itms")
    assert (said.code, plain_error(said)) == (2, True)
    assert "itms" in said.err and "Did you mean items?" in said.err


@pytest.mark.parametrize("name", few(NAMES, 8))
def test_an_unknown_option_is_a_usage_error(steward: Said, name: str) -> None:
    said = steward(name, "--no-such-option")
    assert (said.code, plain_error(said)) == (2, True)


def test_an_unknown_command_is_a_usage_error(steward: Said) -> None:
    said = steward("profil")
    assert (said.code, plain_error(said)) == (2, True)


def test_without_a_command_the_help_is_shown(steward: Said) -> None:
    said = steward()
    assert said.code == 0
    assert all(re.search(rf"^  {name} ", said.out, re.MULTILINE) for name in NAMES)


def test_the_version_is_told(steward: Said) -> None:
    from steward import __version__

    assert steward("--version").out == f"steward {__version__}\n"


def test_the_store_can_be_named_in_four_ways(
    steward: Said, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steward("--store", "a.db", "init").code == 0
    assert steward("init", "--store", "b.db").code == 0
    monkeypatch.setenv("STEWARD_STORE", "c.db")
    assert steward("init").code == 0
    monkeypatch.delenv("STEWARD_STORE")
    assert steward("init").code == 0
    assert {p.name for p in folder.glob("*.db")} == {"a.db", "b.db", "c.db", "steward.db"}


def test_quiet_may_stand_anywhere_and_leaves_out_advice(stored: Said) -> None:
    assert "Next:" in stored("profile").out
    assert "Next:" not in stored("profile", "--quiet").out
    assert "Next:" not in stored("-q", "profile").out


def test_verbose_says_on_stderr_what_is_being_done(stored: Said) -> None:
    assert "profiling 60 rows" in stored("profile", "-v").err


def test_a_file_that_is_no_store_is_refused_and_left_alone(steward: Said, folder: Path) -> None:
    (folder / "steward.db").write_text("id,name\n1,a\n", "utf-8")
    said = steward("tables")
    assert (said.code, plain_error(said)) == (3, True)
    assert (folder / "steward.db").read_text("utf-8") == "id,name\n1,a\n"


@pytest.mark.slow
def test_in_a_pipe_there_is_no_colour_and_no_line_is_wider_than_asked(
    stored: Said, shell: Said
) -> None:
    said = shell("profile", COLUMNS="90", FORCE_COLOR="1")
    assert said.code == 0, said.err
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) <= 90
    assert all(line == line.rstrip() for line in said.out.splitlines())


@pytest.mark.slow
def test_names_are_never_cut_on_a_narrow_screen(stored: Said, shell: Said) -> None:
    said = shell("profile", COLUMNS="70").out
    assert all(name in said for name in ("items", "price", "city"))


@pytest.mark.slow
def test_a_traceback_is_shown_only_when_asked_for(stored: Said, shell: Said, folder: Path) -> None:
    (folder / "out").mkdir()
    quiet, loud = (shell("show", "99", STEWARD_DEBUG=flag) for flag in ("0", "1"))
    assert (quiet.code, "Traceback" in quiet.err) == (2, False)
    assert "Traceback" in loud.err


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_error(stored: Said, folder: Path) -> None:
    program = "import sys; sys.argv[0] = 'steward'; from steward.cli import main; main()"
    command = f"{sys.executable} -c \"{program}\" query 'select * from items' | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, cwd=folder
    )
    assert "Traceback" not in done.stderr and "Error" not in done.stderr


def test_ctrl_c_ends_with_130_and_one_line(folder: Path) -> None:
    program = (
        "import steward.cli.entry as e, time, typer, steward.cli.app as a\n"
        "@a.app.command()\n"
        "def nap() -> None:\n    print('ready', flush=True)\n    time.sleep(30)\n"
        "import sys; sys.exit(e.run(['nap']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors.startswith("Error: Stopped.") and "Traceback" not in errors


def test_completion_is_offered(shell: Said) -> None:
    # Else the shell is looked for among the parents of this process, whatever they are.
    said = shell("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert said.code == 0
    assert "_STEWARD_COMPLETE" in said.out


@pytest.mark.parametrize(
    "words",
    few(
        [
            ("tables",),
            ("profile",),
            ("check",),
            ("fixes",),
            ("history",),
            ("query", "select city, count(*) as n from items group by 1 order by 1"),
            ("recipe",),
            ("doctor",),
            ("export", "o.csv"),
        ]
    ),
    ids=lambda words: words[0],
)
def test_json_is_one_document_with_schema_and_command(stored: Said, words: tuple[str]) -> None:
    said = stored(*words, "--json")
    assert said.code == 0, said.err
    assert said.document["steward"] == 1
    assert said.document["command"] == words[0]


def test_every_json_command_is_documented(checkout: Path) -> None:
    page = (checkout / "docs" / "json.md").read_text("utf-8")
    for module in VERBS:
        name = module.__name__.rpartition(".")[2]
        if "as_json" in inspect.signature(getattr(module, name)).parameters:
            assert f"| `{name}" in page, name


def test_json_holds_no_nan(stored: Said) -> None:
    text = stored("profile", "--json").out
    json.loads(text, parse_constant=lambda name: pytest.fail(name))
