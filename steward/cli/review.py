"""`steward review`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.keys import read_key, read_text
from steward.cli.options import AsJson, ChecksFile, StorePath, TableName
from steward.cli.screen import Screen
from steward.cli.session import opened, session, the_table, user_checks

if TYPE_CHECKING:
    from steward.checks import UserChecks
    from steward.job import Outcome
    from steward.store import Store
    from steward.types import Fix

EXAMPLES = (
    "steward review",
    "steward review --table items --column price --apply",
    "printf 'a\\nr\\nq\\n' | steward review",
)
KEYS = "[a]ccept [r]eject [e]dit accept a[l]l like this [w]hy [s]kip [b]ack [q]uit > "


def review(
    context: typer.Context,
    table: TableName = None,
    column: Annotated[
        str | None, typer.Option(help="Only fixes of this column.", show_default=False)
    ] = None,
    corrector: Annotated[
        str | None, typer.Option(help="Only fixes of this corrector.", show_default=False)
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Apply what was accepted when done.")
    ] = False,
    checks: ChecksFile = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Decide on proposed fixes one by one, a key each.

    Decisions are kept as they are made; apply them with steward apply all.
    """
    from steward.report.outcome import outcome_document, outcome_parts

    screen = session(context).screen
    outcomes: list[Outcome] = []
    with opened(context, store) as home:
        names = [i.name for i in home.tables()] if table is None else [the_table(home, table)]
        user = user_checks(checks)
        waiting = _waiting(home, names, column, corrector)
        rounds = Review(home, waiting, screen, silent=as_json)
        rounds.run()
        if apply:
            outcomes = _apply(home, names, user)
    if as_json:
        documents = [outcome_document(one) for one in outcomes]
        screen.json("review", {"decided": dict(rounds.decided), "outcomes": documents})
        return
    screen.line(rounds.summary())
    for outcome in outcomes:
        screen.show(*outcome_parts(outcome))
    if rounds.decided["accepted"] and not apply:
        screen.advice("Next: steward apply all")


class Review:
    """A person's way through the proposed fixes: the largest first, back and forth."""

    def __init__(self, store: Store, fixes: list[Fix], screen: Screen, *, silent: bool) -> None:
        self.store, self.screen, self.silent = store, screen, silent
        self.fixes = fixes
        self.at = 0
        self.decided: Counter[str] = Counter()
        self.actions = {
            "a": self.accept,
            "r": self.reject,
            "e": self.edit,
            "l": self.accept_alike,
            "w": self.why,
            "?": self.why,
            "s": self.skip,
            "b": self.back,
        }

    def run(self) -> None:
        """Ask until everything is decided, or the person quits."""
        while self.at < len(self.fixes):
            self.ask()
            key = read_key("" if self.silent else KEYS)
            if key == "q":
                return
            action = self.actions.get(key)
            if action is None:
                self.say(f"{key!r} is none of the keys.")
            else:
                action(self.fixes[self.at])

    def ask(self) -> None:
        """Show the fix in question and how far the way is."""
        from steward.report.fixes import change_text, measured

        fix = self.fixes[self.at]
        where = f"{fix.table}.{', '.join(fix.columns)}" if fix.columns else fix.table
        self.say(f"\n[{self.at + 1}/{len(self.fixes)}] fix {fix.id} · {where} · {fix.reason}")
        self.say(f"  {change_text(fix)}   ×{len(fix.rows):,} rows")
        self.say(f"  {fix.evidence.text}")
        self.say(f"  right, measured: {measured(fix.evidence.backtest)} · {fix.safety}")

    def accept(self, fix: Fix) -> None:
        """Keep the decision that the fix is right."""
        self._decide(fix, "accepted")

    def reject(self, fix: Fix) -> None:
        """Keep the decision that the fix is wrong; it is not proposed again."""
        self._decide(fix, "rejected")

    def edit(self, fix: Fix) -> None:
        """Accept the fix with another new value."""
        if len(fix.changes) != 1:
            self.say("  Only a fix with one new value can be edited; accept or reject this one.")
            return
        text = read_text("" if self.silent else "  new value (null for none): ")
        if text is None:
            return
        change = replace(fix.changes[0], after=None if text == "null" else text)
        self._decide(fix, "accepted", edited=replace(fix, changes=(change,)))

    def accept_alike(self, fix: Fix) -> None:
        """Accept this fix and all after it of the same corrector, reason and columns."""
        from steward import job

        rest = [one for one in self.fixes[self.at :] if job.alike(one, fix)]
        for one in rest:
            self._review(one, "accepted")
        self.fixes = [one for one in self.fixes if one not in rest]
        self.say(f"  accepted {len(rest):,} like this")

    def why(self, fix: Fix) -> None:
        """Show everything that is known about the fix."""
        from steward.report.fixes import fix_lines

        for name, text in fix_lines(fix):
            self.say(f"  {name:>16}  {text}")

    def skip(self, fix: Fix) -> None:
        """Leave it for another day."""
        self.at += 1

    def back(self, fix: Fix) -> None:
        """Return to the fix before, whatever was decided."""
        self.at = max(0, self.at - 1)

    def say(self, text: str) -> None:
        """Print a line, unless only JSON is wanted."""
        if not self.silent:
            self.screen.line(text)

    def summary(self) -> str:
        """What was decided, in words."""
        if not self.fixes and not self.decided:
            return "No fix is waiting for review."
        counts = ", ".join(f"{self.decided[word]:,} {word}" for word in ("accepted", "rejected"))
        return f"{counts}, {len(self.fixes) - self.at:,} left."

    def _decide(self, fix: Fix, decision: str, edited: Fix | None = None) -> None:
        self._review(fix, decision, edited)
        self.at += 1

    def _review(self, fix: Fix, decision: str, edited: Fix | None = None) -> None:
        from steward.types import Status

        assert fix.id is not None
        changes = None if edited is None else edited.changes
        self.store.review(fix.id, Status(decision), changes=changes)
        self.decided[decision] += 1


def _waiting(
    store: Store, tables: list[str], column: str | None, corrector: str | None
) -> list[Fix]:
    """The fixes to decide on; `UnknownColumn` when no table has the column."""
    from steward import job
    from steward.errors import UnknownColumn

    known = [name for table in tables for name in store.table(table).columns]
    if column is not None and column not in known:
        near = get_close_matches(column, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Columns: {', '.join(dict.fromkeys(known))}"
        raise UnknownColumn(f"There is no column {column}.", hint=hint)
    return job.review_order(
        fix
        for table in tables
        for fix in store.fixes(table)
        if (column is None or column in fix.columns)
        and corrector in (None, fix.provenance.corrector)
    )


def _apply(store: Store, tables: list[str], user: UserChecks | None) -> list[Outcome]:
    """Apply what is accepted, table by table."""
    from steward import job
    from steward.types import Status

    return [
        job.accept_and_apply(store, name, status=Status.ACCEPTED, user_checks=user)
        for name in tables
        if store.fixes(name, status=Status.ACCEPTED)
    ]
