"""Labelling pairs of rows from the command line: dry run, labels, audit, what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from steward.store import Store
from steward.store.labels import labels_of

Said = Callable[..., object]
THINGS = ("garden hose", "desk lamp", "water bottle", "wool blanket")
TASK = ("--task", "match", "--items", "items", "--others", "offers")


@pytest.fixture
def shops(steward: Said, folder: Path) -> Said:
    items = [f"i{n},acme zx{n}00 {THINGS[n % 4]} red,{n + 5}.00" for n in range(40)]
    offers = [f"o{n},{THINGS[n % 4]} ZX-{n}00 by acme,{n + 5}.50" for n in range(40)]
    (folder / "items.csv").write_text("\n".join(["id,title,price", *items]) + "\n", "utf-8")
    (folder / "offers.csv").write_text("\n".join(["id,title,price", *offers]) + "\n", "utf-8")
    judged = [f"i{n},o{m},{int(n == m)}" for n in range(40) for m in (n, (n + 4) % 40)]
    judged[10] = "i5,o5,0"
    judged += ["i7,o8,1", "i8,o7,1"]
    (folder / "judged.csv").write_text("\n".join(["a,b,same", *judged]) + "\n", "utf-8")
    assert steward("init").code == 0
    for name in ("items", "offers", "judged"):
        assert steward("ingest", f"{name}.csv", "--table", name).code == 0
    return steward


def kept(folder: Path) -> list[object]:
    with Store(folder / "steward.db", read_only=True) as store:
        return list(labels_of(store, task="match:items~offers"))


def test_pairs_are_labelled_and_kept_with_what_they_were_made_by(shops: Said, folder: Path) -> None:
    said = shops("label", *TASK, "--dry-run")
    assert said.code == 0, said.err
    assert "nothing was written" in said.out and "model code" in said.out
    assert "their chances are guesses" in said.out
    assert kept(folder) == []
    told = shops("label", *TASK, "--json").document
    assert told["task"] == "match:items~offers" and told["written"] == told["pairs"]
    labels = {(one.query, one.item): one for one in kept(folder)}
    assert len(labels) == told["written"]
    assert all(labels[f"i{n}", f"o{n}"].grade > 0.5 for n in range(40))
    one = labels["i3", "o3"]
    assert one.judge == "label-model" and "titles" in one.made_by
    assert sum(one.chances) == pytest.approx(1)


@pytest.mark.slow
def test_an_audit_names_wrong_verdicts_and_contradictions(shops: Said) -> None:
    said = shops("label", "audit", *TASK, "--sample", "judged", "--json")
    assert said.code == 0, said.err
    told = said.document
    assert told["pairs"] == 82
    assert {("i5", "o5"), ("i7", "o8"), ("i8", "o7")} <= {tuple(s["pair"]) for s in told["queue"]}
    assert told["contradictions"] == []
    text = shops("label", "audit", *TASK, "--sample", "judged", "--limit", "3").out
    assert "not the same" in text and "in doubt" in text


@pytest.mark.slow
def test_a_chain_is_shown_in_words(shops: Said, folder: Path) -> None:
    rows = ["a,b,same", "i1,i5,1", "i5,i9,1", "i1,i9,0"]
    (folder / "repeats.csv").write_text("\n".join(rows) + "\n", "utf-8")
    shops("ingest", "repeats.csv", "--table", "repeats")
    said = shops("label", "audit", *TASK[:4], "--sample", "repeats")
    assert "1 contradiction: i1 = i5 = i9, but i1 ≠ i9" in said.out, said.err


@pytest.mark.slow
def test_pairs_that_a_table_names_take_the_place_of_earlier_labels(
    shops: Said, folder: Path
) -> None:
    written = shops("label", *TASK, "--json").document["written"]
    shops("label", *TASK, "--pairs", "judged")
    assert 80 <= len(kept(folder)) < written


@pytest.mark.slow
def test_with_a_sample_all_are_compared(shops: Said, folder: Path) -> None:
    said = shops("label", *TASK, "--sample", "judged", "--json")
    assert said.code == 0, said.err
    names = [row["name"] for row in said.document["compared"]["rows"]]
    assert {"label model", "majority vote", "model code"} <= set(names)
    assert "label model more by" in shops("label", *TASK, "--sample", "judged", "--dry-run").out


def test_what_means_nothing_for_pairs_or_cannot_be_read_is_refused(shops: Said) -> None:
    refused = shops("label", *TASK, "--clicks", "items")
    assert refused.code == 2 and "--clicks says nothing about pairs" in refused.err
    refused = shops("label", *TASK, "--label", "title")
    assert refused.code == 2 and "--label says nothing" in refused.err
    refused = shops("label", "audit", *TASK, "--plot", "a.svg")
    assert refused.code == 2 and "--plot says nothing" in refused.err
    refused = shops("label", "--items", "items", "--others", "offers")
    assert refused.code == 2 and "Add --task match" in refused.err
    refused = shops("label", "--task", "category", "--items", "items", "--others", "offers")
    assert refused.code == 2 and "--others says nothing" in refused.err
    refused = shops("label", "review", "--task", "match:items~offers", "--items", "items")
    assert refused.code == 2 and "--task match, and the tables" in refused.err
    refused = shops("label", "audit", *TASK)
    assert refused.code == 2 and "--sample" in refused.err
    refused = shops("label", *TASK, "--sample", "offers")
    assert refused.code == 4 and "--columns LEFT,RIGHT,SAME of id, title, price" in refused.err
    refused = shops("label", *TASK, "--text", "{nothing}")
    assert refused.code == 2 and "no column nothing" in refused.err


def test_a_person_sees_both_rows_and_says_the_same_or_not(shops: Said, folder: Path) -> None:
    from steward.job.labelling_audit import keep_queue

    with Store(folder / "steward.db") as store:
        keep_queue(store, [("i1", "o1"), ("i2", "o6"), ("i3", "o7")], "match:items~offers")
    said = shops("label", "review", *TASK, "--as", "anna", typed="1\n1\nu\n2\nx\ns\nq\n")
    assert said.code == 0, said.err
    assert "acme zx100 desk lamp red" in said.out and "desk lamp ZX-100 by acme" in said.out
    assert "none of the keys" in said.out and "2 judged, 0 left" in said.out
    labels = [(one.query, one.item, one.judge, one.grade) for one in kept(folder)]
    assert labels == [("i1", "o1", "anna", 1.0), ("i2", "o6", "anna", 0.0)]
    refused = shops("label", "review", *TASK, "--language", "zh")
    assert refused.code == 2 and "--language says nothing" in refused.err
    known = shops("label", *TASK, "--dry-run", "--json").document
    assert known["judged"] == 2


@pytest.mark.slow
def test_what_an_audit_doubts_waits_for_a_person(shops: Said) -> None:
    shops("label", "audit", *TASK, "--sample", "judged", "--dry-run")
    assert "No pair is waiting" in shops("label", "review", *TASK).out
    said = shops("label", "audit", *TASK, "--sample", "judged")
    assert "steward label review --task match" in said.err + said.out
    assert "one row" in shops("label", "review", *TASK, typed="q\n").out
