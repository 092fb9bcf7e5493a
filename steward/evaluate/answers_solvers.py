"""Who sits the exam: the agent; and three that test the marker: oracle, silent, bluffer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from steward.evaluate.answers_expected import Expected
from steward.evaluate.exam import Answerer, Question
from steward.evaluate.heard import Call, Heard, Reference
from steward.evaluate.solution import Settings

if TYPE_CHECKING:
    from steward.agent.reply import Reply


def agent(question: Question, store: Path, settings: Settings) -> Heard:
    """The steward agent: `settings.agent` is a server's address, or `offline` (the default)."""
    from steward.agent import ask
    from steward.evaluate.answers_model import model_of
    from steward.store import Store

    with Store(store) as home:
        return heard(ask(home, question.text, model=model_of(settings)))


def heard(reply: Reply) -> Heard:
    """A reply of the agent as the marker sees it."""
    return Heard(
        text=reply.answer,
        answered=reply.answered,
        asked=str(reply.ended) == "asked_back",
        calls=tuple(
            Call(call.tool, call.arguments, call.access, call.summary, status=call.status)
            for call in reply.calls
        ),
        references=tuple(Reference(ref.ref, ref.sql, ref.value) for ref in reply.refs),
        findings=tuple(json.dumps(one, ensure_ascii=False, default=str) for one in reply.findings),
        model=reply.model,
        tokens_in=reply.tokens.input,
        tokens_out=reply.tokens.output,
    )


def oracle(question: Question, store: Path, settings: Settings) -> Heard:
    """Says what is expected, and proves it: must score 1."""
    if question.scope != "in":
        return Heard("I cannot tell." if question.scope == "out" else "Which column?",
                     asked=question.scope == "vague")  # fmt: skip
    wanted: Expected = question.expected
    text = "\n".join(_sentences(wanted)) + "\n`steward fix --apply safe` [1]"
    reference = Reference(1, wanted.sql or "select 1 as n", None)
    return Heard(text, True, references=(reference,), calls=_told(wanted))


def silent(question: Question, store: Path, settings: Settings) -> Heard:
    """Says nothing: must score 0."""
    return Heard()


def bluffer(question: Question, store: Path, settings: Settings) -> Heard:
    """Is sure of something wrong, whatever is asked: must score below 0."""
    text = (
        "S99 wrote 987,654 rows in 1999-01 because the moon was full; it never was 31.7 %. "
        "The reason is a strike at the harbour [77]. Run steward conjure."
    )
    return Heard(text, answered=True)


def _sentences(wanted: Expected) -> list[str]:
    causes = {
        "renamed": "The names were renamed.",
        "full_width": "The names came in full-width letters.",
        "language": "The names came in another language.",
        "encoding": "The text is garbled by a wrong encoding.",
        "dropped": "The supplier stopped sending it.",
        "merged": "Two values were merged into one cell.",
        "natural": "This is normal: it does not apply there.",
        "price_format": "The format differs.",
        "outlier": "There are outliers.",
        "swapped": "Two columns were swapped.",
        "currency": "The currency is wrong.",
        "resent": "A delivery was sent twice.",
        "cross_supplier": "Two suppliers offer the same product.",
        "date_order": "Day and month are in another order.",
    }
    marks = {
        "healthy": "No value is missing or wrong.",
        "verdict": "It is fit.",
        "more": "It has more.",
    }
    found = [causes[wanted.cause]] if wanted.cause else []
    found += [f"It was {wanted.supplier}, since {wanted.since}."] if wanted.supplier else []
    found += [f"Since {wanted.since}."] if wanted.since and not wanted.supplier else []
    found += [f"The number is {_number(wanted.numbers[0])}."] if wanted.numbers else []
    found += [f"{names[0]}." for names in wanted.names]
    return found + ([marks[wanted.mark]] if wanted.mark else [])


def _number(value: float) -> str:
    return f"{100 * value:.2f} %" if 0 < value < 1 else f"{value:,.0f}"


def _told(wanted: Expected) -> tuple[Call, ...]:
    return (Call("oracle", {}, data={"numbers": [*wanted.numbers, *wanted.proofs]}),)


SITTERS: Mapping[str, Answerer] = {
    "agent": agent,
    "oracle": oracle,
    "silent": silent,
    "bluffer": bluffer,
}
"""By name, for `--solver`; the agent is who sits by default."""
