"""Judging pairs in the terminal: one key a grade, kept as it is pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steward.cli.keys import read_key
from steward.cli.screen import Screen

if TYPE_CHECKING:
    from steward.job.labelling_review import Judging
    from steward.store import Store

KEYS = "[1] exact [2] substitute [3] complement [4] irrelevant [u]ndo [s]kip [g]uidelines [q]uit > "
LONGEST = 400


class LabelReview:
    """The way through the queue."""

    keys = KEYS

    def __init__(
        self, work: Judging, texts: Mapping[str, str], rules: str, screen: Screen, *, silent: bool
    ) -> None:
        self.work, self.texts, self.rules = work, texts, rules
        self.screen, self.silent = screen, silent

    @classmethod
    def of(
        cls,
        store: Store,
        texts: Mapping[str, str],
        screen: Screen,
        wanted: tuple[str | None, str, int, str],
        *,
        silent: bool,
    ) -> LabelReview:
        """Open the queue for a person: name, task, how often one comes again, language."""
        from getpass import getuser

        from steward.job.labelling_audit import waiting
        from steward.job.labelling_review import Judging
        from steward.llm import load_prompt

        person, task, again, language = wanted
        rules = load_prompt("guidelines", language=language)
        made_by = f"{rules.id} {rules.digest}"
        queue = [pair for pair in waiting(store, task) if pair[1] in texts]
        work = Judging(store, person or getuser(), queue, task, again, made_by)
        return cls(work, texts, rules.text, screen, silent=silent)

    def run(self) -> None:
        """Ask until the queue is empty or the person quits."""
        grades = self.grades()
        if self.work.next():
            self.say(self.rules)
        while (pair := self.work.next()) is not None:
            self.ask(pair)
            key = read_key("" if self.silent else self.keys)
            if key == "q":
                return
            if key in grades:
                self.work.judge(pair, grades[key])
            elif key == "s":
                self.work.skip(pair)
            elif key == "g":
                self.say(self.rules)
            elif key == "u":
                self.undo()
            else:
                self.say(f"{key!r} is none of the keys.")

    def ask(self, pair: tuple[str, str]) -> None:
        """Show the pair, and how far the way is."""
        self.say_how_far()
        self.say(f"  query  {pair[0]}")
        self.say(f"  item   {pair[1]}  {self.texts[pair[1]][:LONGEST]}")

    def grades(self) -> Mapping[str, float]:
        """What each key means."""
        from steward.job.labelling_review import KEYS as GRADES

        return GRADES

    def say_how_far(self) -> None:
        """The number of the pair, of how many, and the agreement so far."""
        done = len(self.work.done)
        self.say(f"\n[{done + 1}/{done + self.work.left}] {self.agreed()}")

    def undo(self) -> None:
        """Take the last grade back and ask again."""
        pair = self.work.undo()
        self.say("There is nothing to take back." if pair is None else f"Taken back: {pair[0]}")

    def agreed(self) -> str:
        """How far this person agrees with others so far."""
        shared, kappa = self.work.agreement()
        return f"κ with others {kappa:.2f} on {shared} pairs" if kappa is not None else ""

    def say(self, text: str) -> None:
        """Print a line, unless only JSON is wanted."""
        if not self.silent:
            self.screen.line(text)

    def document(self) -> dict[str, Any]:
        """For machines."""
        shared, kappa = self.work.agreement()
        return {
            "judged": len(self.work.done),
            "left": self.work.left,
            "shared": shared,
            "kappa": kappa,
        }

    def summary(self) -> str:
        """What was done, in words."""
        if not self.work.done and not self.work.left:
            return "No pair is waiting. Find some: steward label audit"
        agreed = self.agreed()
        told = f"{len(self.work.done):,} judged, {self.work.left:,} left"
        return f"{told}; {agreed}." if agreed else f"{told}."
