"""What an answer claims, by rules: which cause, which supplier, since when, which marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from steward.content import content_root

RIGHT, ABSENT, WRONG = 1, 0, -1
OTHERS = 3
"""How many other months an answer may mention beside the true one."""

_DENIED = re.compile(
    r"((\bnot|\bno|\bnor|n't|\bnever)[^.;,:]{0,12}"
    r"|(\bruled out|\brather than|\binstead of|不是|并非|排除|不属于|而非|并不)"
    r"[^.;。；,，:：]{0,20})$",
    re.I,
)
_ASIDE = re.compile(
    r"^.*(\bnot (it|the cause)|what it is not|ruled out|已?排除|不是原因|并非)[^\n]*$", re.I | re.M
)
_SUPPLIER = re.compile(r"(?<![A-Za-z0-9])S\d{2}(?![0-9])")
_MONTH = re.compile(r"(\d{4})\s?[-/年.]\s?(\d{1,2})(?!\d)")
_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = re.compile(rf"\b({'|'.join(_NAMES)})[a-z]*\.?\s+(?:\d{{1,2}},?\s+)?(\d{{4}})", re.I)
_BATCH = re.compile(
    r"(?:batch(?:es)?|deliver(?:y|ies)|批次|交付|第)\s*(?:no\.?|number|#|编号|号)?\s*(\d+)", re.I
)


@cache
def _patterns(file: str, folder: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((folder / f"{file}.yaml").read_text("utf-8"))
    return found


def bank() -> Path:
    """Where the rules are."""
    return content_root() / "evals" / "cases" / "answers"


def said(text: str) -> str:
    """The text with one width of characters, and without the lines that say what it is not."""
    return _ASIDE.sub(" ", unicodedata.normalize("NFKC", text))


def cause_mark(text: str, group: str, true: str) -> int:
    """Is the true cause the first that is named and not denied?"""
    rivals = _patterns("claims", bank())[group]
    plain = said(text)
    first = {cause: at for cause, words in rivals.items() if (at := _first(plain, words)) >= 0}
    if true in first and first[true] == min(first.values()):
        return RIGHT
    return WRONG if first else ABSENT


def names_cause(text: str, group: str, true: str) -> bool:
    """Is the cause named at all?"""
    return _first(said(text), _patterns("claims", bank())[group][true]) >= 0


def claims_any(text: str, groups: Iterable[str]) -> bool:
    """Is any cause of these groups named?"""
    rivals = _patterns("claims", bank())
    plain = said(text)
    return any(_first(plain, words) >= 0 for g in groups for words in rivals[g].values())


def has_mark(text: str, mark: str) -> bool:
    """Does the text say what a mark of `marks.yaml` says, in either language?"""
    words = _patterns("marks", bank())[mark]
    plain = unicodedata.normalize("NFKC", text)
    return any(re.search(words[language], plain, re.I) for language in words)


def supplier_mark(text: str, true: str) -> int:
    """Is the true supplier the first that is named?"""
    named = _SUPPLIER.findall(said(text))
    if not named:
        return ABSENT
    return RIGHT if named[0] == true else WRONG


def onset_mark(text: str, true: str, batches: Sequence[int], months: Sequence[str]) -> int:
    """Is the true month, or the number of its batch, named, and are few other months?"""
    plain = said(text)
    named = {f"{year}-{int(month):02d}" for year, month in _MONTH.findall(plain)}
    named |= {f"{year}-{_NAMES.index(m[:3].lower()) + 1:02d}" for m, year in _NAMED.findall(plain)}
    numbers = {int(number) for number in _BATCH.findall(plain)} if batches else set()
    if true in named and len(named & set(months)) <= 1 + OTHERS:
        return RIGHT
    if numbers & set(batches):
        return RIGHT
    return WRONG if named & set(months) or numbers else ABSENT


def _first(plain: str, words: Mapping[str, str]) -> int:
    """Where a claim is first made, -1 for nowhere; one that is denied right before is none."""
    found = [
        match.start()
        for pattern in words.values()
        for match in re.finditer(pattern, plain, re.I)
        if not _DENIED.search(plain[max(0, match.start() - 40) : match.start()])
    ]
    return min(found, default=-1)
