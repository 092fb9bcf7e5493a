"""Answers of people to questions about a table, kept so that no question is asked twice."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer. `question` names what was asked; `body` is the question in words, as JSON."""

    table: str
    question: str
    answer: str
    body: str
    by: str
    at: str


def note(connection: sqlite3.Connection, answered: Answered) -> None:
    """Keep an answer; it replaces an earlier one to the same question."""
    connection.execute(
        "insert or replace into _steward_answers values (?, ?, ?, ?, ?, ?)",
        (
            answered.table,
            answered.question,
            answered.answer,
            answered.body,
            answered.by,
            answered.at,
        ),
    )


def of_table(connection: sqlite3.Connection, table: str) -> list[Answered]:
    """Every answer about a table, oldest first."""
    rows = connection.execute(
        "select table_name, question, answer, body, by, at from _steward_answers"
        " where table_name = ? order by at, question",
        (table,),
    )
    return [Answered(*row) for row in rows]


def forget(connection: sqlite3.Connection, table: str) -> int:
    """Drop every answer about a table; how many there were."""
    return connection.execute(
        "delete from _steward_answers where table_name = ?", (table,)
    ).rowcount
