"""An explanation for the terminal and for machines, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.text import Text

from steward.answers import Explanation, Finding, Fixable
from steward.report.terminal import share
from steward.why import Language, say, translate


def in_language(explanation: Explanation, language: Language) -> Explanation:
    """The same explanation with every sentence in this language."""
    if language == "en":
        return explanation
    return replace(
        explanation,
        causes=_said(explanation.causes, language),
        ruled_out=_said(explanation.ruled_out, language),
        actions=tuple(replace(a, why=translate(a.why, language)) for a in explanation.actions),
        proofs=tuple(replace(p, shows=translate(p.shows, language)) for p in explanation.proofs),
    )


def headline(explanation: Explanation, language: Language = "en") -> str:
    """The question's symptom and size in a sentence, and the verdict."""
    column = ", ".join(explanation.columns)
    rate = explanation.affected / explanation.rows if explanation.rows else 0.0
    text = say(
        f"head_{explanation.symptom}",
        language,
        table=explanation.table,
        column=column,
        affected=explanation.affected,
        rows=explanation.rows,
        share=share(rate),
    )
    if explanation.symptom in ("lineage", "fit", "changed", "compared"):
        return text
    return f"{text} [{say(f'verdict_{explanation.verdict.value}', language)}]"


def explanation_text(explanation: Explanation, language: Language = "en") -> Text:
    """All of an explanation: causes with the numbers of their proofs, what it is not, what next."""
    told = in_language(explanation, language)
    text = Text(headline(told, language) + "\n", style="bold")
    for label, lines in _parts(told, language):
        if lines:
            text.append(f"\n{say(f'label_{label}', language)}\n", style="bold")
            text.append("".join(f"  {line}\n" for line in lines))
    text.rstrip()
    return text


def _parts(told: Explanation, language: Language) -> Iterator[tuple[str, list[str]]]:
    yield "causes", [_line(number, one) for number, one in enumerate(told.causes, 1)]
    yield "ruled_out", [f"- {one.text}{_references(one)}" for one in told.ruled_out]
    yield "fixable", [_fixable(one, language) for one in told.fixable]
    yield "actions", [f"{one.command}\n      {one.why}" for one in told.actions]
    yield (
        "proofs",
        [
            f"[{number}] {one.shows}: {_number(one.value)}"
            for number, one in enumerate(told.proofs, 1)
        ],
    )


def _said(findings: Sequence[Finding], language: Language) -> tuple[Finding, ...]:
    return tuple(replace(one, text=translate(one.text, language)) for one in findings)


def _line(number: int, one: Finding) -> str:
    chance = f" (p = {one.p_value:.1e})" if one.p_value is not None else ""
    return f"{number}. {one.text}{chance}{_references(one)}"


def _references(one: Finding) -> str:
    return "".join(f" [{position + 1}]" for position in one.proofs)


def _fixable(one: Fixable, language: Language) -> str:
    known = one.precision is not None
    precision = f"{one.precision:.3f}" if known else "–"
    return say(
        "label_fixable_line",
        language,
        corrector=one.corrector,
        cells=one.cells,
        safe=one.safe,
        precision=precision,
        tried=one.tried,
    )


def _number(value: int | float | None) -> str:
    return "–" if value is None else f"{value:,}"
