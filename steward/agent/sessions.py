"""Conversations, kept in a SQLite file beside the store, so that another process can go on.

The file holds LangGraph's checkpoints and, in tables of our own, the sessions, their numbered
proofs, and every decision of a person about a write. One process at a time holds a session.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from steward.agent.ledger import Ledger
from steward.agent.reply import Decision
from steward.errors import StoreError, StoreLocked, UsageError
from steward.store.clock import Clock, now

SUFFIX = ".sessions.db"
_TABLES = """
create table if not exists steward_sessions (
    id integer primary key autoincrement, uid text not null, started_at text not null,
    touched_at text not null, title text not null default '', model text not null default '',
    questions integer not null default 0
);
create table if not exists steward_refs (
    session integer not null, ref integer not null, sql text not null, tables text not null,
    shows text not null, value text not null, primary key (session, ref)
) without rowid;
create table if not exists steward_decisions (
    call text primary key, session integer not null, tool text not null, asked text not null,
    kind text not null, arguments text not null, why text not null, by text not null,
    at text not null
) without rowid;
create table if not exists steward_writes (
    call text primary key, content text not null, kept text not null
) without rowid;
"""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A conversation: `title` is its first question; times are ISO 8601 in UTC."""

    id: int
    uid: str
    started_at: str
    touched_at: str
    title: str
    model: str
    questions: int


def sessions_path(store: Path) -> Path:
    """Where the sessions of a store are kept."""
    return store.with_name(store.name + SUFFIX)


class Sessions:
    """The sessions of a store. Its connection may be used from any thread, one at a time."""

    def __init__(self, store: Path, *, clock: Clock = now, wait: float = 10.0) -> None:
        """Open the file beside the store, or make it; in memory where it cannot be written.

        Raises:
            StoreError: the file is there, but cannot be read.
        """
        self.path: Path | None = sessions_path(store)
        self._clock = clock
        self._held: IO[str] | None = None
        if not os.access(store.resolve().parent, os.W_OK):
            self.path = None
        self.connection = sqlite3.connect(
            self.path or ":memory:", timeout=wait, check_same_thread=False
        )
        try:
            self.connection.execute("pragma journal_mode = wal")
            self.connection.executescript(_TABLES)
        except sqlite3.DatabaseError as error:
            self.connection.close()
            raise StoreError(
                f"{self.path} cannot be used ({error}).", hint="Move it away; it holds only chats."
            ) from error

    def close(self) -> None:
        """Let go of the session and of the file."""
        self.connection.close()
        if self._held is not None:
            with suppress(OSError):
                Path(self._held.name).unlink()
            self._held.close()
            self._held = None

    def start(self, *, model: str) -> SessionInfo:
        """Begin a session and hold it."""
        at = self._clock()
        with self.connection:
            cursor = self.connection.execute(
                "insert into steward_sessions (uid, started_at, touched_at, model)"
                " values (?, ?, ?, ?)",
                (secrets.token_hex(8), at, at, model),
            )
        return self.hold(int(cursor.lastrowid or 0))

    def every(self) -> list[SessionInfo]:
        """All sessions in which something was asked, the one used last first."""
        rows = self.connection.execute(
            f"{_SELECT} where questions > 0 order by touched_at desc, id desc"
        )
        return [SessionInfo(*row) for row in rows]

    def get(self, number: int) -> SessionInfo:
        """One session; `UsageError` when there is none of that number."""
        row = self.connection.execute(f"{_SELECT} where id = ?", (number,)).fetchone()
        if row is None:
            raise UsageError(
                f"There is no session {number}.", hint="List them: steward chat --sessions"
            )
        return SessionInfo(*row)

    def hold(self, number: int) -> SessionInfo:
        """Take a session for this process; `StoreLocked` when another one has it."""
        found = self.get(number)
        if self.path is not None:
            self._held = _locked(self.path.with_name(f"{self.path.name}-{number}.lock"), number)
        return found

    def touch(self, number: int, question: str) -> None:
        """Note a question; the first one gives the session its title."""
        with self.connection:
            self.connection.execute(
                "update steward_sessions set touched_at = ?, questions = questions + 1,"
                " title = case when title = '' then ? else title end where id = ?",
                (self._clock(), question[:200], number),
            )

    def ledger(self, number: int) -> Ledger:
        """The numbered proofs of a session."""
        return Ledger(self.connection, number)

    def decide(self, number: int, call: Mapping[str, Any], decision: Decision, *, by: str) -> None:
        """Keep what was decided about a call (`id`, `name`, `args`), before it is carried out."""
        given = call["args"] if decision.arguments is None else decision.arguments
        with self.connection:
            self.connection.execute(
                "insert or ignore into steward_decisions values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    call["id"], number, call["name"], _json(call["args"]), decision.kind,
                    _json(given), decision.why, by, self._clock(),
                ),
            )  # fmt: skip

    def finish(self, call: str, content: str, kept: Mapping[str, Any]) -> None:
        """Keep what a call that writes gave, before the model is told."""
        with self.connection:
            self.connection.execute(
                "insert or ignore into steward_writes values (?, ?, ?)",
                (call, content, _json(kept)),
            )

    def finished(self, call: str) -> tuple[str, dict[str, Any]] | None:
        """What a call that writes gave, if it ran to its end: the content and what was kept."""
        row = self.connection.execute(
            "select content, kept from steward_writes where call = ?", (call,)
        ).fetchone()
        return None if row is None else (row[0], json.loads(row[1]))

    def decided(self, call: str) -> Decision | None:
        """What was decided about a call, if anything; an approval has the arguments it is for."""
        row = self.connection.execute(
            "select kind, arguments, why from steward_decisions where call = ?", (call,)
        ).fetchone()
        return None if row is None else Decision(row[0], json.loads(row[1]), row[2])


def call_id(uid: str, number: int) -> str:
    """The id of the session's nth tool call: nine letters and digits, as some servers demand."""
    return hashlib.sha256(f"{uid}:{number}".encode()).hexdigest()[:9]


_SELECT = "select id, uid, started_at, touched_at, title, model, questions from steward_sessions"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _locked(path: Path, number: int) -> IO[str]:
    """A lock that ends with the process, however it ends."""
    file = path.open("w")
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise StoreLocked(
            f"Another process is in session {number}.",
            hint="Close it there, or start a new one: steward chat",
        ) from error
    return file
