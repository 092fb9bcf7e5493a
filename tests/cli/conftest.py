"""A person at the keyboard: runs commands in a folder of their own, and reads what is said."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CSV = "id,name,size,price,city\n" + "".join(
    f"{n},item {n},{12 + n % 3} oz,{5 + n % 7}.50,{'Berlin' if n % 2 else 'Paris'}\n"
    for n in range(1, 61)
)
CITIES = {"10115": "Berlin", "75001": "Paris", "20095": "Hamburg"}


@dataclass(frozen=True)
class Said:
    """What a command said, and the code it left with."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


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


@pytest.fixture
def stored(steward: Callable[..., Said], folder: Path) -> Callable[..., Said]:
    """A store with one table, `items`."""
    (folder / "items.csv").write_text(CSV, "utf-8")
    assert steward("init").code == 0
    assert steward("ingest", "items.csv", "--key", "id").code == 0
    return steward


@pytest.fixture
def shop(steward: Callable[..., Said], folder: Path) -> Callable[..., Said]:
    """A store with a table in which some names hold invisible letters, or are missing."""
    lines = ["id,name,zip,city"]
    for n in range(1, 241):
        code = list(CITIES)[n % 3]
        lines.append(f"{n},item {n},{code},{CITIES[code]}")
    lines += [f"{n},it\u200bem {n},10115,Berlin" for n in range(241, 281)]
    lines += ["281,item 281,10115,Berlni", "282,N/A,75001,Paris"]
    (folder / "items.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert steward("init").code == 0
    assert steward("ingest", "items.csv", "--key", "id").code == 0
    return steward
