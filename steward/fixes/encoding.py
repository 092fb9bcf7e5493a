"""Repairs damaged text: mojibake, full-width letters and digits, control characters, HTML entities.

Decided on distinct values. Only what is certainly damage is touched: `²`, `™`, `㎡`, half-width
katakana, Chinese punctuation and emoji joiners stay as they are, traditional and simplified
Chinese are never converted. A form that is the rule of a column is a question for a person.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues, Decision
from steward.types import Fix, Profile, Provenance, Reason, Safety, SemanticType

RULE_SHARE = 0.5
"""A form held by more than this share of the values that could hold it is the column's rule."""

REMEMBERED = 1 << 15
"""Texts whose mending is remembered, since a backtest reads most of them again."""

_SUSPECT = r"[^\x20-\x7e]|&[#a-zA-Z]"
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_WIDE_WORD = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE_ALNUM = {c: t for c, t in _WIDE.items() if chr(t).isalnum()}
_WIDE_JOINT = re.compile("(?<=[0-9A-Za-z])[\uff0b\uff0d\uff0e\uff0f\uff05](?=[0-9A-Za-z]|$)")
_SPACES = dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_LATIN = re.compile("[\x80-\u2fff]")
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_EDGE_BREAKS = re.compile(f"(?:^|(?<= )){_BREAKS.pattern}|{_BREAKS.pattern}(?= |$)")
_WORD = re.compile(r"\w+")
_WORD_BREAK = re.compile(f"(\\w+){_BREAKS.pattern}(\\w+)")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff]")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_JOINER = re.compile(
    "(?<![^\x00-\u024f\u4e00-\u9fff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f\u4e00-\u9fff])"
)


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of damage: how it is mended, and what is said about it."""

    kind: str
    reason: Reason
    check: str
    what: str
    confidence: float
    mend: Callable[[str], str]
    may_be_rule: bool


@lru_cache(maxsize=REMEMBERED)
def mend_mojibake(text: str) -> str:
    """Undo a wrong decoding (UTF-8 read as Latin-1 or GBK, GBK read as Latin-1), if sure of it."""
    if text.isascii():
        return text
    if _LATIN.search(text):
        import ftfy

        fixed: str = ftfy.fix_encoding(text)
        if fixed != text:
            return fixed
    return _chinese_mojibake(text) or text


def mend_width(text: str) -> str:
    """Make full-width letters and digits, and compatibility spaces, plain.

    In a value with Chinese, Japanese or Korean text, full-width punctuation is that script's own
    and stays, save a sign that joins two plain characters (`１－２`, `３．５`, `５０％`).
    """
    spaced = text.translate(_SPACES)
    if spaced != text:
        # A space that was special at an end is as stray there once it is plain.
        spaced = spaced.strip() or text
    if not _WIDE_WORD.search(spaced):
        return spaced
    if not _CJK.search(spaced):
        return spaced.translate(_WIDE)
    plain = spaced.translate(_WIDE_ALNUM)
    return _WIDE_JOINT.sub(lambda sign: chr(ord(sign[0]) - 0xFEE0), plain)


def mend_control(text: str) -> str:
    """Drop control, zero-width and stray direction characters; line breaks become one space.

    Direction marks stay in right-to-left text, and joiners in emoji and in scripts that use them.
    """
    out = _CONTROL.sub("", _BREAKS.sub(" ", _EDGE_BREAKS.sub("", text)))
    if not _RTL.search(out):
        out = _BIDI.sub("", out)
        out = _JOINER.sub("", out)
    return out if out.strip() else text


def mend_entities(text: str) -> str:
    """Decode complete HTML entities (`&amp;`, `&#39;`), also doubly encoded ones; not markup."""
    for _ in range(2):
        decoded = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
        if decoded == text:
            break
        text = decoded
    return text


def _chinese_mojibake(text: str) -> str | None:
    """UTF-8 read as GBK (`鍗庝负`), or GBK read as Latin-1 (`»ªÎª`); None when neither fits."""
    for wrong, right in (("gb18030", "utf-8"), ("latin-1", "gb18030")):
        try:
            fixed = text.encode(wrong).decode(right)
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        damaged = [c for c in text if not c.isascii()]
        mended = [c for c in fixed if not c.isascii()]
        # Two characters may decode by chance; real damage is longer and turns into everyday ones.
        enough = len(damaged) >= (3 if wrong == "gb18030" else 4) and len(mended) >= 2
        if enough and all(_everyday(c) for c in mended) and not _readable(text, wrong):
            return fixed
    return None


def _everyday(character: str) -> bool:
    """A hanzi of GB 2312's first level (the 3,755 most used), or Chinese punctuation."""
    if character in "，。、：；！？（）【】《》“”‘’·—…～￥":
        return True
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def _readable(text: str, wrong: str) -> bool:
    """Does the text read as it stands? Mojibake of Chinese is full of rare hanzi, or of symbols."""
    damaged = [c for c in text if not c.isascii()]
    if wrong == "gb18030":
        return sum(_everyday(c) for c in damaged) > 0.8 * len(damaged)
    return sum(c.isalpha() for c in damaged) > 0.8 * len(damaged) and any(
        c.isascii() and c.isalpha() for c in text
    )


REPAIRS = (
    Repair("mojibake", Reason.MOJIBAKE, "mojibake",
           "was decoded with the wrong encoding", 0.97, mend_mojibake, False),
    Repair("control_character", Reason.CONTROL_CHARACTER, "control_character",
           "holds characters that cannot be seen or printed", 0.97, mend_control, True),
    Repair("html_entity", Reason.MOJIBAKE, "mojibake",
           "holds HTML entities instead of characters", 0.95, mend_entities, True),
    Repair("width", Reason.WIDTH, "width",
           "holds full-width letters, digits or special spaces", 0.96, mend_width, True),
)  # fmt: skip


class EncodingRepair:
    """Mends mojibake, width, control characters and HTML entities, one mapping per value."""

    name = "encoding"
    version = "1"
    injections: tuple[str, ...] = ("mojibake", "width", "control_character", "html_entity")

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """Propose the mended form of each damaged value; nothing where the form is the rule."""
        return self.propose_for(snapshot, profile, snapshot.columns)

    def propose_for(
        self, snapshot: Snapshot, profile: Profile, columns: Collection[str]
    ) -> Iterator[Fix]:
        """The same for some columns; each is decided by itself."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if column.name not in columns:
                continue
            values = ColumnValues(snapshot, column.name)
            suspects = _suspects(values.codes.values)
            if suspects:
                markup = _is_markup(values.codes.values)
                if column.semantic is SemanticType.URL:
                    markup = True
                for code, decision in _decide(values, suspects, markup=markup):
                    yield values.fix(code, decision, who)


def _suspects(values: tuple[str, ...]) -> list[int]:
    found = pc.match_substring_regex(pa.array(values, pa.string()), _SUSPECT)
    return [int(i) for i in pc.indices_nonzero(found).to_pylist()]


def _is_markup(values: tuple[str, ...]) -> bool:
    """Does the column hold HTML? Entities and line breaks belong there."""
    sample = values[:: max(1, len(values) // 1000)]
    return sum(1 for value in sample if _TAG.search(value)) > 0.05 * len(sample)


def _decide(
    values: ColumnValues, suspects: list[int], *, markup: bool
) -> Iterator[tuple[int, Decision]]:
    texts = values.codes.values
    first: dict[int, Repair] = {}
    mended: dict[int, str] = {}
    for code in suspects:
        for repair in REPAIRS:
            if markup and repair.kind in ("html_entity", "control_character"):
                continue
            text = mended.get(code, texts[code])
            after = repair.mend(text)
            if after != text:
                first.setdefault(code, repair)
                mended[code] = after
    rules = _rules(values, first)
    broken = any(repair.kind == "control_character" for repair in first.values())
    words = _known_words(texts) if broken else {}
    for code in sorted(first):
        yield code, _decision(values, code, first[code], mended[code], rules, words)


def _rules(values: ColumnValues, first: dict[int, Repair]) -> frozenset[str]:
    """Kinds of repair that would reformat most of the column, so are its rule, not damage."""
    rules = set()
    present = sum(1 for value in values.codes.values if value.strip())
    for repair in REPAIRS:
        touched = sum(1 for r in first.values() if r is repair)
        if repair.may_be_rule and touched > max(2, RULE_SHARE * present):
            rules.add(repair.kind)
    return frozenset(rules)


def _known_words(texts: Sequence[str]) -> Mapping[str, int]:
    """In how many of the texts each word stands."""
    return Counter(word for text in texts for word in set(_WORD.findall(text)))


def _joined(words: Mapping[str, int], before: str, after: str) -> tuple[str, bool]:
    """The mended text, and whether a break inside it surely was a space, or surely was not.

    `sp<tab>eaker` is one word if the column knows `speaker`; `a<tab>b` are two if it knows both.
    """
    found = _WORD_BREAK.search(before)
    if found is None:
        return after, True
    if words.get(found[1] + found[2]):
        return mend_control(_WORD_BREAK.sub(r"\1\2", before)), True
    own = set(_WORD.findall(before))
    return after, all(words.get(part, 0) > (part in own) for part in found.groups())


def _decision(
    values: ColumnValues,
    code: int,
    repair: Repair,
    after: str,
    rules: frozenset[str],
    words: Mapping[str, int],
) -> Decision:
    before = values.codes.values[code]
    sure = True
    if repair.kind == "control_character":
        after, sure = _joined(words, before, after)
    known = values.count(after)
    rule = repair.kind in rules
    text = f"{before!r} {repair.what}; mended it reads {after!r}"
    text += f", which {known} other rows hold." if known else "."
    if rule:
        text += " Most values of this column are written so: a convention, a person must decide."
    return Decision(
        after,
        repair.reason,
        repair.check,
        0.5 if rule else min(0.99 if sure else 0.8, repair.confidence + (0.02 if known else 0.0)),
        text,
        votes_for=float(known),
        safety=Safety.DISPLAY if rule else Safety.SAFE if sure else Safety.UNSAFE,
    )
