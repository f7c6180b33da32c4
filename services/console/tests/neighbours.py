"""The other services as the pages meet them: a small real HTTP server that answers, and writes down what it was told."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

SERVICES = ("recruitment", "training", "matching", "participation", "evaluation", "notifications")


@dataclass(frozen=True)
class Told:
    """A command as it arrived."""

    path: str
    body: Any
    key: str
    authorization: str


@dataclass
class Answer:
    """What a command is answered; `then` is what is shown from then on, by path."""

    status: int
    body: Any
    """Bytes are sent as they are, as a page."""
    then: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class Neighbours:
    """All services at one address, each below its name; paths are written `/recruitment/v1/...`."""

    address: str = ""
    shown: dict[str, Any] = field(default_factory=dict[str, Any])
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    told: list[Told] = field(default_factory=list[Told])
    acted: list[Told] = field(default_factory=list[Told])
    """Commands under a key that had not come before."""
    kept: dict[str, Answer] = field(default_factory=dict[str, Answer])
    away: int = 0
    """How many requests are still answered 503."""
    services: tuple[str, ...] = SERVICES
    unwell: str = ""
    """What is asked under this address is answered 503, however often."""

    def shows(self, path: str, body: Mapping[str, Any]) -> None:
        """What a question is answered."""
        self.shown[path] = body

    def answer(self, path: str, body: Any = None, status: int = 200, **then: Any) -> None:
        """What a command is answered; `then` under the name `shows` is what is shown afterwards."""
        self.answers[path] = Answer(status, body or {"state": "done"}, then.get("shows", {}))

    def refuses(self, path: str, code: str, status: int = 409, **more: Any) -> None:
        """A command the business does not allow."""
        title = f"The service says {code}."
        problem = {"code": code, "title": title, "status": status}
        shows = more.pop("shows", {})
        self.answers[path] = Answer(status, {**problem, **more}, shows)

    def get(self, path: str) -> Answer:
        if self._is_away() or (self.unwell and path.startswith(self.unwell)):
            return _away()
        there = self.shown.get(path)
        return Answer(200, there) if there is not None else Answer(404, {"code": "not_found"})

    def post(self, told: Told) -> Answer:
        self.told.append(told)
        if self._is_away():
            return _away()
        if told.key in self.kept:
            return self.kept[told.key]
        answer = self.answers.get(told.path, Answer(404, {"code": "not_found"}))
        self.kept[told.key] = answer
        self.acted.append(told)
        self.shown.update(answer.then)
        return answer

    def _is_away(self) -> bool:
        self.away = max(self.away - 1, -1)
        return self.away >= 0


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode()


def _away() -> Answer:
    return Answer(503, {"code": "dependency_unavailable"})


def _handler(there: Neighbours) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one piece: in two, the second waits for the first to be acknowledged
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._said(there.get(self.path) if self._has_link() else Answer(401, {"code": "token_missing"}))

        def do_POST(self) -> None:
            body = _read(self.rfile.read(int(self.headers.get("content-length", "0"))) or b"{}")
            key = str(self.headers.get("idempotency-key", "")).strip('"')
            told = Told(self.path, body, key, str(self.headers.get("authorization", "")))
            self._said(there.post(told) if self._has_link() else Answer(401, {"code": "token_missing"}))

        def _has_link(self) -> bool:
            held = str(self.headers.get("authorization", ""))
            return held.startswith(("Link ", "Bearer ")) or "/.well-known/" in self.path

        def _said(self, answer: Answer) -> None:
            plain = isinstance(answer.body, bytes)
            raw = answer.body if plain else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", "text/html" if plain else "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests read `told` instead."""

    return Handler


N = TypeVar("N", bound=Neighbours)


@contextmanager
def neighbours() -> Iterator[Neighbours]:
    """Those that show nothing yet, listening."""
    with answering(Neighbours()) as there:
        yield there


@contextmanager
def answering(there: N) -> Iterator[N]:
    """Listening on a free port for as long as the test runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(there))
    there.address = f"http://127.0.0.1:{server.server_port}"
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    running.start()
    try:
        yield there
    finally:
        server.shutdown()
        running.join()
        server.server_close()
