"""`steward ask`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from steward.cli.asking import Allow, Language, Model, settings_for
from steward.cli.options import AsJson, StorePath, TableName
from steward.cli.session import opened, session, the_table

if TYPE_CHECKING:
    from steward.agent import Reply
    from steward.cli.screen import Screen

EXAMPLES = (
    'steward ask "why is category null?" --table items',
    'steward ask "为什么 category 是空的?" --json',
    "steward ask \"apply fix 12\" --allow 'apply_fix:items:*'",
)


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="In English or Chinese.")],
    table: TableName = None,
    model: Model = None,
    allow: Allow = None,
    language: Language = None,
    as_json: AsJson = False,
    store: StorePath = None,
) -> None:
    """Ask the steward one question about the tables.

    Exit code 0: answered, from what its tools found. 10: not answered; what is known is printed.
    """
    from steward.agent import Conversation, Finished, ToolStarted

    screen = session(context).screen
    with opened(context, store) as home, screen.working() as step:
        name = None if table is None else the_table(home, table)
        settings = settings_for(name, language, allow)
        step("asking")
        with Conversation(home, model=model, settings=settings) as conversation:
            for event in conversation.unattended(question):
                if isinstance(event, ToolStarted):
                    step(f"running {event.tool}")
    assert isinstance(event, Finished)
    if as_json:
        screen.json("ask", document(event.reply))
    else:
        _show(screen, event.reply)
    _leave(event.reply, as_json)


def document(reply: Reply) -> dict[str, Any]:
    """A reply as `--json` prints it."""
    from steward.report.machine import plain

    return {**plain(reply), "answered": reply.answered}


def _show(screen: Screen, reply: Reply) -> None:
    from steward.report.chat import header, reference_lines, tool_line
    from steward.report.machine import plain

    screen.advice(header(reply.model, reply.language))
    for call in plain(reply.calls):
        screen.advice(tool_line(call))
    screen.line(reply.answer)
    for line in reference_lines(plain(reply.refs)):
        screen.advice(line)


def _leave(reply: Reply, quietly: bool) -> None:
    from steward.errors import Unanswered
    from steward.report.chat import why_unanswered

    if reply.answered:
        return
    if quietly:
        raise typer.Exit(Unanswered.exit_code)
    raise Unanswered(why_unanswered(reply.ended.value, reply.language))
