"""A scoring engine on this machine: a real HTTP server that answers, refuses, waits or babbles as told."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assessment import Policy
from decisions.engines import Question

Reply = tuple[int, bytes]


class FakeEngine:
    """What the server was asked, and what it says next; the last reply is repeated."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.tokens: list[str | None] = []
        self.replies: list[Reply] = []
        self.changes: Mapping[str, Any] = {}
        self.reasons: list[str] = []
        self.url = ""
        self.hang = threading.Event()
        self.hangs = False

    def reply(self, question: Mapping[str, Any]) -> Reply:
        """The next reply: as told, else our own card's points with the changes asked for."""
        if self.replies:
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        card = self.policy.scorecards[question["scorecard"]]
        scored = card.score(question["characteristics"])
        points = {one.name: one.points[at] for one, at in zip(card.used, scored.codes, strict=True)}
        points.update(self.changes)
        answer = {
            "score": card.base + sum(points.values()), "points": points, "reasons": self.reasons,
            "engine_version": "7.1",
        }  # fmt: skip
        return 200, json.dumps(answer).encode()


def question_of(values: Mapping[str, Any]) -> Question:
    """A question about these values."""
    return Question("k1", "personal", "2026.1", values)


@contextmanager
def running_engine(policy: Policy) -> Iterator[FakeEngine]:
    """The server on a free port of this machine, until the block ends."""
    fake = FakeEngine(policy)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.asked.append(body)
            fake.keys.append(self.headers["Idempotency-Key"])
            fake.tokens.append(self.headers["Authorization"])
            if fake.hangs:
                fake.hang.wait(10)
                return
            status, content = fake.reply(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as the library has it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}/score"
    try:
        yield fake
    finally:
        fake.hang.set()
        server.shutdown()
        thread.join()
        server.server_close()
