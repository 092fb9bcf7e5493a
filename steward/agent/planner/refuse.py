"""What is said when a question is not answered: a question back, or a plain refusal."""

from __future__ import annotations

from steward.agent.planner.language import Language
from steward.agent.planner.phrases import phrase
from steward.agent.planner.question import Ask, AskBack, Refusal, Why
from steward.agent.planner.telling import listed, text

_PLAIN = (Why.OUTSIDE, Why.UNKNOWN_WORDS, Why.UNCLEAR, Why.NOT_THERE)


def refusal(why: Refusal, language: Language) -> str:
    """Why there is no answer, the nearest names, and what can be asked instead."""
    words = listed([f"“{text(word)}”" for word in why.words[:3]], language)
    said = [phrase(f"refuse_{why.why.value}", language, words=words)]
    if why.near:
        said.append(phrase("nearest", language, names=listed(why.near, language)))
    if why.why in _PLAIN:
        said.append(phrase("scope_short", language))
    return ("" if language == "zh" else " ").join(said)


def question_back(ask: AskBack, language: Language) -> str:
    """The question for the person, with the options."""
    options = listed(ask.options, language)
    if ask.what is Ask.COLUMN:
        key = "ask_column_said" if ask.said else "ask_column"
        return phrase(key, language, options=options, said=text(ask.said))
    column = text(ask.said) or phrase("a_column", language)
    return phrase(f"ask_{ask.what.value}", language, options=options, column=column)
