"""`steward teach`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.keys import read_key, read_text
from steward.cli.options import AsJson, ChecksFile, DryRun, StorePath, TableName
from steward.cli.screen import Screen
from steward.cli.session import opened, session, the_table, user_checks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steward.store import Store
    from steward.teach import Given, Question
    from steward.teach.stored import StoredDesk

EXAMPLES = (
    "steward teach --table items --budget 20",
    "steward teach --table items --dry-run",
    "steward teach --table items --safe --lang zh",
    "printf '1\\ny\\nq\\n' | steward teach --table items",
)


def teach(
    context: typer.Context,
    table: TableName = None,
    budget: Annotated[int, typer.Option(min=1, help="Answers to give at most.")] = 20,
    safe: Annotated[
        bool, typer.Option("--safe", help="Apply the safe fixes along with what was taught.")
    ] = False,
    language: Annotated[
        str, typer.Option("--lang", help="en or zh; default: as LANG says.", show_default=False)
    ] = "",
    forget: Annotated[
        bool, typer.Option("--forget", help="Ask again what was answered before.")
    ] = False,
    checks: ChecksFile = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Answer the questions that settle most, one key each; apply what the answers decide.

    Answers are kept as they are given. With --dry-run the questions are listed and nothing is
    asked or written.
    """
    from steward.teach.stored import StoredDesk, teach_table

    asking = Asking(session(context).screen, _language(language), budget, silent=as_json)
    with opened(context, store) as home:
        name = the_table(home, table)
        if dry_run:
            asking.list(name, _questions(asking.screen, home, name)[:budget])
            return
        if forget:
            home.forget_answers(name)
        user = user_checks(checks)
        desk = StoredDesk(home, name, safe=safe, user_checks=user, step=asking.step)
        asking.tell(desk, teach_table(desk, asking, budget))


class Asking:
    """A person who is asked, one key a question."""

    def __init__(self, screen: Screen, language: str, budget: int, *, silent: bool) -> None:
        self.screen, self.language, self.budget, self.silent = screen, language, budget, silent
        self.number = 0

    def __call__(self, question: Question) -> str | None:
        """Show a question and read keys until one of them answers it; None to end."""
        from steward.report.teach import answer_lines, question_parts
        from steward.teach import SKIP, TYPED, Kind

        self.number += 1
        if not self.silent:
            self.screen.line(f"\n[{self.number}/{self.budget}]")
            self.screen.show(*question_parts(question, self.language))
            for line in answer_lines(question, self.language):
                self.screen.line(line)
        while True:
            key = read_key("" if self.silent else "> ")
            if key == "q":
                return None
            if key in question.keys or key == SKIP:
                return key
            if key == "t" and question.kind is Kind.VALUE:
                text = read_text("" if self.silent else "the value: ")
                return None if text is None else TYPED + text
            if not self.silent:
                self.screen.line(f"{key!r} is none of the keys.")

    def step(self, text: str) -> None:
        """Say on stderr what takes time; a line, since the terminal is waiting for keys."""
        if not self.screen.quiet and (sys.stderr.isatty() or self.screen.verbose):
            print(f"… {text}", file=sys.stderr, flush=True)

    def list(self, table: str, found: Sequence[Question]) -> None:
        """Say which questions would be asked, and what each decides."""
        from steward.report.teach import question_document, question_table

        if self.silent:
            documents = [question_document(question) for question in found]
            self.screen.json("teach", {"table": table, "dry_run": True, "questions": documents})
        elif not found:
            self.screen.line(f"Dry run: there is nothing to ask about table {table}.")
        else:
            self.screen.show(question_table(found, self.language))
            self.screen.line("Dry run: nothing was asked or written.")
            self.screen.advice(f"Next: steward teach --table {table}")

    def tell(self, desk: StoredDesk, given: Sequence[Given]) -> None:
        """Say what was answered, and what came of it."""
        from steward.report.outcome import outcome_document, outcome_parts
        from steward.report.teach import given_document, given_line

        if self.silent:
            document = {
                "table": desk.table,
                "dry_run": False,
                "answers": [given_document(one) for one in given],
                "outcomes": [outcome_document(one) for one in desk.outcomes],
            }
            self.screen.json("teach", document)
            return
        nothing = f"Nothing was answered about table {desk.table}."
        self.screen.line(given_line(given, self.language) if given else nothing)
        for outcome in desk.outcomes:
            self.screen.show(*outcome_parts(outcome))
            if outcome.change_set is not None:
                self.screen.advice(f"Take it back: steward undo c{outcome.change_set}")


def _questions(screen: Screen, store: Store, table: str) -> list[Question]:
    from steward import job
    from steward.teach import Lesson
    from steward.teach.candidates import candidates

    with screen.working() as step:
        measured = job.profile(store, table, dry_run=True, step=step)
        fixes = job.propose(store, table, dry_run=True, step=step)
        snapshot = store.snapshot(table)
        more = candidates(snapshot, measured, fixes)
        return Lesson(snapshot, measured, [*fixes, *more]).questions()


def _language(wanted: str) -> str:
    """The language to ask in: as wanted, else as the environment says."""
    from steward.errors import UsageError

    if wanted not in ("", "en", "zh"):
        raise UsageError(f"--lang takes en or zh, not {wanted}.")
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return wanted or ("zh" if spoken.startswith("zh") else "en")
