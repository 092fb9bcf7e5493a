"""What a reranker does to a list, and what is chosen for it, without a trained one."""

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.errors import InputError, ModelError, UsageError
from steward.retrieval.calibrate_scores import (
    Calibration,
    best_threshold,
    calibration_error,
    fit_calibration,
)
from steward.retrieval.data import SearchData
from steward.retrieval.distil import ask_teacher, margin_rows
from steward.retrieval.metrics import means, score_run
from steward.retrieval.pairs import GradedList
from steward.retrieval.reranker import RerankStage, load_reranker
from steward.retrieval.reranker_choice import Validation, choose
from steward.retrieval.reranker_evaluator import Evaluator
from steward.retrieval.reranker_lists import gain_shares, graded_lists, safe_negatives
from steward.retrieval.reranker_settings import RerankerRecord, RerankerSettings

ITEMS = [f"i{n}" for n in range(12)]
TEXTS = {item: f"text {item}" for item in ITEMS}
UNLIKE = list(zip(ITEMS, "abcdefghijkl", strict=True))


class Longest:
    """A real, if simple, scorer: the text with the highest number is the best."""

    name = "longest"

    def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        numbers = [float("".join(c for c in text if c.isdigit()) or 0) for _, text in pairs]
        return np.asarray(numbers, dtype=np.float32) / 100


@given(
    st.lists(st.sampled_from(ITEMS), unique=True),
    st.lists(st.floats(0, 1), min_size=12, max_size=12),
    st.integers(1, 12),
    st.floats(0, 1),
)
def test_rescoring_never_loses_or_adds_an_item(
    items: list[str], scores: list[float], depth: int, weight: float
) -> None:
    found = sorted(zip(items, scores, strict=False), key=lambda pair: -pair[1])
    again = RerankStage(Longest(), TEXTS, depth=depth, weight=weight).rescore("q", found)
    assert sorted(item for item, _ in again) == sorted(items)
    assert [s for _, s in again] == sorted((s for _, s in again), reverse=True)
    assert {item for item, _ in again[:depth]} == {item for item, _ in found[:depth]}
    assert [i for i, _ in again[depth:]] == [i for i, _ in found[depth:]]


def test_a_weight_of_one_is_the_rerankers_order_and_of_nothing_the_first_stages() -> None:
    found = [("i1", 3.0), ("i9", 2.0), ("i5", 1.0), ("i11", 0.5)]
    order = [[i for i, _ in stage(weight).rescore("q", found)] for weight in (0.0, 1.0)]
    assert order == [["i1", "i9", "i5", "i11"], ["i9", "i5", "i1", "i11"]]


def stage(weight: float) -> RerankStage:
    return RerankStage(Longest(), TEXTS, depth=3, weight=weight)


def test_no_negative_is_judged_good_or_reads_like_what_was() -> None:
    texts = {
        "a": "Sony TV 55 inch black",
        "b": "black Sony TV 55 inch",
        "c": "Sony remote control",
        "d": "wall mount for a TV",
        "e": "索尼 电视 55",
        "f": "radio",
    }
    data = SearchData(texts, {"tv": {"a": 3.0, "d": 1.0, "f": 0.0}}, "")
    found = [(item, 1.0) for item in ("b", "a", "c", "f", "d", "gone", "e")]
    assert safe_negatives(data, data.grades["tv"], found, 9) == ["c", "e"]


def test_a_list_is_no_longer_than_asked_and_has_two_grades_at_least() -> None:
    grades = {"one": {f"i{n}": float(n % 3) for n in range(9)}, "flat": {"i0": 0.0}, "new": {}}
    data = SearchData({item: letter * 6 for item, letter in UNLIKE}, grades, "")
    found = {query: [(item, 1.0) for item in ITEMS] for query in grades}
    lists = graded_lists(data, list(grades), found, negatives=2, length=4, seed=1)
    assert [each.query for each in lists] == ["one"] and len(lists[0].items) == 4
    assert lists == graded_lists(data, list(grades), found, negatives=2, length=4, seed=1)
    wide = graded_lists(data, list(grades), found, negatives=2, length=20, seed=1)
    assert len(wide[0].items) == 11 and wide[0].grades[-2:] == (0.0, 0.0)


def test_a_middling_grade_is_worth_much_less_than_half_of_the_best() -> None:
    assert gain_shares([0.0, 1.0, 2.0, 3.0], 3.0) == pytest.approx([0, 1 / 7, 3 / 7, 1])


def test_calibration_makes_probabilities_of_overconfident_scores() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=3000)
    worth = rng.random(3000) < 1 / (1 + np.exp(-truth))
    queries = [f"q{n // 10}" for n in range(3000)]
    found = fit_calibration(list(6 * truth + 4), list(worth), queries)
    assert found.slope == pytest.approx(1 / 6, rel=0.15)
    assert found.raw_error > 0.2 and found.error < 0.04
    assert found.of([-99.0, 0.0, 99.0]) == pytest.approx([0, 0.34, 1], abs=0.03)
    assert Calibration.from_dict(found.as_dict()) == found


def test_calibration_keeps_the_order_even_of_a_scorer_that_is_wrong() -> None:
    logits = list(np.linspace(-2, 2, 80))
    worth = [logit < 0 for logit in logits]
    found = fit_calibration(logits, worth, [f"q{n // 4}" for n in range(80)])
    assert found.slope > 0 and (np.diff(found.of(logits)) >= 0).all()


@pytest.mark.parametrize("worth", [[True] * 40, [False] * 40, [True, False]])
def test_nothing_is_fitted_where_there_is_nothing_to_tell_apart(worth: list[bool]) -> None:
    found = fit_calibration([0.1 * n for n in range(len(worth))], worth, ["q"] * len(worth))
    assert (found.slope, found.offset, found.threshold) == (1.0, 0.0, 0.0)
    assert None in found.as_dict().values() and "NaN" not in json.dumps(found.as_dict())


def test_the_threshold_has_the_best_f1_and_does_not_part_equal_scores() -> None:
    labels = np.array([True, True, False, True, False, False])
    assert best_threshold(np.array([0.9, 0.8, 0.7, 0.6, 0.2, 0.1]), labels) == 0.6
    assert best_threshold(np.array([0.9, 0.9, 0.9, 0.5, 0.5, 0.5]), labels) in (0.5, 0.9)
    assert calibration_error(np.full(6, 0.5), labels) == pytest.approx(0.0, abs=0.5)


def judged(good_first: bool) -> tuple[Validation, dict[tuple[str, str], float]]:
    grades = {f"q{n}": {"i1": 3.0, "i2": 0.0, "i3": 0.0} for n in range(10)}
    order = ("i1", "i2", "i3") if good_first else ("i3", "i2", "i1")
    firsts = {q: [(item, 3.0 - n) for n, item in enumerate(order)] for q in grades}
    validation = Validation(grades, firsts, (0.0, 3.0))
    return validation, {pair: 9.0 if pair[1] == "i1" else -9.0 for pair in validation.wanted}


@pytest.mark.slow
def test_a_reranker_that_helps_gets_a_weight_and_one_that_does_not_gets_none() -> None:
    for good_first, helps in ((False, True), (True, False)):
        validation, said = judged(good_first)
        chosen = choose(validation, [said[pair] for pair in validation.wanted])
        assert (chosen.weight > 0) is helps
        assert chosen.metrics["valid/nDCG@10"] == 1.0
        assert chosen.metrics["valid/ECE"] < 0.1 and chosen.calibration.threshold > 0.5
    run = validation.mixed(said, 0.5)
    assert means(score_run(run, validation.grades))["nDCG@10"] == 1.0


def test_what_was_judged_but_not_found_is_scored_for_the_threshold() -> None:
    validation = Validation({"q": {"i5": 3.0}}, {"q": [("i1", 1.0)]}, (0.0, 3.0))
    assert validation.wanted == (("q", "i1"), ("q", "i5"))
    assert validation.pairs(TEXTS) == [("q", "text i1"), ("q", "text i5")]


def test_what_is_below_the_threshold_is_not_shown_and_the_rest_keeps_its_order() -> None:
    evaluator = Evaluator(Longest(), Calibration(threshold=0.05))
    found = [("i9", 3.0), ("i1", 2.0), ("i5", 1.0), ("gone", 0.5)]
    assert evaluator.worth_showing("q", found, TEXTS) == [("i9", 3.0), ("i5", 1.0)]
    assert evaluator.name == "longest"


def test_a_log_of_scores_teaches_margins(tmp_path: Path) -> None:
    lists = [GradedList("q", ("i1", "i2", "i3"), (0.0, 1.0, 2.0))]
    log = tmp_path / "said.jsonl"
    rows = [{"query": "q", "item": f"i{n}", "score": s} for n, s in ((1, 0.5), (2, 2.0), (3, 1.0))]
    log.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    learnt = margin_rows(lists, ask_teacher(str(log), lists, TEXTS), TEXTS)
    assert learnt["better"] == ["text i2", "text i3", "text i2"]
    assert learnt["label"] == pytest.approx([1.0, 0.5, 1.5])
    log.write_text(json.dumps(rows[0]), "utf-8")
    with pytest.raises(InputError, match="no score for 2 of 3"):
        ask_teacher(str(log), lists, TEXTS)
    log.write_text('{"query": "q"}\n', "utf-8")
    with pytest.raises(InputError, match="Line 1"):
        ask_teacher(str(log), lists, TEXTS)


def test_a_record_says_what_it_held_and_a_foreign_folder_gets_one_that_fits(tmp_path: Path) -> None:
    assert RerankerRecord.load(tmp_path).weight == 1.0
    record = RerankerRecord(64, 30, 0.3, Calibration(0.5, 1.0, 0.4))
    record.save(tmp_path)
    assert str(RerankerRecord.load(tmp_path)) == str(record)
    (tmp_path / "reranker.json").write_text("{}", "utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        RerankerRecord.load(tmp_path)


@pytest.mark.parametrize(
    "wrong", [{"loss": "hinge"}, {"track": "paper"}, {"length": 1}, {"epochs": 0}]
)
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))[:4]):
        RerankerSettings(**wrong)  # type: ignore[arg-type]


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no reranker"):
        load_reranker(str(tmp_path / "gone"))
    with pytest.raises(InputError, match="no exported reranker"):
        load_reranker(str(tmp_path), backend="onnx")
    with pytest.raises(UsageError, match="Unknown backend"):
        load_reranker(str(tmp_path), backend="gpu")
    with pytest.raises(ModelError, match="cannot be used"):
        load_reranker("http://127.0.0.1:9/#m")


class Handler(BaseHTTPRequestHandler):
    """A server that scores by the length of the text and knows one of the two addresses."""

    way = "score"

    def do_GET(self) -> None:
        self._say({"data": [{"id": "judge"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert asked["model"] == "judge"
        if self.path == "/score" == f"/{self.way}":
            said = [{"index": n, "score": len(t) / 100} for n, t in enumerate(asked["text_2"])]
            self._say({"data": said[::-1]})
        elif self.path == "/rerank" == f"/{self.way}":
            texts = asked["documents"]
            said = [{"index": n, "relevance_score": len(t) / 100} for n, t in enumerate(texts)]
            self._say({"results": said})
        else:
            self.send_error(404)

    def _say(self, reply: object) -> None:
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as opened:
        thread = threading.Thread(target=opened.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{opened.server_port}"
        opened.shutdown()
        thread.join()


@pytest.mark.parametrize("way", ["score", "rerank"])
def test_a_server_scores_pairs_in_the_order_they_were_asked(
    server: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "way", way)
    scorer = load_reranker(server)
    assert scorer.name == f"{server}#judge"
    pairs = [("a", "1"), ("b", "22"), ("a", "333"), ("b", "")]
    assert scorer.score(pairs) == pytest.approx([0.01, 0.02, 0.03, 0.0])


def test_a_server_without_a_reranker_is_said(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handler, "way", "chat")
    with pytest.raises(ModelError, match="neither"):
        load_reranker(server)
