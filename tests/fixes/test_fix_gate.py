from dataclasses import replace

import pytest

from steward.fixes.backtest import wilson
from steward.fixes.gate import PRIOR, TRUSTED, GateSettings, gate, with_measured_confidence
from steward.types import (
    ROW,
    Backtest,
    Change,
    Evidence,
    Fix,
    FixKind,
    Provenance,
    Reason,
    Safety,
)


def fix(
    column: str = "city",
    confidence: float = 0.98,
    rows: tuple[int, ...] = (1,),
    corrector: str = "toy",
    kind: FixKind = FixKind.CELL,
) -> Fix:
    return Fix(
        "orders", kind, Reason.TYPO, "typo", (Change(column, "a", "b"),), rows,
        Provenance(corrector, "1"), Evidence("Because."), confidence, Safety.SAFE,
    )  # fmt: skip


def result(right: int = 100, tried: int = 100, alarms: int = 0, clean: int = 1000) -> Backtest:
    return Backtest(right, tried, *wilson(right, tried), tried, alarms, clean, 1)


def decided(
    fixes: list[Fix], columns: dict[str, Backtest], settings: GateSettings | None = None
) -> list[Safety]:
    return [f.safety for f in gate(fixes, {"toy": columns}, settings)]


def test_a_fix_that_passes_all_four_rules_is_safe() -> None:
    assert decided([fix()], {"city": result()}) == [Safety.SAFE]


@pytest.mark.parametrize("ceiling", [Safety.UNSAFE, Safety.DISPLAY])
def test_rule_1_alone_refuses_what_its_corrector_would_not_call_safe(ceiling: Safety) -> None:
    assert decided([replace(fix(), safety=ceiling)], {"city": result()}) == [ceiling]


def test_rows_are_set_aside_only_by_a_person() -> None:
    assert decided([fix(kind=FixKind.QUARANTINE)], {"city": result()}) == [Safety.UNSAFE]


def test_a_merge_is_safe_where_merges_were_measured_not_where_cells_were() -> None:
    merge = fix(kind=FixKind.MERGE, rows=(1, 2))
    assert decided([merge], {"city": result()}) == [Safety.UNSAFE]
    assert decided([merge], {ROW: result(90, 100)}) == [Safety.UNSAFE]
    assert decided([merge], {ROW: result()}) == [Safety.SAFE]
    assert decided([replace(merge, changes=())], {ROW: result()}) == [Safety.SAFE]


@pytest.mark.parametrize(
    "measured",
    [{}, {"phone": result()}, {"city": result(0, 0)}, {"city": result(10, 10)},
     {"city": result(90, 100)}],
    ids=["nothing", "another column", "never tried", "too little", "too often wrong"],
)  # fmt: skip
def test_rule_2_alone_refuses_what_was_not_measured_as_precise(
    measured: dict[str, Backtest],
) -> None:
    assert decided([fix()], measured) == [Safety.UNSAFE]


def test_rule_3_alone_refuses_where_sound_cells_would_be_changed() -> None:
    # One false alarm a draw: tolerable beside twenty proposals, not beside nineteen.
    def many(n: int) -> list[Fix]:
        return [fix(rows=(i,)) for i in range(n)]

    assert set(decided(many(19), {"city": result(alarms=1)})) == {Safety.UNSAFE}
    assert set(decided(many(20), {"city": result(alarms=1)})) == {Safety.SAFE}
    assert set(decided(many(20), {"city": result(alarms=2)})) == {Safety.UNSAFE}


def test_alarms_are_counted_for_one_draw_not_for_all_of_them() -> None:
    ten_draws = replace(result(alarms=10, clean=10_000), draws=10)
    assert set(decided([fix(rows=(i,)) for i in range(20)], {"city": ten_draws})) == {Safety.SAFE}


def test_rule_4_alone_refuses_what_would_pull_the_mean_below_the_bar() -> None:
    fixes = [fix(confidence=0.99), fix(confidence=0.94), fix(confidence=0.8), fix(confidence=0.93)]
    # Best first: .99, .965, .953, .915.
    safe = [Safety.SAFE, Safety.SAFE, Safety.UNSAFE, Safety.SAFE]
    assert decided(fixes, {"city": result()}, GateSettings(margin=0)) == safe
    # A margin asks for more than the bar.
    safe[-1] = Safety.UNSAFE
    assert decided(fixes, {"city": result()}, GateSettings(margin=0.01)) == safe


def test_rule_4_weighs_a_fix_by_its_cells() -> None:
    big = fix(confidence=0.9, rows=tuple(range(50)))
    assert decided([fix(confidence=0.99), big], {"city": result()}) == [
        Safety.SAFE, Safety.UNSAFE,
    ]  # fmt: skip


def test_no_single_fix_below_the_least_confidence_is_safe() -> None:
    fixes = [fix(confidence=0.999, rows=tuple(range(99))), fix(confidence=0.55)]
    assert decided(fixes, {"city": result()}) == [Safety.SAFE, Safety.UNSAFE]
    assert decided(fixes, {"city": result()}, GateSettings(least=0.5)) == [Safety.SAFE] * 2


def test_a_higher_bar_makes_fewer_fixes_safe() -> None:
    fixes = [fix(confidence=c / 100) for c in range(60, 100)]
    counts = [
        decided(fixes, {"city": result(400, 400)}, GateSettings(bar=bar)).count(Safety.SAFE)
        for bar in (0.8, 0.9, 0.95, 0.98)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_correctors_are_judged_apart() -> None:
    good, bad = fix(corrector="toy"), fix(corrector="vandal", confidence=0.1)
    gated = gate([bad, good], {"toy": {"city": result()}, "vandal": {"city": result(0, 100)}})
    assert [f.safety for f in gated] == [Safety.UNSAFE, Safety.SAFE]
    assert [f.provenance.corrector for f in gated] == ["vandal", "toy"]


def test_other_columns_lend_their_precision_to_one_with_few_trials() -> None:
    few = {"city": result(15, 15)}
    assert decided([fix()], few) == [Safety.UNSAFE]
    assert decided([fix()], {**few, "phone": result(200, 200)}) == [Safety.SAFE]
    assert decided([fix()], {**few, "phone": result(100, 200)}) == [Safety.UNSAFE]


def test_good_columns_cannot_hide_a_bad_one() -> None:
    columns = {"city": result(80, 100), "phone": result(2000, 2000)}
    assert decided([fix(), fix("phone")], columns) == [Safety.UNSAFE, Safety.SAFE]


def test_the_evidence_shows_the_bounds_that_were_decided_on() -> None:
    columns = {"city": result(15, 15), "phone": result(200, 200)}
    (gated,) = gate([fix()], {"toy": columns})
    shown = gated.evidence.backtest
    assert shown is not None
    assert (shown.right, shown.tried) == (15, 15)
    assert (shown.lower, shown.upper) == wilson(15 + PRIOR, 15 + PRIOR)


def test_a_fix_of_two_columns_is_as_weak_as_the_weaker_one() -> None:
    both = replace(fix(), changes=(Change("city", "a", "b"), Change("state", "c", "d")))
    strong, weak = result(500, 500), result(60, 100)
    assert decided([both], {"city": strong, "state": strong}) == [Safety.SAFE]
    assert decided([both], {"city": strong, "state": weak}) == [Safety.UNSAFE]
    assert decided([both], {"city": strong}) == [Safety.UNSAFE]


def test_overlapping_fixes_are_decided_each_by_itself_and_stay_in_order() -> None:
    fixes = [fix(confidence=0.99), fix(confidence=0.97), fix(confidence=0.3)]
    gated = gate(fixes, {"toy": {"city": result()}})
    assert [f.confidence for f in gated] == [0.99, 0.97, 0.3]
    assert [f.safety for f in gated] == [Safety.SAFE, Safety.SAFE, Safety.UNSAFE]


def test_nothing_in_nothing_out() -> None:
    assert gate([], {}) == []


def test_a_trusted_score_is_replaced_by_what_was_measured() -> None:
    (changed,) = with_measured_confidence([fix(confidence=0.99)], {"city": result(47, 50)})
    assert changed.confidence == pytest.approx(48 / 52, abs=1e-4)


@pytest.mark.parametrize("score", [0.5, TRUSTED - 0.001])
def test_a_lower_score_stays_and_stays_below_trust(score: float) -> None:
    (changed,) = with_measured_confidence([fix(confidence=score)], {"city": result()})
    assert changed.confidence == min(score, TRUSTED - 0.01)


@pytest.mark.parametrize("measured", [{}, {"city": result(0, 0)}])
def test_a_score_that_was_not_measured_is_not_trusted(measured: dict[str, Backtest]) -> None:
    (changed,) = with_measured_confidence([fix(confidence=1.0)], measured)
    assert changed.confidence < TRUSTED
