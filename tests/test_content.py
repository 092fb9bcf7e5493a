"""Where prompts, tools and evals are found: an override, a wheel, a checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from steward.content import FOLDERS, content_files, content_root
from steward.errors import ContentError

ASK = "from steward.content import content_root; print(content_root())"


def folders(root: Path, names: tuple[str, ...] = FOLDERS) -> Path:
    for name in names:
        (root / name).mkdir(parents=True)
    return root


def ask(path: Path, cwd: Path) -> Path:
    """Content root as a fresh interpreter sees it with `path` first on its import path."""
    env = {**os.environ, "PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, cwd=cwd, env=env, check=True
    )
    return Path(done.stdout.strip())


def test_a_checkout_finds_the_folders_beside_the_package(checkout: Path) -> None:
    assert content_root() == checkout


def test_a_bare_copy_of_the_checkout_finds_its_own_folders(checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout / "steward", tmp_path / "copy" / "steward")
    folders(tmp_path / "copy")
    assert ask(tmp_path / "copy", cwd=tmp_path) == tmp_path / "copy"


def test_an_installed_wheel_finds_the_packed_folders(checkout: Path, tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    shutil.copytree(checkout / "steward", site / "steward")
    folders(site / "steward" / "_content")
    assert ask(site, cwd=tmp_path) == site / "steward" / "_content"


def test_the_environment_overrides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_CONTENT", str(folders(tmp_path)))
    assert content_root() == tmp_path


def test_an_argument_overrides_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_CONTENT", str(folders(tmp_path / "a")))
    assert content_root(folders(tmp_path / "b")) == tmp_path / "b"


def test_an_incomplete_folder_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    folders(tmp_path, ("tools",))
    with pytest.raises(ContentError, match="has no prompts, evals") as caught:
        content_root(tmp_path)
    assert "STEWARD_CONTENT" in caught.value.hint


def test_files_come_in_name_order_without_hidden_ones(tmp_path: Path) -> None:
    folders(tmp_path)
    for name in ("b.py", "a.py", "_private.py", ".hidden.py", "note.md"):
        (tmp_path / "tools" / name).touch()
    assert [p.name for p in content_files("tools", ".py", tmp_path)] == ["a.py", "b.py"]
