from datetime import UTC, datetime
from typing import Any

import pytest

from audit.hashing import GENESIS, commit_to, hash_event
from audit.verbs import Verb

EVENT: dict[str, Any] = {
    "subject": "DE-7K3Q-9XDM",
    "seq": 1,
    "verb": "decision:made",
    "actor": "site",
    "at": datetime(2026, 11, 22, tzinfo=UTC),
    "codes": {"outcome": "DECLINED"},
    "commitments": {},
    "prev": GENESIS,
}
CHANGES: list[dict[str, Any]] = [
    {"subject": "DE-7K3Q-9XDN"},
    {"seq": 2},
    {"verb": "decision:viewed"},
    {"actor": "user:1"},
    {"codes": {}},
    {"at": datetime(2026, 11, 22, 0, 0, 0, 1, tzinfo=UTC)},
    {"commitments": {"name": "00"}},
    {"prev": b"\x01" * 32},
]


def test_the_hash_of_a_known_event_never_changes() -> None:
    assert hash_event(**EVENT).hex() == "78a371904c0dbedab02ba40015068eaedcbb112d9d73cb10b5fdefdc055fee87"


@pytest.mark.parametrize("change", CHANGES)
def test_every_part_of_an_event_counts(change: dict[str, Any]) -> None:
    assert hash_event(**EVENT | change) != hash_event(**EVENT)


def test_a_commitment_depends_on_name_value_and_salt() -> None:
    salt = bytes(32)
    first = commit_to(name="reason", value="ill", salt=salt)
    others = {
        commit_to(name="reason", value="ill", salt=b"\x01" * 32),
        commit_to(name="note", value="ill", salt=salt),
        commit_to(name="reason", value="well", salt=salt),
    }
    assert first not in others
    assert len(others) == 3


@pytest.mark.parametrize("verb", Verb)
def test_verbs_are_subject_and_action(verb: Verb) -> None:
    subject, _, action = verb.value.partition(":")
    assert subject.replace("-", "").isalpha()
    assert action.replace("-", "").isalpha()
    assert len(verb.value) <= 48
