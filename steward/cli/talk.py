"""A chat at a terminal, or in a pipe: lines in, events out, approvals in between."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from steward.cli.approving import asked
from steward.cli.slash import Commands
from steward.errors import StewardError
from steward.report.chat import call_text, header, tool_line
from steward.report.chat_words import say
from steward.report.machine import plain

if TYPE_CHECKING:
    from steward.agent import Conversation, Event
    from steward.cli.screen import Screen
    from steward.store import Store


class Talk:
    """One chat. Ctrl-C stops what runs, not the session; the end of input, or /quit, ends it."""

    def __init__(
        self, screen: Screen, store: Store, conversation: Conversation, *, attended: bool
    ) -> None:
        self.screen, self.conversation, self.attended = screen, conversation, attended
        self.commands = Commands(screen, store, conversation)
        self._streamed = ""

    @property
    def language(self) -> str:
        """The language of the last question."""
        return str(self.conversation.language)

    def run(self) -> None:
        """Until there is no more input."""
        conversation = self.conversation
        self.screen.advice(header(conversation.model, self.language, conversation.session.id))
        if self.attended:
            self.screen.advice(say("welcome", self.language))
        if conversation.unfinished:
            self.screen.line(say("going_on", self.language))
            self._guarded(conversation.decide_or_go_on)
        for line in self._lines():
            if line.startswith("/"):
                if not self._command(line):
                    return
            elif line.strip():
                self._guarded(lambda text=line: conversation.send(text))

    def _lines(self) -> Iterator[str]:
        if not self.attended:
            yield from (line.rstrip("\n") for line in sys.stdin)
            return
        _remember()
        while True:
            try:
                yield input("› ")
            except EOFError:
                self.screen.line()
                return
            except KeyboardInterrupt:
                self.screen.line()

    def _command(self, line: str) -> bool:
        """Carry out a command; does the chat go on?"""
        try:
            return self.commands.run(line)
        except StewardError as error:
            self._say_error(error)
            return True

    def _guarded(self, begin: Any) -> None:
        """Run to the end, through every approval; an error or Ctrl-C ends the run only."""
        try:
            self._follow(begin())
            while waiting := self.conversation.waiting:
                decisions = {
                    one.call: asked(self.screen, self.conversation, one, attended=self.attended)
                    for one in waiting
                }
                by = "person" if self.attended else "nobody"
                self._follow(self.conversation.decide(decisions, by=by))
        except KeyboardInterrupt:
            self.screen.line()
            self.screen.line(say("stopped", self.language))
        except StewardError as error:
            self._say_error(error)

    def _follow(self, events: Iterator[Event]) -> None:
        self._streamed = ""
        with self._stoppable():
            for event in events:
                self._show(event)

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        """The first Ctrl-C ends the run with what is known; the second does not wait for that."""

        def stop(number: int, frame: object) -> None:
            signal.signal(signal.SIGINT, before)
            self.conversation.stop()

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _show(self, event: Event) -> None:
        from steward.agent import Finished, SentBack, Token, ToolEnded, ToolStarted

        if isinstance(event, Token):
            self._write(event.text)
        elif isinstance(event, ToolStarted):
            self._end_line()
            if self.attended:
                self.screen.advice(f"  · {call_text(event.tool, event.arguments)} …")
        elif isinstance(event, ToolEnded):
            self._end_line()
            self.screen.advice(tool_line(plain(event.call)))
        elif isinstance(event, SentBack):
            self._end_line()
            what = "; ".join(event.what)
            self.screen.advice(f"  · {say(f'back_{event.why}', self.language, what=what)}")
        elif isinstance(event, Finished):
            self._finish(event.reply)

    def _write(self, text: str) -> None:
        if self.attended:
            sys.stdout.write(text)
            sys.stdout.flush()
            self._streamed += text

    def _end_line(self) -> None:
        if self._streamed:
            self.screen.line()
        self._streamed = ""

    def _finish(self, reply: Any) -> None:
        """Show the answer as it stands after the checks, unless it was streamed just so."""
        streamed = self._streamed.strip()
        self._end_line()
        if reply.waiting:
            return
        if streamed != reply.answer:
            self.screen.line(reply.answer)
        if reply.refs:
            numbers = " ".join(f"[{ref.ref}]" for ref in reply.refs)
            self.screen.advice(say("proofs", self.language, numbers=numbers))

    def _say_error(self, error: StewardError) -> None:
        self._end_line()
        print(f"Error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  Next: {error.hint}", file=sys.stderr)


def _remember() -> None:
    """Let the arrow keys bring earlier lines back, where Python can."""
    try:
        import readline
    except ImportError:
        return
    readline.set_auto_history(True)
