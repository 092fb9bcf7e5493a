"""`steward chat`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from steward.cli.asking import Allow, Language, Model, settings_for
from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.session import opened, session, the_table

if TYPE_CHECKING:
    from pathlib import Path

    from steward.cli.screen import Screen

EXAMPLES = (
    "steward chat --table items",
    "steward chat --sessions",
    "steward chat --resume 3",
    "printf 'how many rows has items?\\n/quit\\n' | steward chat --model offline",
)


def chat(
    context: typer.Context,
    table: TableName = None,
    model: Model = None,
    resume: Annotated[
        int | None,
        typer.Option(help="Go on with this session; 0: the last one.", show_default=False),
    ] = None,
    sessions: Annotated[bool, typer.Option("--sessions", help="List the sessions.")] = False,
    allow: Allow = None,
    language: Language = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Talk with the steward about the tables; writes are asked about in line.

    /help lists the commands inside. Without a terminal, questions are read line by line and
    writes are rejected unless --allow names them. --json is for --sessions.
    """
    from steward.agent import Conversation, Sessions
    from steward.cli.talk import Talk
    from steward.errors import UsageError

    screen = session(context).screen
    if as_json and not sessions:
        raise UsageError("--json is for --sessions here.", hint="One question: steward ask --json")
    with opened(context, store) as home:
        if sessions:
            _list(screen, home.path, as_json)
            return
        name = None if table is None else the_table(home, table)
        settings = settings_for(name, language, allow)
        if resume == 0:
            resume = _last(Sessions(home.path))
        with Conversation(home, model=model, settings=settings, resume=resume) as conversation:
            Talk(screen, home, conversation, attended=sys.stdin.isatty()).run()


def _list(screen: Screen, store: Path, as_json: bool) -> None:
    from steward.agent import Sessions
    from steward.report.terminal import Head, grid, shown

    kept = Sessions(store)
    found = kept.every()
    kept.close()
    if as_json:
        screen.json("chat", {"sessions": found})
        return
    heads = [Head("session", right=True), Head("last used"), Head("questions", right=True)]
    heads += [Head("model"), Head("first question", fold=True)]
    rows = [[s.id, s.touched_at, s.questions, shown(s.model), shown(s.title)] for s in found]
    screen.show(grid(heads, rows))
    screen.advice("Go on with one: steward chat --resume N")


def _last(kept: object) -> int:
    from steward.agent import Sessions
    from steward.errors import UsageError

    assert isinstance(kept, Sessions)
    found = kept.every()
    kept.close()
    if not found:
        raise UsageError("There is no session to go on with.", hint="Start one: steward chat")
    return int(found[0].id)
