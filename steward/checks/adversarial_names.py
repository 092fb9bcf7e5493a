"""Names in disguise: a brand written so that a filter misses it, and titles that name other brands.

Which names there are is read from the table: values of columns that name things, held by enough
rows. A name that titles of many other brands mention is an ingredient (a chip, a fabric), no fraud.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steward.checks.adversarial import FITS, TO_LATIN
from steward.checks.finding import issue_from_sql, issue_from_values
from steward.checks.sql import select_rows
from steward.checks.values import quoted
from steward.engine import Codes, Snapshot
from steward.types import ColumnProfile, Issue, Profile, Reason, SemanticType

ESTABLISHED, RARER = 5, 10
"""Rows of a name that is known, and how many times rarer its disguise must be."""

SHORTEST = 4
NAMES = 1_000
"""Names that are looked for in titles, at most: those with most rows."""

OTHERS = 2
"""Other brands in a title from which it is reported."""

OWN, INGREDIENT = 0.3, 3
"""Share of titles that name their own brand, for the column to hold brands; and of how many other
brands' titles a name may stand in before it is an ingredient."""

_LEET = str.maketrans("013457@$!", "oieastasi")
_SIGNS = re.compile(r"[\W_]+")
_PLAIN_NAME = re.compile(r"[^\W\d_]+")


def camouflage(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Names written to be missed: `N1ke`, `N i k e`, `Nïke` where the column says `Nike`."""
    for column in profile.columns:
        found = disguises(snapshot, column)
        if found:
            shown = [f"{wrong} for {right}" for wrong, right in sorted(found.items())]
            issue = issue_from_values(
                snapshot,
                column.name,
                sorted(found),
                check="camouflage",
                reason=Reason.ADVERSARIAL,
                message=f"{{rows}} rows ({{share}}) disguise a name in {column.name}: "
                f"{quoted(shown)}.",
            )
            if issue is not None:
                yield issue


def disguises(snapshot: Snapshot, column: ColumnProfile) -> dict[str, str]:
    """Values of a column that are another value in disguise, with that value."""
    if column.semantic is not SemanticType.CATEGORY:
        return {}
    codes = snapshot.codes(column.name)
    names = _established(codes)
    if len(names) < 2:
        return {}
    found = {}
    for value, count in zip(codes.values, codes.counts.tolist(), strict=True):
        right = names.get(skeleton(value))
        if right is not None and _disguised(value, right[0]) and count * RARER <= right[1]:
            found[value] = right[0]
    return found


def _established(codes: Codes) -> dict[str, tuple[str, int]]:
    """Skeleton to the one plain name that has it, and its rows."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for value, count in zip(codes.values, codes.counts.tolist(), strict=True):
        if count >= ESTABLISHED and len(value) >= SHORTEST and not any(c.isdigit() for c in value):
            found[skeleton(value)].append((value, count))
    return {key: held[0] for key, held in found.items() if len(held) == 1}


def _disguised(value: str, name: str) -> bool:
    """Is the value the name with other signs? Another case or another space is no disguise."""
    if _SIGNS.sub("", value).casefold() == _SIGNS.sub("", name).casefold():
        return bool(re.fullmatch(r"(?:[^\W_][\s._*-]){3,}[^\W_]", value)) and " " not in name
    return True


def skeleton(text: str) -> str:
    """What is left of a text when its disguise is off: plain small letters."""
    plain = unicodedata.normalize("NFKD", text).translate(TO_LATIN).casefold()
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LEET)
    return _SIGNS.sub("", bare)


def other_brand(snapshot: Snapshot, profile: Profile) -> Iterator[Issue]:
    """Titles that name other brands than their own, to be found by them."""
    place = brand_and_title(snapshot, profile)
    if place is None:
        return
    rows = _foreign_rows(snapshot, place)
    if not rows:
        return
    issue = issue_from_sql(
        snapshot,
        select_rows(snapshot.name, [place.title, place.brand], sorted(rows)),
        check="other_brand",
        reason=Reason.ADVERSARIAL,
        columns=[place.title],
        message=f"{{rows}} titles ({{share}}) name several brands that {place.brand} does not: "
        f"{quoted(sorted(set(rows.values())))}.",
    )
    if issue is not None:
        yield issue


@dataclass(frozen=True, slots=True)
class Place:
    """The column of brands, the column of titles, and the brands that are looked for, folded."""

    brand: str
    title: str
    names: tuple[str, ...]


def brand_and_title(snapshot: Snapshot, profile: Profile) -> Place | None:
    """The column whose values the titles most often mention; None when there is none."""
    texts = [c for c in profile.columns if c.semantic is SemanticType.TEXT and c.lengths]
    named = [c for c in profile.columns if c.semantic is SemanticType.CATEGORY and c.distinct > 2]
    best: tuple[float, Place] | None = None
    for title in texts:
        for brand in named:
            share = _own_share(snapshot, brand.name, title.name)
            if share >= OWN and (best is None or share > best[0]):
                best = share, Place(brand.name, title.name, _names(snapshot.codes(brand.name)))
    return best[1] if best and len(best[1].names) > 2 else None


def _own_share(snapshot: Snapshot, brand: str, title: str) -> float:
    names, titles = snapshot.codes(brand), snapshot.codes(title)
    both = np.flatnonzero((names.codes >= 0) & (titles.codes >= 0))
    both = both[:: max(1, len(both) // 300)].tolist()
    pairs = [(names.values[names.codes[i]], titles.values[titles.codes[i]]) for i in both]
    told = sum(n.casefold() in t.casefold() for n, t in pairs if len(n) >= 2)
    return told / max(1, len(pairs))


def _names(codes: Codes) -> tuple[str, ...]:
    order = np.argsort(-codes.counts, kind="stable")
    values = [codes.values[i] for i in order if codes.counts[i] >= ESTABLISHED]
    good = [v.casefold() for v in values if len(v) >= SHORTEST and _PLAIN_NAME.search(v)]
    return tuple(dict.fromkeys(good[:NAMES]))


def _foreign_rows(snapshot: Snapshot, place: Place) -> dict[int, str]:
    """Rows whose title names several other brands, with those names."""
    titles, brands = snapshot.codes(place.title), snapshot.codes(place.brand)
    words = "|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in place.names)
    lower = pc.utf8_lower(pa.array(titles.values, pa.string()))
    counts = pc.count_substring_regex(lower, words).to_numpy(zero_copy_only=False)
    finder = re.compile(words)
    held = {int(c): frozenset(finder.findall(str(lower[int(c)]))) for c in np.flatnonzero(counts)}
    named = {c: names for c, names in held.items() if names}
    pairs = [(row, _own(brands, int(b)), named[int(t)]) for row, t, b in
             zip(snapshot.row_ids.tolist(), titles.codes, brands.codes, strict=True)
             if int(t) in named and int(b) >= 0]  # fmt: skip
    usual = _ingredients(pairs)
    fits = {c for c in named if FITS.search(titles.values[c])}
    code_of = dict(zip(snapshot.row_ids.tolist(), titles.codes.tolist(), strict=True))
    found = {}
    for row, own, names in pairs:
        others = sorted(n for n in names - usual if n not in own and own not in n)
        if len(others) >= OTHERS and code_of[row] not in fits:
            found[row] = f"{own}: {', '.join(others)}"
    return found


def _own(brands: Codes, code: int) -> str:
    return brands.values[code].casefold()


def _ingredients(pairs: Sequence[tuple[int, str, frozenset[str]]]) -> frozenset[str]:
    """Names that stand in the titles of many other brands, or mostly there."""
    owners: dict[str, set[str]] = defaultdict(set)
    own_rows: Counter[str] = Counter()
    other_rows: Counter[str] = Counter()
    for _, own, names in pairs:
        for name in names:
            if name in own or own in name:
                own_rows[name] += 1
            else:
                owners[name].add(own)
                other_rows[name] += 1
    return frozenset(
        n for n in owners if len(owners[n]) > INGREDIENT or other_rows[n] > 0.2 * own_rows[n]
    )
