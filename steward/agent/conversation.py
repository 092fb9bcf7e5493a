"""A conversation about a store: questions in, events out; it outlives the process that holds it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessageChunk, AnyMessage, HumanMessage
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command
from langsmith import tracing_context

from steward.agent import turn as turns
from steward.agent.access import check_patterns, is_allowed
from steward.agent.approvals import approval, pending_writes
from steward.agent.bench import AnyTool, Bench
from steward.agent.events import Event, Finished, Token
from steward.agent.ledger import Opened
from steward.agent.loop import build
from steward.agent.models import model_named
from steward.agent.reopen import OpenReference
from steward.agent.repeats import unanswered
from steward.agent.reply import APPROVE, Approval, Decision, Ref, Reply
from steward.agent.replying import calls_of, cited, reply_of, spoken
from steward.agent.sessions import SessionInfo, Sessions
from steward.agent.settings import Settings
from steward.agent.toolkit import load_tools
from steward.agent.visible import visible
from steward.agent.words import PLANNER, language_of
from steward.errors import UsageError
from steward.store import Store

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Approve = Callable[[Approval], Decision]
DEFAULT = Settings()


class Conversation:
    """One session with a model. Use it as a context manager; one question at a time."""

    def __init__(
        self,
        store: Store,
        *,
        model: str | BaseChatModel | None = None,
        settings: Settings = DEFAULT,
        resume: int | None = None,
    ) -> None:
        """Start a session, or take up one that was left.

        Args:
            store: an open store; tools open connections of their own to it.
            model: `offline`, the address of a server, a LangChain chat model, or None for what
                is configured.
            settings: limits, language, table, and what may be written unasked.
            resume: the number of a session.

        Raises:
            ModelError: a server is named and cannot be asked.
            StoreLocked: another process holds the session.
            UsageError: there is no such session, or no tool that a pattern allows.
        """
        tools: dict[str, AnyTool] = {tool.name: tool for tool in load_tools(settings.content)}
        check_patterns(settings.allow, [n for n, tool in tools.items() if tool.access == "write"])
        chat, self.model = model_named(model, store.path)
        sessions = Sessions(store.path)
        try:
            info = sessions.start(model=self.model) if resume is None else sessions.hold(resume)
        except BaseException:
            sessions.close()
            raise
        self.session: SessionInfo = info
        self._allow = list(settings.allow)
        ledger = sessions.ledger(info.id)
        tools.setdefault(OpenReference.name, OpenReference(ledger))
        by_rules = self.model == PLANNER
        self._bench = Bench(store, tools, settings, sessions, info, ledger, by_rules)
        self._saved = sqlite3.connect(sessions.path or ":memory:", check_same_thread=False)
        self._saver = SqliteSaver(self._saved)
        self._graph = build(self._bench, chat, self._saver)
        self._config = {
            "configurable": {"thread_id": str(info.id)},
            "recursion_limit": settings.steps * 8 + 50,
        }
        self._started = 0.0

    def __enter__(self) -> Conversation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the session; it can be resumed."""
        self._saved.close()
        self._bench.sessions.close()

    @property
    def refs(self) -> list[Ref]:
        """The proofs found so far, by number."""
        return self._bench.ledger.every()

    @property
    def language(self) -> str:
        """The language of the last question: `en` or `zh`."""
        return self._bench.language

    @property
    def messages(self) -> list[AnyMessage]:
        """Everything said so far, tool results included."""
        return list(self._graph.get_state(self._config).values.get("messages", ()))

    @property
    def waiting(self) -> tuple[Approval, ...]:
        """Writes that a person has still to decide on."""
        return tuple(
            approval(self._bench, call)
            for call in pending_writes(self._bench, self.messages)
            if self._bench.sessions.decided(call["id"]) is None
        )

    @property
    def unfinished(self) -> bool:
        """Was the last question left before its end, by a stop, a kill, or for an approval?"""
        return bool(self._graph.get_state(self._config).next)

    def send(self, question: str) -> Iterator[Event]:
        """Ask, and hear what happens; the last event is `Finished`.

        A write that still waits for a decision counts as rejected.

        Raises:
            ModelError: the model server failed before anything was found.
        """
        if not question.strip():
            raise UsageError("There is no question.")
        left = [unanswered(self._bench, call) for call in turns.open_calls(self.messages)]
        self._begin(question)
        self._bench.sessions.touch(self.session.id, question)
        yield from self._run({"messages": [*left, HumanMessage(question)]})

    def unattended(self, question: str, approve: Approve | None = None) -> Iterator[Event]:
        """Ask with nobody there: writes are decided by `approve`, or rejected."""
        by = "nobody" if approve is None else "program"
        events = self.send(question)
        while True:
            for event in events:
                if isinstance(event, Finished) and event.reply.waiting:
                    break
                yield event
            if not self.waiting:
                return
            decisions = {one.call: (approve or _nobody)(one) for one in self.waiting}
            events = self.decide(decisions, by=by)

    def decide(self, decisions: Mapping[str, Decision], *, by: str = "person") -> Iterator[Event]:
        """Decide on the writes that wait (by call) and go on. Decisions are kept before it goes on.

        Raises:
            UsageError: one that waits is not decided.
        """
        absent = [one.call for one in self.waiting if one.call not in decisions]
        if absent:
            raise UsageError(f"Decide on {', '.join(absent)} too.")
        self._keep(decisions, by)
        yield from self.go_on()

    def stop(self) -> None:
        """End what runs, from another thread or a signal; a write that has begun is finished."""
        self._bench.stop.set()

    def go_on(self) -> Iterator[Event]:
        """Take up the last question where it was left; whatever was decided holds."""
        turn = turns.turn(self.messages)
        self._begin(turns.text_of(turn[0]) if turn else "")
        yield from self._run(Command(resume=True) if self._interrupted() else None)

    def decide_or_go_on(self) -> Iterator[Event]:
        """Take up what was left, unless it waits for a decision: then only say so."""
        if self.unfinished and not self.waiting:
            yield from self.go_on()

    def use(self, model: str | BaseChatModel | None) -> None:
        """Let another model answer from now on.

        Raises:
            ModelError: a server is named and cannot be asked.
        """
        chat, self.model = model_named(model, self._bench.store.path)
        self._bench.by_rules = self.model == PLANNER
        self._graph = build(self._bench, chat, self._saver)

    def open_reference(self, number: int) -> Opened:
        """A proof by its number, with the rows that its query gives now."""
        return self._bench.ledger.open(self._bench.store, number)

    def last_written(self) -> str:
        """The last change set that this session wrote and that stands, as `c3`; '' for none."""
        keys = [call.id for call in calls_of(self._bench, self.messages) if call.access == "write"]
        written = {n for key in keys for n in self._bench.store.written_by(self._bench.key(key))}
        standing = [one.id for one in self._bench.store.history() if not one.undone]
        return next((f"c{one}" for one in reversed(standing) if one in written), "")

    def said(self) -> tuple[list[tuple[str, str]], list[Opened]]:
        """The conversation as (who, text), tools as calls, and the proofs it refers to, opened."""
        lines = list(spoken(self._bench, self.messages))
        answers = "\n".join(text for who, text in lines if who == "steward")
        opened = [self.open_reference(ref.ref) for ref in cited(self._bench, answers)]
        return lines, opened

    def allow(self, pattern: str) -> None:
        """Allow all writes like this for the rest of the conversation."""
        self._allow.append(pattern)

    def _begin(self, question: str) -> None:
        self._started = time.monotonic()
        settings = self._bench.settings
        self._bench.begin(settings.language or language_of(question, self._bench.language))

    def _keep(self, decisions: Mapping[str, Decision], by: str) -> None:
        for call in pending_writes(self._bench, self.messages):
            if call["id"] in decisions:
                self._bench.sessions.decide(self.session.id, call, decisions[call["id"]], by=by)

    def _run(self, given: Any) -> Iterator[Event]:
        yield from self._events(given)
        while self._interrupted() and self._allowed_now():
            yield from self._events(Command(resume=True))
        seconds = time.monotonic() - self._started
        yield Finished(reply_of(self._bench, self.messages, self.waiting, self.model, seconds))

    def _allowed_now(self) -> bool:
        """Decide what the patterns allow; is nothing left to wait for?"""
        for one in self.waiting:
            if is_allowed(self._allow, one.tool, one.tables, one.arguments):
                self._keep({one.call: APPROVE}, "pattern")
        return not self.waiting

    def _interrupted(self) -> bool:
        return bool(self._graph.get_state(self._config).interrupts)

    def _events(self, given: Any) -> Iterator[Event]:
        # Checkpoints are written before the next step begins: what was done is known after a kill.
        stream = self._graph.stream(
            given, self._config, stream_mode=["messages", "custom"], durability="sync"
        )
        while True:
            # Nothing that is said leaves this machine but to the model, whatever the environment.
            with tracing_context(enabled=False):
                item = next(stream, None)
            if item is None:
                return
            mode, payload = item
            if mode == "custom":
                yield payload
            elif isinstance(payload[0], AIMessageChunk) and payload[0].text:
                yield Token(visible(str(payload[0].text), keep="\n\t"))


def ask(
    store: Store,
    question: str,
    *,
    model: str | BaseChatModel | None = None,
    settings: Settings = DEFAULT,
    approve: Approve | None = None,
) -> Reply:
    """Ask one question and return how it ended.

    Args:
        store: an open store.
        question: in English or Chinese.
        model: `offline`, the address of a server, a LangChain chat model, or None for what is
            configured (see `steward.llm.find_server`), else the offline planner.
        settings: limits, language, table, and what may be written unasked.
        approve: decides on writes that no pattern allows; without it they are rejected.

    Raises:
        ModelError: a server is named and failed before anything was found.
    """
    with Conversation(store, model=model, settings=settings) as conversation:
        *_, last = conversation.unattended(question, approve)
    assert isinstance(last, Finished), "a run ends with Finished"
    return last.reply


def _nobody(_: Approval) -> Decision:
    return Decision("reject", why="nobody is here to approve it")
