"""The real catalogues and policy, loaded as the commands load them, but read from their files only once."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from accounts.actors import SITE
from assessment import Policy, read_policy
from core.catalogues import content_hash, read_yaml
from core.models import CatalogueVersion
from decisions import policies

FOLDER: Final = Path(__file__).resolve().parents[2] / "catalogue"
NAMES: Final = (
    "appeals", "characteristics", "evidence", "jurisdictions", "letters", "products", "reasons", "sources",
    "vocabularies", "warnings", "words",
)  # fmt: skip


@cache
def document(name: str) -> Any:
    """The content of a catalogue file."""
    return read_yaml(FOLDER / f"{name}.yaml")


@cache
def _digest(name: str) -> str:
    return content_hash(document(name))


@cache
def _policy() -> Policy:
    return read_policy((FOLDER / "policy.yaml").read_text(encoding="utf-8"))


def load_catalogues(now: datetime) -> None:
    """Every catalogue that the domain reads; each app tests its own validator."""
    for name in NAMES:
        CatalogueVersion.objects.get_or_create(
            name=name, content_hash=_digest(name), defaults={"document": document(name), "loaded_at": now}
        )


def load_policy(now: datetime) -> None:
    """The policy in force and the one before it."""
    policy = _policy()
    older = None
    if policy.predecessor is not None:
        retired_on = date.fromisoformat(policy.effective_from) - timedelta(days=1)
        older = policies._store(policy.predecessor, retired_on=retired_on, predecessor=None, by=SITE, now=now)
    policies._store(policy, retired_on=None, predecessor=older, by=SITE, now=now)
