"""`steward eval run search`, and how a study's options become the command line's."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import pytest
from typer.testing import CliRunner

from steward.cli.app import app
from steward.cli.eval_study import study_command
from steward.cli.session import Session
from steward.errors import InputError, UsageError
from steward.evaluate import Bench, Findings, SearchOptions, Study, run_search, table_named
from steward.evaluate.search import apart, read_data
from steward.evaluate.search_slices import slices_of
from steward.evaluate.tables import Grid
from steward.retrieval.item_fields import ItemFields
from steward.retrieval.split import leaks
from steward.retrieval.trained import Trained
from steward.retrieval.unseen import write_queries
from steward.shop import ShopSpec, make_shop, write_shop
from steward.sources import open_delivery
from steward.store import Store
from steward.types import Change, Evidence, Fix, FixKind, Provenance, Reason


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    write_shop(make_shop(ShopSpec(rows=150, seed=4)), folder)
    return folder


def options(shop: Path, *more: str) -> list[str]:
    files = [f"--{name}={shop}/{name}.csv" for name in ("items", "judgments", "queries")]
    return ["eval", "run", "search", *files, "--text={title}", "--folds=3", *more]


@pytest.mark.slow
def test_a_run_leaves_tables_json_plot_and_trec_files(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(app, options(shop, f"--out={out}", f"--run-file={tmp_path}/runs"))
    assert done.exit_code == 0, done.output
    assert "BM25" in done.output and "learning to rank" in done.output
    body = json.loads((out / "run.json").read_text())["findings"]
    assert [stage["name"] for stage in body["stages"]] == ["BM25", "learning to rank"]
    assert body["used"][0] == "BM25" and body["slices"]
    assert "Is it better?" in (out / "report.md").read_text()
    assert (out / "stages.svg").read_text().startswith("<svg")
    runs = (tmp_path / "runs" / "bm25.run").read_text().splitlines()
    assert all(re.fullmatch(r"q\d+ Q0 \S+ \d+ -?[\d.]+ bm25", line) for line in runs)
    assert (tmp_path / "runs" / "judgments.qrels").exists()


def test_words_alone_run_without_a_ranker(shop: Path) -> None:
    done = CliRunner().invoke(app, options(shop, "--no-rank", "--json"))
    assert done.exit_code == 0, done.output
    stages = json.loads(done.output)["findings"]["stages"]
    assert [stage["name"] for stage in stages] == ["BM25"]


def test_a_sample_of_queries_is_drawn_by_the_seed(shop: Path) -> None:
    items, judged, queries = (str(shop / f"{n}.csv") for n in ("items", "judgments", "queries"))
    asked = SearchOptions(items, judged, queries, text="{title}", rank=False, sample=12)
    first, second = (run_search(asked, Bench(shop / "none.db")) for _ in range(2))
    assert first.document == second.document
    assert 4 <= int(first.document["queries"]) <= 20


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--folds=2"], "3 at least"),
        (["--columns=query"], "QUERY,ITEM,GRADE"),
        (["--train=everything"], "none of none, head"),
        (["--items="], "Which items"),
    ],
)
def test_wrong_options_are_refused_with_a_word(shop: Path, given: list[str], said: str) -> None:
    done = CliRunner().invoke(app, options(shop, *given))
    assert isinstance(done.exception, UsageError) and said in str(done.exception)


def test_neither_a_file_nor_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="neither a file nor a table"):
        table_named("nothing", Bench(tmp_path / "none.db"))


@dataclass(frozen=True, slots=True)
class Options:
    """Of a study made for the test."""

    word: Annotated[str, "What to say."]
    times: Annotated[int, "How often."] = 2
    loud: Annotated[bool, "With a mark."] = False
    also: Annotated[tuple[str, ...], "Others."] = ()
    folder: Annotated[Path | None, "Where."] = None


def _say(asked: Options, bench: Bench) -> Findings:
    rows = [(asked.word, str(asked.times), str(asked.loud), "+".join(asked.also))]
    return Findings("Said", [Grid("Said", ("word", "times", "loud", "also"), rows)], {"rows": rows})


def test_the_options_of_any_study_become_options_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = study_command(Study("say", "Say a word.", Options, _say))
    given = ["--word=hi", "--loud", "--also=a", "--also=b", f"--folder={tmp_path}", "--json"]
    command.main(given, obj=Session(tmp_path / "none.db"), standalone_mode=False)
    said = json.loads(capsys.readouterr().out)
    assert said["findings"]["rows"] == [["hi", "2", "True", "a+b"]]


def test_a_repair_task_still_runs_with_its_own_options() -> None:
    done = CliRunner().invoke(app, ["eval", "run", "--suite", "x", "search"])
    assert isinstance(done.exception, UsageError) and "its name comes first" in str(done.exception)
    named = CliRunner().invoke(app, ["eval", "run", "nothing"])
    assert isinstance(named.exception, UsageError) and "no task nothing" in str(named.exception)


def test_queries_that_taught_a_named_model_do_not_measure_it(shop: Path, tmp_path: Path) -> None:
    items, judged, queries = (str(shop / f"{n}.csv") for n in ("items", "judgments", "queries"))
    asked = SearchOptions(items, judged, queries, text="{title}", rank=False)
    every = run_search(asked, Bench(shop / "none.db"))
    scores = every.document["stages"][0]["scores"]
    known = list(scores)[: len(scores) // 2]
    Trained(tmp_path, "ranker").save()
    write_queries(tmp_path, known)
    _, data = read_data(asked, Bench(shop / "none.db"))
    left, notes = apart(replace(asked, ranker=tmp_path), data)
    assert leaks(known, list(left.grades)) == [] and left.grades
    assert re.match(r"Left out: \d+ of \d+ queries, which taught", notes[0])
    write_queries(tmp_path, list(scores))
    with pytest.raises(InputError, match="none is left to measure"):
        apart(replace(asked, ranker=tmp_path), data)


@pytest.mark.slow
def test_slices_tell_fixed_rows_and_how_often_a_query_is_asked(shop: Path, tmp_path: Path) -> None:
    with Store.create(tmp_path / "steward.db") as store:
        for name in ("items", "queries", "judgments", "impressions", "clicks"):
            store.ingest(open_delivery(f"{shop}/{name}.csv"), name)
        asked = SearchOptions(items="items", judgments="judgments", queries="queries")
        bench = Bench(tmp_path / "steward.db")
        items, data = read_data(asked, bench)
        tables = (items, ItemFields(list(data.texts), list(data.texts.values()), {}))
        before = slices_of(asked, data, tables, bench)
        assert not {"head queries", "a relevant row was fixed"} & set(before)
        colours = items.column("colour").to_pylist()
        rows = [int(r) for r, c in zip(items.row_ids, colours, strict=True) if c == colours[0]]
        number = store.apply(store.save_fixes("items", [recoloured(colours[0], rows)])).id
        items, data = read_data(asked, bench)
        fixed = slices_of(asked, data, tables, bench)["a relevant row was fixed"]
        ids = items.column("item_id").to_pylist()
        of_rows = {i for i, r in zip(ids, items.row_ids, strict=True) if int(r) in rows}
        assert all({i for i, g in data.grades[q].items() if g > 0} & of_rows for q in fixed)
        store.undo(number)
        items, data = read_data(asked, bench)
        assert "a relevant row was fixed" not in slices_of(asked, data, tables, bench)
    logged = replace(asked, searches="impressions", clicks="clicks")
    found = slices_of(logged, data, tables, bench)
    assert set(found["head queries"]).isdisjoint(found["tail queries"]) and found["tail queries"]


def recoloured(colour: str | None, rows: list[int]) -> Fix:
    return Fix(
        table="items",
        kind=FixKind.MAPPING,
        reason=Reason.FORMAT,
        check="format",
        changes=(Change("colour", colour, "puce"),),
        rows=tuple(rows),
        provenance=Provenance("test", "1"),
        evidence=Evidence("said the test"),
    )
