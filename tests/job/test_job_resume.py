"""A process killed between a write and its checks: the next one runs them."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from steward.job import accept_and_apply, finish_checks
from steward.store import Store
from steward.types import Fix, Safety, Status

# Applies what waits, and dies by the signal before a single check runs on what it wrote.
KILLED = """
import os, signal, sys
from steward import job
from steward.job import accept
from steward.store import Store

def die(*given):
    os.kill(os.getpid(), signal.SIGKILL)

seen = accept.look
def look(*given):
    accept.look = die
    return seen(*given)
accept.look = look
with Store(sys.argv[1]) as store:
    job.accept_and_apply(store, "items", fixes=[int(n) for n in sys.argv[2:]])
"""


@pytest.fixture
def killed(store: Store, proposed: Callable[..., Fix]) -> tuple[Fix, Fix]:
    """Two fixes applied by a process that was killed: one helps, one breaks a check."""
    good = proposed("city", "Berlni", "Berlin", 83, check="typo")
    bad = proposed("price", "7.50", "seven", 81)
    numbers = [str(good.id), str(bad.id)]
    ended = subprocess.run([sys.executable, "-c", KILLED, str(store.path), *numbers], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert status(store, good, bad) == [Status.APPLIED, Status.APPLIED]
    return good, bad


def status(store: Store, *fixes: Fix) -> list[Status]:
    return [store.fix(fix.id or 0).status for fix in fixes]


@pytest.mark.slow
def test_what_was_never_checked_is_checked_by_the_next_process(store: Store, killed) -> None:
    (reverted,) = finish_checks(store, "items")
    assert status(store, *killed) == [Status.APPLIED, Status.REVERTED]
    assert store.history()[-1].id == reverted
    assert finish_checks(store, "items") == []


@pytest.mark.slow
def test_the_next_write_does_it_unasked(store: Store, killed) -> None:
    accept_and_apply(store, "items", safety=Safety.SAFE)
    assert status(store, *killed) == [Status.APPLIED, Status.REVERTED]


@pytest.mark.slow
def test_a_dry_run_leaves_it_for_later(store: Store, killed) -> None:
    accept_and_apply(store, "items", safety=Safety.SAFE, dry_run=True)
    assert status(store, *killed) == [Status.APPLIED, Status.APPLIED]


@pytest.mark.slow
def test_without_the_snapshot_of_before_a_fix_still_answers_to_its_own_check(
    store: Store, killed, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "steward.db.steward-cache")
    finish_checks(store, "items")
    assert status(store, *killed) == [Status.APPLIED, Status.REVERTED]


def test_what_lived_to_its_checks_leaves_no_note(store: Store, proposed) -> None:
    proposed("city", "Berlni", "Berlin", 83, check="typo")
    accept_and_apply(store, "items", safety=Safety.SAFE)
    assert store.unverified("items") == []
