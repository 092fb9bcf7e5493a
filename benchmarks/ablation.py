"""What each idea of the repair is worth: switch one off at a time, and score again.

    steward eval make suite --seed 1
    python benchmarks/ablation.py --suite suite --suite DATA --ignore "rate=wait to be cleaned"

prints a table of macro F1 and precision over the first suite, and precision and F1 of each case of
the others. Proposals on a snapshot, safe ones written; no store and no verification, so figures
differ a little from `eval run`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from steward.checks import alike
from steward.evaluate.case import Case
from steward.evaluate.inputs import Inputs, load_cases
from steward.evaluate.score import RepairScore, score_repair
from steward.evaluate.solution import Settings
from steward.evaluate.solvers import library
from steward.fixes import cooccurrence, determinants, gate, registry, sources, suspects, typo
from steward.fixes.condition import Condition
from steward.fixes.dependency import DependencyVote
from steward.fixes.judgement import Judgement
from steward.fixes.pairs import MISSING
from steward.fixes.suspects import FEATURES
from steward.fixes.swap import SwapBack

PROCESSES = 2
JOINT = ("row_flags", "share_flagged", "joint_lift", "voters_contradicted")
ALIKE = ("alike_by_chance", "alike_alternatives")
REPEATS = ("log_repeats", "share_before", "repeat_lift")
Switch = Callable[[ExitStack], None]


def _set(target: Any, name: str, value: Any) -> Switch:
    return lambda stack: stack.enter_context(patch.object(target, name, value))


def _without(*kinds: type) -> Switch:
    kept = tuple(c for c in registry.CORRECTORS if not isinstance(c, kinds))
    return _set(registry, "CORRECTORS", kept)


def _silent(names: Sequence[str]) -> Switch:
    """These features tell the judgement the same of every cell: what they say of clear cases."""
    whole = Judgement.probability
    columns = [FEATURES.index(name) for name in names]

    def told(self: Judgement, features: np.ndarray) -> np.ndarray:
        flat = features.copy()
        flat[:, columns] = 0.0
        return whole(self, flat)

    return _set(Judgement, "probability", told)


def _score_alone(self: Judgement, features: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-features[:, FEATURES.index("score_sum")])))


def _no_blanks(codes: np.ndarray, target: np.ndarray, chosen: Any) -> np.ndarray:
    return np.asarray(_DOUBTED(codes, target, chosen) & (target != MISSING))


def _equal_sources(claim: Any, source: Any, entity: Any, accuracy: Any) -> Any:
    return _SHARES(claim, source, entity, np.full_like(accuracy, 0.8))


def _no_test(*_: object) -> bool:
    return True


def _without_alarms(backtest: Any) -> float:
    return 0.0


def _all_eligible(fixes: Any, eligible: Sequence[int], settings: Any) -> set[int]:
    return set(eligible)


_DOUBTED, _SHARES = suspects._doubted, sources._shares

SWITCHES: dict[str, Sequence[Switch]] = {
    "everything on": (),
    "the dependency vote": (_without(DependencyVote),),
    "more than one determinant": (_set(determinants, "DETERMINANTS", 1),),
    "several rounds": (_set(cooccurrence, "ROUNDS", (0.5,)),),
    "filling blanks by the vote": (_set(suspects, "_doubted", _no_blanks),),
    "the chance test of typos": (
        _set(alike, "MAX_CHANCE", 1e9), _set(typo, "_look_alike", lambda words: False),
    ),
    "weights of a panel's sources": (_set(sources, "_shares", _equal_sources),),
    "exchanged pairs (swap_back)": (_without(SwapBack),),
    "blaming cells of a row jointly": (_silent(JOINT),),
    "likeness against chance": (_silent(ALIKE),),
    "repeats in a group": (_silent(REPEATS),),
    "conditions": (_without(Condition),),
    "the judgement (score alone)": (_set(Judgement, "probability", _score_alone),),
    "the false-alarm rule": (_set(gate, "_rows", _without_alarms),),
    "the backtest (rules 2 and 3)": (_set(gate, "_passes", _no_test),),
    "the best-first set (rule 4)": (_set(gate, "expected_right", _all_eligible),),
}  # fmt: skip
"""What is switched off, by name."""


@contextmanager
def off(name: str) -> Iterator[None]:
    """The package with one idea switched off."""
    with ExitStack() as stack:
        for switch in SWITCHES[name]:
            switch(stack)
        yield


def measure(case: Case) -> RepairScore:
    """The score of one case with the package as it is now."""
    solution = library(case, Settings("library"))
    return score_repair(case.columns, case.dirty, solution.fixed, case.clean, ignore=case.ignore)


def line(name: str, suites: Sequence[Sequence[Case]]) -> str:
    """One row of the table."""
    with off(name), ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        first, *others = [list(pool.map(measure, cases)) for cases in suites]
    precision = [s.precision for s in first if s.whole.written]
    damaged = sum(s.whole.damaged for s in first)
    cells = [f"{np.mean([s.f1 for s in first]):.3f}", f"{np.mean(precision):.3f}",
             f"{min(precision):.3f}", str(damaged)]  # fmt: skip
    cells += [
        f"{s.precision:.3f} / {s.f1:.3f}" if s.whole.written else "– / 0"
        for scores in others
        for s in scores
    ]
    return f"| {name} | " + " | ".join(cells) + " |"


def main() -> None:
    """Print the table, a line as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", type=Path, action="append", required=True)
    parser.add_argument("--ignore", action="append", default=[])
    parser.add_argument("--only", action="append", choices=list(SWITCHES))
    given = parser.parse_args()
    suites = [
        load_cases(Inputs(suite=str(folder), ignore=tuple(given.ignore)), shipped=folder, seed=0)
        for folder in given.suite
    ]
    named = [case.name for cases in suites[1:] for case in cases]
    heads = ["switched off", "macro F1", "macro P", "lowest P", "damaged",
             *(f"{name} P / F1" for name in named)]  # fmt: skip
    print("| " + " | ".join(heads) + " |\n|---|" + "---:|" * (len(heads) - 1))
    for name in given.only or SWITCHES:
        print(line(name, suites), flush=True)


if __name__ == "__main__":
    main()
