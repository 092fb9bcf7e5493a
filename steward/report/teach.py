"""Questions of teaching for the terminal and for machines, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from steward.report.terminal import Head, counted, grid, shown
from steward.teach import SKIP, Given, Kind, Question

WIDE = 38
_SKIP = {"en": "skip", "zh": "跳过"}
_TYPE = {"en": "type the value", "zh": "输入正确的值"}
_QUIT = {"en": "quit", "zh": "退出"}


def question_parts(question: Question, language: str) -> list[RenderableType]:
    """The question, and the cells that it shows with what each answer would make of them."""
    return [
        f"{question.text.of(language)}   {_size(question, language)}",
        _examples(question, language),
    ]


def answer_lines(question: Question, language: str) -> list[str]:
    """One line a key: what it says, and how many cells it would write."""
    lines = []
    for option in question.options:
        size = f"   {_cells(option.cells, language)}" if option.cells else ""
        lines.append(f"  [{option.key}] {option.label.of(language)}{size}")
    if question.kind is Kind.VALUE:
        lines.append(f"  [t] {_TYPE[language]}")
    return [*lines, f"  [{SKIP}] {_SKIP[language]}   [q] {_QUIT[language]}"]


def question_table(questions: Sequence[Question], language: str) -> RenderableType:
    """One line a question: what it asks, what it decides, what it is expected to mend."""
    zh = language == "zh"
    names = ("列", "问题", "可选答案", "决定单元格", "预计修复")
    heads = names if zh else ("column", "question", "answers", "decides", "mends about")
    rows = [
        (
            ", ".join(q.columns),
            q.text.of(language),
            "; ".join(f"{o.key}: {o.label.of(language)}" for o in q.options),
            q.cells,
            round(q.gain),
        )
        for q in questions
    ]
    folds, rights = (False, True, True, False, False), (False, False, False, True, True)
    made = [Head(h, right=r, fold=f) for h, f, r in zip(heads, folds, rights, strict=True)]
    return grid(made, rows)


def question_document(question: Question) -> dict[str, Any]:
    """A question for `--json`: what it asks in both languages, its options and its examples."""
    return {
        "id": question.id,
        "kind": question.kind,
        "columns": question.columns,
        "text": question.text,
        "cells": question.cells,
        "gain": round(question.gain, 2),
        "options": [
            {"key": o.key, "label": o.label, "cells": o.cells, "fixes": len(o.fixes)}
            for o in question.options
        ],
        "examples": question.examples,
    }


def given_document(given: Given) -> dict[str, Any]:
    """An answer for `--json`."""
    return {
        "question": given.question.id,
        "text": given.question.text,
        "columns": given.question.columns,
        "answer": given.key,
        "cells": given.cells,
    }


def given_line(given: Sequence[Given], language: str) -> str:
    """How many answers were given, and what they decided."""
    cells = sum(one.cells for one in given)
    if language == "zh":
        return f"共回答 {len(given)} 个问题，决定了 {cells:,} 个单元格。"
    return f"{counted(len(given), 'answer')}: {counted(cells, 'cell')} decided."


def _examples(question: Question, language: str) -> RenderableType:
    zh = language == "zh"
    chosen = [i for i, option in enumerate(question.options) if option.fixes]
    many = len(question.columns) > 1
    heads = [Head("行" if zh else "row", right=True)]
    heads += [Head("列" if zh else "column")] if many else []
    heads += [Head("现值" if zh else "now", fold=True)]
    heads += [_head(question, i, language) for i in chosen]
    heads += (
        [] if question.kind is Kind.CONVENTION else [Head("同行" if zh else "beside", fold=True)]
    )
    rows = []
    for example in question.examples:
        beside = "; ".join(f"{name} {shown(text, WIDE)}" for name, text in example.context)
        for at, (name, before) in enumerate(zip(example.columns, example.before, strict=True)):
            row = [str(example.row)] + ([name] if many else []) + [shown(before)]
            row += [shown(example.after[i][at]) for i in chosen]
            rows.append(row + ([] if question.kind is Kind.CONVENTION else [beside]))
    return grid(heads, rows)


def _head(question: Question, number: int, language: str) -> Head:
    if question.kind in (Kind.CONVENTION, Kind.VALUE):
        return Head(question.options[number].key, fold=True)
    return Head("改为" if language == "zh" else "would be", fold=True)


def _size(question: Question, language: str) -> str:
    if language == "zh":
        return f"（预计修复约 {question.gain:,.0f} 个单元格）"
    return f"(mends about {counted(round(question.gain), 'cell')})"


def _cells(cells: int, language: str) -> str:
    return f"{cells:,} 个单元格" if language == "zh" else counted(cells, "cell")
