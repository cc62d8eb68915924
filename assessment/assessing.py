"""One decision: score, rules, limit, price and reasons of one applicant under one policy."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from assessment.costs import CostSheet, cost_sheet
from assessment.encoding import Value
from assessment.inputs import Context, Request
from assessment.limits import Limit
from assessment.money import to_yuan
from assessment.policy import Policy
from assessment.pricing import daily_rate
from assessment.reasons import Reason, principal_reasons
from assessment.rules import RuleResult, describe_rules
from assessment.running import Run, find_kinder, run_policy

ENGINE_VERSION = "1.0"
MAINTENANCE_CODE = "P04"


class _Decided(NamedTuple):
    run: Run
    request: Request
    context: Context
    reasons: tuple[Reason, ...]
    alternatives: Mapping[str, Mapping[str, Any]]
    engine_version: str = ENGINE_VERSION
    engine: Mapping[str, Any] | None = None


class Assessment(_Decided):
    """One decision, complete and frozen; amounts in CNY, rates in per cent a year.

    `engine` says which other engine gave the points; None where ours did.
    """

    @property
    def policy_version(self) -> str:
        """Version of the policy that decided."""
        return self.run.policy.version

    @property
    def policy_hash(self) -> str:
        """Content hash of the policy that decided."""
        return self.run.policy.hash

    @property
    def market(self) -> str:
        """Market condition: easing, normal or tight."""
        return self.run.setting.market

    @property
    def outcome(self) -> str:
        """approve, counter, hold, refer or decline."""
        return self.run.outcome

    @property
    def score(self) -> int:
        """350 plus the points of every characteristic."""
        return self.run.score.value

    @property
    def gate(self) -> int:
        """The lowest score this product takes in this market."""
        return self.run.setting.gate

    @property
    def band(self) -> str:
        """Code of the band that people are told."""
        return self.run.policy.band(self.score).code

    @property
    def price_band(self) -> str | None:
        """Code of the price band; None below the lowest."""
        at = self.run.price_band
        return None if at is None else self.run.policy.price_bands[at].code

    @property
    def limit(self) -> Limit | None:
        """The range and its caps; None where no limit exists or an input is unknown."""
        return self.run.limit

    @property
    def annual_rate_pct(self) -> Decimal | None:
        """Nominal rate a year."""
        return self.run.rate

    @property
    def coverage(self) -> float:
        """Share of the points whose input is known and verified."""
        return self.run.score.coverage

    @property
    def reason_codes(self) -> tuple[str, ...]:
        """Codes of the principal reasons in order."""
        return tuple(reason.code for reason in self.reasons)

    @cached_property
    def dimensions(self) -> Mapping[str, int]:
        """Points of each dimension."""
        return self.run.card.dimension_points(self.run.score)

    @cached_property
    def points(self) -> Mapping[str, Mapping[str, Any]]:
        """Per characteristic in card order: value, bin, points, max, baseline and whether it is known."""
        card = self.run.card
        baseline = self.run.policy.baselines[card.applicant].points
        code_of = {one.name: code for one, code in zip(card.used, self.run.score.codes, strict=True)}
        lines = {}
        for one in card.characteristics:
            code = code_of.get(one.name)
            lines[one.name] = {
                "dimension": one.dimension,
                "value": self.run.env.get(one.name) if code is not None else None,
                "bin": code,
                "points": one.maximum if code is None else one.points[code],
                "max": one.maximum,
                "baseline": baseline[one.name],
                "known": code is None or one.bins[code].known,
                "used": code is not None,
            }
        return lines

    @cached_property
    def rules(self) -> tuple[RuleResult, ...]:
        """Every rule that was run, in order."""
        run = self.run
        consequences = {hit.at: (hit.outcome, code) for hit, code in zip(run.hits, run.codes(), strict=True)}
        return describe_rules(run.setting, run.env, run.statuses, consequences)

    @property
    def offer(self) -> int | Decimal | None:
        """What can be had now in CNY: the amount asked for, or the limit when that is smaller."""
        if self.outcome not in ("approve", "counter"):
            return None
        requested = to_yuan(self.run.env["requested"])
        if self.limit is None or requested <= self.limit.high:
            return requested
        return self.limit.high

    @cached_property
    def cost(self) -> CostSheet | None:
        """Cost sheet of the offer, or of the amount asked for where nothing is offered."""
        if self.annual_rate_pct is None:
            return None
        product = self.run.setting.product
        term = self.request.term_days if product.term_unit == "days" else self.request.term_months
        assert term is not None
        return cost_sheet(
            amount=self.offer or self.request.amount,
            annual_rate_pct=self.annual_rate_pct,
            term=term,
            method=self.request.method or product.methods[0],
            term_unit=product.term_unit,
            day_count=self.run.policy.pricing.day_count,
        )

    @property
    def second_signature(self) -> bool:
        """Whether an approval needs two people: high-risk work under its own gate."""
        risky = self.run.env["industry"] in self.run.policy.high_risk_industries
        return risky and self.score < self.run.setting.high_risk_gate

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe: whole numbers, floats as given, and Decimals as strings."""
        score = self.run.score
        return {
            "engine_version": self.engine_version,
            "policy_version": self.policy_version,
            "policy_hash": self.policy_hash,
            "market": self.market,
            "product": self.request.product,
            "outcome": self.outcome,
            "score": self.score,
            "gate": self.gate,
            "band": self.band,
            "price_band": self.price_band,
            "dimensions": dict(self.dimensions),
            "points": {name: dict(line) for name, line in self.points.items()},
            "baseline": self.run.policy.baselines[self.run.card.applicant].method,
            "coverage": {"known": score.known, "total": score.total, "share": score.coverage},
            "rules": [rule.to_dict() for rule in self.rules],
            "limit": None if self.limit is None else self.limit.to_dict(),
            "price": self._price(),
            "offer": None if self.offer is None else str(self.offer),
            "cost": None if self.cost is None else self.cost.to_dict(),
            "reasons": [reason.to_dict() for reason in self.reasons],
            "alternatives": {name: dict(one) for name, one in self.alternatives.items()},
            "second_signature": self.second_signature,
        }

    def _price(self) -> dict[str, str] | None:
        rate = self.annual_rate_pct
        if rate is None or self.cost is None:
            return None
        return {
            "annual_rate_pct": str(rate),
            "daily_rate_pct": f"{daily_rate(self.run.policy, rate):f}",
            "effective_pct": str(self.cost.effective_pct),
        }


def assess(
    policy: Policy,
    facts: Mapping[str, Value],
    request: Request,
    *,
    market: str,
    context: Context = Context(),  # noqa: B008  frozen, so one default serves all
) -> Assessment:
    """Decide one request; raises InputError that names the input which is missing or impossible.

    `facts` hold the scorecard's characteristics and the inputs of `policy.required_inputs(product)`.
    """
    run = run_policy(policy, facts, request, market=market, context=context)
    alternatives: Mapping[str, Mapping[str, Any]] = {}
    if run.outcome != "approve" and not context.maintenance:
        alternatives = find_kinder(run, request)
    return Assessment(
        run, request, context, _reasons(run, context, rules_changed=bool(alternatives)), alternatives
    )


def _reasons(run: Run, context: Context, *, rules_changed: bool) -> tuple[Reason, ...]:
    if run.outcome == "approve":
        return ()
    hits, codes = run.hits, run.codes()
    if context.maintenance:
        kept = [at for at, code in enumerate(codes) if code == MAINTENANCE_CODE]
        if not kept:
            return (Reason(MAINTENANCE_CODE, "with_time"),)
        hits, codes = [hits[at] for at in kept], [codes[at] for at in kept]
    return principal_reasons(
        run.policy,
        run.setting,
        hits,
        codes,
        card=run.card,
        score=run.score,
        cap=None if run.limit is None else run.limit.binding,
        rules_changed=rules_changed,
        us_reasons=context.us_reasons,
    )
