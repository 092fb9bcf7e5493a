"""Applying fixes over a real store: what survives, what is taken back, what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from steward import job
from steward.checks import load_user_checks
from steward.errors import StaleFix, UsageError
from steward.job import Verdict
from steward.sources import open_delivery
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason, Safety, Status

Propose = Callable[..., Fix]


def cell(store: Store, column: str, row: int) -> str | None:
    snapshot = store.snapshot("items")
    return snapshot.codes(column).text(int(snapshot.codes(column).codes[row - 1]))


def test_a_good_fix_is_applied_and_survives(store: Store, proposed: Propose) -> None:
    fix = proposed("city", "Berlni", "Berlin", 83, check="typo")
    outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE)
    assert (outcome.applied, outcome.survived, outcome.reverted) == (1, 1, 0)
    assert cell(store, "city", 83) == "Berlin"
    assert store.fix(fix.id or 0).status is Status.APPLIED


def test_a_fix_that_breaks_a_check_is_reverted_and_counted(
    store: Store, proposed: Propose, tmp_path: Path
) -> None:
    checks = tmp_path / "checks.yaml"
    checks.write_text("version: 1\nchecks:\n  - {name: cheap, column: price, max: 100}\n", "utf-8")
    before = store.content_hash("items")
    bad = proposed("price", "7.50", "7500", 81, 82, 83)
    outcome = job.accept_and_apply(
        store, "items", fixes=[bad.id or 0], user_checks=load_user_checks(checks)
    )
    assert (outcome.applied, outcome.survived, outcome.reverted) == (1, 0, 1)
    assert "newly flags" in outcome.judged[0].why
    assert store.content_hash("items") == before
    assert store.fix(bad.id or 0).status is Status.REVERTED


def test_reverting_one_fix_leaves_the_others(store: Store, proposed: Propose) -> None:
    good = proposed("city", "Berlni", "Berlin", 83, check="typo")
    bad = proposed("price", "7.50", "seven", 81)
    outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE)
    verdicts = {judged.fix.id: judged.verdict for judged in outcome.judged}
    assert verdicts == {good.id: Verdict.SURVIVED, bad.id: Verdict.REVERTED}
    assert (cell(store, "city", 83), cell(store, "price", 81)) == ("Berlin", "7.50")
    assert store.history()[-1].id == outcome.revert_set


def test_all_that_failed_is_reverted_in_one_change_set(store: Store, proposed: Propose) -> None:
    good = proposed("city", "Berlni", "Berlin", 83, check="typo")
    bad = [proposed("price", "7.50", word, row) for word, row in (("seven", 81), ("sieben", 82))]
    outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE)
    reverted = store.history()[-1]
    assert (reverted.id, reverted.cells) == (outcome.revert_set, 2)
    assert reverted.fixes == tuple(fix.id for fix in bad)
    assert store.fix(good.id or 0).status is Status.APPLIED
    store.undo(outcome.change_set or 0)
    assert cell(store, "city", 83) == "Berlni"


def test_only_the_safe_ones_are_applied_unseen(store: Store, proposed: Propose) -> None:
    proposed("city", "Berlni", "Berlin", 83, check="typo", safety=Safety.UNSAFE)
    outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE)
    assert (outcome.proposed, outcome.safe, outcome.applied) == (1, 0, 0)
    assert outcome.change_set is None
    assert cell(store, "city", 83) == "Berlni"


def test_a_dry_run_writes_nothing(store: Store, proposed: Propose) -> None:
    fix = proposed("city", "Berlni", "Berlin", 83)
    sets, before = store.history(), store.content_hash("items")
    outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE, dry_run=True)
    assert [judged.verdict for judged in outcome.judged] == [Verdict.PLANNED]
    assert (outcome.cells, outcome.change_set) == (1, None)
    assert (store.history(), store.content_hash("items")) == (sets, before)
    assert store.fix(fix.id or 0).status is Status.PROPOSED


def test_of_two_fixes_on_one_cell_one_is_written(store: Store, proposed: Propose) -> None:
    proposed("city", "Berlni", "Berlin", 83, check="typo", confidence=0.99)
    other = proposed("city", "Berlni", "Bern", 83, check="typo", confidence=0.96)
    outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE)
    assert (outcome.applied, outcome.skipped) == (1, 1)
    assert store.fix(other.id or 0).status is Status.STALE


def test_a_fix_that_became_stale_leaves_the_review(store: Store, proposed: Propose) -> None:
    first = proposed("city", "Berlni", "Berlin", 83, check="typo")
    late = proposed("city", "Berlni", "Bern", 83, check="typo")
    live = proposed("size", "12.0 oz", "12 oz", 81, 82)
    job.accept_and_apply(store, "items", fixes=[first.id or 0])
    assert store.fix(late.id or 0).status is Status.STALE
    assert store.fix(live.id or 0).status is Status.PROPOSED


def test_all_that_was_accepted_is_applied_and_nothing_else(store: Store, proposed: Propose) -> None:
    kept = proposed("city", "Berlni", "Berlin", 83, check="typo")
    proposed("size", "12.0 oz", "12 oz", 81, 82)
    store.review(kept.id or 0, Status.ACCEPTED)
    outcome = job.accept_and_apply(store, "items", status=Status.ACCEPTED)
    assert [judged.fix.id for judged in outcome.judged] == [kept.id]


def test_a_stale_fix_named_by_number_is_refused(store: Store, proposed: Propose) -> None:
    proposed("city", "Berlni", "Berlin", 83, check="typo")
    job.accept_and_apply(store, "items", safety=Safety.SAFE)
    late = proposed("city", "Berlni", "Bern", 83, check="typo")
    before = store.content_hash("items")
    with pytest.raises(StaleFix, match="stale"):
        job.accept_and_apply(store, "items", fixes=[late.id or 0])
    assert store.content_hash("items") == before


def test_a_stale_fix_among_the_safe_is_skipped(store: Store, proposed: Propose) -> None:
    proposed("city", "Berlni", "Berlin", 83, check="typo")
    job.accept_and_apply(store, "items", safety=Safety.SAFE)
    proposed("city", "Berlni", "Bern", 83, check="typo")
    outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE)
    assert (outcome.applied, outcome.skipped) == (0, 1)


def test_an_applied_fix_is_not_applied_again(store: Store, proposed: Propose) -> None:
    fix = proposed("city", "Berlni", "Berlin", 83, check="typo")
    job.accept_and_apply(store, "items", safety=Safety.SAFE)
    with pytest.raises(UsageError, match="is applied"):
        job.accept_and_apply(store, "items", fixes=[fix.id or 0])


def test_undoing_the_change_set_brings_every_cell_back(store: Store, proposed: Propose) -> None:
    before = store.content_hash("items")
    proposed("city", "Berlni", "Berlin", 83, check="typo")
    proposed("size", "12.0 oz", "12 oz", 81, 82)
    outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE)
    assert store.content_hash("items") != before
    store.undo(outcome.change_set or 0)
    assert store.content_hash("items") == before


def test_the_profile_is_measured_once_for_one_content(store: Store) -> None:
    told: list[str] = []
    first = job.profile(store, "items", step=told.append)
    assert told and job.profile(store, "items") == first
    told.clear()
    job.profile(store, "items", step=told.append)
    assert told == []


def test_checks_are_kept_in_the_store(store: Store) -> None:
    issues = job.check(store, "items")
    assert issues and store.issues("items") == issues


def test_quarantine_moves_the_rows_of_an_issue_and_undo_brings_them_back(store: Store) -> None:
    issues = job.check(store, "items")
    issue = job.find_issue(issues, "1")
    before = store.content_hash("items")
    outcome = job.quarantine(store, "items", issue)
    assert store.table("items").rows == 83 - issue.rows
    store.undo(outcome.change_set or 0)
    assert store.content_hash("items") == before


def test_quarantine_leaves_waiting_fixes_alone(store: Store, proposed: Propose) -> None:
    fix = proposed("size", "12.0 oz", "12 oz", 81, 82)
    job.quarantine(store, "items", job.check(store, "items")[0])
    assert store.fix(fix.id or 0).status is Status.PROPOSED


def test_an_issue_is_found_by_number_or_name(store: Store) -> None:
    issues = job.check(store, "items")
    for number, issue in enumerate(issues, 1):
        assert job.find_issue(issues, str(number)) == issue
        same = [one for one in issues if job.label(one) == job.label(issue)]
        if len(same) == 1:
            assert job.find_issue(issues, job.label(issue)) == issue


def test_an_unknown_issue_is_refused_with_the_nearest(store: Store) -> None:
    issues = job.check(store, "items")
    with pytest.raises(UsageError) as caught:
        job.find_issue(issues, job.label(issues[0])[:-2])
    assert job.label(issues[0]) in caught.value.hint


def test_a_mended_title_survives_beside_a_table_that_copied_it(tmp_path: Path) -> None:
    titles = [f"Amber kettle {n} for tea and coffee, no. {n}" for n in range(100)]
    titles[7] = titles[7].replace("kettle", "ket\u200btle")
    path = tmp_path / "items.csv"
    path.write_text("\n".join(["title", *(f'"{title}"' for title in titles)]), "utf-8")
    with Store.create(tmp_path / "steward.db") as store:
        for table in ("items", "copied"):
            store.ingest(open_delivery(str(path)), table)
        assert [k.other_table for k in job.profile(store, "items").foreign_keys] == ["copied"]
        job.propose(store, "items")
        outcome = job.accept_and_apply(store, "items", status=Status.PROPOSED)
        assert (outcome.applied, outcome.reverted) == (1, 0)


def test_a_code_that_no_longer_refers_is_reverted(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    rows = [f"{n},AB-{1000 + 7 * n}" for n in range(100)]
    path.write_text("\n".join(["id,code", *rows]), "utf-8")
    with Store.create(tmp_path / "steward.db") as store:
        for table in ("items", "copied"):
            store.ingest(open_delivery(str(path)), table)
        change = Change("code", "AB-1070", "AB-1071")
        fix = Fix("items", FixKind.CELL, Reason.TYPO, "typo", (change,), (11,),
                  Provenance("test", "1"), Evidence(""), 0.99, Safety.SAFE)  # fmt: skip
        store.save_fixes("items", [fix])
        outcome = job.accept_and_apply(store, "items", safety=Safety.SAFE)
        assert outcome.judged[0].why == "reference newly flags 1 of its 1 rows"
