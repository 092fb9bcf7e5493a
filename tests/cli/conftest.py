"""A person at the keyboard: runs commands in a folder of their own, and reads what is said."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from said import Said

CSV = "id,name,size,price,city\n" + "".join(
    f"{n},item {n},{12 + n % 3} oz,{5 + n % 7}.50,{'Berlin' if n % 2 else 'Paris'}\n"
    for n in range(1, 61)
)
CITIES = {"10115": "Berlin", "75001": "Paris", "20095": "Hamburg"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def steward(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Run a command in this process, as the console script would."""
    import io

    from steward.cli.entry import run

    def call(*words: str, typed: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture
def shell(folder: Path) -> Callable[..., Said]:
    """Run a command as a process of its own."""

    def call(*words: str, typed: str = "", **settings: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-c", "from steward.cli import main; main()", *words],
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=folder,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **settings},
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a folder that many tests begin with is kept, made by the first of them."""
    return tmp_path_factory.mktemp("kept")


def ingested(steward: Callable[..., Said], folder: Path, kept: Path, lines: str) -> None:
    """A store whose table `items` holds these lines."""
    if not kept.exists():
        (folder / "items.csv").write_text(lines, "utf-8")
        assert steward("init").code == 0
        assert steward("ingest", "items.csv", "--key", "id").code == 0
        shutil.copytree(folder, kept)
    else:
        shutil.copytree(kept, folder, dirs_exist_ok=True)


@pytest.fixture
def stored(steward: Callable[..., Said], folder: Path, kept: Path) -> Callable[..., Said]:
    """A store with one table, `items`."""
    ingested(steward, folder, kept / "stored", CSV)
    return steward


@pytest.fixture
def shop(steward: Callable[..., Said], folder: Path, kept: Path) -> Callable[..., Said]:
    """A store with a table in which some names hold invisible letters, or are missing."""
    lines = ["id,name,zip,city"]
    for n in range(1, 241):
        code = list(CITIES)[n % 3]
        lines.append(f"{n},item {n},{code},{CITIES[code]}")
    lines += [f"{n},it\u200bem {n},10115,Berlin" for n in range(241, 281)]
    lines += ["281,item 281,10115,Berlni", "282,N/A,75001,Paris"]
    ingested(steward, folder, kept / "shop", "\n".join(lines) + "\n")
    return steward
