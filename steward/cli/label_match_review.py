"""Judging pairs of rows in the terminal: both beside each other, one key a verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from steward.cli.label_review import LabelReview
from steward.cli.screen import Screen

if TYPE_CHECKING:
    from steward.job.labelling_match import MatchPlan
    from steward.job.labelling_match_review import Beside
    from steward.job.labelling_review import Judging
    from steward.store import Store

RULES = """\
The same: whoever orders one would be content to get the other. Same model, size, colour, pack and
edition; other words, another price, a typing error or a missing detail do not matter.
Not the same: a variant (64 GB and 128 GB, red and blue, one and a pack of two), a successor, an
accessory of the other, an upgrade of the other. Where the rows do not tell, skip.
"""
WIDE = 46


class MatchReview(LabelReview):
    """The way through pairs of rows."""

    keys = "[1] the same [2] not the same [u]ndo [s]kip [g]uidelines [q]uit > "

    def __init__(self, work: Judging, beside: Beside, screen: Screen, *, silent: bool) -> None:
        """Judge the queue of `work`."""
        super().__init__(work, {}, RULES, screen, silent=silent)
        self.beside = beside

    @classmethod
    def over(
        cls,
        store: Store,
        plan: MatchPlan,
        screen: Screen,
        who: tuple[str | None, int],
        *,
        silent: bool,
    ) -> MatchReview:
        """Open the queue of a plan; `who` is the person and how often a pair comes again."""
        from getpass import getuser

        from steward.job.labelling_match_review import Beside, waiting_matches
        from steward.job.labelling_review import Judging

        person, again = who
        beside = Beside.of(store, plan)
        queue = [pair for pair in waiting_matches(store, plan.task) if beside.holds(pair)]
        made_by = f"match {hashlib.sha256(RULES.encode()).hexdigest()[:12]}"
        work = Judging(store, person or getuser(), queue, plan.task, again, made_by)
        return cls(work, beside, screen, silent=silent)

    def grades(self) -> Mapping[str, float]:
        """What each key means."""
        from steward.job.labelling_match_review import KEYS

        return KEYS

    def ask(self, pair: tuple[str, str]) -> None:
        """Show both rows, column by column."""
        from steward.report.terminal import Head, grid, shown

        self.say_how_far()
        if self.silent or not self.beside.holds(pair):
            return
        rows = [
            (shown(name, 20), shown(one, WIDE), shown(other, WIDE))
            for name, one, other in self.beside.cells(pair)
        ]
        self.screen.show(grid([Head("column"), Head("one row"), Head("the other")], rows))
