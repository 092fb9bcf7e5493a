"""`steward index` and `steward search`, from the keyboard."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from steward.job.search import index_folder
from steward.retrieval import index_folder as folders
from steward.store import Store

Said = Callable[..., object]
ITEMS = """sku,title,brand,colour
A1,Trail running shoes size 42,Alpstein,red
A2,Canvas shoes size 42,Alpstein,blue
A3,轻便跑步鞋 42码,翡威,红色
A4,Garden hose 20 m,Hortus,green
A5,Running socks,Alpstein,red
A6,Leather wallet,Kudu,brown
"""
JUDGED = """query,sku,grade
running shoes,A1,3
running shoes,A4,0
garden hose,A4,3
garden hose,A2,0
红色 跑步鞋,A3,3
wallet,A6,2
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store whose items are indexed; made once, copied for each test."""
    from steward.cli.entry import run

    place = tmp_path_factory.mktemp("search")
    (place / "items.csv").write_text(ITEMS, "utf-8")
    (place / "judged.csv").write_text(JUDGED, "utf-8")
    ingest = (("ingest", f"{place}/items.csv", "--key", "sku"), ("ingest", f"{place}/judged.csv"))
    for words in (("init",), *ingest, ("index", "--items", "items")):
        assert run(["--store", f"{place}/steward.db", *words]) == 0
    return place


@pytest.fixture
def indexed(made: Path, steward: Said, folder: Path) -> Said:
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return steward


def found(said: object) -> list[str]:
    """The items of a JSON answer to one query, the best first."""
    (search,) = said.document["searches"]
    return [hit["item"] for hit in search["hits"]]


def test_words_find_items_in_two_languages(indexed: Said) -> None:
    assert found(indexed("search", "run shoe", "--json"))[0] == "A1"
    assert found(indexed("search", "红色 跑步鞋", "--json")) == ["A3"]
    assert found(indexed("search", "４２ 码", "--json"))[0] == "A3"


def test_why_says_which_field_holds_which_word(indexed: Said) -> None:
    said = indexed("search", "red shoes", "--why", "--json").document
    (best, *_) = said["searches"][0]["hits"]
    assert best["item"] == "A1" and best["stages"]["bm25"]["rank"] == 1
    assert [(w["word"], w["fields"]) for w in best["words"]] == [
        ("red", ["colour"]),
        ("shoes", ["title"]),
    ]
    assert best["score"] == pytest.approx(sum(w["score"] for w in best["words"]), rel=1e-5)
    told = indexed("search", "red shoes", "--why").out
    assert "BM25" in told and "(rank 1)" in told and "in colour" in told and "lacks: red" in told


def test_a_condition_narrows_what_is_found(indexed: Said) -> None:
    where = ("--where", "brand = 'Alpstein' and colour <> 'red'")
    assert found(indexed("search", "size 42 shoes", *where, "--json")) == ["A2"]
    said = indexed("search", "shoes", "--where", "no_such_column = 1")
    assert (said.code, said.out) == (2, "") and "DuckDB refuses" in said.err


def test_words_that_no_item_has_are_named(indexed: Said) -> None:
    said = indexed("search", "purple zeppelin")
    assert said.code == 0
    assert said.out == (
        "Nothing was found for 'purple zeppelin'. No item of items has: purple, zeppelin.\n"
    )
    assert "has: zeppelin." in indexed("search", "zeppelin shoes").out


def test_an_index_of_an_older_table_says_so(indexed: Said, folder: Path) -> None:
    more = "sku,title,brand,colour\nA7,Running cap,Alpstein,red\n"
    (folder / "more.csv").write_text(more, "utf-8")
    assert indexed("ingest", "more.csv", "--table", "items").code == 0
    assert "changed since it was indexed: steward index" in indexed("search", "cap").out
    assert indexed("index", "--items", "items").code == 0
    said = indexed("search", "cap", "--json")
    assert (found(said), said.document["stale"]) == (["A7"], "")


def test_a_dry_run_leaves_the_index_alone(indexed: Said, folder: Path) -> None:
    with Store(folder / "steward.db") as store:
        place = index_folder(store, "items")
    before = folders.current(place)
    assert indexed("index", "--items", "items", "--text", "{brand}", "--dry-run").code == 0
    assert folders.current(place) == before
    assert found(indexed("search", "wallet", "--json")) == ["A6"]


@pytest.mark.slow
def test_the_same_table_gives_the_same_bytes(
    indexed: Said, shell: Said, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = folder / "steward.db.steward-index"
    monkeypatch.setenv("STEWARD_NOW", "2026-11-21T12:00:00")
    assert indexed("index", "--items", "items").code == 0
    here = _digests(place)
    # Another process hashes words in another order.
    assert shell("index", "--items", "items", PYTHONHASHSEED="1").code == 0
    assert _digests(place) == here


def _digests(place: Path) -> list[tuple[str, str]]:
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]


def test_without_an_index_the_error_says_how_to_make_one(stored: Said) -> None:
    said = stored("search", "shoes")
    assert said.code == 2
    assert "no index to search" in said.err and "steward index --items" in said.err


def test_a_file_of_queries_becomes_a_run_of_trec(indexed: Said, folder: Path) -> None:
    (folder / "queries.txt").write_text("q 1\twallet\n红色 跑步鞋\n\nzeppelin\n", "utf-8")
    said = indexed("search", "--queries", "queries.txt", "--run-file", "out.trec")
    assert said.out == "out.trec: 3 queries, 2 hits.\n"
    lines = [line.split() for line in (folder / "out.trec").read_text("utf-8").splitlines()]
    assert [(q, i, r) for q, _, i, r, _, _ in lines] == [("q_1", "A6", "1"), ("2", "A3", "1")]


def test_one_query_or_a_file_of_them(indexed: Said) -> None:
    assert indexed("search").code == 2
    assert indexed("search", " ").code == 2
    assert indexed("search", "a", "--queries", "b.txt").code == 2
    assert indexed("search", "--queries", "absent.txt").code == 4


def test_judgments_measure_what_the_index_finds(indexed: Said) -> None:
    said = indexed("index", "--items", "items", "--judgments", "judged", "--json").document
    trial, spelling = said["index"]["trials"]
    assert spelling["stage"] == "spelling"
    assert (trial["stage"], trial["queries"], trial["used"]) == ("bm25", 4, True)
    assert trial["mean"] == 1.0
    assert said["index"]["origin"]["judgments"] == "judged"


def test_a_word_that_no_item_has_is_corrected_and_that_is_said(indexed: Said) -> None:
    said = indexed("search", "leathr walet", "--json")
    (search,) = said.document["searches"]
    assert (search["query"], search["searched"]) == ("leathr walet", "leather wallet")
    assert found(said)[0] == "A6" and search["unknown"] == []
    told = indexed("search", "leathr walet", "--why").out
    assert "Searched for 'leather wallet'" in told and "--as-typed" in told
    typed = indexed("search", "leathr walet", "--as-typed")
    assert "Nothing was found" in typed.out and "leathr, walet" in typed.out


def test_a_word_that_is_found_by_its_stem_is_not_corrected(indexed: Said) -> None:
    (search,) = indexed("search", "hosed gardn", "--json").document["searches"]
    assert search["searched"] == "hosed garden" and search["hits"][0]["item"] == "A4"


def test_judged_queries_say_what_the_correction_costs(indexed: Said) -> None:
    asked = ("index", "--items", "items", "--judgments", "judged", "--json")
    index = indexed(*asked).document["index"]
    (trial,) = [one for one in index["trials"] if one["stage"] == "spelling"]
    assert trial["used"] and index["spelling"] and "changes 0 of 4 queries" in trial["why"]
