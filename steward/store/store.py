"""The store: the only writer. Every write is one transaction, journalled, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from steward.engine import Snapshot
from steward.engine.text import quote_identifier
from steward.sources import Delivery
from steward.store import (
    answered,
    apply,
    calls,
    codec,
    database,
    fixes,
    hashing,
    ingest,
    journal,
    pending,
    replies,
    settings,
    snapshots,
    tables,
    undo,
    upsert,
)
from steward.store.answered import Answered
from steward.store.clock import Clock, now
from steward.store.export import export_table
from steward.store.journal import JournalLine
from steward.store.tables import TableInfo
from steward.types import Batch, Change, ChangeSet, Fix, Issue, Profile, Status


class Store:
    """An open store. Use it as a context manager, in the thread that opened it."""

    def __init__(
        self,
        path: Path | str,
        *,
        read_only: bool = False,
        clock: Clock = now,
        wait: float = database.WAIT,
    ) -> None:
        """Open a store that is there.

        Args:
            path: the SQLite file.
            read_only: refuse every write.
            clock: gives the time of batches and change sets.
            wait: seconds to wait for another writer before `StoreLocked`.

        Raises:
            NoStore: there is no such file.
            StoreError: it is no store, or cannot be opened.
        """
        self.path = Path(path)
        self.read_only = read_only
        self._clock = clock
        self._call: str | None = None
        self._db = database.open_database(self.path, read_only=read_only, wait=wait)

    @classmethod
    def create(cls, path: Path | str, *, clock: Clock = now) -> Store:
        """Make an empty store and open it; `StoreError` when the file is there already."""
        database.create_database(Path(path))
        return cls(path, clock=clock)

    def beside(self, *, read_only: bool) -> Store:
        """Another connection to the same store, for another thread; in the same call, if any."""
        other = Store(self.path, read_only=read_only, clock=self._clock)
        other._call = self._call
        return other

    def close(self) -> None:
        """Let go of the file."""
        self._db.conn.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # Tables

    def tables(self) -> list[TableInfo]:
        """Every table by name; side tables follow the table they belong to."""
        with database.reading(self._db, self.path) as connection:
            return tables.every(connection)

    def table(self, name: str) -> TableInfo:
        """One table; `UnknownTable` names those there are."""
        with database.reading(self._db, self.path) as connection:
            return tables.get(connection, name)

    def ingest(
        self, delivery: Delivery, table: str, *, key: Sequence[str] = (), mode: str = "append"
    ) -> Batch:
        """Bring a delivery in as one batch, whole or not at all.

        Args:
            delivery: from `open_delivery`.
            table: made when it is new; else the columns must be the same.
            key: columns that name a row, given with the first delivery; enforced from then on.
            mode: *append* adds every row. *upsert* matches rows by key: a cell whose delivered
                text is what was delivered before keeps its fix, a changed one takes the delivery.

        Raises:
            InputError: the delivery is broken, does not fit, or repeats a key.
        """
        at = self._clock()
        with database.writing(self._db, self.path) as connection:
            info = ingest.prepare(connection, delivery, table, key=key, mode=mode, at=at)
            batch = ingest.start_batch(connection, delivery, info, mode=mode, at=at)
            fill = upsert.upsert if mode == "upsert" and info.next_row > 1 else ingest.append
            rows = fill(connection, delivery, info, batch)
            return ingest.finish_batch(connection, batch, info.name, rows)

    def snapshot(self, table: str) -> Snapshot:
        """The table as it stands now, with the other tables beside it."""
        names = [info.name for info in self.tables() if info.side_of is None]
        name = self.table(table).name
        found = self._snapshot(name)
        found.beside.update({other: self._snapshot(other) for other in names if other != name})
        return found

    def kept_snapshot(self, table: str, content_hash: str) -> Snapshot | None:
        """The table as it stood at an earlier content hash, if that snapshot is still there."""
        return snapshots.kept(self.path, self.table(table), content_hash)

    def _snapshot(self, table: str) -> Snapshot:
        with database.translated(self.path):
            return snapshots.take(self.path, lambda: self.table(table), self._db.conn)

    def content_hash(self, table: str) -> str:
        """Sixteen hexadecimal digits that name the content, whatever the order of rows."""
        return self.table(table).content_hash

    def recount_hash(self, table: str) -> str:
        """The content hash, computed anew from every cell; differs if someone else wrote."""
        with database.reading(self._db, self.path) as connection:
            info = tables.get(connection, table)
            fresh = hashing.row_hash_sql(info.columns)
            row = connection.execute(
                f"select {hashing.sum_sql('h')} from"
                f" (select {fresh} as h from {quote_identifier(info.name)})"
            ).fetchone()
            return hashing.added(hashing.EMPTY, hashing.joined(*row))

    def export(
        self,
        table: str,
        target: Path | str,
        *,
        format: str | None = None,
        as_source: bool = False,
        null: str | None = None,
    ) -> int:
        """Write a table to a file and return its number of rows.

        Args:
            table: a table, or a side table.
            target: the file, replaced when complete.
            format: csv, tsv, jsonl, parquet or sqlite; without it, the name of the target tells.
            as_source: CSV in the encoding, delimiter and line ends of the first delivery.
            null: text that stands for null in CSV (default: empty).
        """
        with database.reading(self._db, self.path) as connection:
            info = tables.get(connection, table)
            return export_table(
                connection, info, Path(target), format=format, as_source=as_source, null=null
            )

    # Profiles and issues

    def load_profile(self, table: str) -> Profile | None:
        """The profile of the table as it stands now, if it was saved."""
        with database.reading(self._db, self.path) as connection:
            info = tables.get(connection, table)
            row = connection.execute(
                "select body from _steward_profiles where table_name = ? and content_hash = ?",
                (info.name, info.content_hash),
            ).fetchone()
        return None if row is None else codec.from_json(Profile, row[0])

    def save_profile(self, profile: Profile) -> None:
        """Keep a profile; it replaces the one of an earlier content."""
        with database.writing(self._db, self.path) as connection:
            connection.execute(
                "insert or replace into _steward_profiles values (?, ?, ?)",
                (profile.table, profile.content_hash, codec.to_json(profile)),
            )

    def save_issues(self, table: str, issues: Sequence[Issue]) -> list[Issue]:
        """Keep the issues of one run; they replace those of the run before."""
        with database.writing(self._db, self.path) as connection:
            info = tables.get(connection, table)
            connection.execute("delete from _steward_issues where table_name = ?", (info.name,))
            connection.executemany(
                "insert into _steward_issues (table_name, content_hash, body) values (?, ?, ?)",
                [(info.name, info.content_hash, codec.to_json(issue)) for issue in issues],
            )
        return list(issues)

    def issues(self, table: str) -> list[Issue]:
        """The issues of the last run, in its order."""
        with database.reading(self._db, self.path) as connection:
            info = tables.get(connection, table)
            rows = connection.execute(
                "select body from _steward_issues where table_name = ? order by id", (info.name,)
            ).fetchall()
        return [codec.from_json(Issue, body) for (body,) in rows]

    # Fixes

    def save_fixes(
        self, table: str, proposed: Sequence[Fix], *, beside: bool = False, keep: bool = True
    ) -> list[Fix]:
        """Give the fixes of one run ids.

        Replaces what is still proposed from earlier runs, unless it is to stay `beside` them.
        Without `keep` they are only numbered as they would be, and nothing is written.

        A fix equal to a rejected one stays rejected; one equal to an accepted one is that one.
        """
        with database.writing(self._db, self.path, keep=keep) as connection:
            return fixes.save(connection, table, proposed, beside=beside)

    def fixes(self, table: str | None = None, *, status: Status | None = None) -> list[Fix]:
        """Fixes, in the order they were proposed."""
        with database.reading(self._db, self.path) as connection:
            return fixes.select(connection, table, status)

    def fix(self, number: int) -> Fix:
        """One fix; `UsageError` when there is none of that number."""
        with database.reading(self._db, self.path) as connection:
            return fixes.find(connection, number)

    def review(
        self,
        number: int,
        status: Status,
        *,
        changes: Sequence[Change] | None = None,
        by: str = "person",
    ) -> Fix:
        """Accept or reject a fix, or accept it with other new values (`changes`)."""
        at = self._clock()
        with database.writing(self._db, self.path) as connection:
            return fixes.review(connection, number, status, changes=changes, by=by, at=at)

    def mark(self, numbers: Sequence[int], status: Status) -> None:
        """Write the status of fixes that were not applied, for example stale."""
        with database.writing(self._db, self.path) as connection:
            fixes.set_status(connection, numbers, status)

    # Answers

    def note_answer(
        self, table: str, question: str, answer: str, *, body: str = "{}", by: str = "person"
    ) -> None:
        """Keep what a person answered to a question about a table."""
        at = self._clock()
        with database.writing(self._db, self.path) as connection:
            name = tables.get(connection, table).name
            answered.note(connection, Answered(name, question, answer, body, by, at))

    def answers(self, table: str) -> list[Answered]:
        """Every answer about a table, oldest first."""
        with database.reading(self._db, self.path) as connection:
            return answered.of_table(connection, tables.get(connection, table).name)

    def forget_answers(self, table: str) -> int:
        """Drop the answers about a table, so that its questions are asked again; how many."""
        with database.writing(self._db, self.path) as connection:
            return answered.forget(connection, tables.get(connection, table).name)

    # Change sets

    def apply(
        self,
        wanted: Sequence[Fix],
        *,
        kind: str = "fix",
        note: str = "",
        unverified: Profile | None = None,
    ) -> ChangeSet:
        """Write fixes of one table and their journal lines, or nothing at all.

        With `unverified`, a profile, it is noted that the checks have yet to run.

        Raises:
            StaleFix: a cell does not hold the value a fix expects; it names fix, row and column.
        """
        at = self._clock()
        with database.writing(self._db, self.path) as connection:
            written = apply.apply(connection, wanted, kind=kind, note=note, at=at)
            calls.note(connection, self._call, written.id)
            if unverified is not None:
                pending.note(connection, written.id, codec.to_json(unverified))
            return written

    def unverified(self, table: str) -> list[tuple[int, Profile]]:
        """Change sets whose checks have not run, oldest first, with the profile before each."""
        with database.reading(self._db, self.path) as connection:
            found = pending.listed(connection, tables.get(connection, table).name)
        return [(number, codec.from_json(Profile, body)) for number, body in found]

    def strike_unverified(self, change_set: int) -> None:
        """Note that the checks of a change set have run."""
        with database.writing(self._db, self.path) as connection:
            pending.strike(connection, change_set)

    def undo_fix(self, number: int, *, status: Status = Status.UNDONE) -> ChangeSet:
        """Take one applied fix back; `UndoBlocked` names what later touched its cells."""
        at = self._clock()
        with database.writing(self._db, self.path) as connection:
            written = undo.undo_fix(connection, number, status=status, at=at)
            calls.note(connection, self._call, written.id)
            return written

    def undo_fixes(
        self, change_set: int, numbers: Sequence[int], *, status: Status = Status.UNDONE
    ) -> ChangeSet:
        """Take several fixes of one change set back, together, as one change set."""
        at = self._clock()
        with database.writing(self._db, self.path) as connection:
            written = undo.undo_fixes(connection, change_set, numbers, status=status, at=at)
            calls.note(connection, self._call, written.id)
            return written

    def undo(self, change_set: int) -> ChangeSet:
        """Take a change set back; of an undo, this is the redo."""
        at = self._clock()
        with database.writing(self._db, self.path) as connection:
            written = undo.undo(connection, change_set, at=at)
            calls.note(connection, self._call, written.id)
            return written

    @contextmanager
    def in_call(self, key: str) -> Iterator[None]:
        """Note every change set written in the block under this key, in its own transaction."""
        self._call = key
        try:
            yield
        finally:
            self._call = None

    def written_by(self, key: str) -> list[int]:
        """Change sets written in a call of that key, oldest first."""
        with database.reading(self._db, self.path) as connection:
            return calls.change_sets(connection, key)

    def history(self, table: str | None = None) -> list[ChangeSet]:
        """Change sets, oldest first."""
        with database.reading(self._db, self.path) as connection:
            name = None if table is None else tables.get(connection, table).name
            return journal.history(connection, name)

    def diff(self, change_set: int) -> list[JournalLine]:
        """Every cell and row that a change set changed, in the order written."""
        with database.reading(self._db, self.path) as connection:
            return journal.lines(connection, change_set)

    # Replies of models

    def replies(self, digests: Sequence[str]) -> dict[str, str]:
        """The replies (JSON text) kept for these requests, by digest; the others are left out."""
        with database.reading(self._db, self.path) as connection:
            return replies.find(connection, digests)

    def keep_replies(self, bodies: Mapping[str, str], *, model: str) -> None:
        """Keep replies (JSON text by digest of the request); one kept already stays."""
        at = self._clock()
        with database.writing(self._db, self.path) as connection:
            replies.keep(connection, bodies, model, at)

    # Settings

    def setting(self, name: str) -> str | None:
        """A setting, or None."""
        with database.reading(self._db, self.path) as connection:
            return settings.find(connection, name)

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting."""
        with database.writing(self._db, self.path) as connection:
            settings.keep(connection, name, value)
