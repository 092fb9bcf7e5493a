import random
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from planted import opened, written

from steward.fixes.backtest import backtest
from steward.fixes.gate import gate, with_measured_confidence
from steward.fixes.unseen import Reading, read_unseen
from steward.fixes.wrong_category import WrongCategory
from steward.types import Fix, Safety

WORDS = {
    "Shoes > Running": ("running shoe", "trail shoe", "sprint shoe"),
    "Audio > Headphones": ("headphones", "headset", "earphones"),
    "Home > Kettles": ("kettle", "tea kettle", "glass kettle"),
    "Home > Lamps": ("desk lamp", "floor lamp", "lamp"),
    "Toys > Puzzles": ("puzzle", "jigsaw puzzle", "wooden puzzle"),
    "Garden > Rakes": ("rake", "leaf rake", "garden rake"),
}
GERMAN = dict(zip(WORDS, ("Laufschuhe", "Kopfhörer", "Kessel", "Lampen", "Puzzles", "Rechen"),
                  strict=True))  # fmt: skip
Columns = dict[str, list[str | None]]


def shop(rows: int = 400, seed: int = 3) -> Columns:
    """A clean catalogue whose titles name the category; paths in two languages."""
    rng = random.Random(seed)
    paths = [rng.choice(list(WORDS)) for _ in range(rows)]
    return {
        "title": [f"Acme {rng.choice(WORDS[p])} {rng.randint(1, 99999)}" for p in paths],
        "category": list(paths),
        "kategorie": [GERMAN[p] for p in paths],
        "colour": [rng.choice(("red", "green", "blue")) for _ in paths],
    }


def exchanged(columns: Columns, rows: Sequence[int], names: Sequence[str]) -> Columns:
    """The category columns of these rows (from 0) taken from a row with another category."""
    paths = columns["category"]
    dirty = {name: list(values) for name, values in columns.items()}
    for row in rows:
        other = next(i for i in range(row, len(paths)) if paths[i] != paths[row])
        for name in names:
            dirty[name][row] = columns[name][other]
    return dirty


def gated(columns: Mapping[str, Sequence[str | None]]) -> list[Fix]:
    snapshot, profile = opened(columns)
    fixes = list(WrongCategory().propose(snapshot, profile))
    measured = backtest(WrongCategory(), snapshot, profile, fixes)
    return gate(with_measured_confidence(fixes, measured), {"wrong_category": measured})


def right(columns: Columns, rows: Sequence[int], names: Sequence[str]) -> dict[object, object]:
    return {(name, row + 1): columns[name][row] for row in rows for name in names}


def test_a_category_of_another_row_is_mended_unseen_in_both_languages() -> None:
    clean, rows = shop(), [20, 77, 150, 301]
    names = ("category", "kategorie")
    fixes = gated(exchanged(clean, rows, names))
    assert written(fixes) == right(clean, rows, names)
    assert {fix.safety for fix in fixes} == {Safety.SAFE}
    assert {fix.columns for fix in fixes} == {names}


def test_where_two_columns_disagree_the_one_that_the_row_contradicts_is_mended() -> None:
    clean = shop()
    dirty = exchanged(exchanged(clean, [20, 77], ("kategorie",)), [150, 301], ("category",))
    found = written(gated(dirty))
    assert found == right(clean, [20, 77], ("kategorie",)) | right(clean, [150, 301], ("category",))


def test_nothing_is_proposed_for_a_clean_table() -> None:
    assert gated(shop()) == []


def test_titles_that_do_not_tell_the_category_contradict_nothing() -> None:
    columns = shop()
    random.Random(5).shuffle(columns["title"])
    assert gated(columns) == []


def test_categories_taken_for_each_other_are_a_question() -> None:
    clean = shop()
    lamps = [i for i, path in enumerate(clean["category"]) if path == "Home > Lamps"]
    columns = {name: list(values) for name, values in clean.items()}
    for row in lamps[:8]:
        columns["category"][row], columns["kategorie"][row] = "Home > Kettles", "Kessel"
    rows = [i for i, path in enumerate(clean["category"]) if path == "Toys > Puzzles"][:9]
    fixes = gated(exchanged(columns, rows[::3], ("category", "kategorie")))
    doubted = {row for fix in fixes if fix.safety is Safety.UNSAFE for row in fix.rows}
    assert {row + 1 for row in lamps[:8]} <= doubted
    assert not any(fix.safety is Safety.SAFE and {*fix.rows} & doubted for fix in fixes)


def test_nothing_is_proposed_where_half_hearted_contradictions_are_more_frequent() -> None:
    clean, rng = shop(), random.Random(8)
    rows = [20, 77, 150]
    for row in rng.sample([i for i in range(400) if i not in rows], 60):
        other = rng.choice(sorted({*WORDS} - {str(clean["category"][row])}))
        clean["title"][row] = f"{clean['title'][row]} {WORDS[other][0]} {WORDS[other][1]}"
    assert gated(exchanged(clean, rows, ("category", "kategorie"))) == []


def test_a_category_of_few_rows_is_not_overwritten_unseen() -> None:
    clean = shop()
    dirty = exchanged(clean, [20, 77, 150, 301], ("category", "kategorie"))
    for row in (30, 31, 32):
        dirty["category"][row], dirty["kategorie"][row] = "Gifts > New", "Neu"
    unseen = {row for fix in gated(dirty) if fix.safety is Safety.SAFE for row in fix.rows}
    assert unseen == {21, 78, 151, 302}


def test_the_evidence_names_the_word_and_counts_it() -> None:
    clean = shop()
    fix = gated(exchanged(clean, [20], ("category", "kategorie")))[0]
    row = str(clean["title"][20])
    titles = zip(clean["title"], clean["category"], strict=True)
    named = next(word for word in row.lower().split() if f"{word!r} goes with" in fix.evidence.text)
    held = sum(named in str(t).split() and p == clean["category"][20] for t, p in titles) - 1
    assert (fix.evidence.votes_for, fix.evidence.votes_against) == (held, 0)


def test_one_column_asked_for_gives_what_the_whole_table_gives_for_it() -> None:
    snapshot, profile = opened(exchanged(shop(), [20, 77], ("category", "kategorie")))
    asked = WrongCategory().propose_for(snapshot, profile, ["kategorie"])
    assert list(asked) == list(WrongCategory().propose(snapshot, profile))
    assert list(WrongCategory().propose_for(snapshot, profile, ["title"])) == []


def reading(label: list[int], own: list[int], lead: float = 1.0, gap: float = 2.0) -> Reading:
    n = len(label)
    return Reading(np.array(label), np.full(n, lead), np.array(own), np.full(n, gap))


@pytest.mark.parametrize(("lead", "gap", "fully", "half"), [
    (0.6, 1.1, True, True), (0.4, 1.1, False, True), (0.6, 0.9, False, True),
    (0.2, 1.1, False, False), (0.6, 0.4, False, False),
])  # fmt: skip
def test_a_contradiction_asks_for_both_margins(
    lead: float, gap: float, fully: bool, half: bool
) -> None:
    read = reading([1], [0], lead, gap)
    assert (read.contradicted().tolist(), read.contradicted(0.5).tolist()) == ([fully], [half])


def test_two_classes_mix_when_they_disagree_in_three_documents() -> None:
    same = [0] * 30 + [1] * 30 + [2] * 30
    read = reading([*same, 1, 1], [*same, 0, 0])
    assert not read.mixed_up().any()
    read = reading([*same, 1, 1, 0, 2], [*same, 0, 0, 1, 0])
    assert np.flatnonzero(read.mixed_up()).tolist() == [90, 91, 92]


def test_random_exchange_in_a_large_table_does_not_look_like_mixing() -> None:
    rng = np.random.default_rng(0)
    label = rng.integers(4, size=4000)
    own = np.where(rng.random(4000) < 0.02, rng.integers(4, size=4000), label)
    assert np.count_nonzero(own != label) > 50
    assert not reading(label.tolist(), own.tolist()).mixed_up().any()


def test_a_document_is_read_by_a_machine_that_saw_none_of_its_group() -> None:
    # Each word is in the documents of one group alone: only who has seen the group can read it.
    words = [[f"w{i // 2}"] for i in range(120)]
    held, groups = np.arange(120) // 2 % 2, np.arange(120) // 2
    everything = np.ones(120, bool)
    assert read_unseen(lambda at: [words[i] for i in at], held[None], groups, everything) is None
    apart = read_unseen(lambda at: [words[i] for i in at], held[None], np.arange(120), everything)
    assert apart is not None
    assert (apart.label == held).mean() > 0.7


def test_one_cell_beside_the_category_may_be_the_wrong_one_itself() -> None:
    # The titles say nothing; a number of the shelf does, and stands in the wrong row four times.
    columns = shop()
    paths = list(WORDS)
    columns["title"] = [f"Acme item {number * 7919}" for number in range(400)]
    columns["shelf"] = [
        f"{4000 + 7 * paths.index(p or '')}-{p[:1]}" for p in columns["category"] if p
    ]
    dirty = exchanged(columns, [20, 77, 150, 301], ("shelf",))
    fixes = gated(dirty)
    assert fixes and all(fix.safety is Safety.UNSAFE for fix in fixes)
