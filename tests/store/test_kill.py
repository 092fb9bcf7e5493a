"""A process killed at any instant of an apply or undo leaves the table before or after."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from steward.store import Store
from steward.types import FixKind, Status

ROWS = 4_000

# For every line it reads, starts a process that applies every fix that waits, then takes the change
# set back, over and over, until it is killed. Forking spares each of them the time of its imports.
NURSERY = """
import os, sys
from steward.store import Store
from steward.types import Status

def work(path):
    with Store(path) as store:
        print(os.getpid(), flush=True)
        while True:
            waiting = [fix for fix in store.fixes() if fix.status is not Status.APPLIED]
            if waiting:
                store.apply(waiting)
            standing = [s for s in store.history() if s.kind == "fix" and not s.undone]
            store.undo(standing[-1].id)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(sys.argv[1])
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def big(tmp_path, deliver, fix):
    """A sizeable table and three fixes; returns the path, and the hash before and after."""
    lines = "".join(f"{n},{'x' * 200},12 oz\n" for n in range(ROWS))
    path = tmp_path / "big.db"
    with Store.create(path) as store:
        deliver(store, "id,text,size\n" + lines, key=("id",))
        before = state(store)
        saved = store.save_fixes(
            "items",
            [
                fix(range(1, ROWS - 9), ("size", "12 oz", "12"), ("text", "x" * 200, "y" * 90)),
                fix([ROWS - 3, ROWS - 2, ROWS - 1], ("size", "12 oz", None), kind=FixKind.MERGE),
                fix([ROWS - 5], kind=FixKind.QUARANTINE),
            ],
        )
        number = store.apply(saved).id
        after = state(store)
        store.undo(number)
        assert state(store) == before
    return path, before, after


def state(store):
    """Hash and size of the tables that hold rows."""
    held = [(info.name, info.rows, info.content_hash) for info in store.tables() if info.rows]
    assert all(store.recount_hash(name) == found for name, _, found in held)
    return held


def kill_after(nursery, seconds):
    """Have a worker born, and kill it some time after it opened the store."""
    nursery.stdin.write("go\n")
    nursery.stdin.flush()
    worker = int(nursery.stdout.readline())
    time.sleep(seconds)
    os.kill(worker, signal.SIGKILL)
    return int(nursery.stdout.readline())


def check(path, before, after):
    """The store is whole, and its table, journal and statuses tell the same story."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    connection.close()
    with Store(path) as store:
        found = state(store)
        assert found in (before, after)
        standing = [s for s in store.history() if s.kind == "fix" and not s.undone]
        assert len(standing) == (found == after)
        applied = {fix.status is Status.APPLIED for fix in store.fixes()}
        assert applied == {found == after}
        for change_set in store.history()[-2:]:
            lines = store.diff(change_set.id)
            assert len(lines) == change_set.cells
            assert all(json.loads(x.before or x.after) for x in lines if x.column is None)
    return found == after


def run(big, instants, seed):
    path, before, after = big
    chance = random.Random(seed)
    ends = []
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as nursery:
        for _ in range(instants):
            assert kill_after(nursery, chance.uniform(0, 0.3)) == -signal.SIGKILL
            ends.append(check(path, before, after))
    return ends


@pytest.mark.slow
def test_ten_kills_leave_before_or_after(big):
    run(big, 10, seed=1)


@pytest.mark.slow
def test_a_hundred_kills_leave_before_or_after(big):
    ends = run(big, 100, seed=2)
    assert {True, False} == set(ends)  # both ends were seen, so the kills fell on both sides
