"""What is shipped: the file list of the wheel, and that it runs in a fresh environment."""

import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

FOLDERS = ("prompts", "tools", "evals")


def run(*words: object, cwd: Path) -> str:
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what git knows and nothing else."""
    clean = tmp_path_factory.mktemp("checkout")
    names = run("git", "ls-files", "-z", cwd=checkout).split("\0")
    for name in filter(None, names):
        if (checkout / name).is_file():
            (clean / name).parent.mkdir(parents=True, exist_ok=True)
            (clean / name).write_bytes((checkout / name).read_bytes())
    run(sys.executable, "-m", "build", "--wheel", "--outdir", clean / "dist", cwd=clean)
    (made,) = (clean / "dist").glob("*.whl")
    return made


@pytest.mark.wheel
def test_the_wheel_holds_the_package_and_the_content_and_nothing_else(
    wheel: Path, checkout: Path
) -> None:
    packed = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    known = [n for n in run("git", "ls-files", "-z", cwd=checkout).split("\0") if n]
    expected = {name for name in known if name.startswith("steward/")}
    for folder in FOLDERS:
        expected |= {f"steward/_content/{n}" for n in known if n.startswith(f"{folder}/")}
    assert packed == expected


@pytest.mark.wheel
def test_the_wheel_runs_in_a_fresh_environment(wheel: Path, tmp_path: Path, checkout: Path) -> None:
    place = tmp_path / "venv"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    constraints = checkout / "constraints.txt"
    run(python, "-m", "pip", "install", "-q", "-c", constraints, wheel, cwd=tmp_path)
    steward = place / "bin" / "steward"
    assert "Usage: steward" in run(steward, "--help", cwd=tmp_path)
    told = run(steward, "doctor", cwd=tmp_path)
    assert str(place) in told and "_content" in told
    (tmp_path / "items.csv").write_text("id,city\n1,Berlin\n2,Berlin\n", "utf-8")
    for words in (["init"], ["ingest", "items.csv"], ["profile"], ["check"], ["fix"]):
        run(steward, *words, cwd=tmp_path)
    heavy = run(python, "-c", "import torch", cwd=tmp_path) if _has(python, "torch") else ""
    assert heavy == "", "the base install brings no torch"


def _has(python: Path, module: str) -> bool:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([str(python), "-c", code]).returncode == 0


def test_constraints_name_every_dependency_and_no_address(checkout: Path) -> None:
    lines = (checkout / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(line.count("==") == 1 and "/" not in line and "@" not in line for line in pins)
    names = {line.partition("==")[0] for line in pins}
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {_name(one) for one in wanted} <= names


def test_the_version_is_said_once(checkout: Path) -> None:
    from steward import __version__

    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__


def test_content_folders_hold_nothing_generated(checkout: Path) -> None:
    for folder in FOLDERS:
        ignored = run("git", "ls-files", "-oi", "--exclude-standard", folder, cwd=checkout)
        assert ignored == "", "a wheel would pack these ignored files"


def _name(requirement: str) -> str:
    for end in "[<>=;~! ":
        requirement = requirement.partition(end)[0]
    return requirement.lower().replace("_", "-")
