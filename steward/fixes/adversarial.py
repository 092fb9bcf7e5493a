"""Takes disguises off: look-alike letters, shapeless characters, names in disguise, stuffing.

Instructions to a model and titles that name other brands get no fix: what the seller meant is not
in the table. They are flagged, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from steward.checks.adversarial import (
    HIDDEN,
    MIXED,
    STYLED,
    is_title,
    matching,
    stuffed,
    stuffed_word,
    unmasked,
)
from steward.checks.adversarial_names import disguises
from steward.engine import Snapshot
from steward.fixes.mapping import ColumnValues, Decision
from steward.types import ColumnProfile, Fix, Profile, Provenance, Reason, Safety

SURE, LIKELY = 0.97, 0.7
_SHAPELESS = re.compile("[\u2061-\u2064\u115f\u1160\u3164\uffa0\U000e0000-\U000e007f]")
_JOINED = re.compile("(?<=[A-Za-z0-9\u4e00-\u9fff])[\u200c\u200d]+(?=[A-Za-z0-9\u4e00-\u9fff])")


class Unmask:
    """Words in one script, names as the column writes them, no word said again and again."""

    name = "unmask"
    version = "1"
    injections: tuple[str, ...] = ("homoglyph",)

    def propose(self, snapshot: Snapshot, profile: Profile) -> Iterator[Fix]:
        """One mapping for each value in disguise."""
        return self.propose_for(snapshot, profile, snapshot.columns)

    def propose_for(
        self, snapshot: Snapshot, profile: Profile, columns: Collection[str]
    ) -> Iterator[Fix]:
        """The same for some columns; each is decided by itself."""
        who = Provenance(self.name, self.version)
        for column in profile.columns:
            if column.name in columns:
                values = ColumnValues(snapshot, column.name)
                found = dict(_decisions(snapshot, column, values))
                for value in sorted(found):
                    yield values.fix(values.code_of[value], found[value], who)


def _decisions(
    snapshot: Snapshot, column: ColumnProfile, values: ColumnValues
) -> Iterator[tuple[str, Decision]]:
    """The last decision about a value counts."""
    if is_title(column):
        for value in stuffed(values.codes.values):
            yield from _stuffing(value)
    for value, name in disguises(snapshot, column).items():
        text = f"`{value}` is `{name}` in disguise, which {values.count(name)} rows hold."
        yield value, _decision(name, "camouflage", text, 0.9, Safety.UNSAFE)
    for value in matching(values.codes, HIDDEN):
        after = _JOINED.sub("", _SHAPELESS.sub("", value))
        if after.strip():
            text = f"{value!r} hides characters that nobody sees; without them it reads `{after}`."
            yield value, _decision(after, "hidden_text", text, SURE, Safety.UNSAFE)
    for value in matching(values.codes, f"{MIXED}|{STYLED}"):
        after = unmasked(value)
        if after != value:
            text = f"`{value}` mixes letters of two scripts in a word; it reads `{after}`."
            yield value, _decision(after, "homoglyph", text, SURE, Safety.SAFE)


def _stuffing(value: str) -> Iterator[tuple[str, Decision]]:
    word = stuffed_word(value)
    first, after = True, []
    for part in value.split():
        same = word == part.casefold().strip(",，、/|.;")
        if first or not same:
            after.append(part)
        first = first and not same
    short = " ".join(after)
    if word and short != value:
        text = f"`{value}` says `{word}` again and again; once is enough."
        yield value, _decision(short, "keyword_stuffing", text, LIKELY, Safety.UNSAFE)


def _decision(after: str, check: str, text: str, confidence: float, safety: Safety) -> Decision:
    return Decision(after, Reason.ADVERSARIAL, check, confidence, text, safety=safety)
