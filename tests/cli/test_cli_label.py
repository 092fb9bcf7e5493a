"""Labelling from the command line: dry run, labels, audit, review by single keys."""

from collections.abc import Callable
from pathlib import Path

import pytest

from steward.store import Store
from steward.store.labels import labels_of

Said = Callable[..., object]
THINGS = ("shoe", "hat", "lamp", "bottle")
COLOURS = ("red", "blue", "green")


@pytest.fixture
def shop(steward: Said, folder: Path) -> Said:
    items = [f"i{n},{COLOURS[n % 3]} {THINGS[n % 4]} model {n},{COLOURS[n % 3]}" for n in range(36)]
    (folder / "items.csv").write_text("id,title,colour\n" + "\n".join(items) + "\n", "utf-8")
    queries = [f"{c} {t}" for c in COLOURS for t in THINGS[:2]]
    (folder / "queries.csv").write_text("query\n" + "\n".join(queries) + "\n", "utf-8")
    rows = [
        f"{q},i{n},{3 if q.split()[1] == THINGS[n % 4] else 0}" for q in queries for n in range(8)
    ]
    (folder / "judged.csv").write_text("query,item,grade\n" + "\n".join(rows) + "\n", "utf-8")
    assert steward("init").code == 0
    for name in ("items", "queries", "judged"):
        assert steward("ingest", f"{name}.csv", "--table", name).code == 0
    return steward


def kept(folder: Path) -> list[object]:
    with Store(folder / "steward.db", read_only=True) as store:
        return list(labels_of(store))


def test_a_dry_run_writes_nothing(shop: Said, folder: Path) -> None:
    said = shop("label", "--depth", "3", "--dry-run")
    assert said.code == 0, said.err
    assert "nothing was written" in said.out and "guesses" in said.out
    assert kept(folder) == []


def test_labels_are_written_with_a_chance_a_grade(shop: Said, folder: Path) -> None:
    said = shop("label", "--depth", "3", "--json")
    assert said.code == 0, said.err
    assert said.document["written"] == said.document["pairs"] == 18
    labels = kept(folder)
    assert all(abs(sum(label.chances) - 1) < 0.01 for label in labels)
    assert labels[0].judge == "label-model" and "rules" in labels[0].made_by


@pytest.mark.slow
def test_an_unknown_source_and_one_that_lacks_its_table_are_refused(shop: Said) -> None:
    assert "Some of: rules" in shop("label", "--sources", "stars").err
    refused = shop("label", "--sources", "clicks")
    assert refused.code == 2 and "--impressions" in refused.err
    assert "--encoder" in shop("label", "--sources", "encoder").err


def test_review_keeps_a_grade_a_key(shop: Said, folder: Path) -> None:
    shop("label", "--depth", "3")
    with Store(folder / "steward.db") as store:
        from steward.job.labelling_audit import keep_queue

        keep_queue(store, [("red shoe", f"i{n}") for n in range(4)], "relevance")
    said = shop("label", "review", "--as", "anna", typed="1\n4\nu\n2\ns\nx\ng\nq\n")
    assert said.code == 0, said.err
    grades = [(x.item, x.grade) for x in kept(folder) if x.judge == "anna"]
    assert grades == [("i0", 3.0), ("i1", 2.0)]
    assert "Taken back" in said.out and "none of the keys" in said.out
    assert "2 judged, 1 left" in said.out
    assert said.out.count("Between two grades choose the lower one") == 2


def test_the_screen_and_the_prompt_show_the_same_guidelines(shop: Said, folder: Path) -> None:
    from steward.llm import load_prompt

    for language in ("en", "zh"):
        rules = load_prompt("guidelines", language=language)
        with Store(folder / "steward.db") as store:
            from steward.job.labelling_audit import keep_queue

            keep_queue(store, [("red shoe", "i5")], "relevance")
        said = shop("label", "review", "--as", language, "--language", language, typed="q\n")
        assert rules.text.strip() in said.out
        assert "guidelines" in load_prompt("judge_relevance", language=language).variables


def test_what_an_error_says_to_try_can_be_tried(shop: Said, folder: Path) -> None:
    (folder / "same.csv").write_text("a,b,c\nred shoe,i0,3\nred shoe,i4,3\n", "utf-8")
    shop("ingest", "same.csv", "--table", "same")
    for verb in (("label", "--dry-run"), ("label", "audit", "--dry-run")):
        refused = shop(*verb, "--sample", "same")
        assert refused.code == 4 and "--columns QUERY,ITEM,GRADE of a, b, c" in refused.err
        said = shop(*verb, "--sample", "same", "--columns", "a,b,c", "--text", "{title}")
        assert said.code == 0, said.err
    assert shop("label", "--columns", "a,b").code == 2


def test_guidelines_in_a_language_there_are_none_in_are_refused(shop: Said) -> None:
    refused = shop("label", "review", "--language", "xx")
    assert refused.code == 2 and "en or zh" in refused.err


def test_review_says_when_nothing_waits(shop: Said) -> None:
    assert "steward label audit" in shop("label", "review").out


@pytest.mark.slow
def test_an_audit_finds_the_wrong_label_and_queues_it(shop: Said, folder: Path) -> None:
    text = (folder / "judged.csv").read_text("utf-8").replace("red shoe,i0,3", "red shoe,i0,0")
    (folder / "wrong.csv").write_text(text, "utf-8")
    shop("ingest", "wrong.csv", "--table", "wrong")
    said = shop("label", "audit", "--sample", "wrong", "--plot", "audit.svg")
    assert said.code == 0, said.err
    assert "48 labels" in (folder / "audit.svg").read_text("utf-8") and "audit.svg" in said.out
    assert "in doubt" in said.out and "i0" in said.out
    assert "red shoe" in shop("label", "review", "--as", "anna", typed="q\n").out


def test_an_audit_of_nothing_says_what_to_do(shop: Said) -> None:
    refused = shop("label", "audit")
    assert refused.code == 2 and "--sample" in refused.err


def test_clicks_and_purchases_speak_of_what_was_shown(shop: Said, folder: Path) -> None:
    shown = [
        f"s{s},{c} shoe,i{n * 4},{n + 1},{int(n == 0 or s % 3 == n)},{int(n == 0 and s % 2)}"
        for s in range(30)
        for c in COLOURS[s % 3 : s % 3 + 1]
        for n in range(4)
    ]
    head = "session,query,item,position,clicked,bought"
    (folder / "shown.csv").write_text("\n".join([head, *shown]) + "\n", "utf-8")
    shop("ingest", "shown.csv", "--table", "shown")
    said = shop(
        *("label", "--sources", "rules,clicks", "--impressions", "shown", "--depth", "12"),
        *("--dry-run", "--json"),
    )
    assert said.code == 0, said.err
    told = {one["name"]: one for one in said.document["functions"]}
    assert 0 < told["clicks"]["coverage"] <= 1 and told["purchases"]["source"] == "clicks"
    assert "satisfied" not in told
    words = ("label", "--sources", "clicks", "--impressions", "shown", "--dry-run", "--json")
    other = shop(*words, "--click-model", "dbn").document["functions"]
    assert [one["name"] for one in other] == ["clicks", "satisfied", "purchases"]
    refused = shop(*words, "--click-model", "cascade")
    assert refused.code == 2 and "position or dbn" in refused.err


def test_a_column_is_labelled_and_its_wrong_cell_is_found(steward: Said, folder: Path) -> None:
    rows = [f"i{n},{THINGS[n % 4]} number {n},r{n % 8},{THINGS[n % 4]}" for n in range(120)]
    rows[7] = rows[7].removesuffix(THINGS[3]) + THINGS[0]
    (folder / "things.csv").write_text("id,title,shelf,kind\n" + "\n".join(rows) + "\n", "utf-8")
    assert steward("init").code == 0 and steward("ingest", "things.csv").code == 0
    task = ("--task", "category", "--items", "things", "--label", "kind")
    said = steward("label", *task, "--dry-run")
    assert said.code == 0 and "nothing was written" in said.out, said.err
    with Store(folder / "steward.db", read_only=True) as store:
        assert labels_of(store, task="category:kind") == []
    assert steward("label", *task, "--json").document["changed"] == 1
    with Store(folder / "steward.db", read_only=True) as store:
        kept = [one for one in labels_of(store, task="category:kind") if one.item == "i7"]
    assert {one.source for one in kept} == {"model", "function"}
    found = steward("label", "audit", *task, "--json").document
    assert [(c["item"], c["likely"]) for c in found["cells"]] == [("i7", THINGS[3])]
    assert THINGS[3] in steward("label", "audit", *task).out
    assert "--plot says nothing" in steward("label", "audit", *task, "--plot", "a.svg").err
    ignored = steward("label", *task, "--click-model", "dbn")
    assert ignored.code == 2 and "--click-model says nothing" in ignored.err
    refused = steward("label", "--task", "category", "--items", "things")
    assert refused.code == 2 and "--label COLUMN" in refused.err
    refused = steward("label", "audit", "--items", "things", "--label", "kind")
    assert refused.code == 2 and "Add --task category" in refused.err
