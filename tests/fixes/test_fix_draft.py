"""What a model drafts counts for nothing until its backtest vouches for it."""

import random
from collections.abc import Callable, Sequence

import pytest
from rapidfuzz import process

from steward.engine import Snapshot
from steward.fixes import propose
from steward.fixes.doubts import Doubt, Draft, Verdict
from steward.fixes.draft import CLEAN, TRIALS, draft_fixes
from steward.profile import profile_table
from steward.types import Fix, Safety

CITIES = ("Hamburg", "München", "Stuttgart", "Frankfurt", "Düsseldorf", "Leipzig")
ALIASES = {"HH": "Hamburg", "Muc": "München", "Mainhattan": "Frankfurt", "法兰克福": "Frankfurt"}
"""Other names: no count of letters or rows tells what they mean; whoever knows the world does."""


def table(rows: int = 400) -> tuple[Snapshot, dict[str, str]]:
    """Orders of cities, some under another name; nothing else in the row tells the city."""
    rng = random.Random(3)
    cities: list[str | None] = [CITIES[rng.randrange(len(CITIES))] for _ in range(rows)]
    for place, alias in zip((5, 50, 120, 300), ALIASES, strict=True):
        cities[place] = alias
    columns: dict[str, list[str | None]] = {
        "order": [str(n) for n in range(rows)],
        "city": cities,
        "size": [rng.choice(["S", "M", "L"]) for _ in range(rows)],
    }
    return Snapshot.from_columns("orders", columns), ALIASES


class Scripted:
    """An asker that follows a rule."""

    model, prompt, digest = "scripted", "draft_fixes/v1.en", "0123456789abcdef"

    def __init__(self, rule: Callable[[Doubt], Draft | None]) -> None:
        self.rule = rule
        self.asked: list[Doubt] = []
        self.verdicts: tuple[Verdict, ...] = ()

    def ask(self, doubts: Sequence[Doubt]) -> list[Draft | None]:
        self.asked += doubts
        return [self.rule(doubt) for doubt in doubts]

    def judged(self, verdicts: Sequence[Verdict]) -> None:
        self.verdicts = tuple(verdicts)


def knows(doubt: Doubt) -> Draft | None:
    """Knows other names, and restores slips of the pen."""
    if doubt.value in ALIASES:
        return Draft(ALIASES[doubt.value])
    found = process.extractOne(doubt.value.lower(), [v.lower() for v, _ in doubt.usual])
    if found is None or doubt.value in dict(doubt.usual):
        return Draft(None)
    return Draft(doubt.usual[found[2]][0]) if found[1] > 60 else None


def noise(doubt: Doubt) -> Draft | None:
    """Has an opinion about everything, and knows nothing."""
    return Draft(doubt.value[::-1] + "!")


def sloppy(doubt: Doubt) -> Draft | None:
    """Right about half of what it is asked."""
    return knows(doubt) if sum(map(ord, doubt.value)) % 2 else Draft(doubt.usual[0][0])


def drafted(rule: Callable[[Doubt], Draft | None]) -> tuple[Scripted, list[Fix]]:
    snapshot, _ = table()
    asker, profile = Scripted(rule), profile_table(snapshot)
    known = propose(snapshot, profile)
    return asker, draft_fixes(snapshot, profile, asker, known=known)


def test_statistics_alone_do_not_settle_it() -> None:
    snapshot, aliases = table()
    found = propose(snapshot, profile_table(snapshot))
    mapped = {c.before for f in found if f.safety is Safety.SAFE for c in f.changes}
    assert not mapped & set(aliases)


def test_a_model_that_knows_helps_and_says_who_it_is() -> None:
    asker, fixes = drafted(knows)
    safe = {f.changes[0].before: f.changes[0].after for f in fixes if f.safety is Safety.SAFE}
    assert safe == ALIASES
    (verdict,) = [v for v in asker.verdicts if v.column == "city"]
    assert verdict.passed and verdict.backtest.right == verdict.backtest.tried >= 73
    who = fixes[0].provenance
    assert (who.corrector, who.model) == ("model", "scripted")
    assert (who.prompt, who.digest) == ("draft_fixes/v1.en", "0123456789abcdef")
    assert "mended 7" in fixes[0].evidence.text or "mended 8" in fixes[0].evidence.text


@pytest.mark.parametrize("rule", [noise, sloppy, lambda doubt: None, lambda doubt: Draft(None)])
def test_a_model_that_fails_its_backtest_changes_nothing(
    rule: Callable[[Doubt], Draft | None],
) -> None:
    asker, fixes = drafted(rule)
    assert not fixes
    assert asker.verdicts and not any(v.passed for v in asker.verdicts)


def test_the_person_is_told_why() -> None:
    asker, _ = drafted(noise)
    (said,) = [str(v) for v in asker.verdicts if v.column == "city"]
    assert f"its backtest precision was 0 of {TRIALS}" in said
    assert f"changed {CLEAN} of {CLEAN} right values: nothing it drafted is used" in said
    silent, _ = drafted(lambda doubt: None)
    assert f"mended none of {TRIALS} damaged values" in str(silent.verdicts[0])


def test_a_model_that_rewrites_what_is_right_writes_nothing_unseen() -> None:
    """Perfect on damaged values, and it cannot leave right ones alone."""

    def meddles(doubt: Doubt) -> Draft | None:
        found = knows(doubt)
        if found == Draft(None) and doubt.rows == 1:
            return Draft(next(v for v, _ in doubt.usual if v != doubt.value))
        return found

    _, fixes = drafted(meddles)
    assert not [f for f in fixes if f.safety is Safety.SAFE]


def test_a_value_that_no_row_holds_waits_for_a_person() -> None:
    def invents(doubt: Doubt) -> Draft | None:
        return Draft("Francoforte") if doubt.value == "Mainhattan" else knows(doubt)

    _, fixes = drafted(invents)
    (new,) = [f for f in fixes if f.changes[0].after == "Francoforte"]
    assert new.safety is Safety.UNSAFE and "no row holds yet" in new.evidence.text


def test_a_trial_looks_like_a_doubt_and_does_not_tell_its_truth() -> None:
    snapshot, aliases = table()
    asker, _ = drafted(noise)
    mine = [d for d in asker.asked if d.column == "city"]
    assert len(mine) == len(aliases) + TRIALS + CLEAN
    assert len({(d.table, d.about) for d in mine}) == 1
    assert {d.rows for d in mine} == {1}
    # Its own row does not count among the rows it is shown.
    rows = sum(1 for v in snapshot.column("city").to_pylist() if v in CITIES)
    assert {sum(n for _, n in d.usual) for d in mine if d.value in CITIES} == {
        rows - 1 + len(aliases)
    }


def test_the_same_table_asks_the_same_questions() -> None:
    first, second = drafted(noise)[0].asked, drafted(noise)[0].asked
    assert first == second
    assert [d.value for d in first] == sorted(d.value for d in first)
