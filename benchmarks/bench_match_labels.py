"""Labels of matching pairs on public sets of shop pairs: how well they tell the same from another.

    python benchmarks/bench_match_labels.py DATA/match/abt_buy DATA/match/amazon_google
    python benchmarks/bench_match_labels.py --shops 41 42 43

DATA is a folder of public benchmark sets that the project does not ship; each set has two tables
and judged pairs in three files. Everything is scored on the pairs of test.csv, once without a
judged pair and once with those of train.csv as the sample; --on valid scores on valid.csv instead,
which is what anything may be chosen by. The audit is given the same pairs with 15 % of the verdicts
turned round. --shops looks for the products that stand twice in made shops of these seeds, whose
items have many variants: once with and once without GTINs, and with some 300 pairs judged, half of
them the likeliest and half drawn.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

from steward.engine import Snapshot
from steward.job.labelling_match_inputs import judged_pairs, read_rows
from steward.label.agreement import calibration_error
from steward.label.match_compare import MODEL, Mask, MatchRated, rate, voted
from steward.label.match_errors import doubt, unseen
from steward.label.match_model import by_votes, join_votes
from steward.label.match_rows import MatchRows
from steward.label.match_votes import Encode, MatchVotes, ask, match_functions
from steward.label.votes import Floats, Ints, Pair
from steward.retrieval.encoder import load_encoder
from steward.shop import ShopSpec, make_shop

MAJORITY = "majority vote"
WRONG = 0.15
JUDGED = 300
HARD = 0.3
"""Share of the pairs of each verdict that are the hardest to judge by their titles."""

Known = dict[Pair, bool]


def main() -> None:
    """Measure each set named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--shops", type=int, nargs="+", default=[])
    parser.add_argument("--on", choices=("valid", "test"), default="test")
    parser.add_argument("--encoder", help="minilm, a folder or an address")
    said = parser.parse_args()
    encode: Encode | None = None
    if said.encoder:
        encoder = load_encoder(said.encoder)
        encode = lambda texts: encoder.encode(list(texts)).astype(np.float64)  # noqa: E731
    for folder in said.folders:
        measure(folder, said.on, encode)
    for seed in said.shops:
        for languages in (("en",), ("zh",), ("en", "zh", "mixed")):
            for without in ((), ("gtin",)):
                shop(ShopSpec(rows=2000, seed=seed, sessions=0, languages=languages), without)


def shop(spec: ShopSpec, without: tuple[str, ...]) -> None:
    """Print how well repeated products of a made shop are found."""
    made = make_shop(spec)
    items = made.items().drop_columns(list(without))
    held = {name: items.column(name).to_pylist() for name in items.column_names}
    rows = read_rows(Snapshot.from_columns("items", held), None)
    errors = made.errors().to_pydict()
    told = zip(errors["kind"], errors["key"], errors["after"], strict=True)
    twice = {frozenset(ids) for kind, *ids in told if kind == "duplicate_product"}
    votes = ask(match_functions(rows), rows, rows.candidates())
    truth = {pair: frozenset(pair) in twice for pair in votes.pairs}
    known = judged_some(votes, by_votes(votes, len(rows.left.ids)), truth, spec.seed)
    print(f"\n{'+'.join(spec.languages)} {spec.seed}, without {without}: {len(twice)} twice")
    scored("no sample", votes, len(rows.left.ids), {}, truth)
    print(f"  ({sum(known.values())} of {len(known)} judged are the same)")
    # The likeliest are nearly all there are: judged pairs count by a fit without their rows.
    scored("sample", votes, len(rows.left.ids), known, truth)


def judged_some(votes: MatchVotes, chance: Floats, truth: Known, seed: int) -> Known:
    """The likeliest pairs and some drawn, with what a person would say."""
    likely = np.argsort(-chance, kind="stable")[: JUDGED // 2]
    drawn = np.random.default_rng(seed).permutation(len(chance))[: JUDGED // 2]
    return {votes.pairs[n]: truth[votes.pairs[n]] for n in {*likely.tolist(), *drawn.tolist()}}


def measure(folder: Path, on: str, encode: Encode | None) -> None:
    """Print what is measured on one set."""
    rows = read_rows(table(folder / "tableA.csv"), table(folder / "tableB.csv"))
    sample, asked = (judged_pairs(table(folder / f"{n}.csv"), rows) for n in ("train", on))
    worth = rows.candidates()
    same = {pair for pair, is_one in {**sample, **asked}.items() if is_one}
    print(f"\n{folder.name}, {on}: {len(asked):,} pairs, {sum(asked.values()):,} the same;")
    print(
        f"{len(worth):,} pairs worth comparing hold {len(same & {*worth}) / len(same):.3f} of those"
    )
    every = tuple(dict.fromkeys([*asked, *sample, *worth]))
    votes = ask(match_functions(rows, encode), rows, every)
    shorter = min(len(rows.left.ids), len(rows.right.ids))
    for name, known in (("no sample", {}), ("sample: train", sample)):
        scored(name, votes, shorter, known, asked)
    for hard in (False, True):
        for seed in range(3):
            audited(rows, votes, shorter, asked, hard=hard, seed=seed)


def table(path: Path) -> Snapshot:
    """A table of a set; an empty cell holds nothing."""
    with path.open(encoding="utf-8", newline="") as lines:
        held = list(csv.DictReader(lines))
    columns = {name: [row[name] or None for row in held] for name in held[0]}
    return Snapshot.from_columns(path.stem, columns)


def scored(name: str, votes: MatchVotes, shorter: int, known: Known, asked: Known) -> None:
    """The label model beside votes and sources, on the pairs asked, which it was never told."""
    places, truth = numbered(votes, asked)
    matched = join_votes(votes, shorter, known)
    chance = matched.chances[places]
    told, found = {MODEL: chance}, {MODEL: chance >= 0.5}
    for one, (score, same) in (learnt if known else bare)(votes, places, known).items():
        told[one], found[one] = score, same
    groups = [votes.pairs[n][0] for n in places]
    rows = rate(told, found, truth, groups)
    error = calibration_error(np.column_stack([1 - chance, chance]), truth)
    losses = {way: round(loss, 4) for way, loss in matched.losses.items()}
    print(f"{name}: joined by {matched.way} {losses}; ECE {error:.3f}")
    for row in rows:
        print(line(row))


def line(row: MatchRated) -> str:
    """One line a way to tell."""
    shares = f"P {row.precision:.3f} R {row.recall:.3f} AP {row.average:.3f}"
    less = "" if row.less is None else f"  label model more by {row.less}"
    return f"  {row.name:28} F1 {row.f1} {shares}{less}"


def bare(votes: MatchVotes, places: Ints, _: Known) -> dict[str, tuple[Floats, Mask]]:
    """What each function says of itself, and most of them, where nobody judged."""
    mine = votes.rows(places)
    spoke = ~np.isnan(mine.scores)
    yes = spoke & (mine.scores >= np.array(mine.yes))
    share = yes.sum(axis=1) / np.maximum(1, spoke.sum(axis=1))
    found: dict[str, tuple[Floats, Mask]] = {MAJORITY: (share, share > 0.5)}
    for name, column, says in zip(mine.names, mine.scores.T, yes.T, strict=True):
        found[name] = (np.where(np.isnan(column), np.nanmin(column) - 1, column), says)
    return found


def learnt(votes: MatchVotes, places: Ints, known: Known) -> dict[str, tuple[Floats, Mask]]:
    """The same with cuts that the sample teaches."""
    judged, verdicts = numbered(votes, known)
    both = np.concatenate([judged, places])
    inside = np.arange(len(both)) < len(judged)
    truth = np.concatenate([verdicts, np.zeros(len(places), dtype=np.int64)])
    found = voted(votes.rows(both), truth, inside)
    return {name: (score[~inside], same[~inside]) for name, (score, same) in found.items()}


def audited(
    rows: MatchRows, votes: MatchVotes, shorter: int, asked: Known, *, hard: bool, seed: int
) -> None:
    """Turn some verdicts round and look for them."""
    places, truth = numbered(votes, asked)
    wrong = (among_hard if hard else anywhere)(votes.rows(places), truth, seed)
    given = np.where(wrong, 1 - truth, truth)
    doubted = doubt(votes, shorter, places, given)
    alone = unseen(votes, places, given, trees=True)
    first = len(truth) // 10
    shares = [
        wrong[np.argsort(-chance, kind="stable")[:first]].mean() for chance in (doubted, alone)
    ]
    named = doubted > 0.5
    recall, precision = wrong[named].sum() / wrong.sum(), wrong[named].mean()
    print(
        f"  audit, {wrong.sum()} wrong {'among hard pairs' if hard else 'anywhere'}, seed {seed}: "
        f"first 10 % {shares[0]:.3f}, by loss {shares[1]:.3f}, recall {recall:.3f}, "
        f"precision {precision:.3f} of {named.sum()}"
    )


def anywhere(_: MatchVotes, truth: Ints, seed: int) -> Mask:
    """Any verdict may be wrong."""
    return np.random.default_rng(seed).random(len(truth)) < WRONG


def among_hard(votes: MatchVotes, truth: Ints, seed: int) -> Mask:
    """As many, among the least alike of the same and the most alike of the others."""
    alike = votes.scores[:, votes.names.index("letters of titles")]
    hard = np.zeros(len(truth), dtype=bool)
    for verdict, order in ((1, alike), (0, -alike)):
        mine = np.flatnonzero(truth == verdict)
        hard[mine[np.argsort(order[mine], kind="stable")[: round(HARD * len(mine))]]] = True
    return hard & (np.random.default_rng(seed).random(len(truth)) < WRONG / HARD)


def numbered(votes: MatchVotes, known: Known) -> tuple[Ints, Ints]:
    """Places of judged pairs among all, and 1 where they are the same."""
    places = [n for n, pair in enumerate(votes.pairs) if pair in known]
    truth = [int(known[votes.pairs[n]]) for n in places]
    return np.array(places, dtype=np.int64), np.array(truth, dtype=np.int64)


if __name__ == "__main__":
    main()
