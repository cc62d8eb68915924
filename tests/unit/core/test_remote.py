"""What goes out and what comes back: one try, no longer and no more than said."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from core.remote import LARGEST_ANSWER, RemoteError, post

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def service(answer: bytes, *, drip: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """A service that answers one question so; one that drips sends a byte now and then and never ends."""
    heard: list[bytes] = []
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as line:
                asked = b""
                while not asked.endswith(b"}") and (part := line.recv(65_536)):
                    asked += part
                heard.append(asked)
                line.sendall(answer)
                with suppress(OSError):  # whoever asked has had enough
                    while drip and not done.wait(0.05):
                        line.sendall(b" ")

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/ask", heard
        finally:
            done.set()
            thread.join()


def test_status_and_body_come_back_as_they_were_sent() -> None:
    with service(b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}") as (url, heard):
        assert post(url, {"name": "陈"}, token="secret", timeout_seconds=20, key="k1") == (503, b"{}")
    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert b"POST /ask" in head
    assert b"Authorization: Bearer secret" in head
    assert b"Idempotency-Key: k1" in head
    assert body.decode() == '{"name": "陈"}'


def test_without_token_and_key_neither_is_sent() -> None:
    with service(HEAD + b"Content-Length: 2\r\n\r\n{}") as (url, heard):
        post(url, {}, token="", timeout_seconds=20)
    assert b"Authorization" not in heard[0]
    assert b"Idempotency" not in heard[0]


def test_a_dripping_answer_ends_at_the_deadline() -> None:
    with (
        service(HEAD + b"Content-Length: 60000\r\n\r\n{", drip=True) as (url, _),
        pytest.raises(RemoteError, match="TIMEOUT"),
    ):
        post(url, {}, token="", timeout_seconds=0.5)


def test_a_dripping_head_ends_at_the_deadline() -> None:
    with (
        service(b"HTTP/1.1 200 OK\r\nX: ", drip=True) as (url, _),
        pytest.raises(RemoteError, match="TIMEOUT"),
    ):
        post(url, {}, token="", timeout_seconds=0.5)


def test_half_an_answer_is_none() -> None:
    with (
        service(HEAD + b"Content-Length: 60000\r\n\r\n{") as (url, _),
        pytest.raises(RemoteError, match="UNREACHABLE"),
    ):
        post(url, {}, token="", timeout_seconds=20)


def test_an_endless_answer_is_cut() -> None:
    size = LARGEST_ANSWER + 1
    whole = HEAD + f"Content-Length: {size}\r\n\r\n".encode() + b" " * size
    with service(whole) as (url, _), pytest.raises(RemoteError, match="TOO_LONG"):
        post(url, {}, token="", timeout_seconds=20)


def test_nobody_there_is_said() -> None:
    with pytest.raises(RemoteError, match="UNREACHABLE"):
        post("http://127.0.0.1:9/", {}, token="", timeout_seconds=20)
