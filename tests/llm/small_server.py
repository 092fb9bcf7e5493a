"""A small real server that speaks the wire of OpenAI, told by the test what to answer."""

import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Wire", dict[str, Any]], None]


def reply(text: str, *, finish: str = "stop", model: str = "small") -> dict[str, Any]:
    """A chat completion."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }


class Wire(BaseHTTPRequestHandler):
    """One connection; `server.answer` says what a chat request gets."""

    protocol_version = "HTTP/1.1"
    server: "SmallServer"

    def do_GET(self) -> None:
        self.send(200, {"object": "list", "data": [self.server.model]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append(body)
            self.server.keys.append(self.headers.get("Authorization", ""))
        if self.path.endswith("/tokenize"):
            self.send(200, {"count": 7} if self.server.tokenizes else {}, {})
        else:
            self.server.answer(self, body)

    def send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def cut(self) -> None:
        """Break the connection without a word."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class SmallServer(ThreadingHTTPServer):
    """Counts what it was asked."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Wire)
        self.lock = threading.Lock()
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.tokenizes = True
        self.owner = "small"
        self.answer: Answer = lambda wire, body: wire.send(200, reply("fine"))

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that left is what some tests are about

    @property
    def model(self) -> dict[str, Any]:
        return {"id": "small", "object": "model", "created": 0, "owned_by": self.owner}

    @property
    def chats(self) -> list[dict[str, Any]]:
        return [body for body in self.asked if "max_tokens" in body]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)
