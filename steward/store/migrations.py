"""The store's own tables, as numbered steps. Append a step; never edit one that was released."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from steward.errors import StoreError

APPLICATION_ID = 0x53745764
"""Marks the file as a store of steward (`StWd`, as `file` and SQLite show it)."""


def m001_catalogue(connection: sqlite3.Connection) -> None:
    """Tables, and the batches that brought their rows."""
    connection.execute(
        """create table _steward_tables (
            name text primary key, columns text not null, key text not null, hash text not null,
            rows integer not null, next_row integer not null, side_of text, created_at text not null
        )"""
    )
    connection.execute(
        """create table _steward_batches (
            id integer primary key autoincrement, table_name text not null, source text not null,
            ingested_at text not null, rows integer not null, content_hash text not null,
            mode text not null, dialect text not null, types text not null
        )"""
    )
    # Cells of a mixed JSON column that were strings though they look like numbers.
    connection.execute(
        """create table _steward_quoted (
            table_name text not null, row integer not null, "column" text not null,
            primary key (table_name, row, "column")
        ) without rowid"""
    )


def m002_journal(connection: sqlite3.Connection) -> None:
    """Change sets, their parts (one a fix), and a line for every cell or row they changed."""
    connection.execute(
        """create table _steward_change_sets (
            id integer primary key autoincrement, table_name text not null, kind text not null,
            at text not null, note text not null, undoes integer,
            first_seq integer not null, last_seq integer not null
        )"""
    )
    # `in_force` falls to 0 when the part is undone and rises to 1 when the undo is undone.
    connection.execute(
        """create table _steward_parts (
            change_set integer not null, fix integer not null, cells integer not null,
            in_force integer not null, primary key (change_set, fix)
        ) without rowid"""
    )
    connection.execute(
        """create table _steward_journal (
            seq integer primary key, change_set integer not null, fix integer not null,
            row integer not null, "column" text, before text, after text, op text not null
        )"""
    )


def m003_proposals(connection: sqlite3.Connection) -> None:
    """Profiles, issues, fixes, reviews and settings."""
    connection.execute(
        """create table _steward_fixes (
            id integer primary key autoincrement, table_name text not null, run integer not null,
            status text not null, signature text not null, body text not null, rows blob not null
        )"""
    )
    connection.execute("create index _steward_fixes_signature on _steward_fixes (signature)")
    connection.execute(
        """create table _steward_reviews (
            id integer primary key, fix integer not null, status text not null,
            reviewer text not null, at text not null, changes text
        )"""
    )
    connection.execute(
        """create table _steward_issues (
            id integer primary key, table_name text not null, content_hash text not null,
            body text not null
        )"""
    )
    connection.execute(
        """create table _steward_profiles (
            table_name text primary key, content_hash text not null, body text not null
        )"""
    )
    connection.execute(
        "create table _steward_settings (name text primary key, value text not null)"
    )


def m004_replies(connection: sqlite3.Connection) -> None:
    """Replies of models, by the digest of the request: model, messages and settings."""
    connection.execute(
        """create table _steward_replies (
            digest text primary key, model text not null, at text not null, body text not null
        ) without rowid"""
    )


def m005_calls(connection: sqlite3.Connection) -> None:
    """Change sets by the call that wrote them: a call carried out again writes nothing."""
    connection.execute(
        """create table _steward_calls (
            key text not null, change_set integer not null, primary key (key, change_set)
        ) without rowid"""
    )


def m006_answers(connection: sqlite3.Connection) -> None:
    """What a person answered when asked about a table, one row a question, the last answer."""
    connection.execute(
        """create table _steward_answers (
            table_name text not null, question text not null, answer text not null,
            body text not null, by text not null, at text not null,
            primary key (table_name, question)
        )"""
    )


def m007_unverified(connection: sqlite3.Connection) -> None:
    """Change sets whose checks have not run yet, each with the profile they go by."""
    connection.execute(
        "create table _steward_unverified (change_set integer primary key, profile text not null)"
    )


def m008_models(connection: sqlite3.Connection) -> None:
    """Trained models, and the history of which was in use."""
    connection.execute(
        """create table _steward_models (
            id integer primary key autoincrement, kind text not null, digest text not null,
            status text not null, at text not null, body text not null, unique (kind, digest)
        )"""
    )
    # `in_force` falls to 0 when the promotion is taken back.
    connection.execute(
        """create table _steward_promotions (
            id integer primary key, model integer not null, kind text not null,
            action text not null, replaced integer, override text not null, said text not null,
            at text not null, in_force integer not null
        )"""
    )


def m009_augmented(connection: sqlite3.Connection) -> None:
    """Rows made from rows, the dropped ones too: of which row, how, and which filter dropped it."""
    connection.execute(
        """create table _steward_augmented (
            id integer primary key, table_name text not null, "column" text not null,
            into_table text not null, row integer not null, source text not null,
            text text not null, method text not null, detail text not null, seed integer not null,
            dropped_by text not null, why text not null, at text not null
        )"""
    )
    connection.execute(
        "create index _steward_augmented_table on _steward_augmented (table_name, into_table)"
    )


def m010_labels(connection: sqlite3.Connection) -> None:
    """Labels of every judge, and the label of each pair as a view: people first, then the model."""
    connection.execute(
        """create table _steward_labels (
            task text not null, query text not null, item text not null, judge text not null,
            source text not null, grade real not null, chances text not null,
            made_by text not null, at text not null, seq integer not null,
            primary key (task, query, item, judge)
        ) without rowid"""
    )
    connection.execute(
        """create view _steward_label_view as
        select task, query, item,
            coalesce(
                avg(case when source = 'people' then grade end),
                max(case when source = 'model' then grade end),
                avg(grade)
            ) as grade,
            sum(source = 'people') as people, count(*) as judges,
            max(case when source = 'model' then chances end) as chances
        from _steward_labels group by task, query, item"""
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_catalogue,
    m002_journal,
    m003_proposals,
    m004_replies,
    m005_calls,
    m006_answers,
    m007_unverified,
    m008_models,
    m009_augmented,
    m010_labels,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Take the steps this store has not taken. The caller holds the transaction."""
    done = version(connection)
    for number, step in enumerate(MIGRATIONS[done:], done + 1):
        step(connection)
        connection.execute(f"pragma user_version = {number}")


def version(connection: sqlite3.Connection) -> int:
    """How many steps the store has taken."""
    return int(connection.execute("pragma user_version").fetchone()[0])


def check_version(connection: sqlite3.Connection, path: object) -> None:
    """Refuse a file that is no store, or one from a later steward, with `StoreError`."""
    mark = int(connection.execute("pragma application_id").fetchone()[0])
    if mark != APPLICATION_ID:
        raise StoreError(
            f"{path} is an SQLite database, but not a store of steward.",
            hint="Name another file with --store, or read its tables with steward ingest.",
        )
    if version(connection) > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a later steward (schema {version(connection)}; "
            f"this one knows {len(MIGRATIONS)}).",
            hint="Upgrade: pip install --upgrade steward",
        )
