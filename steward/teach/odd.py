"""Values of a shape, or a spelling, that hardly any other row of their column has.

Nothing says what they should be, so a person may type it; the nearest established values are
offered beside. Such an answer decides only the rows that hold the value, so it is asked last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues
from steward.teach.guess import Guess, guess
from steward.teach.question import NONE, Example, Kind, Option, Question, Words, question_id
from steward.teach.shape import shape
from steward.types import Change, ColumnProfile, Fix, Profile, Reason, RowId

WHO = "taught_value"
USUAL, COVER = 0.05, 0.9
"""Shapes are usual that have such a share of the rows; where they cover so many, others are odd."""

FEW, RARE = 4, 0.005
"""An odd value is held by so few rows, and its shape by two rows or such a share of them."""

OFFERED, NEAR = 3, 4
"""So many established values are offered, so many slips away at most."""

LIKELY = 0.8
"""How often an odd value is wrong."""

TYPED = "="
"""What a typed answer begins with."""

KEEP = Words("it is right as it is", "原值正确")
DIFFER = Words("it is right as it is, or not the same in each row", "原值正确，或各行不同")
Open = Callable[[RowId, str], bool]


def odd_questions(snapshot: Snapshot, profile: Profile, is_open: Open) -> Iterator[Question]:
    """One question for each odd value.

    Args:
        snapshot: the table.
        profile: its profile.
        is_open: does nothing surer write this row of this column?
    """
    for column in profile.columns:
        values = ColumnValues(snapshot, column.name)
        for code in _odd(values, column):
            rows = values.rows(code)
            if all(is_open(row, column.name) for row in rows):
                yield _question(values, code, rows)


def each_row(question: Question) -> list[Question]:
    """A question about several rows that are not alike, as one question a row."""
    if len(question.examples) == 1:
        return []
    return [_of_row(question, example) for example in question.examples]


def typed_fix(snapshot: Snapshot, question: Question, answer: str) -> list[Fix]:
    """The fix that a typed answer makes."""
    rows = [example.row for example in question.examples]
    before, after = question.examples[0].before[0], answer.removeprefix(TYPED) or None
    return [] if before == after else [_fix(snapshot, question.columns[0], before, after, rows)]


def _odd(values: ColumnValues, column: ColumnProfile) -> list[int]:
    """Codes of the odd values of a column."""
    texts, counts = values.codes.values, values.codes.counts.tolist()
    blank = {d.value for d in column.disguised}
    shapes, rows = Counter[str](), max(column.present, 1)
    for text, count in zip(texts, counts, strict=True):
        if text.strip() and text not in blank:
            shapes[shape(text)] += count
    usual = sum(n for n in shapes.values() if n >= USUAL * rows)
    if usual < COVER * rows:
        return []
    most = max(2, RARE * rows)
    return [
        code
        for code, text in enumerate(texts)
        if text.strip()
        and text not in blank
        and counts[code] <= FEW
        and shapes[shape(text)] <= most
    ]


def _question(values: ColumnValues, code: int, rows: tuple[RowId, ...]) -> Question:
    name, table, text = values.name, values.snapshot.name, values.codes.values[code]
    near = _near(values, text)
    options = [
        Option(
            str(i),
            Words(other, other),
            (_fix(values.snapshot, name, text, other, rows),),
            len(rows),
        )
        for i, other in enumerate(near, 1)
    ]
    after = (*((other,) for other in near), (text,))
    return Question(
        id=question_id(Kind.VALUE, table, (name,), [text, *near, *map(str, rows)]),
        kind=Kind.VALUE,
        table=table,
        columns=(name,),
        text=Words(f"What should {text!r} in {name} be?", f"{name} 列中的“{text}”应该是什么？"),
        options=(*options, Option(NONE, KEEP if len(rows) == 1 else DIFFER)),
        examples=tuple(_example(values.snapshot, name, row, text, after) for row in rows),
        cells=len(rows),
        gain=LIKELY * len(rows),
    )


def _of_row(question: Question, example: Example) -> Question:
    options = [
        replace(option, fixes=tuple(replace(f, rows=(example.row,)) for f in option.fixes), cells=1)
        for option in question.options[:-1]
    ]
    return replace(
        question,
        id=question_id(
            question.kind, question.table, question.columns, [question.id, str(example.row)]
        ),
        options=(*options, Option(NONE, KEEP)),
        examples=(example,),
        cells=1,
        gain=LIKELY,
    )


def _near(values: ColumnValues, text: str) -> list[str]:
    """The established values that are nearest, and near enough to be meant."""
    sound = [
        value
        for value, rows in zip(values.codes.values, values.codes.counts.tolist(), strict=True)
        if rows > FEW and value != text
    ]
    cutoff = min(NEAR, max(1, len(text) // 2))
    found = extract(text, sound, scorer=OSA.distance, score_cutoff=cutoff, limit=OFFERED)
    return [value for value, _, _ in found]


def _example(
    snapshot: Snapshot, name: str, row: RowId, text: str, after: tuple[tuple[str], ...]
) -> Example:
    spot = int(snapshot.positions([row])[0])
    others = [other for other in snapshot.columns if other != name][:4]
    beside = []
    for other in others:
        codes = snapshot.codes(other)
        beside.append((other, codes.text(int(codes.codes[spot]))))
    return Example(row, (name,), (text,), after, tuple(beside))


def _fix(
    snapshot: Snapshot,
    name: str,
    before: str | None,
    after: str | None,
    rows: list[RowId] | tuple[RowId, ...],
) -> Fix:
    words = f"A person was asked what {before!r} in {name} should be."
    return guess(
        snapshot, Guess(WHO, Reason.TYPO, words, 0.99), [Change(name, before, after)], rows
    )
