"""A dry run says what would be done and leaves every file as it was, to the byte and second."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Said = Callable[..., object]

DRY = [
    ("init", "--store", "other.db"),
    ("ingest", "items.csv", "--table", "items", "--mode", "upsert"),
    ("ingest", "items.csv", "--table", "fresh"),
    ("check",),
    ("check", "--write", "checks.yaml"),
    ("check", "--quarantine", "1"),
    ("fix",),
    ("fix", "--apply", "safe"),
    ("teach",),
    ("apply", "all"),
    ("undo", "c1"),
    ("undo", "f1"),
    ("export", "out.csv"),
    ("replay", "recipe.yaml"),
    ("demo", "shop"),
]


def state(folder: Path) -> dict[str, tuple[str, int]]:
    """Content and time of every file; the cache of snapshots holds nothing of its own."""
    files = [p for p in folder.rglob("*") if p.is_file() and "steward-cache" not in str(p)]
    return {
        str(p.relative_to(folder)): (
            hashlib.sha256(p.read_bytes()).hexdigest(),
            p.stat().st_mtime_ns,
        )
        for p in files
    }


@pytest.fixture
def worked(shop: Said) -> Said:
    """A store in which a fix was applied, and a recipe of it."""
    assert shop("check").code == 0
    first = shop("fix", "--json").document["fixes"][0]["id"]
    assert shop("apply", str(first)).code == 0
    assert shop("recipe", "recipe.yaml").code == 0
    return shop


def quick_or_slow(words: tuple[str, ...]) -> Any:
    quick = words in (("fix", "--apply", "safe"), ("apply", "all"), ("undo", "c1"))
    return pytest.param(words, marks=() if quick else pytest.mark.slow, id=" ".join(words))


@pytest.mark.parametrize("words", [quick_or_slow(words) for words in DRY])
def test_a_dry_run_changes_no_file(worked: Said, folder: Path, words: tuple[str, ...]) -> None:
    before = state(folder)
    said = worked(*words, "--dry-run")
    assert said.code == 0, said.err
    assert "Dry run" in said.out or words[0] in ("check", "fix", "apply"), said.out
    assert state(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("words", [("tables",), ("history",), ("query", "select 1")])
def test_looking_leaves_no_file_behind(worked: Said, folder: Path, words: tuple[str, ...]) -> None:
    before = state(folder)
    assert worked(*words).code == 0
    assert state(folder) == before


@pytest.mark.slow
def test_a_dry_run_plans_what_the_real_run_then_does(shop: Said) -> None:
    dry = shop("fix", "--apply", "safe", "--dry-run", "--json").document
    real = shop("fix", "--apply", "safe", "--json").document
    assert [f["id"] for f in dry["fixes"]] == [f["id"] for f in real["fixes"]]
    assert dry["outcome"]["counts"]["planned"] == real["outcome"]["counts"]["applied"]
