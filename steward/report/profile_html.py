"""One HTML file that shows a profile to a person: no request leaves it, plots are inline SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from steward.report.figures import clip, count, number_of, percent, repr_of, shift_value
from steward.report.profile_words import Language, speaker
from steward.types import ColumnProfile, Issue, NumberSummary, Profile, Shift, ValueCount

MOST_LINKS = 60
MOST_OUTSTANDING = 20
OPEN_UP_TO = 8
_VALUE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled bar: `share` (0 to 1) is its width; `note` stands at its end."""

    label: str
    share: float
    note: str
    example: str = ""


def render_html(profile: Profile, issues: Sequence[Issue] = (), *, lang: Language = "en") -> str:
    """Render a profile, and the issues found in it, as one self-contained page.

    Args:
        profile: what was measured.
        issues: what checks found; the worst come first.
        lang: of the labels, "en" or "zh".
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("steward.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": count, "percent": percent, "clip": clip, "score": _score, "severe": _by_severity,
        "number": number_of, "parts": _parts,
    }  # fmt: skip
    page = _Page(profile, lang)
    return environment.get_template("profile.html").render(
        p=profile,
        page=page,
        issues=issues,
        say=page.say,
        lang=lang,
        spans=spans,
        pin=_anchors(profile),
    )


class _Page:
    """What the template asks for, computed from the profile."""

    def __init__(self, profile: Profile, lang: Language) -> None:
        self.profile = profile
        self.say = speaker(lang)
        self.open = len(profile.columns) <= OPEN_UP_TO
        self.overall = next((q for q in profile.quality if q.dimension == "overall"), None)
        self.dimensions = [q for q in profile.quality if q.dimension != "overall"]
        self.links = profile.dependencies[:MOST_LINKS]
        self.more_links = len(profile.dependencies) - len(self.links)

    def outstanding(self) -> list[str]:
        """Sentences about what a person should look at, the widest spread first."""
        found = sorted(self._sentences(), key=lambda s: -s[0])
        return [text for _, text in found[:MOST_OUTSTANDING]]

    def _sentences(self) -> Iterator[tuple[float, str]]:
        if self.profile.duplicate_rows:
            n = self.profile.duplicate_rows
            yield n, self.say("out_duplicates", n=count(n))
        for column in self.profile.columns:
            yield from self._about(column)
        for key in self.profile.foreign_keys:
            if key.unmatched:
                other = f"{key.other_table}.{key.other_column}"
                text = self.say(
                    "out_reference", column=key.column, n=count(key.unmatched), other=other
                )
                yield key.unmatched, text

    def _about(self, column: ColumnProfile) -> Iterator[tuple[float, str]]:
        say = partial(self._say_of, column)
        if column.disguised:
            n = sum(value.rows for value in column.disguised)
            values = ", ".join(clip(repr_of(v.value), 24) for v in column.disguised[:4])
            yield n, say("out_hidden", n, value=values)
        if 0 < column.missing < column.rows:
            yield column.missing / 2, say("out_missing", column.missing)
        invalid = round(column.present * (1 - column.semantic_share))
        if invalid:
            semantic = self.say(column.semantic.value)
            yield invalid, say("out_invalid", invalid, semantic=semantic)
        if column.numbers and column.numbers.outside:
            low, high = self.usual(column)
            yield (
                column.numbers.outside,
                say("out_outside", column.numbers.outside, low=low, high=high),
            )
        if column.near_key and column.present > column.distinct:
            yield (
                column.present - column.distinct,
                say("out_near_key", column.present - column.distinct),
            )
        if len(column.units) > 1:
            units = ", ".join(unit.value or "" for unit in column.units[:6])
            n = sum(unit.rows for unit in column.units[1:])
            text = self.say("out_units", column=column.name, n=len(column.units), units=units)
            yield n, text

    def _say_of(self, column: ColumnProfile, key: str, n: int, **values: object) -> str:
        share = percent(n / column.rows if column.rows else 0.0)
        return self.say(key, column=column.name, n=count(n), share=share, **values)

    def usual(self, column: ColumnProfile) -> tuple[str, str]:
        """The fences in words, no wider than the numbers reach."""
        numbers = column.numbers
        if numbers is None:
            return "", ""
        low = max(numbers.lower_fence, numbers.minimum)
        high = min(numbers.upper_fence, numbers.maximum)
        return number_of(column, low), number_of(column, high)

    def bars(self, values: Sequence[ValueCount], column: ColumnProfile, most: int) -> list[Bar]:
        """Values as bars; the longest is the most frequent one."""
        top = max((value.rows for value in values), default=1)
        shown = values[:most]
        return [
            Bar(
                repr_of(v.value), v.rows / top, f"{count(v.rows)} · {percent(v.rows / column.rows)}"
            )
            for v in shown
        ]

    def mask_bars(self, column: ColumnProfile, most: int) -> list[Bar]:
        """Masks as bars, each with its example."""
        masks = column.masks[:most]
        top = max((mask.rows for mask in masks), default=1)
        return [
            Bar(clip(m.mask, 28), m.rows / top, percent(m.rows / column.rows), clip(m.example, 30))
            for m in masks
        ]

    def from_to(self, shift: Shift) -> str:
        """What a shift measured before and after, in words."""
        column = self.profile.column(shift.column)
        before, after = (shift_value(column, shift, v) for v in (shift.before, shift.after))
        return self.say("from_to", before=before, after=after)


def spans(numbers: NumberSummary) -> list[tuple[float, float, float, float]]:
    """The histogram as boxes (x, y, width, height) in a field of 100 × 100."""
    tallest = max((n for _, _, n in numbers.histogram), default=0) or 1
    width = 100 / max(1, len(numbers.histogram))
    return [
        (
            round(i * width, 2),
            round(100 - 100 * n / tallest, 2),
            round(width * 0.9, 2),
            round(100 * n / tallest, 2),
        )
        for i, (_, _, n) in enumerate(numbers.histogram)
    ]


def _score(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}".removesuffix(".0")


def _parts(message: str) -> list[str]:
    """A message cut at its `values`: plain text and values take turns."""
    return _VALUE.split(message)


def _by_severity(issues: Sequence[Issue]) -> list[Issue]:
    return sorted(issues, key=lambda issue: (-issue.severity, -issue.rows, issue.check))


def _anchors(profile: Profile) -> dict[str, str]:
    return {column.name: f"c{i}" for i, column in enumerate(profile.columns, 1)}
