"""The planner as a chat model, in the real loop, with the real tools, over a real store."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from steward import Store, make_shop, open_delivery
from steward.agent import Conversation, Settings
from steward.agent.events import Finished
from steward.agent.planner.model import OfflinePlanner
from steward.agent.reply import Decision, Ended, Reply
from steward.shop import ShopSpec, write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small shop in an old system's schema, a delivery a month, with its taxonomy."""
    folder = tmp_path_factory.mktemp("planner")
    spec = ShopSpec(rows=400, seed=11, schema="terse", queries=5, sessions=0)
    written = write_shop(make_shop(spec), folder)
    with Store.create(folder / "steward.db") as store:
        for path in written.deliveries:
            store.ingest(open_delivery(str(path)), "items")
        for name in ("taxonomy", "suppliers"):
            store.ingest(open_delivery(str(folder / f"{name}.csv")), name)
    return folder / "steward.db"


@pytest.fixture
def reader(shop: Path) -> Iterator[Conversation]:
    """A conversation that reads: its store keeps what was measured for the next one."""
    with Store(shop) as store, Conversation(store, model=OfflinePlanner()) as conversation:
        yield conversation


@pytest.fixture
def chat(shop: Path, tmp_path: Path) -> Iterator[Conversation]:
    """A conversation with the planner over a copy of the store."""
    copy = tmp_path / "steward.db"
    copy.write_bytes(shop.read_bytes())
    with Store(copy) as store, Conversation(store, model=OfflinePlanner()) as conversation:
        yield conversation


def ask(chat: Conversation, question: str) -> Reply:
    last = list(chat.send(question))[-1]
    assert isinstance(last, Finished)
    return last.reply


def tools(reply: Reply) -> list[str]:
    return [call.tool for call in reply.calls if call.tool not in ("list_tables", "describe_table")]


def test_a_cause_is_told_first_with_its_size_its_onset_and_its_proofs(
    reader: Conversation,
) -> None:
    reply = ask(reader, "why is category null?")
    assert reply.ended is Ended.ANSWERED, reply.answer
    assert tools(reply) == ["explain_nulls"]
    assert reply.calls[-1].arguments == {"table": "items", "column": "CTG_PTH"}
    first = reply.answer.splitlines()[0]
    assert first.startswith("Cause: ")
    assert "SUPP_CTG" in first
    for told in ("S04", "items_2024-04", "What to do", "Not the cause"):
        assert told in reply.answer
    assert reply.refs
    assert len(reply.answer.splitlines()) <= 12


def test_the_same_question_in_chinese_is_answered_in_chinese(reader: Conversation) -> None:
    reply = ask(reader, "为什么类目是空的?")
    assert reply.ended is Ended.ANSWERED, reply.answer
    assert reply.answer.startswith("原因：")
    assert "S04" in reply.answer
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", reply.answer), reply.answer


def test_what_a_tool_refuses_is_told_and_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("id,brand\n", "utf-8")
    with Store.create(tmp_path / "steward.db") as store:
        store.ingest(open_delivery(str(tmp_path / "empty.csv")), "items")
        with Conversation(store, model=OfflinePlanner()) as conversation:
            reply = ask(conversation, "why is brand null?")
    assert reply.ended is Ended.FAILING
    assert "has no rows" in reply.answer


@pytest.mark.slow
def test_follow_ups_go_on_from_what_was_said(reader: Conversation) -> None:
    chat = reader
    counted = ask(chat, "how many products have no category")
    assert tools(counted)[0] == "count_rows"
    assert tools(ask(chat, "why?")) == ["explain_nulls"]
    brand = ask(chat, "那品牌呢?")
    assert tools(brand) == ["explain_nulls"]
    assert brand.calls[-1].arguments["column"] == "BRND"
    rows = ask(chat, "show the rows")
    assert tools(rows) == ["sample_rows"]
    conditions = rows.calls[-1].arguments["conditions"]
    assert conditions == [{"column": "BRND", "test": "is missing", "value": None}]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "tool", "told"),
    [
        ("how many rows from S04?", "count_rows", "SUPP is “S04”"),
        ("S04 有多少商品", "count_rows", "SUPP 为 “S04”"),
        ("compare S04 with S05", "compare_slices", "S05"),
        ("what changed since batch 4", "explain_changes", "batch 4"),
        ("what changed since April 2024", "explain_changes", "batch 4"),
        ("how many rows came in March 2024?", "count_rows", "batch = 3"),
        ("top 3 brands", "count_rows", "- “"),
        ("average price per supplier", "query", "S01"),
        ("which columns have nulls", "query", "CTG_PTH"),
        ("哪些列有异常值", "run_check", "检查"),
        ("formats of the price", "profile_column", "9"),
        ("is items ready for training?", "judge_fitness", "fit"),
        ("where does row 7 come from", "trace_lineage", "items_2024-01"),
        ("are there duplicates?", "find_duplicates", "groups"),
        ("有没有重复的条码", "query", "EAN13"),
        ("how many missing brands can be fixed", "propose_fix", "steward"),
        ("what is wrong with the items?", "find_issues", "The checks find"),
        ("describe the table", "describe_table", "ITM_DSC"),
        ("list tables", "list_tables", "taxonomy"),
        ("what are the most common colours?", "count_rows", "CLR"),
    ],
)
def test_each_kind_of_question_calls_its_tool_and_is_grounded(
    reader: Conversation, question: str, tool: str, told: str
) -> None:
    reply = ask(reader, question)
    assert reply.ended is Ended.ANSWERED, reply.answer
    assert tool in [call.tool for call in reply.calls]
    assert told in reply.answer
    assert reply.calls[-1].status == "ok"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "ended"),
    [
        ("what's the weather like?", Ended.REFUSED),
        ("给这些品牌写一首诗", Ended.REFUSED),
        ("how many zorbs are there in S04", Ended.REFUSED),
        ("why is the discount null?", Ended.REFUSED),
        ("how many rows came in March 1999?", Ended.REFUSED),
        ("fix it", Ended.ASKED_BACK),
        ("help", Ended.HELP),
    ],
)
def test_what_is_not_understood_is_not_answered(
    reader: Conversation, question: str, ended: Ended
) -> None:
    reply = ask(reader, question)
    assert reply.ended is ended, reply.answer


@pytest.mark.slow
def test_a_write_waits_for_a_person_is_applied_once_and_taken_back(chat: Conversation) -> None:
    ask(chat, "suggest fixes for price")
    waiting = ask(chat, "apply them")
    assert waiting.ended is Ended.WAITING, waiting.answer
    (approval,) = waiting.waiting
    done = list(chat.decide({approval.call: Decision("approve")}))[-1]
    assert isinstance(done, Finished)
    assert "steward undo c1" in done.reply.answer, done.reply.answer
    back = ask(chat, "undo the last change")
    assert back.ended is Ended.WAITING
    done = list(chat.decide({back.waiting[0].call: Decision("approve")}))[-1]
    assert isinstance(done, Finished)
    assert "c1" in done.reply.answer


@pytest.mark.slow
def test_a_rejected_write_is_said_and_not_tried_again(chat: Conversation) -> None:
    waiting = ask(chat, "apply the safe fixes")
    (approval,) = waiting.waiting
    done = list(chat.decide({approval.call: Decision("reject", why="not now")}))[-1]
    assert isinstance(done, Finished)
    assert "Nothing was changed" in done.reply.answer
    assert not done.reply.waiting


@pytest.mark.slow
def test_four_runs_say_the_same(shop: Path) -> None:
    answers = set()
    for _ in range(4):
        with Store(shop) as store, Conversation(store, model=OfflinePlanner()) as conversation:
            answers.add(ask(conversation, "which supplier has the most missing categories").answer)
    assert len(answers) == 1


def test_a_focus_table_and_a_language_can_be_set(shop: Path) -> None:
    settings = Settings(table="suppliers")
    planner = OfflinePlanner(language="zh")
    with Store(shop) as store, Conversation(store, model=planner, settings=settings) as chat:
        reply = ask(chat, "how many rows are there?")
        assert reply.answer.startswith("suppliers 有 10 行")
