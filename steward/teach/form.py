"""A way to write a column: what it is called, and what each value would become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from steward.fixes.mapping import ColumnValues
from steward.teach.question import Words

MOST_FORMS = 4
"""So many ways are offered at once."""


@dataclass(frozen=True, slots=True)
class Form:
    """One convention. `after` holds the new text of each value (by code) that it can write.

    A value that already is as the convention has it maps to itself. `against` counts rows that
    speak against it: those it would change although they look as usual.
    """

    label: Words
    after: Mapping[int, str] = field(repr=False)
    against: float = 0.0


def best_forms(values: ColumnValues, forms: Iterable[Form]) -> list[Form]:
    """The likeliest ways that differ in what they write, those with least against them first."""
    kept: list[Form] = []
    seen: set[frozenset[tuple[int, str]]] = set()
    for form in sorted(forms, key=lambda form: form.against):
        written = frozenset(form.after.items())
        if written not in seen and changed_rows(values, form):
            seen.add(written)
            kept.append(form)
    return kept[:MOST_FORMS]


def changed(values: ColumnValues, form: Form) -> dict[int, str]:
    """The values that a form would change, and their new texts."""
    return {c: text for c, text in form.after.items() if text != values.codes.values[c]}


def changed_rows(values: ColumnValues, form: Form) -> int:
    """How many rows a form would change."""
    codes = list(changed(values, form))
    return int(values.codes.counts[codes].sum()) if codes else 0
