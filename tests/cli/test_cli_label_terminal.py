"""Judging on a real terminal: keys as they are pressed, left in the middle, taken up again."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from steward.job.labelling_audit import keep_queue
from steward.sources import open_delivery
from steward.store import Store
from steward.store.labels import Label, keep_labels, labels_of

pytestmark = pytest.mark.slow

PROGRAM = "from steward.cli import main; main()"
ASKED = "[q]uit > "


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Six pairs wait for a person, two others were judged by Bob."""
    lines = [f"i{n},{'红色' if n % 2 else 'red'} shoe number {n}" for n in range(8)]
    (tmp_path / "items.csv").write_text("\n".join(["id,title", *lines]) + "\n", "utf-8")
    with Store.create(tmp_path / "steward.db") as store:
        store.ingest(open_delivery(str(tmp_path / "items.csv")), "items")
        keep_queue(store, [("红色 shoe", f"i{n}") for n in range(6)], "relevance")
        keep_labels(
            store,
            [
                Label("红色 shoe", item, "bob", "people", g)
                for item, g in (("i6", 3.0), ("i7", 0.0))
            ],
        )
    return tmp_path / "steward.db"


class Terminal:
    """A person in front of a terminal in which `steward label review` runs."""

    def __init__(self, path: Path, *options: str) -> None:
        self.master, slave = pty.openpty()
        command = [sys.executable, "-c", PROGRAM, "label", "review", *options, f"--store={path}"]
        env = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
        )
        os.close(slave)
        self.shown = ""

    def until(self, text: str, seconds: float = 60.0) -> str:
        """What is shown up to this text, and no further."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            late = self.process.poll() is not None or time.monotonic() > end
            assert not late, f"{text!r} never came: {self.shown[-400:]!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                self._read()
        before, self.shown = self.shown.split(text, 1)
        return before

    def press(self, key: str) -> str:
        """A key, no return; what is shown until the next question."""
        os.write(self.master, key.encode())
        return self.until(ASKED)

    def leave(self, key: str = "q") -> str:
        """A last key; all that is shown still."""
        os.write(self.master, key.encode())
        end = time.monotonic() + 60
        while not select.select([self.master], [], [], 0.1)[0] or self._read():
            assert time.monotonic() < end, f"It does not leave: {self.shown[-400:]!r}"
        assert self.process.wait(20) == 0, self.shown
        os.close(self.master)
        return self.shown

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)

    def _read(self) -> bool:
        try:
            said = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            return False
        self.shown += re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", said.decode("utf-8", "replace"))
        return bool(said)


def grades(path: Path, judge: str) -> dict[str, float]:
    with Store(path, read_only=True) as store:
        return {x.item: x.grade for x in labels_of(store) if x.judge == judge}


def test_keys_grade_undo_skip_and_others_judgments_come_again_unmarked(path: Path) -> None:
    work = Terminal(path, "--as=anna", "--again=2")
    first = work.until(ASKED)
    assert "1 Exact" in first and "红色 shoe" in first and "[1/8]" in first
    assert "i1" in work.press("1")
    assert "i6" in work.press("4")  # Bob's, after every second
    assert grades(path, "anna") == {"i0": 3.0, "i1": 0.0}
    assert "i2" in work.press("1")
    back = work.press("u")
    assert "Taken back" in back and "i6" in back
    assert grades(path, "anna") == {"i0": 3.0, "i1": 0.0}
    assert "none of the keys" in work.press("\x1b[A")
    assert "i2" in work.press("1") and "i3" in work.press("s")
    assert "i7" in work.press("3")
    assert "κ with others 1.00 on 2 pairs" in work.press("4")
    assert "5 judged, 2 left; κ with others 1.00 on 2 pairs." in work.leave()
    assert grades(path, "anna") == {"i0": 3.0, "i1": 0.0, "i3": 1.0, "i6": 3.0, "i7": 0.0}


def test_what_was_judged_before_a_kill_is_kept_and_not_asked_again(path: Path) -> None:
    work = Terminal(path, "--as=anna", "--again=0", "--language=zh")
    assert "完全" in work.until(ASKED) or "i0" in work.shown
    work.press("2")
    work.press("3")
    work.kill()
    assert grades(path, "anna") == {"i0": 2.0, "i1": 1.0}
    again = Terminal(path, "--as=anna", "--again=0")
    shown = again.until(ASKED)
    assert "[1/4]" in shown and "i2" in shown
    assert "0 judged, 4 left." in again.leave("\x04")


def test_a_key_pressed_ahead_of_the_question_counts(path: Path) -> None:
    work = Terminal(path, "--as=anna", "--again=0")
    os.write(work.master, b"4\x04")
    assert "1 judged, 5 left." in work.leave("")
    assert grades(path, "anna") == {"i0": 0.0}


def test_two_people_judge_one_queue_at_the_same_time(path: Path) -> None:
    both = [Terminal(path, f"--as={name}", "--again=0") for name in ("anna", "carl")]
    for work in both:
        work.until(ASKED)
    for key in "1234":
        for work in both:
            work.press(key)
    assert all("4 judged, 2 left" in work.leave() for work in both)
    told = [grades(path, name) for name in ("anna", "carl")]
    assert told[0] == told[1] == {"i0": 3.0, "i1": 2.0, "i2": 1.0, "i3": 0.0}
