"""The policy and the sample persons, read once, and short ways to decide them."""

import json
from pathlib import Path
from typing import Any

import yaml

from assessment import Context, Policy, Request, assess, load_policy, read_policy

PLAIN = Context()
CATALOGUE = Path(__file__).resolve().parents[3] / "catalogue"
POLICY_TEXT = (CATALOGUE / "policy.yaml").read_text()
POLICY = read_policy(POLICY_TEXT)
PERSONS: dict[str, Any] = yaml.safe_load((CATALOGUE / "persons.yaml").read_text())


def request_of(key: str, **changes: Any) -> Request:
    asked = {**PERSONS[key]["request"], **changes}
    return Request(
        product=asked["product"],
        amount=asked["amount_cny"],
        term_months=asked.get("term_months"),
        term_days=asked.get("term_days"),
        purpose=asked["purpose"],
        method=asked.get("method"),
    )


def facts_of(key: str, **changes: Any) -> dict[str, Any]:
    return {**PERSONS[key]["facts"], **changes}


def decide(
    key: str,
    *,
    policy: Any = POLICY,
    market: Any = None,
    context: Any = PLAIN,
    request: Any = None,
    **changes: Any,
) -> Any:
    return assess(
        policy,
        facts_of(key, **changes),
        request or request_of(key),
        market=market or PERSONS[key].get("market", "normal"),
        context=context,
    )


def changed_document(*edits: tuple[str, Any]) -> dict[str, Any]:
    """The document with the value at each path replaced; a dot or [n] steps inside, DELETE removes."""
    document: dict[str, Any] = json.loads(POLICY.canonical)
    for path, value in edits:
        *steps, last = path.replace("[", ".").replace("]", "").split(".")
        inside: Any = document
        for step in steps:
            inside = inside[int(step)] if isinstance(inside, list) else inside[step]
        if value is DELETE:
            del inside[int(last) if isinstance(inside, list) else last]
        else:
            inside[int(last) if isinstance(inside, list) else last] = value
    return document


def changed_policy(*edits: tuple[str, Any]) -> Policy:
    return load_policy(changed_document(*edits))


DELETE = object()
