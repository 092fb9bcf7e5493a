"""Labels of matching pairs: what is compared, who abstains, one chance, verdicts in doubt."""

import random

import numpy as np
import pytest

from steward.engine import Snapshot
from steward.errors import InputError
from steward.job.labelling_match_inputs import judged_pairs, named_pairs, read_rows
from steward.label.match_compare import best_cut, compare_matches, f1_of
from steward.label.match_errors import find_chains, find_match_suspects
from steward.label.match_model import by_votes, folds_of_rows, join_votes
from steward.label.match_rows import MatchRows, is_code
from steward.label.match_votes import MatchVotes, ask, match_functions

MAKERS = ("sony", "bose", "canon", "linksys", "yamaha")
THINGS = ("turntable", "speaker system", "camera lens", "wireless router")
COLOURS = ("black", "white", "silver")
COUNT = 120


def shops(seed: int = 0) -> tuple[dict[str, list[str | None]], dict[str, list[str | None]]]:
    """Two tables of the same things, each in its own words; the second has another order."""
    rng = random.Random(seed)
    ours: list[tuple[str | None, ...]] = []
    theirs: list[tuple[str | None, ...]] = []
    for n in range(COUNT):
        maker, thing, colour = MAKERS[n % 5], THINGS[n % 4], COLOURS[n % 3]
        code, price = f"{maker[:2]}{rng.randrange(100, 999)}{rng.choice('xyz')}{n}", 20 + 3 * n
        ours.append((f"a{n}", f"{maker} {code} {colour} {thing}", f"${price}.00", maker))
        seen = code[:2].upper() + "-" + code[2:] if n % 3 else ""
        words = [w for w in (thing, colour, f"by {maker}") if rng.random() < 0.9]
        theirs.append(
            (
                f"b{n}",
                " ".join([*words, seen, "new"]),
                f"${price * 1.02:.2f}",
                maker.title() if n % 4 else None,
            )
        )
    rng.shuffle(theirs)
    names = ("id", "title", "price", "brand")
    return tuple(  # type: ignore[return-value]
        dict(zip(names, map(list, zip(*side, strict=True)), strict=True)) for side in (ours, theirs)
    )


@pytest.fixture(scope="module")
def rows() -> MatchRows:
    ours, theirs = shops()
    return read_rows(Snapshot.from_columns("ours", ours), Snapshot.from_columns("theirs", theirs))


@pytest.fixture(scope="module")
def votes(rows: MatchRows) -> MatchVotes:
    return ask(match_functions(rows), rows, rows.candidates())


def truth_of(votes: MatchVotes) -> np.ndarray:
    return np.array([one[1:] == other[1:] for one, other in votes.pairs], dtype=np.int64)


def said(votes: MatchVotes, name: str, pair: tuple[str, str]) -> float:
    return float(votes.scores[votes.pairs.index(pair), votes.names.index(name)])


def pair_of(*titles: str, more: dict[str, tuple[str | None, ...]] | None = None) -> MatchVotes:
    """What is said of two rows; others make the table long enough to have a profile."""
    filler = [(f"f{n}", f"thing number {chr(97 + n)} of a shelf", "9") for n in range(12)]
    sides = []
    for side, title in enumerate(titles):
        cells = {"id": [f"x{side}", *(f for f, _, _ in filler)], "title": [title]}
        cells["title"] += [text for _, text, _ in filler]
        for name, values in (more or {}).items():
            cells[name] = [values[side], *values[2:]]  # type: ignore[list-item]
        sides.append(Snapshot.from_columns("side", cells))
    rows = read_rows(*sides)
    return ask(match_functions(rows), rows, [("x0", "x1"), ("f0", "f1")])


# What is compared


def test_rows_that_share_rare_words_are_compared_and_few_others(rows: MatchRows) -> None:
    found = rows.candidates()
    hits = sum(one[1:] == other[1:] for one, other in found)
    assert hits >= 0.97 * COUNT
    assert len(found) < COUNT * COUNT / 4
    assert len(set(found)) == len(found)


def test_in_one_table_each_pair_is_compared_once_and_no_row_with_itself() -> None:
    ours, _ = shops()
    ours["title"][7] = ours["title"][90]
    rows = read_rows(Snapshot.from_columns("ours", ours), None)
    found = rows.candidates()
    assert ("a7", "a90") in found
    assert all(rows.left.place[one] < rows.left.place[other] for one, other in found)


def test_a_gtin_brings_rows_together_that_share_no_word() -> None:
    gtins = ["4006381333931", "4006381333931", *(f"{n}" for n in range(12))]
    more = {"gtin": (gtins[0], gtins[1], *[None] * 12)}
    filler = [f"thing number {chr(97 + n)} of a shelf" for n in range(12)]
    cells = {"id": ["x", "y", *(f"f{n}" for n in range(12))]}
    cells["title"] = ["red garden hose long", "Gartenschlauch rot und lang", *filler]
    table = Snapshot.from_columns("t", cells | {"gtin": list(more["gtin"])})
    assert ("x", "y") in read_rows(table, None).candidates()


def test_short_chinese_titles_are_titles() -> None:
    titles = ["红色花园水管", "红色花园水管", "蓝色羊毛毯子", "白色可调台灯"]
    table = Snapshot.from_columns("货", {"id": ["1", "2", "3", "4"], "title": [*titles]})
    assert read_rows(table, None).candidates() == (("1", "2"),)


def test_model_codes_are_told_from_quantities_and_words() -> None:
    assert [word for word in ("pslx350h", "am53bk", "44100") if not is_code(word)] == []
    assert [word for word in ("500ml", "64gb", "red", "2007", "mp3") if is_code(word)] == []


# Who says what


def test_a_code_speaks_for_against_or_not_at_all() -> None:
    assert said(pair_of("sony tv kdl40x", "television KDL-40X of sony"), "model code", ("x0", "x1"))
    differ = pair_of("sony tv kdl40x", "sony tv kdl46z")
    assert said(differ, "model code", ("x0", "x1")) == 0
    votes = pair_of("sony tv kdl40x", "a television of sony")
    assert "model code" not in votes.names


def test_numbers_speak_by_what_the_lighter_title_holds() -> None:
    votes = pair_of("phone 64 gb 2 cameras", "phone 128 gb 2 cameras")
    assert said(votes, "numbers", ("x0", "x1")) == 0.5
    assert np.isnan(said(votes, "numbers", ("f0", "f1")))


def test_prices_and_makers_abstain_where_a_row_has_none(votes: MatchVotes, rows: MatchRows) -> None:
    assert said(votes, "near in price", votes.pairs[0]) <= 0
    brand = votes.scores[:, votes.names.index("same brand")]
    assert {0.0, 1.0} <= set(brand.tolist()) and np.isnan(brand).any()
    unnamed = next(p for p in votes.pairs if p[0] == "a8" and p[1] == "b8")
    assert said(votes, "same brand", unnamed) == 1.0  # the other title says it


# One chance


def test_with_no_judged_pair_matches_are_found(votes: MatchVotes) -> None:
    truth, chance = truth_of(votes), by_votes(votes, COUNT)
    assert f1_of(chance >= 0.5, truth) > 0.85


def test_numbers_that_always_differ_teach_nothing() -> None:
    """Each shop counts in its own way: no pair would be left that could be the same."""
    words = [" ".join(random.Random(n).choices(THINGS + MAKERS, k=2)) for n in range(60)]
    sides = [
        [
            f"{text} {chr(97 + n % 26)}{chr(97 + n // 26)}qx {shop}{n}"
            for n, text in enumerate(words)
        ]
        for shop in ("s77", "t88")
    ]
    ids = [f"{n}" for n in range(60)]
    rows = read_rows(*(Snapshot.from_columns("s", {"id": ids, "title": [*s]}) for s in sides))
    votes = ask(match_functions(rows), rows, rows.candidates())
    same = np.array([one == other for one, other in votes.pairs], dtype=np.int64)
    assert f1_of(by_votes(votes, 60) >= 0.5, same) > 0.9


@pytest.mark.slow
def test_a_sample_is_used_and_makes_it_better(votes: MatchVotes) -> None:
    truth = truth_of(votes)
    half = {p: bool(t) for n, (p, t) in enumerate(zip(votes.pairs, truth, strict=True)) if n % 2}
    found = join_votes(votes, COUNT, half)
    held = np.array([pair not in half for pair in votes.pairs])
    bare = by_votes(votes, COUNT)
    assert found.judged == len(half) and min(found.losses.values()) == found.losses[found.way]
    better = f1_of(found.chances[held] >= 0.5, truth[held])
    assert better >= f1_of(bare[held] >= 0.5, truth[held])


def test_the_chance_of_a_judged_pair_was_not_learnt_from_it(votes: MatchVotes) -> None:
    rng = np.random.default_rng(1)
    places = rng.permutation(len(votes.pairs))[:80]
    drawn = np.arange(80) % 2 == 0  # verdicts that say nothing
    known = {votes.pairs[n]: bool(one) for n, one in zip(places, drawn, strict=True)}
    found = join_votes(votes, COUNT, known)
    assert found.losses
    gap = found.chances[places[drawn]].mean() - found.chances[places[~drawn]].mean()
    assert gap < 0.02


def test_rows_that_match_stay_in_one_fold() -> None:
    pairs = [(f"a{n}", "b") for n in range(4)] + [("c", f"d{n}") for n in range(4)]
    folds = folds_of_rows(pairs, np.array([1, 1, 1, 0, 0, 0, 0, 0]))
    assert len(set(folds[:3].tolist())) == 1 and len(set(folds[4:].tolist())) == 1
    assert len(set(folds.tolist())) > 1


def test_gtins_teach_the_rest_where_variants_abound() -> None:
    """Colours of one shoe look like one thing; two rows of one GTIN say how one thing looks."""
    titles, gtins = [], []
    for n in range(60):
        for number, colour in enumerate(COLOURS):
            titles.append(f"runner {MAKERS[n % 5]} {THINGS[n // 5 % 4]} model{n} {colour}")
            gtins.append(None if n % 4 == 3 else gtin(n * 100 + number))
        titles.append(f"{titles[-1]} {MAKERS[n % 5]} sale")
        gtins.append(gtins[-1])
    cells = {"id": [f"r{n}" for n in range(len(titles))], "title": titles, "gtin": gtins}
    rows = read_rows(Snapshot.from_columns("shoes", cells), None)  # type: ignore[arg-type]
    votes = ask(match_functions(rows), rows, rows.candidates())
    last = [
        int(one[1:]) % 4 == 2 and int(other[1:]) == int(one[1:]) + 1 for one, other in votes.pairs
    ]
    assert f1_of(by_votes(votes, len(titles)) >= 0.5, np.array(last, dtype=np.int64)) > 0.9


def gtin(number: int) -> str:
    digits = f"{400000000000 + number:012d}"
    weighed = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(digits))
    return f"{digits}{-weighed % 10}"


@pytest.mark.slow
def test_the_label_model_stands_beside_votes_and_sources(votes: MatchVotes) -> None:
    known = dict(zip(votes.pairs, truth_of(votes).astype(bool).tolist(), strict=True))
    found = compare_matches(votes, COUNT, known, draws=20)
    by_name = {row.name: row for row in found.rows}
    assert {"label model", "majority vote", *votes.names} == set(by_name)
    assert by_name["label model"].f1.value > by_name["majority vote"].f1.value
    assert by_name["label model"].less is None and found.same == truth_of(votes).sum()


def test_the_cut_keeps_ties_together() -> None:
    score, truth = np.array([3.0, 2.0, 2.0, 2.0, 2.0]), np.array([1, 1, 0, 0, 0])
    assert best_cut(score, truth) == 3.0
    assert f1_of(score >= 3.0, truth) == pytest.approx(2 / 3)


# Verdicts in doubt


@pytest.mark.slow
def test_verdicts_turned_round_are_found(votes: MatchVotes) -> None:
    truth = truth_of(votes).astype(bool)
    wrong = np.random.default_rng(0).random(len(truth)) < 0.15
    labels = dict(zip(votes.pairs, (truth ^ wrong).tolist(), strict=True))
    turned = {pair for pair, is_one in zip(votes.pairs, wrong, strict=True) if is_one}
    found = [s.pair for s in find_match_suspects(votes, COUNT, labels)]
    first = len(truth) // 10
    assert len(turned & set(found[:first])) > 0.9 * first
    assert len(turned & set(found)) > 0.85 * len(turned)


def test_few_verdicts_are_held_against_the_functions(votes: MatchVotes) -> None:
    pairs = [p for p, t in zip(votes.pairs, truth_of(votes), strict=True) if t][:5]
    labels = dict.fromkeys(pairs, True) | {pairs[0]: False}
    assert find_match_suspects(votes, COUNT, labels)[0].pair == pairs[0]


def test_a_chain_of_the_same_that_ends_in_another_is_a_contradiction() -> None:
    labels = {("a", "b"): True, ("b", "c"): True, ("a", "c"): False, ("a", "d"): False}
    chains = find_chains(labels, one_table=True)
    assert [chain.pair for chain in chains] == [("a", "c")]
    assert [ident for _, ident in chains[0].rows] == ["a", "b", "c"]
    assert set(chains[0].links) == {("a", "b"), ("b", "c")}


def test_between_two_tables_ids_that_look_alike_are_other_rows() -> None:
    labels = {("1", "2"): True, ("2", "3"): True, ("1", "3"): False}
    assert find_chains(labels) == ()
    labels = {("1", "7"): True, ("2", "7"): True, ("2", "8"): True, ("1", "8"): False}
    (chain,) = find_chains(labels)
    assert set(chain.links) == {("1", "7"), ("2", "7"), ("2", "8")}


# Tables of pairs


def test_columns_of_a_table_of_pairs_are_told_by_what_they_hold(rows: MatchRows) -> None:
    cells = {"note": ["x", "y", "z"], "theirs": ["b1", "b2", "b3"], "ours": ["a1", "a9", "a3"]}
    table = Snapshot.from_columns("judged", cells | {"same": ["yes", "no", "1"]})
    assert named_pairs(table, rows) == [("a1", "b1"), ("a9", "b2"), ("a3", "b3")]
    assert judged_pairs(table, rows) == {
        ("a1", "b1"): True,
        ("a9", "b2"): False,
        ("a3", "b3"): True,
    }


def test_a_table_without_verdicts_is_refused(rows: MatchRows) -> None:
    table = Snapshot.from_columns("pairs", {"ours": ["a1"], "theirs": ["b1"]})
    with pytest.raises(InputError, match="does not say which pairs are the same"):
        judged_pairs(table, rows)
    other = Snapshot.from_columns("pairs", {"l": ["q"], "r": ["p"], "same": ["1"]})
    with pytest.raises(InputError, match="does not name pairs of rows"):
        judged_pairs(other, rows)


def test_in_one_table_the_order_of_a_pair_does_not_matter() -> None:
    ours, _ = shops()
    rows = read_rows(Snapshot.from_columns("ours", ours), None)
    cells = {"l": ["a5", "a1", "a2"], "r": ["a1", "a5", "a2"], "same": ["1", "1", "0"]}
    assert judged_pairs(Snapshot.from_columns("j", cells), rows) == {("a1", "a5"): True}
