"""Is a final answer what the tools found? Decides how the run ended, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from steward.agent import turn as turns
from steward.agent.bench import Bench
from steward.agent.evidence import Evidence, gathered
from steward.agent.grounding import check, marked
from steward.agent.numerals import read
from steward.agent.reply import STATUS, Ended
from steward.agent.replying import REFERENCE
from steward.agent.words import say


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer after the check: `why` is what the model is to be sent back for, if anything."""

    text: str
    ended: Ended
    why: str = ""
    unsupported: tuple[str, ...] = ()


def checked_answer(bench: Bench, messages: Sequence[AnyMessage], last: AIMessage) -> Checked:
    """Check the text of a message against the tool results of the session."""
    text = turns.text_of(last).strip()
    status = last.response_metadata.get(STATUS) if bench.by_rules else None
    if status in (Ended.REFUSED, Ended.HELP):
        return Checked(text, Ended(status))
    if status != Ended.ASKED_BACK and not any(
        turns.succeeded(message) for message in turns.results(messages)
    ):
        warned = f"{text}\n{say('no_evidence', bench.language)}"
        return Checked(warned, Ended.NO_EVIDENCE, "no_evidence")
    known = evidence_of(bench, messages)
    wrong = check(text, known, question=turns.text_of(turns.turn(messages)[0]))
    if wrong:
        shown = marked(text, wrong, say("not_found", bench.language))
        parts = tuple(dict.fromkeys(one.text for one in wrong))
        return Checked(shown, Ended.UNSUPPORTED, "unsupported", parts)
    text = _with_references(text, bench, messages)
    if status in (Ended.ASKED_BACK, Ended.FAILING):
        return Checked(text, Ended(status))
    return Checked(text, _how(turns.turn(messages)))


def _how(turn: Sequence[AnyMessage]) -> Ended:
    """Answered; or not, when the last call that would write was rejected."""
    writes = [turns.artifact(message) for message in turns.results(turn)]
    writes = [one for one in writes if one.get("access") == "write"]
    rejected = bool(writes) and writes[-1].get("status") == "rejected"
    return Ended.NOT_APPROVED if rejected else Ended.ANSWERED


def evidence_of(bench: Bench, messages: Sequence[AnyMessage]) -> Evidence:
    """What the tools of the session gave, the arguments they were asked with, and the names."""
    ran = [message for message in turns.results(messages) if turns.succeeded(message)]
    given = [turns.artifact(message).get("arguments", {}) for message in ran]
    refs = [ref.ref for ref in bench.ledger.every()]
    with bench.store.beside(read_only=True) as store:
        names = [name for info in store.tables() for name in (info.name, *info.columns)]
    bodies = [{**turns.body(message), "refs": _refs(message)} for message in ran]
    return gathered([*bodies, *({"asked": one} for one in given)], refs, names)


def _refs(message: ToolMessage) -> list[dict[str, object]]:
    """The proofs of a result without their own numbers, which count nothing."""
    refs = turns.body(message).get("refs", [])
    return [{key: value for key, value in ref.items() if key != "ref"} for ref in refs]


def _with_references(text: str, bench: Bench, messages: Sequence[AnyMessage]) -> str:
    """An answer without references gets those of this question whose number it states."""
    if REFERENCE.search(text):
        return text
    stated = {number.value for number in read(text)[0]}
    results = turns.results(turns.turn(messages))
    numbers = {n for message in results for n in turns.artifact(message).get("refs", ())}
    proofs = [ref for ref in bench.ledger.every() if ref.ref in numbers and ref.value in stated]
    if not proofs:
        return text
    return f"{text}\n{say('proof', bench.language)} {' '.join(f'[{ref.ref}]' for ref in proofs)}"
