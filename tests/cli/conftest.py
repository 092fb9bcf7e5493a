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
