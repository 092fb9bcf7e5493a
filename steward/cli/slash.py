"""The commands of a chat: /why, /undo, /save and the others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from steward.errors import UsageError
from steward.report.chat_words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steward.agent import Conversation
    from steward.cli.screen import Screen
    from steward.store import Store

NAMES = ("help", "why", "undo", "tables", "model", "save", "quit")


class Commands:
    """What a person may do in a chat without the model."""

    def __init__(self, screen: Screen, store: Store, conversation: Conversation) -> None:
        self.screen, self.store, self.conversation = screen, store, conversation

    def run(self, line: str) -> bool:
        """Carry out `/name words`; does the chat go on?

        Raises:
            UsageError: there is no such command, or it needs something else.
        """
        name, *words = line[1:].split()
        if name in ("quit", "exit", "q"):
            return False
        if name not in NAMES:
            raise UsageError(f"There is no /{name}.", hint="/help lists the commands.")
        getattr(self, f"_{name}")(words)
        return True

    def _help(self, words: Sequence[str]) -> None:
        self.screen.line(say("help", self.conversation.language))

    def _why(self, words: Sequence[str]) -> None:
        """A proof: its SQL, and its rows as they are now. Without a number, the list of proofs."""
        from steward.report.chat import number, reference_lines
        from steward.report.machine import plain
        from steward.report.terminal import Head, grid, shown

        if not words:
            for text in reference_lines(plain(self.conversation.refs)):
                self.screen.line(text)
            return
        opened = self.conversation.open_reference(_number(words[0]))
        self.screen.line(f"[{opened.ref.ref}] {opened.ref.shows}: {number(opened.ref.value)}")
        self.screen.line(opened.ref.sql)
        cells = [[shown(None if v is None else str(v)) for v in row] for row in opened.rows]
        self.screen.show(grid([Head(name, fold=True) for name in opened.columns], cells))

    def _undo(self, words: Sequence[str]) -> None:
        """Take back a change set or a fix; without a name, the last thing this chat wrote."""
        target = words[0] if words else self.conversation.last_written()
        if not target:
            raise UsageError("This session has written nothing.", hint="See: steward history")
        number = _number(target.lstrip("cf"))
        made = self.store.undo_fix(number) if target[0] == "f" else self.store.undo(number)
        self.screen.line(
            say("undone", self.conversation.language, what=target, cells=made.cells, set=made.id)
        )

    def _tables(self, words: Sequence[str]) -> None:
        for info in self.store.tables():
            self.screen.line(f"{info.name}: {info.rows:,} × {len(info.columns)}")

    def _model(self, words: Sequence[str]) -> None:
        """Who answers; with an address, or offline, someone else from now on."""
        if words:
            self.conversation.use(words[0])
        self.screen.line(self.conversation.model)

    def _save(self, words: Sequence[str]) -> None:
        """The conversation as Markdown, with the proofs it refers to."""
        from steward.report.chat import transcript

        path = Path(words[0] if words else f"chat-{self.conversation.session.id}.md")
        if path.exists():
            raise UsageError(f"{path} is there already.", hint="/save another-name.md")
        path.write_text(transcript(*self.conversation.said()), "utf-8")
        self.screen.line(say("saved", self.conversation.language, path=path))


def _number(text: str) -> int:
    plain = text.strip("[]")
    if not plain.isdigit():
        raise UsageError(f"{text} is no number.", hint="For example: /why 3, /undo c2")
    return int(plain)
