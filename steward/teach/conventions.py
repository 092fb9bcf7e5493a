"""Questions about how a column is to be written, with what each convention would make of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues, Decision
from steward.teach.dates import date_forms
from steward.teach.form import Form, best_forms, changed, changed_rows
from steward.teach.letters import letter_forms
from steward.teach.numbers import number_forms
from steward.teach.question import NONE, Example, Kind, Option, Question, Words, question_id
from steward.teach.shape import shape
from steward.types import Fix, Profile, Provenance, Reason, Safety

SHOWN = 6
"""Cells that a question shows at most."""

LIKELY = 0.6
"""How often one of the ways offered is right, before anything is known."""

WHO = Provenance("taught_form", "1")
LEAVE = Words("none of these: leave it as it is", "都不是：保持原样")

FAMILIES: tuple[Callable[[ColumnValues, int], Iterator[Form]], ...] = (
    number_forms,
    date_forms,
    letter_forms,
)


def convention_questions(snapshot: Snapshot, profile: Profile) -> Iterator[Question]:
    """One question for each column that is written in several ways, or in one that may be meant."""
    for column in profile.columns:
        values = ColumnValues(snapshot, column.name)
        for family in FAMILIES:
            forms = best_forms(values, family(values, column.present))
            if forms:
                yield _question(values, forms)
                break


def _question(values: ColumnValues, forms: Sequence[Form]) -> Question:
    shown = list(_examples(values, forms))
    told = {tuple(example.after[i] for example in shown): i for i in reversed(range(len(forms)))}
    kept = sorted(told.values())  # what no example tells apart is not offered twice
    forms = [forms[i] for i in kept]
    shown = [replace(e, after=(*(e.after[i] for i in kept), e.after[-1])) for e in shown]
    options = [
        Option(str(number), form.label, tuple(_fixes(values, form)), changed_rows(values, form))
        for number, form in enumerate(forms, 1)
    ]
    options.append(Option(NONE, LEAVE))
    name, table = values.name, values.snapshot.name
    return Question(
        id=question_id(Kind.CONVENTION, table, (name,), [o.label.en for o in options]),
        kind=Kind.CONVENTION,
        table=table,
        columns=(name,),
        text=Words(f"How is {name} to be written?", f"{name} 列应该怎样写？"),
        options=tuple(options),
        examples=tuple(shown),
        cells=options[0].cells,
        gain=LIKELY * options[0].cells,
    )


def _fixes(values: ColumnValues, form: Form) -> Iterator[Fix]:
    text = f"A person was asked how {values.name} is to be written: {form.label.en}."
    for code, after in sorted(changed(values, form).items()):
        decision = Decision(after, Reason.FORMAT, "format", 0.99, text, safety=Safety.UNSAFE)
        yield values.fix(code, decision, WHO)


def _examples(values: ColumnValues, forms: Sequence[Form]) -> Iterator[Example]:
    """One value of each shape that the forms treat alike, those with most rows first."""
    texts = values.codes.values
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    moved = sorted({code for form in forms for code in changed(values, form)})
    for code in moved:
        after = [form.after.get(code, texts[code]) for form in forms]
        alike = tuple(after.index(text) for text in after)
        groups[shape(texts[code]), *map(shape, after), alike].append(code)
    rows = {key: int(values.codes.counts[codes].sum()) for key, codes in groups.items()}
    for key in sorted(groups, key=lambda key: (-rows[key], str(key)))[:SHOWN]:
        codes = groups[key]
        code = max(codes, key=lambda c: (int(values.codes.counts[c]), -c))
        before = texts[code]
        made = [(form.after.get(code, before),) for form in forms]
        row = values.rows(code)[0]
        yield Example(row, (values.name,), (before,), (*made, (before,)))
