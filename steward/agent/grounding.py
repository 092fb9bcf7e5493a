"""Is every number, date, name and value of an answer in a tool result of the session?

The rules, which hold for any model: references `[3]` must exist. Numbers must be in a result: as
they are, rounded as they are stated, as a percentage of a share, or as the quotient of two numbers
of one sentence that are. Dates must be in a result as far as they are stated. Text in quotation
marks or back-ticks, and words that can only be names (`brand_id`, `S04`), must stand in a result,
in the store's names, or in the question. Numbers of list items, small ordinals and "one" are no
claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from steward.agent.evidence import Evidence, normal
from steward.agent.numerals import Number, blanked, folded, read
from steward.agent.reply import Unsupported

_REFERENCE = re.compile(r"\[(\d{1,4}(?:\s*[,，、]\s*\d{1,4})*)\]")
_QUOTED = re.compile(
    r"`(?P<a>[^`\n]+)`|“(?P<b>[^”\n]+)”|「(?P<c>[^」\n]+)」|『(?P<d>[^』\n]+)』|《(?P<e>[^》\n]+)》"
    r"|\"(?P<f>[^\"\n]+)\"|‘(?P<g>[^’\n]+)’|(?<![\w’'])'(?P<h>[^'\n]+)'(?!\w)"
)
_COMMAND = re.compile(r"\bsteward [a-z][^\n`。，；;]*")
_ITEM = re.compile(r"^\s*(?:[-*]\s+)?\(?\d{1,2}[.)、]\s+(?=\S)", re.MULTILINE)
_ORDINAL = re.compile(
    r"\b(?:[1-9]|1\d|20)(?:st|nd|rd|th)\b|第\s*(?:\d{1,2}(?!\d)|[一二三四五六七八九十]{1,3})"
)
# Chinese sets no blanks around names: word characters are those of ASCII here.
_NAME = re.compile(r"(?<![\w.-])[A-Za-z_]\w*(?:[.-]\w+)*", re.ASCII)
_CODE = re.compile(r"(?<![\w.-])\d[\d.]*(?:[A-Za-z]\w*|(?:[-/]\w+)+)(?![\w:/-])", re.ASCII)
_BESIDE = re.compile(
    r"(?P<a>[A-Za-z_]\w*)\s*(?:列|表|字段)|(?:列|表|字段)\s*(?P<b>[A-Za-z_]\w*)", re.ASCII
)
_OWN = re.compile(r"[fc](\d{1,9})")
"""How fixes and change sets are written: f12, c3. Results hold their numbers."""

_TO_SAY = re.compile(
    r"(?:\b(?:say|type|reply|answer|ask|write)|说|输入|回复|回答|键入)[:：]?\s*$", re.I
)
"""Before words that the person may say: they are no claim about the data."""

_SENTENCE = re.compile(r"[^.。!！?？;；\n]+(?:\.\d+[^.。!！?？;；\n]*)*")


def check(answer: str, known: Evidence, question: str = "") -> list[Unsupported]:
    """What in an answer nothing supports, in order."""
    wrong = list(_references(answer, known))
    text = folded(answer)
    text = blanked(text, [match.span() for match in _REFERENCE.finditer(text)])
    wrong += _commands(text, known)
    text = blanked(text, [match.span() for match in _COMMAND.finditer(text)])
    wrong += _names(text, known, normal(question))
    text = _without_names(text, known)
    numbers, days = read(text)
    wrong += [_found(answer, d.start, d.end, "date") for d in days if not known.dated(d)]
    wrong += [
        _found(answer, number.start, number.end, "number")
        for number in numbers
        if not known.supports(number) and not _quotient(number, numbers, text, known)
    ]
    return sorted(wrong, key=lambda one: one.start)


def marked(answer: str, wrong: Sequence[Unsupported], words: str) -> str:
    """The answer with a sign after each unsupported part, and what the sign means below it.

    Args:
        answer: the text that was checked.
        wrong: what `check` found in it.
        words: `⚠ not found in this run's results`, in the person's language.
    """
    sign = words.partition(" ")[0]
    for one in reversed(wrong):
        answer = f"{answer[: one.end]} {sign}{answer[one.end :]}"
    parts = "; ".join(dict.fromkeys(one.text for one in wrong))
    return f"{answer}\n{words}: {parts}"


def _references(answer: str, known: Evidence) -> Iterator[Unsupported]:
    for match in _REFERENCE.finditer(answer):
        if any(int(number) not in known.refs for number in re.findall(r"\d+", match[1])):
            yield _found(answer, *match.span(), "reference")


def _commands(text: str, known: Evidence) -> Iterator[Unsupported]:
    """Commands of ours: a number in one must be known unless the whole command is."""
    for match in _COMMAND.finditer(text):
        if known.holds(match[0].rstrip(" .:)）」”\"'")):
            continue
        for number in read(match[0])[0]:
            if not known.supports(number):
                start = match.start() + number.start
                yield _found(text, start, match.start() + number.end, "number")


def _names(text: str, known: Evidence, question: str) -> Iterator[Unsupported]:
    for match in _QUOTED.finditer(text):
        inner = next(part for part in match.groups() if part is not None)
        if _TO_SAY.search(text[: match.start()]):
            continue
        if inner.strip() and not _is_known(inner, known, question):
            yield _found(text, *match.span(), "value")
    bare = _without_ordinals(blanked(text, [match.span() for match in _QUOTED.finditer(text)]))
    spans = {match.span() for match in _NAME.finditer(bare) if _only_a_name(match[0])}
    for match in _BESIDE.finditer(bare):
        spans.add(match.span("a") if match["a"] else match.span("b"))
    for start, end in sorted(spans):
        if not _is_known(text[start:end], known, question):
            yield _found(text, start, end, "name")


def _only_a_name(word: str) -> bool:
    """A word with a digit or an underscore in it is no word of a language."""
    return "_" in word or any(letter.isdigit() for letter in word)


def _is_known(name: str, known: Evidence, question: str) -> bool:
    """In a result or the question, whole or up to where it was cut."""
    begin = re.split(r"…|\.\.\.|⟦", name.strip())[0].strip(" .,:;。，：；") or name
    parts = begin.split(".")
    if (own := _OWN.fullmatch(begin)) and float(own[1]) in known.exact:
        return True
    return (
        known.holds(begin)
        or normal(begin) in question
        or (len(parts) == 2 and all(map(known.holds, parts)))
    )


def _without_names(text: str, known: Evidence) -> str:
    text = blanked(text, [match.span() for match in _QUOTED.finditer(text)])
    text = blanked(text, [match.span() for match in _ITEM.finditer(text)])
    text = _without_ordinals(text)
    codes = [match.span() for match in _CODE.finditer(text) if known.holds(match[0])]
    names = [match.span() for match in _NAME.finditer(text) if _only_a_name(match[0])]
    return blanked(text, codes + names)


def _without_ordinals(text: str) -> str:
    return blanked(text, [match.span() for match in _ORDINAL.finditer(text)])


def _quotient(number: Number, numbers: Sequence[Number], text: str, known: Evidence) -> bool:
    """Is it the ratio of two supported numbers of its sentence? `420 of 1,000 (42 %)`."""
    if not number.percent:
        return False
    here = next((m for m in _SENTENCE.finditer(text) if m.start() <= number.start < m.end()), None)
    if here is None:
        return False
    beside = [
        n.value
        for n in numbers
        if not n.percent and here.start() <= n.start < here.end() and known.supports(n)
    ]
    return any(
        whole and abs(part / whole * 100 - number.value) <= number.step / 2 * (1 + 1e-9)
        for part in beside
        for whole in beside
        if part < whole
    )


def _found(text: str, start: int, end: int, kind: str) -> Unsupported:
    return Unsupported(start, end, text[start:end].strip(), kind)
