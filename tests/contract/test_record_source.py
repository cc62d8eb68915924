"""The contract with a service that asks the sources of disputed records, against a real server here."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from applicants.models import SourceReply
from applicants.record_sources import Question, Sandbox
from applicants.remote_sources import RemoteSources, get_record_source
from core.remote import LARGEST_ANSWER
from tests.factories.engines import FakeEngine, running_engine
from tests.unit.assessment.samples import POLICY

QUESTION = Question("credit_report", "hard_inquiries_3m", 6, "Ada", "11010119900307109X", "13800000000")


@pytest.fixture
def fake() -> Iterator[FakeEngine]:
    with running_engine(POLICY) as server:
        yield server


def ask(fake: FakeEngine, answer: Any, status: int = 200, **terms: Any) -> Any:
    """What becomes of one answer."""
    fake.replies = [(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode())]
    return RemoteSources(fake.url, **terms).ask(QUESTION)


def test_a_confirmed_record_is_confirmed(fake: FakeEngine) -> None:
    reply = ask(fake, {"answer": "confirmed"}, token="secret")
    assert reply.kind == SourceReply.CONFIRMED
    assert fake.tokens == ["Bearer secret"]
    assert fake.asked[0]["characteristic"] == "hard_inquiries_3m"


def test_a_corrected_record_has_value_and_day(fake: FakeEngine) -> None:
    reply = ask(fake, {"answer": "corrected", "value": 0, "observed_on": "2026-11-20"})
    assert (reply.kind, reply.value, str(reply.observed_on)) == (SourceReply.CORRECTED, 0, "2026-11-20")


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"no JSON", b"[]", b"\xff", b"[" * 50_000, b" " * (LARGEST_ANSWER + 1), {"answer": "maybe"},
        {"answer": "corrected"}, {"answer": "corrected", "value": 1, "observed_on": "soon"},
        {"answer": "corrected", "value": 1, "detail": []}, {"answer": ["confirmed"]},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_silence(fake: FakeEngine, answer: Any) -> None:
    assert ask(fake, answer).kind == SourceReply.SILENT


@pytest.mark.parametrize("status", [201, 302, 400, 401, 404, 500, 503])
def test_every_other_status_is_silence(fake: FakeEngine, status: int) -> None:
    assert ask(fake, {"answer": "confirmed"}, status).kind == SourceReply.SILENT


def test_nobody_there_and_nobody_in_time_are_silence(fake: FakeEngine) -> None:
    assert RemoteSources("http://127.0.0.1:9/").ask(QUESTION).kind == SourceReply.SILENT
    fake.hangs = True
    assert ask(fake, {"answer": "confirmed"}, timeout_seconds=0.1).kind == SourceReply.SILENT


def test_no_person_is_in_the_log(fake: FakeEngine, capsys: pytest.CaptureFixture[str]) -> None:
    ask(fake, b"")
    said = "".join(capsys.readouterr())
    assert not any(word in said for word in (QUESTION.name, QUESTION.id_number, QUESTION.phone))


def test_the_settings_choose(settings: Any) -> None:
    assert isinstance(get_record_source(), Sandbox)
    settings.RECORD_SOURCE_URL, settings.RECORD_SOURCE_TOKEN = "https://sources.example", "t"
    chosen = get_record_source()
    assert isinstance(chosen, RemoteSources)
    assert "t'" not in repr(chosen)
