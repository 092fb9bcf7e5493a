"""Lets a model draft what statistics cannot settle, and believes none of it without a backtest.

Each distinct doubtful value is asked about once. In the same batch, asked the same way, are values
whose truth is known: established ones that were damaged on purpose (it should restore them) and
established ones as they are (it should leave them). What it got right there is the confidence of
what it drafts; below the bar nothing of the column is used. Then the gate decides, as for everyone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from steward.engine import Snapshot
from steward.fixes.backtest import wilson
from steward.fixes.doubts import Asker, Column, Doubt, Draft, Verdict, doubted_columns
from steward.fixes.gate import GateSettings, gate
from steward.fixes.injections import INJECTIONS
from steward.fixes.mapping import Decision
from steward.fixes.mended import mended
from steward.types import Backtest, Fix, Issue, Profile, Provenance, Reason, Safety

NAME, VERSION = "model", "1"
TRIALS, CLEAN = 110, 40
"""Damaged and right values a column that are asked beside the doubts; 73 of 73 pass the bar."""

OPAQUE = 5
"""Every fifth is opaque: letters of the column drawn at random. Only the other columns can tell
what stood there, and who cannot read them must abstain: it catches a guess for everything."""

KINDS = ("typo", "case", "typo", "stray_signs", "typo", "mojibake", "typo", "width")
TRIES = 12


@dataclass(frozen=True, slots=True)
class _Part:
    """The questions about one column: its doubts, then damaged values, then right ones."""

    column: Column
    codes: list[int]
    doubts: list[Doubt]
    damaged: list[tuple[Doubt, str]]
    right: list[Doubt]

    @property
    def questions(self) -> list[Doubt]:
        return [*self.doubts, *(doubt for doubt, _ in self.damaged), *self.right]


def draft_fixes(
    snapshot: Snapshot,
    profile: Profile,
    asker: Asker,
    *,
    known: Sequence[Fix] = (),
    issues: Sequence[Issue] = (),
    settings: GateSettings | None = None,
) -> list[Fix]:
    """Fixes that a model drafts, each with its measured precision and its safety.

    Args:
        snapshot: the table.
        profile: its profile.
        asker: the model behind its prompt; told its verdicts.
        known: fixes of the statistical correctors; what a safe one settles is not asked, and the
            model sees the table as it would stand after those.
        issues: of the checks; their values are doubtful.
        settings: of the gate.
    """
    settings = settings or GateSettings()
    after = mended(snapshot, known)
    random = np.random.default_rng(settings.seed)
    found = doubted_columns(after.snapshot, profile, issues, known)
    parts = [_part(column, codes, random) for column, codes in found]
    drafts = _answers(asker, parts)
    judged = [
        _judge(part, answers, asker, settings) for part, answers in zip(parts, drafts, strict=True)
    ]
    asker.judged([verdict for verdict, _ in judged])
    passed = [(verdict, fixes) for verdict, fixes in judged if verdict.passed]
    measured = {verdict.column: verdict.backtest for verdict, _ in passed}
    fixes = [kept for _, mine in passed for fix in mine for kept in after.spared(fix)]
    return [_with_agreement(fix, known) for fix in gate(fixes, {NAME: measured}, settings)]


def _judge(
    part: _Part, answers: Sequence[Draft | None], asker: Asker, settings: GateSettings
) -> tuple[Verdict, list[Fix]]:
    """How it did on a column, and what it drafted there."""
    test = _backtest(part, answers)
    fixes = list(_fixes(part, answers, test, asker))
    passed = test.tried > 0 and test.upper >= settings.bar
    name = part.column.profile.name
    return Verdict(name, len(part.doubts), len(fixes), test, passed), fixes


def _with_agreement(fix: Fix, known: Sequence[Fix]) -> Fix:
    """Note which statistical correctors would write the same."""
    agreed = {k.provenance.corrector for k in known if k.changes == fix.changes}
    return replace(fix, evidence=replace(fix.evidence, agreed_by=tuple(sorted(agreed))))


def _part(column: Column, codes: list[int], random: np.random.Generator) -> _Part:
    doubts = [column.doubt(code, int(column.values.positions(code)[0])) for code in codes]
    kept = column.established & ~np.isin(np.arange(len(column.texts)), codes)
    good = np.flatnonzero(kept).tolist()
    rows = [doubt.rows for doubt in doubts]

    def alike(doubt: Doubt) -> Doubt:
        """With as many rows as a real doubt of this column says it has."""
        return replace(doubt, rows=rows[int(random.integers(len(rows)))])

    damaged = [(alike(doubt), truth) for doubt, truth in _damaged(column, good, random)]
    right = [alike(doubt) for doubt in _right(column, good, random)]
    return _Part(column, codes, doubts, damaged, right)


def _damaged(
    column: Column, good: Sequence[int], random: np.random.Generator
) -> Iterator[tuple[Doubt, str]]:
    """Established values with damage, each as it would look in one of their rows, and the truth."""
    seen = set(column.texts)
    made = 0
    for number in range(TRIALS * TRIES if good else 0):
        code = good[int(random.integers(len(good)))]
        before = column.texts[code]
        if made % OPAQUE == OPAQUE - 1:
            text: str | None = _opaque(column, before, random)
        else:
            text = INJECTIONS[KINDS[number % len(KINDS)]](random, before)
        if not text or not text.strip() or text in seen:
            continue
        seen.add(text)
        yield column.doubt(code, _row(column, code, random), text), column.texts[code]
        made += 1
        if made == TRIALS:
            return


def _opaque(column: Column, before: str, random: np.random.Generator) -> str:
    """As long as the value, of letters that established values hold in that place or another."""
    letters = sorted(
        {letter for c in np.flatnonzero(column.established) for letter in column.texts[c]}
    )
    return "".join(letters[int(random.integers(len(letters)))] for _ in before)


def _right(column: Column, good: Sequence[int], random: np.random.Generator) -> Iterator[Doubt]:
    """Established values as they are, each shown as if only one row held it."""
    for _ in range(CLEAN if good else 0):
        code = good[int(random.integers(len(good)))]
        yield column.doubt(code, _row(column, code, random), column.texts[code])


def _row(column: Column, code: int, random: np.random.Generator) -> int:
    positions = column.values.positions(code)
    return int(positions[int(random.integers(len(positions)))])


def _answers(asker: Asker, parts: Sequence[_Part]) -> list[list[Draft | None]]:
    """All questions in one batch, mixed by their text so that no place betrays a trial."""
    asked = [question for part in parts for question in part.questions]
    order = sorted(range(len(asked)), key=lambda i: (asked[i].column, asked[i].value, i))
    replies = list(asker.ask([asked[i] for i in order])) if asked else []
    placed: list[Draft | None] = [None] * len(asked)
    for i, reply in zip(order, replies, strict=True):
        placed[i] = reply
    found, start = [], 0
    for part in parts:
        found.append(placed[start : start + len(part.questions)])
        start += len(part.questions)
    return found


def _backtest(part: _Part, answers: Sequence[Draft | None]) -> Backtest:
    first, second = len(part.doubts), len(part.doubts) + len(part.damaged)
    tried = right = 0
    for (doubt, truth), draft in zip(part.damaged, answers[first:second], strict=True):
        if _replaces(doubt, draft):
            tried += 1
            right += draft is not None and draft.value == truth
    alarms = sum(_replaces(d, a) for d, a in zip(part.right, answers[second:], strict=True))
    lower, upper = wilson(right, tried)
    draws = max(1, round(len(part.right) / max(1, len(part.doubts))))
    return Backtest(right, tried, lower, upper, len(part.damaged), alarms, len(part.right), draws)


def _replaces(doubt: Doubt, draft: Draft | None) -> bool:
    return draft is not None and draft.value is not None and draft.value != doubt.value


def _fixes(
    part: _Part, answers: Sequence[Draft | None], test: Backtest, asker: Asker
) -> Iterator[Fix]:
    """One mapping for each doubt that it would replace."""
    who = Provenance(NAME, VERSION, asker.prompt, asker.digest, asker.model)
    for code, doubt, draft in zip(part.codes, part.doubts, answers, strict=False):
        if _replaces(doubt, draft) and draft is not None and draft.value is not None:
            yield part.column.values.fix(code, _decision(part, doubt, draft.value, test), who)


def _decision(part: _Part, doubt: Doubt, after: str, test: Backtest) -> Decision:
    """What the backtest says of one draft.

    It measured restoring established values; a value that the column does not hold yet may be
    right all the same, but nothing here vouches for it: a person looks at it.
    """
    held = part.column.values.code_of.get(after)
    proven = held is not None and bool(part.column.established[held])
    share = (test.right + 1) / (test.tried + 2)
    where = f"{part.column.counts[held]} rows hold" if held is not None else "no row holds yet"
    said = (
        f"The model would write `{after}`, which {where}, for `{doubt.value}` "
        f"({doubt.rows} rows). Of damaged values of this column whose truth is known it mended "
        f"{test.right} right of {test.tried} that it changed."
    )
    return Decision(
        after,
        Reason.TYPO if proven else Reason.DOMAIN,
        "typo" if proven else "domain",
        share if proven else min(share, 0.5),
        said,
        votes_for=float(part.column.counts[held]) if held is not None else 0.0,
        safety=Safety.SAFE if proven else Safety.UNSAFE,
    )
