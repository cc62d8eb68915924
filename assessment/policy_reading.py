"""Reading a policy document: its shape is checked first, then that its parts agree, then it is compiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from assessment.errors import PolicyError
from assessment.policy import Policy, Rule
from assessment.policy_parts import (
    read_bands,
    read_baselines,
    read_brake,
    read_consumer_limit,
    read_inputs,
    read_pricing,
    read_products,
    read_scf_limit,
    read_sme_limit,
    share,
)
from assessment.policy_recourse import read_recourse
from assessment.policy_rules import PROVIDED_CHANGES, read_rules
from assessment.policy_scorecards import read_scorecards
from assessment.policy_shape import MARKETS, POLICY_SHAPE

_DECLINE = "decline"
_FIXED = frozenset({"score", "gate", "limit", "requested", "regulatory_cap"})


def load_policy(document: Mapping[str, Any], *, version: str | None = None) -> Policy:
    """Check and compile a document; `version` picks its predecessor when that is the one wanted.

    The order of a card decides ties, so it is written into the document as a list: a store that
    forgets the order of keys then changes nothing.
    Raises PolicyError with the path of what is wrong and what was expected there.
    """
    plain = normalise(document)
    POLICY_SHAPE(plain, "")
    for card in plain["scorecards"].values():
        card.setdefault("order", list(card["characteristics"]))
    policy = _compile(plain)
    if version in (None, policy.version):
        return policy
    if policy.predecessor is not None and policy.predecessor.version == version:
        return policy.predecessor
    raise PolicyError("policy_version", f"version {version}")


def content_hash(canonical: str) -> str:
    """SHA-256 of the canonical JSON of a policy."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def normalise(value: Any, path: str = "", depth: int = 0) -> Any:
    """Plain dicts, lists and scalars in which 2.0 and 2 are the same: equal content hashes equally."""
    if depth > 40:
        raise PolicyError(path, "no more than 40 levels (is a part contained in itself?)")
    if isinstance(value, Mapping):
        return {
            _key(name, path): normalise(item, f"{path}.{name}" if path else str(name), depth + 1)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [normalise(item, f"{path}[{at}]", depth + 1) for at, item in enumerate(value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise PolicyError(path, "text, a number, true, false or nothing")


def _key(name: object, path: str) -> str:
    if not isinstance(name, str):
        raise PolicyError(path, f"names as keys, not {name!r}")
    return name


def _compile(document: dict[str, Any]) -> Policy:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    score = document["score"]
    scorecards = read_scorecards(document)
    products = read_products(document)
    inputs = read_inputs(document, products, scorecards)
    price_bands = read_bands(document, "price_bands", reach=None)
    unknown = document["unknown_in_a_rule"]
    _check_gates(document, price_bands[0].low)
    changes = PROVIDED_CHANGES | {spec.name: spec.changes for spec in inputs.values()}
    for card in scorecards.values():
        changes.update((one.name, one.changes) for one in card.characteristics)
    rules = read_rules(document, products, scorecards, inputs, changes)
    return Policy(
        version=document["policy_version"],
        effective_from=document["effective_from"],
        market_condition=document["market_condition"],
        score_min=score["min"],
        score_max=score["max"],
        bands=read_bands(document, "bands", reach=score["min"]),
        price_bands=price_bands,
        scorecards=scorecards,
        products=products,
        inputs=inputs,
        round_down_to=document["limits"]["round_down_to"],
        market_factor={market: share(document["limits"]["market_factor"][market]) for market in MARKETS},
        consumer=read_consumer_limit(document, price_bands),
        sme=read_sme_limit(document, price_bands),
        scf=read_scf_limit(document),
        pricing=read_pricing(document, price_bands),
        gates=document["gates"],
        rules=rules,
        unknown_outcome=unknown["outcome"],
        unknown_reason=unknown.get("reason"),
        high_risk_industries=frozenset(document["high_risk_industries"]),
        allowed_purposes={name: frozenset(codes) for name, codes in document["allowed_purposes"].items()},
        baselines=read_baselines(document, scorecards),
        recourse=read_recourse(document, scorecards, inputs),
        changes=changes,
        canonical=canonical,
        hash=content_hash(canonical),
        predecessor=_predecessor(document),
        brake=read_brake(document),
        may_set_aside=_read_set_aside(document, rules),
    )


def _read_set_aside(document: Mapping[str, Any], rules: Sequence[Rule]) -> frozenset[str]:
    """The rules that a person may set aside: they decline, and leave score, amount and law as they are."""
    named = document["delegation"].get("may_set_aside", [])
    possible = [
        rule.id for rule in rules if rule.outcome == _DECLINE and not _FIXED & set(rule.expression.names)
    ]
    for at, name in enumerate(named):
        if name not in possible:
            raise PolicyError(f"delegation.may_set_aside[{at}]", f"one of {', '.join(possible)}")
    return frozenset(named)


def _check_gates(document: Mapping[str, Any], lowest_price: int) -> None:
    for product in ("consumer_loan", "sme_working_capital"):
        for market, gate in document["gates"][product].items():
            if gate < lowest_price:
                raise PolicyError(
                    f"gates.{product}.{market}", f"no gate below the lowest price band, {lowest_price}"
                )


def _predecessor(document: dict[str, Any]) -> Policy | None:
    described = document.get("predecessor")
    if described is None:
        return None
    older: dict[str, Any] = json.loads(json.dumps(document))
    del older["predecessor"]
    older["policy_version"] = described["policy_version"]
    older["effective_from"] = described.get("effective_from", document["effective_from"])
    for name, change in described["changes"].items():
        _apply_change(older, name, change)
    delegation = older["delegation"]
    if "may_set_aside" in delegation:
        # A rule that was another one then, or none, is not known to be one that a person may set aside.
        kept = [name for name in delegation["may_set_aside"] if name not in described["changes"]]
        older["delegation"] = {**delegation, "may_set_aside": kept}
    POLICY_SHAPE(older, "predecessor")
    try:
        return _compile(older)
    except PolicyError as error:
        raise PolicyError(f"predecessor ({error.path})", error.expected) from None


def _apply_change(older: dict[str, Any], name: str, change: str) -> None:
    path = f"predecessor.changes.{name}"
    if name == "unknown_in_a_rule":
        if change != "pass":
            raise PolicyError(path, "pass")
        older[name] = {"outcome": "pass"}
        return
    rules = older["rules"]
    found = next((rule for rule in rules if rule["id"] == name), None)
    if found is None:
        raise PolicyError(path, "the number of a rule, or unknown_in_a_rule")
    if change == "absent":
        rules.remove(found)
    else:
        found["test"] = change
