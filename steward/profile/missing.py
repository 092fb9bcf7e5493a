"""Missing values that hide: `N/A`, `-`, `暂无`, `999`. The one lexicon for every room.

`is_disguised` knows texts that stand for nothing whatever the column. `disguised_values` looks at
the column as well, and spares a word that means something there:

- a word is spared where the column holds another word of the same scale (`none` beside `basic` and
  `full`, `无` beside `有`, `empty` beside `full`);
- a word that is also a name (`Nan`, `Null`) is spared where it is written like the column's other
  values, those are many, and it holds no more rows than a usual one of them;
- `NA` is spared where nine in ten of the other rows hold country codes (Namibia), and marks of
  punctuation are spared where the column holds little else (`-`, `+`, `++`).

Numbers and dates are never disguised by what they are, only by evidence: see `sentinels`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from steward.engine import Codes
from steward.profile.number import fold
from steward.profile.places import REGIONS
from steward.profile.sentinels import sentinels
from steward.profile.shapes import mask
from steward.profile.words import words
from steward.types import ValueCount

WORDS = words(
    "n/a|n.a.|n.a|na|n\\a|#n/a|#na|n/d|n.d.|nan|null|none|nil|\\n|undefined|unknown|unk|unkown|"
    "not available|not applicable|not known|not specified|not provided|not given|not set|"
    "not defined|no data|no value|no info|no information|unspecified|unavailable|missing|"
    "missing value|empty|blank|tbd|t.b.d.|tba|tbc|to be determined|to be confirmed|todo|"
    "to be announced|placeholder|xxx|xxxx|xxxxx|#ref!|#value!|#name?|#null!|#div/0!|#num!|"
    "nothing|no entry|not entered|not recorded|sin datos|desconocido|no disponible|unbekannt|"
    "k.a.|keine angabe|keine|inconnu|non renseigné|"
    "无|暂无|未知|空|空值|空白|不详|待定|未填|未填写|没有|缺失|缺|不明|不清楚|未定|待补充|待更新|"
    "待确认|待完善|无数据|无信息|暂无数据|暂无信息|无此项|未提供|不适用|未设置|未设定|暂缺|未标注|"
    "未标明|未注明|不知道|没填|未录入|未登记|暂时没有|無|暫無|無資料|不詳|なし|未設定|未定義",
    "|",
)
"""Texts that stand for nothing, folded (NFKC, lower case, trimmed)."""

NAMES = words("nan null na nil keine unk xxx blank")
"""Those of them that are also somebody's name."""

_FOLDED = frozenset(fold(word).lower().strip() for word in WORDS)
_MARKS = re.compile(r"[-‐-―_?.~/\\#·、。…—]+|\s+|['\"`]{2,}|\(\)|\[\]|\{\}")
_PHRASES = re.compile(
    r"no (?:[a-z]+ ){0,2}(?:available|given|specified|provided)"
    r"|not (?:yet |been )?(?:available|rated|specified|given|provided|listed|stated)(?: yet)?"
    r"|(?:暂|尚)(?:未|无).{0,4}|未(?:填写|提供|标明|说明).{0,2}"
)
_BRACKETS = re.compile(r"[<(\[{【《「'\"](.*)[>)\]}】》」'\"]")

SCALES: tuple[frozenset[str], ...] = (
    words(
        "none basic full partial some all low medium high mild moderate severe light standard "
        "premium limited optional required minimal complete slight strong"
    ),
    words("empty full half partial half-full"),
    words("pending missing found present lost available returned"),
    words("无 無 没有 有 少量 少 大量 全部 部分 轻 轻度 中 中度 重 重度 低 高 微 免"),
    words("空 满 半满 半"),
)
"""Words that are steps of one scale: beside another of them, a word is a value like any."""


def is_disguised(value: str) -> bool:
    """Does this text stand for nothing, whatever the column? Empty text does not hide: False."""
    if not value or len(value) > 40:
        return False
    folded = fold(value).lower()
    if folded in _FOLDED or not folded or _MARKS.fullmatch(folded) or _PHRASES.fullmatch(folded):
        return True
    inner = _BRACKETS.fullmatch(folded)
    return inner is not None and inner[1].strip() in _FOLDED


def lexicon() -> frozenset[str]:
    """The folded texts that stand for nothing (marks and brackets apart)."""
    return _FOLDED


def disguised_values(codes: Codes) -> tuple[ValueCount, ...]:
    """Return the values of a column that hide a missing one, with their rows, most rows first."""
    return disguised_among(codes.values, codes.counts.tolist())


def disguised_among(values: Sequence[str], counts: Sequence[int]) -> tuple[ValueCount, ...]:
    """Do the same for distinct values and the rows of each."""
    hidden = {i for i, value in enumerate(values) if len(value) <= 40 and is_disguised(value)}
    return column_rules(values, counts, hidden)


def column_rules(
    values: Sequence[str], counts: Sequence[int], hidden: set[int]
) -> tuple[ValueCount, ...]:
    """Apply the rules that look at the whole column to the values that the lexicon knows."""
    others = [i for i in range(len(values)) if i not in hidden and values[i].strip()]
    spared = {i for i in hidden if others and _spared(i, values, counts, others)}
    kept = sorted(hidden - spared)
    kept += sentinels(values, counts, sorted({*others, *spared}))
    found = [ValueCount(values[i], int(counts[i])) for i in kept]
    return tuple(sorted(found, key=lambda v: (-v.rows, v.value or "")))


def _spared(
    index: int, values: Sequence[str], counts: Sequence[int], others: Sequence[int]
) -> bool:
    """Is this value of the lexicon a value like any in this column? `others` are known values."""
    word = fold(values[index]).lower()
    if word == "na" and _are_countries(values, counts, others):
        return values[index].strip() in ("NA", "na")
    if word in NAMES:
        return _is_a_name(index, values, counts, others)
    if any(word in scale for scale in SCALES):
        return len(others) <= 30 and _on_a_scale(word, {fold(values[i]).lower() for i in others})
    if _MARKS.fullmatch(word):
        return _are_marks(values, counts, others)
    return False


def _are_countries(values: Sequence[str], counts: Sequence[int], others: Sequence[int]) -> bool:
    if len(others) > 300:
        return False
    known = sum(counts[i] for i in others if values[i].strip().upper() in REGIONS)
    return known >= 0.9 * sum(counts[i] for i in others)


def _is_a_name(
    index: int, values: Sequence[str], counts: Sequence[int], others: Sequence[int]
) -> bool:
    if len(others) < 100 or mask(values[index], short=True) not in ("Aa+", "A+"):
        return False
    alike = sum(
        mask(values[i], short=True) == mask(values[index], short=True) for i in others[:300]
    )
    usual = sorted(counts[i] for i in others)[len(others) // 2]
    return alike >= 0.6 * min(300, len(others)) and counts[index] <= 3 * usual


def _are_marks(values: Sequence[str], counts: Sequence[int], others: Sequence[int]) -> bool:
    marks = [i for i in others if not any(c.isalnum() for c in values[i])]
    return len(marks) >= 2 and sum(counts[i] for i in marks) >= 0.9 * sum(counts[i] for i in others)


def _on_a_scale(word: str, others: set[str]) -> bool:
    return any(word in scale and scale & others for scale in SCALES)
