"""`steward ask` and `steward chat`, as a person or a script meets them."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage
from scripted import Scripted, call

from steward.agent import Conversation, Token
from steward.agent.access import is_allowed, like, target
from steward.agent.words import language_of
from steward.cli.entry import run
from steward.errors import ModelError, StewardError
from steward.store import Store


@pytest.fixture
def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{n},item {n},{'Acme' if n % 3 else ''}\n" for n in range(1, 41))
    Path("items.csv").write_text("id,title,brand\n" + rows)
    assert run(["init"]) == 0
    assert run(["ingest", "items.csv", "--table", "items", "--key", "id"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def give(*lines: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return give


def test_a_question_is_answered_as_json(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "how many rows has items?", "--model", "offline", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["answered"] and found["ended"] == "answered" and found["language"] == "en"
    assert found["model"] == "offline planner (rules, no model)"
    assert found["refs"] and all(ref["sql"] and ref["value"] == 40 for ref in found["refs"])
    assert {"question", "answer", "calls", "findings", "tokens", "seconds", "session"} <= set(found)


def test_a_question_out_of_scope_leaves_with_ten(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "what will the weather be tomorrow?", "--model", "offline"]) == 10
    said = capsys.readouterr()
    assert said.out.startswith("Model: offline planner (rules, no model)")
    assert "Error: Not answered" in said.err
    assert run(["ask", "明天天气怎么样?", "--model", "offline"]) == 10
    assert "没有回答" in capsys.readouterr().err


@pytest.mark.slow
def test_a_server_that_is_down_is_an_error_and_no_planner_stands_in(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_MODEL_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("STEWARD_MODEL", "some-model")
    assert run(["ask", "how many rows has items?"]) == 9
    said = capsys.readouterr()
    assert "127.0.0.1:9" in said.err and "steward model" in said.err
    assert "40" not in said.out


def test_a_model_that_fails_on_the_way_leaves_what_is_known(shop: Path) -> None:
    def fail(_: object) -> AIMessage:
        raise ModelError("the server is gone")

    with Store(shop / "steward.db") as store:
        model = Scripted(replies=[call("list_tables"), fail])
        with Conversation(store, model=model) as talk:
            *_, last = talk.send("which tables?")
        assert last.reply.ended.value == "model_failed"
        assert "items" in last.reply.answer and "the server is gone" in last.reply.answer
        with Conversation(store, model=Scripted(replies=[fail])) as talk:
            with pytest.raises(ModelError, match="gone"):
                list(talk.send("which tables?"))
            talk.use(Scripted(replies=[call("list_tables"), "There is items."]))
            *_, last = talk.send("and now?")
            assert last.reply.answered, "the session goes on"


def test_a_chat_in_a_pipe_answers_line_by_line(
    shop: Path, capsys: pytest.CaptureFixture[str], typed: Callable[..., None]
) -> None:
    typed("how many rows has items?", "/why 1", "/tables", "/nothing", "/save", "/quit", "no more")
    assert run(["chat", "--model", "offline"]) == 0
    said = capsys.readouterr()
    assert "session 1" in said.out and "40 rows" in said.out and "items: 40 × 3" in said.out
    assert "select" in said.out.lower() and "There is no /nothing" in said.err
    assert "## how many rows has items?" in Path("chat-1.md").read_text("utf-8")
    assert "no more" not in said.out
    assert run(["chat", "--sessions", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["sessions"]
    assert found["title"] == "how many rows has items?"
    typed("/why", "/quit")
    assert run(["chat", "--resume", "0", "--model", "offline"]) == 0
    assert "[1]" in capsys.readouterr().out


def test_an_unknown_language_or_session_is_refused(shop: Path) -> None:
    assert run(["ask", "x", "--lang", "fr"]) == 2
    assert run(["chat", "--resume", "7", "--model", "offline"]) == 2
    assert run(["chat", "--json"]) == 2


def test_writes_are_allowed_by_the_persons_own_file_only(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steward.cli.asking import settings_for

    Path("steward.toml").write_text('[agent]\nallow = ["apply_fix"]\n')
    assert settings_for(None, None, None).allow == ()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(shop / "own"))
    (shop / "own" / "steward").mkdir(parents=True)
    (shop / "own" / "steward" / "config.toml").write_text('[agent]\nallow = ["undo_fix:items"]\n')
    assert settings_for(None, None, ["apply_fix"]).allow == ("undo_fix:items", "apply_fix")
    (shop / "own" / "steward" / "config.toml").write_text("[agent]\nallow = 3\n")
    with pytest.raises(StewardError, match="allow"):
        settings_for(None, None, None)


@pytest.mark.parametrize(
    ("pattern", "tables", "allowed"),
    [
        ("apply_fix:items:*", ("items",), True),
        ("apply_fix:items", ("items",), True),
        ("apply_fix", ("items",), True),
        ("apply_fix:items:12", ("items",), False),
        ("apply_fix:items:1?", ("items",), False),
        ("apply_fix:items:11,12", ("items",), True),
        ("apply_fix:items:*", ("items", "orders"), False),
        ("apply_fix:items:*", (), False),
        ("apply_fix:item:*", ("items",), False),
        ("undo_fix:items:*", ("items",), False),
        ("*", ("items",), True),
    ],
)
def test_patterns_of_writes(pattern: str, tables: tuple[str, ...], allowed: bool) -> None:
    assert is_allowed([pattern], "apply_fix", tables, {"fixes": [11, 12]}) is allowed


def test_a_table_named_like_a_pattern_stands_for_itself() -> None:
    pattern = like("apply_fix", ("a*[b]",))
    assert is_allowed([pattern], "apply_fix", ("a*[b]",), {"fixes": [1]})
    assert not is_allowed([pattern], "apply_fix", ("axb",), {"fixes": [1]})
    assert target("undo_fix", "items", {"what": "c3", "table": "items"}) == "undo_fix:items:c3"


@pytest.mark.parametrize(
    ("text", "language"),
    [("why is category null?", "en"), ("为什么 category 是空的?", "zh"), ("category 空", "zh"),
     ("why is 品牌 null in table items?", "en"), ("品牌?", "zh"), ("123", "en")],
)  # fmt: skip
def test_the_language_of_a_question(text: str, language: str) -> None:
    assert language_of(text) == language


class Streams(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that streams one answer, slowly."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for word in ("There ", "is ", "items."):
            delta = {"index": 0, "delta": {"role": "assistant", "content": word}}
            chunk = {"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [delta]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        pass


def test_the_words_of_a_server_are_heard_as_they_come(shop: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Streams)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    from steward.llm import Server, chat_model

    url = f"http://127.0.0.1:{server.server_port}/v1"
    with Store(shop / "steward.db") as store:
        model = chat_model(Server(url, "m"))
        with Conversation(store, model=model) as talk:
            heard = [event.text for event in talk.send("which tables?") if isinstance(event, Token)]
    server.shutdown()
    server.server_close()
    assert heard[:3] == ["There ", "is ", "items."]


@pytest.mark.slow
def test_ctrl_c_stops_the_run_and_not_the_session(shop: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from scripted import Scripted, call\n"
        "import steward.agent.conversation as c\n"
        "slow = Scripted(replies=['late'], seconds=60)\n"
        "c.model_named = lambda *_: (slow, 'slow')\n"
        "from steward.cli.entry import run\n"
        "sys.exit(run(['chat']))\n"
    )
    chat = subprocess.Popen(
        [sys.executable, "-u", "-c", code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert chat.stdin is not None and chat.stdout is not None
    assert "session" in chat.stdout.readline()
    chat.stdin.write("how many rows?\n")
    chat.stdin.flush()
    time.sleep(2)
    os.kill(chat.pid, signal.SIGINT)
    assert any("Stopped" in chat.stdout.readline() for _ in range(3))
    out, err = chat.communicate("/tables\n/quit\n", timeout=30)
    assert "items: 40 × 3" in out and chat.returncode == 0, err
