"""The regression gate: is a run as good as the one that was kept as the baseline?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steward.errors import GateError
from steward.evaluate.exam import KIND
from steward.evaluate.exam_paired import exam_regressions
from steward.evaluate.record import Record

F1_SLACK = 0.01
PRECISION_SLACK = 0.01
DAMAGE_SLACK = 0.0005


def regressions(run: Record, baseline: Record) -> list[str]:
    """What is worse than in the baseline, a line each; empty when nothing is.

    Every case of the baseline must have been run on the same table; F1 and precision may be lower
    by .01, damage higher by .0005, and no cell may change without a journal line.
    """
    if run.kind == KIND:
        return exam_regressions(run, baseline)
    found = []
    for kept in baseline.cases:
        now = next((case for case in run.cases if case["name"] == kept["name"]), None)
        if now is None:
            found.append(f"{kept['name']}: not run")
        elif now["digests"] != kept["digests"]:
            found.append(f"{kept['name']}: the table is not the one of the baseline")
        else:
            found += [f"{kept['name']}: {line}" for line in _worse(now, kept)]
    return found


def refuse_regressions(run: Record, baseline: Record) -> None:
    """Raise `GateError` (exit code 8) that names every regression."""
    worse = regressions(run, baseline)
    if worse:
        raise GateError(
            f"{len(worse)} regressions against the baseline:\n  " + "\n  ".join(worse),
            hint="Mend them, or keep this run as the new baseline and say why in the commit.",
        )


def _worse(now: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
    found = []
    a, b = kept["whole"], now["whole"]
    if b["f1"] < a["f1"] - F1_SLACK:
        found.append(f"F1 {a['f1']:.3f} -> {b['f1']:.3f}")
    before, after = a["precision"], b["precision"]
    if after is not None and after < (1.0 if before is None else before) - PRECISION_SLACK:
        was = "nothing written" if before is None else f"{before:.3f}"
        found.append(f"precision {was} -> {after:.3f}")
    if b["damage"] > a["damage"] + DAMAGE_SLACK:
        found.append(f"damage {a['damage']:.5f} -> {b['damage']:.5f}")
    if now["silent"]:
        found.append(f"{now['silent']} cells changed without a journal line")
    return found
