"""Running the rules: all of them, in order, each leaving its values, its limit and whether it passed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from assessment.money import to_yuan
from assessment.policy import NOT_RUN, Ended, Policy, Rule, RuleSet, Setting

PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"
_STATUS: Mapping[Ended, str] = {True: PASSED, False: FAILED, None: UNKNOWN, NOT_RUN: NOT_RUN}
SEVERITY = {"decline": 0, "refer": 1, "hold": 2, "counter": 3, "approve": 4}
LIMIT_CODE = "LIMIT"
REFER = "refer"
MONEY_NAMES = frozenset({"requested", "limit", "product_min", "regulatory_cap"})


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How one rule ended; `outcome` and `reason` are None unless it stands in the way."""

    id: str
    test: str
    status: str
    values: Mapping[str, Any]
    limit: Any
    outcome: str | None
    reason: str | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "id": self.id,
            "test": self.test,
            "status": self.status,
            "values": dict(self.values),
            "limit": self.limit,
            "outcome": self.outcome,
            "reason": self.reason,
        }


class Hit(NamedTuple):
    """A rule that stands in the way: failed, or unknown where an unknown state has a consequence."""

    rule: Rule
    at: int
    status: str
    outcome: str
    reason: str


def run_rules(
    policy: Policy, rules: RuleSet, env: Mapping[str, Any], *, skip_limit: bool
) -> tuple[list[Ended], list[Hit]]:
    """The answer of every rule in order, and those that stand in the way.

    With `skip_limit` (no price band: no limit exists) rules about the limit are not run.
    """
    answers = [test(env) for test in (rules.tests_without_limit if skip_limit else rules.tests)]
    return answers, find_hits(policy, rules, answers)


def find_hits(policy: Policy, rules: RuleSet, answers: Sequence[Ended]) -> list[Hit]:
    """The rules that stand in the way, in order."""
    hits: list[Hit] = []
    if answers.count(True) == len(answers):
        return hits
    for at in [at for at, answer in enumerate(answers) if answer is not True]:
        answer, rule = answers[at], rules.rules[at]
        if answer is False:
            hits.append(Hit(rule, at, FAILED, rule.outcome, rule.reason))
        elif answer is None:
            hit = unknown_hit(policy, rule, at)
            if hit is not None:
                hits.append(hit)
    return hits


def statuses_of(answers: Iterable[Ended]) -> tuple[str, ...]:
    """What people are told of some answers: passed, failed, unknown or not_run."""
    return tuple([_STATUS[answer] for answer in answers])


def unknown_hit(policy: Policy, rule: Rule, at: int) -> Hit | None:
    """An unknown state asks for a person, with the rule's own code where it does so anyway."""
    if rule.outcome == REFER:
        return Hit(rule, at, UNKNOWN, REFER, rule.reason)
    if policy.unknown_reason is None:
        return None
    return Hit(rule, at, UNKNOWN, policy.unknown_outcome, policy.unknown_reason)


def worst_outcome(hits: Sequence[Hit], *, maintenance: bool) -> str:
    """Decline before refer before hold before counter; maintenance always holds."""
    if maintenance:
        return "hold"
    if not hits:
        return "approve"
    return min([hit.outcome for hit in hits], key=SEVERITY.__getitem__)


def describe_rules(
    setting: Setting,
    env: Mapping[str, Any],
    statuses: Sequence[str],
    consequences: Mapping[int, tuple[str, str]],
) -> tuple[RuleResult, ...]:
    """Every rule as people are shown it; money in CNY."""
    results = []
    for at, (rule, status) in enumerate(zip(setting.rules, statuses, strict=True)):
        outcome, reason = consequences.get(at, (None, None))
        values = {name: _shown(setting, name, env) for name in rule.expression.names}
        results.append(
            RuleResult(rule.id, rule.test, status, values, _limit_of(setting, rule, env), outcome, reason)
        )
    return tuple(results)


def _limit_of(setting: Setting, rule: Rule, env: Mapping[str, Any]) -> Any:
    if not rule.expression.bounds:
        return None
    limit = rule.expression.bounds[0].limit
    return _shown(setting, limit, env) if isinstance(limit, str) else limit


def _shown(setting: Setting, name: str, env: Mapping[str, Any]) -> Any:
    value = env[name]
    if isinstance(value, frozenset):
        return sorted(value)
    is_money = name in MONEY_NAMES or any(
        spec.name == name and spec.kind == "money" for spec in setting.inputs
    )
    return str(to_yuan(value)) if is_money and isinstance(value, int) else value
