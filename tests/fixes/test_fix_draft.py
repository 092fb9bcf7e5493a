"""What a model drafts counts for nothing until its backtest vouches for it."""

import random
import unicodedata
from collections.abc import Callable, Sequence

import pytest
from rapidfuzz import process
from rapidfuzz.distance import OSA

from steward.checks import run_checks
from steward.engine import Snapshot
from steward.fixes import propose
from steward.fixes.doubts import Doubt, Draft, Verdict
from steward.fixes.draft import CLEAN, TRIALS, draft_fixes
from steward.profile import profile_table
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Safety

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
    if doubt.value in dict(doubt.usual):
        return Draft(None)
    texts = [folded(value) for value, _ in doubt.usual]
    near = process.extractOne(folded(doubt.value), texts, scorer=OSA.distance, score_cutoff=3)
    return None if near is None else Draft(doubt.usual[near[2]][0])


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


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
    assert f"mended {verdict.backtest.right} right of" in fixes[0].evidence.text


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


def test_a_model_that_guesses_at_what_nobody_can_know_writes_nothing_unseen() -> None:
    """It mends every slip, leaves right values alone, and has a city for any noise of letters."""

    def guesses(doubt: Doubt) -> Draft | None:
        found = knows(doubt)
        return Draft(doubt.usual[0][0]) if found is None else found

    asker, fixes = drafted(guesses)
    assert not [f for f in fixes if f.safety is Safety.SAFE]
    test = next(v for v in asker.verdicts if v.column == "city").backtest
    assert test.false_alarms == 0 and test.right >= 70 and test.precision < 0.9


def test_a_value_that_no_row_holds_waits_for_a_person() -> None:
    def invents(doubt: Doubt) -> Draft | None:
        return Draft("Francoforte") if doubt.value == "Mainhattan" else knows(doubt)

    _, fixes = drafted(invents)
    (new,) = [f for f in fixes if f.changes[0].after == "Francoforte"]
    assert new.safety is Safety.UNSAFE and "no row holds yet" in new.evidence.text
    assert new.confidence <= 0.5, "nothing vouches for it"


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


def test_in_a_large_table_rare_is_rare_beside_a_usual_value() -> None:
    """A slip that a whole delivery repeats is still odd; a value of a tenth of the usual is not."""
    rng = random.Random(5)
    cities: list[str | None] = [CITIES[rng.randrange(len(CITIES))] for _ in range(6000)]
    cities[:30] = ["Mainhattan"] * 30
    cities[30:130] = ["Ulm"] * 100
    columns: dict[str, list[str | None]] = {"city": cities, "id": [str(n) for n in range(6000)]}
    snapshot, asker = Snapshot.from_columns("orders", columns), Scripted(knows)
    fixes = draft_fixes(snapshot, profile_table(snapshot), asker)
    assert [(f.changes[0].before, f.cells) for f in fixes] == [("Mainhattan", 30)]
    assert {d.rows for d in asker.asked} == {30}
    assert asker.verdicts[0].asked == 1


def test_a_fix_says_which_statistics_agree() -> None:
    snapshot, _ = table()
    profile = profile_table(snapshot)
    told = Change("city", "HH", "Hamburg")
    other = Fix(
        "orders",
        FixKind.MAPPING,
        Reason.TYPO,
        "typo",
        (told,),
        (6,),
        Provenance("vote", "1"),
        Evidence(""),
    )
    fixes = draft_fixes(snapshot, profile, Scripted(knows), known=[other])
    agreed = {f.changes[0].before: f.evidence.agreed_by for f in fixes}
    assert agreed["HH"] == ("vote",) and agreed["Mainhattan"] == ()


def test_what_a_safe_fix_settles_is_not_asked() -> None:
    snapshot, _ = table()
    told = Change("city", "HH", "Hamburg")
    safe = Fix(
        "orders",
        FixKind.MAPPING,
        Reason.TYPO,
        "typo",
        (told,),
        (6,),
        Provenance("vote", "1"),
        Evidence(""),
        safety=Safety.SAFE,
    )
    asker = Scripted(knows)
    draft_fixes(snapshot, profile_table(snapshot), asker, known=[safe])
    assert "HH" not in {d.value for d in asker.asked}


def test_nobody_is_asked_which_number_was_meant() -> None:
    prices: list[str | None] = [f"{5 + n % 9}.50" for n in range(300)]
    prices[7] = "$21.99"
    columns: dict[str, list[str | None]] = {"id": [str(n) for n in range(300)], "price": prices}
    snapshot, asker = Snapshot.from_columns("items", columns), Scripted(knows)
    profile = profile_table(snapshot)
    draft_fixes(snapshot, profile, asker, issues=run_checks(snapshot, profile))
    assert not asker.asked


def test_the_same_table_asks_the_same_questions() -> None:
    first, second = drafted(noise)[0].asked, drafted(noise)[0].asked
    assert first == second
    assert [d.value for d in first] == sorted(d.value for d in first)
