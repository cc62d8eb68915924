"""A receipt of a case, checked by a program that has nothing but Python: it holds, no altered one does."""

import base64
import json
import string
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from audit.log import record
from audit.models import Node
from audit.receipts import make_receipt
from audit.sealing import KEPT_LEVEL, seal
from audit.verbs import Verb
from audit.verifying import verify

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
CASE = "AP-AAAA-0001"
VERIFIER = Path(settings.BASE_DIR) / "static" / "receipt" / "verify_receipt.py"

pytestmark = pytest.mark.django_db


def note(subject: str, count: int) -> None:
    with transaction.atomic():
        for step in range(count):
            record(
                verb=Verb.DECISION_VIEWED, subject=subject, actor="user:7", now=NOW,
                codes={"step": step}, private={"words": "\u8fd9\u91cc"},
            )  # fmt: skip


@pytest.fixture
def receipt() -> dict[str, Any]:
    """The receipt of a case among enough others that inner nodes are kept."""
    note(CASE, 2)
    note("AP-AAAA-0002", 2 << KEPT_LEVEL)
    seal(now=NOW)
    note(CASE, 2)
    note("AP-AAAA-0003", 40)
    seal(now=NOW)
    note(CASE, 1)
    made: dict[str, Any] = json.loads(json.dumps(make_receipt(CASE, now=NOW)))
    return made


def check(tmp_path: Path, document: object, *options: str) -> tuple[int, str]:
    """What the verifier says: run without this project, its packages and its environment."""
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(file), *options],
        check=False, capture_output=True, text=True, cwd=tmp_path, env={},
    )  # fmt: skip
    assert ran.stderr == ""
    return ran.returncode, ran.stdout


def test_a_receipt_holds_elsewhere(receipt: dict[str, Any], tmp_path: Path) -> None:
    code, said = check(tmp_path, receipt, "--key", receipt["checkpoint"]["public_key"])
    assert code == 0, said
    assert "all 5 events up to 2026-11-22T08:30:00" in said
    assert "4 of 5 events stand in the signed tree" in said


@pytest.mark.parametrize(
    "path",
    [
        ("events", 1, "verb"), ("events", 1, "codes", "step"), ("events", 2, "at"), ("events", 0, "actor"),
        ("events", 3, "proof", 0), ("events", 1, "leaf"), ("events", 2, "hash"), ("events", 2, "seq"),
        ("checkpoint", "root"), ("checkpoint", "at"), ("checkpoint", "signature"), ("checkpoint", "key_id"),
        ("checkpoint", "public_key"), ("checkpoint", "size"), ("subject",), ("head", "events"),
        ("head", "hash"),
        ("head", "at"), ("head", "signature"), ("head", "key_id"), ("head", "public_key"),
    ],
)  # fmt: skip
def test_no_altered_receipt_holds(receipt: dict[str, Any], tmp_path: Path, path: tuple[Any, ...]) -> None:
    place: Any = receipt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = altered(place[path[-1]])
    code, said = check(tmp_path, receipt)
    assert code == 1
    assert "DOES NOT HOLD" in said, said


def altered(value: object) -> object:
    """The value with one thing changed."""
    if isinstance(value, int):
        return value + 1
    text = str(value)
    return text[:-2] + ("0" if text[-2] != "0" else "1") + text[-1]


def test_a_key_in_other_letters_is_an_altered_receipt(receipt: dict[str, Any], tmp_path: Path) -> None:
    key = receipt["checkpoint"]["public_key"]
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    other = f"{key[:42]}{letters[letters.index(key[42]) + 1]}="
    assert base64.b64decode(other) == base64.b64decode(key)
    receipt["checkpoint"]["public_key"] = other
    assert check(tmp_path, receipt)[0] == 1


def test_an_event_left_out_is_missed(receipt: dict[str, Any], tmp_path: Path) -> None:
    del receipt["events"][1]
    assert check(tmp_path, receipt)[0] == 1


@pytest.mark.parametrize("kept", [4, 3, 1, 0])
def test_an_end_that_was_cut_off_is_missed(receipt: dict[str, Any], tmp_path: Path, kept: int) -> None:
    del receipt["events"][kept:]
    code, said = check(tmp_path, receipt)
    assert code == 1
    assert f"only {kept} of 5 events up to 2026-11-22T08:30:00" in said
    receipt["head"]["events"] = kept
    assert "the last event is not the one that was signed" in check(tmp_path, receipt)[1]
    receipt["head"]["hash"] = receipt["events"][-1]["hash"] if kept else bytes(32).hex()
    code, said = check(tmp_path, receipt)
    assert (code, "the signature on the head does not fit" in said) == (1, True)


def test_the_head_of_another_case_is_refused(receipt: dict[str, Any], tmp_path: Path) -> None:
    note("AP-AAAA-0009", 4)
    other = json.loads(json.dumps(make_receipt("AP-AAAA-0009", now=NOW)))
    del receipt["events"][4:]
    receipt["head"] = {**other["head"], "hash": receipt["events"][-1]["hash"]}
    assert "the signature on the head does not fit" in check(tmp_path, receipt)[1]
    del receipt["head"]
    assert "incomplete" in check(tmp_path, receipt)[1]


def test_a_retired_key_is_given_beside_the_one_in_use(
    receipt: dict[str, Any], tmp_path: Path, settings: Any
) -> None:
    old = receipt["checkpoint"]["public_key"]
    settings.AUDIT_SIGNING_KEY = base64.b64encode(b"n" * 32).decode()
    settings.AUDIT_VERIFY_KEYS = {"k1": old}
    made = json.loads(json.dumps(make_receipt(CASE, now=NOW)))
    new = made["head"]["public_key"]
    assert (made["checkpoint"]["public_key"], new != old) == (old, True)
    assert check(tmp_path, made, "--key", old, "--key", new)[0] == 0
    assert check(tmp_path, made, "--key", old)[0] == 1


def test_another_key_is_refused(receipt: dict[str, Any], tmp_path: Path) -> None:
    code, said = check(tmp_path, receipt, "--key", "A" * 43 + "=")
    assert code == 1
    assert "another key" in said


@pytest.mark.parametrize("document", [{}, [], "text", {"format": "another"}])
def test_something_else_is_no_receipt(document: object, tmp_path: Path) -> None:
    code, said = check(tmp_path, document)
    assert code == 2
    assert "not a receipt" in said


def test_nothing_sealed_says_so(tmp_path: Path) -> None:
    note(CASE, 1)
    code, said = check(tmp_path, make_receipt(CASE, now=NOW))
    assert code == 0
    assert "again in a minute" in said


def test_proving_reads_little(receipt: dict[str, Any], django_assert_max_num_queries: Any) -> None:
    assert Node.objects.filter(level__gte=KEPT_LEVEL).count() >= 3
    with django_assert_max_num_queries(60):
        make_receipt(CASE, now=NOW)


def test_an_altered_kept_node_is_found(receipt: dict[str, Any]) -> None:
    from tests.integration.test_audit import superuser

    with superuser() as cursor:
        cursor.execute(
            "UPDATE audit_node SET hash = %s WHERE level = %s AND index = 0", [bytes(32), KEPT_LEVEL]
        )
    assert "kept node altered" in str(verify().faults[0])
