"""A policy as it decides: immutable, content-hashed, compiled once per product and market."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from assessment.errors import InputError
from assessment.expression_tests import Answer
from assessment.expressions import Expression
from assessment.money import FEN
from assessment.policy_shape import MARKETS
from assessment.scoring import Scorecard

Ratio = tuple[int, int]
BANDED_PRODUCTS = frozenset({"consumer_loan", "sme_working_capital"})
HIGH_RISK_GATE = "high_risk_industry"
REQUIRED = object()
NOT_RUN = "not_run"
MARKET_NAMES = frozenset({"gate", "limit"})
Ended = Answer | str


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `low` to `high`, both inside; `labels` by language where people see it."""

    code: str
    low: int
    high: int
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Product:
    """What can be asked for: amounts in CNY, terms in months, or in days for a receivable."""

    code: str
    applicant: str
    minimum: int
    cap: int
    terms: tuple[int, ...]
    term_unit: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InputSpec:
    """An input besides the scorecard: the products that read it, its kind, its default if it has one."""

    name: str
    products: frozenset[str]
    kind: str
    changes: str
    default: Any = REQUIRED
    states: frozenset[str] = frozenset()
    low: float = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule beside the score: its test, outcome and reason when it fails, and what could change that."""

    id: str
    products: frozenset[str]
    test: str
    outcome: str
    reason: str
    changes: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class ConsumerLimit:
    """Parameters of a personal limit; tuples are by price band, shares are exact ratios, amounts CNY."""

    income_multiple: tuple[Ratio, ...]
    band_cap: tuple[int, ...]
    thin_file_cap: int
    unverified_income_cap: int
    deduct_other_unsecured: Ratio
    max_dsr_after: Ratio
    comfortable_dsr: Ratio
    cap_reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SmeLimit:
    """Parameters of a working-capital limit; tuples are by price band."""

    inflow_share: tuple[Ratio, ...]
    band_cap: tuple[int, ...]
    min_cover: Ratio
    cap_reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScfLimit:
    """Parameters of an advance on a confirmed receivable, by buyer grade."""

    advance_rate: Mapping[str, Ratio]
    cap_reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pricing:
    """Rates in per cent: a day for persons by band and market, spreads over a reference for firms."""

    day_count: int
    total_cost_cap: Decimal
    consumer_daily: tuple[Mapping[str, Decimal], ...]
    loyalty_after: int
    loyalty_minus: Decimal
    loyalty_floor: Decimal
    sme_base: Decimal
    sme_spread: tuple[Mapping[str, Decimal], ...]
    scf_spread: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What each characteristic's points are compared with, frozen with the name of the method."""

    method: str
    points: Mapping[str, int]
    people: int | None = None


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """One action a person can take: the inputs it moves, how far, at what effort and in what time."""

    id: str
    moves: tuple[str, ...]
    to: int | float | str | None
    step: float | None
    max_steps: int
    cost: int
    cost_per_step: int
    months: int
    months_per_step: int

    def effort(self, steps: int) -> int:
        """Effort points of going `steps` steps (one step where there are none)."""
        return self.cost + self.cost_per_step * steps

    def duration(self, steps: int) -> int:
        """Months that `steps` steps need, one after the other."""
        return self.months + self.months_per_step * steps


@dataclass(frozen=True, slots=True)
class RecourseTerms:
    """What a route may use, and how long a promise is honoured."""

    margin_points: int
    honour_days: int
    horizons_months: tuple[int, ...]
    time_alone: Mapping[str, str]
    groups: tuple[ActionGroup, ...]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class Brake:
    """How large a share of the lines may change in so many hours before two people must agree."""

    share_pct: Decimal = Decimal(1)
    hours: int = 24


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in order, their tests, the same where no limit exists, and which read what a market sets."""

    rules: tuple[Rule, ...]
    tests: tuple[Callable[[Mapping[str, Any]], Ended], ...]
    tests_without_limit: tuple[Callable[[Mapping[str, Any]], Ended], ...]
    market_places: tuple[int, ...]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> RuleSet:
        """Some rules with what running them needs."""
        rules = tuple(rules)
        names = [rule.expression.names for rule in rules]
        tests = tuple(rule.expression.answer for rule in rules)
        without = tuple(_not_run if "limit" in own else test for own, test in zip(names, tests, strict=True))
        by_market = tuple(at for at, own in enumerate(names) if not MARKET_NAMES.isdisjoint(own))
        return cls(rules, tests, without, by_market)


def _not_run(_env: Mapping[str, Any]) -> Ended:
    return NOT_RUN


@dataclass(frozen=True, slots=True)
class Changed:
    """What another version's rules differ in: the places of rules that it has not, and its own instead."""

    places: frozenset[int]
    before: RuleSet


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything of a policy that holds for one product in one market.

    `changed` is what the predecessor's rules differ in, `constants` are what rules read of all this.
    """

    product: Product
    market: str
    gate: int
    high_risk_gate: int
    factor: Ratio
    rule_set: RuleSet
    changed: Changed
    inputs: tuple[InputSpec, ...]
    constants: Mapping[str, Any]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in order."""
        return self.rule_set.rules


@dataclass(frozen=True, eq=False)
class Policy:
    """One version of the rules, complete and checked; two policies are equal when their content is."""

    version: str
    effective_from: str
    market_condition: str
    score_min: int
    score_max: int
    bands: tuple[Band, ...]
    price_bands: tuple[Band, ...]
    scorecards: Mapping[str, Scorecard]
    products: Mapping[str, Product]
    inputs: Mapping[str, InputSpec]
    round_down_to: int
    market_factor: Mapping[str, Ratio]
    consumer: ConsumerLimit
    sme: SmeLimit
    scf: ScfLimit
    pricing: Pricing
    gates: Mapping[str, Mapping[str, int]]
    rules: tuple[Rule, ...]
    unknown_outcome: str
    unknown_reason: str | None
    high_risk_industries: frozenset[str]
    allowed_purposes: Mapping[str, frozenset[str]]
    baselines: Mapping[str, Baseline]
    recourse: RecourseTerms
    changes: Mapping[str, str]
    canonical: str = field(repr=False)
    hash: str
    predecessor: Policy | None = None
    brake: Brake = Brake()
    may_set_aside: frozenset[str] = frozenset()
    _settings: dict[tuple[str, str], Setting] = field(default_factory=dict, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and other.hash == self.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @property
    def document(self) -> dict[str, Any]:
        """A fresh copy of the document that this policy was read from."""
        document: dict[str, Any] = json.loads(self.canonical)
        return document

    @property
    def banded_products(self) -> frozenset[str]:
        """Products whose limit and price depend on a price band."""
        return BANDED_PRODUCTS

    @cached_property
    def _price_floors(self) -> tuple[int, ...]:
        return tuple(band.low for band in self.price_bands)

    def band(self, score: int) -> Band:
        """The band that people are told."""
        return next(band for band in self.bands if band.low <= score <= band.high)

    def price_band(self, score: int) -> int | None:
        """Position of the price band of `score`; None below the lowest."""
        at = bisect_right(self._price_floors, score) - 1
        return at if at >= 0 else None

    def setting(self, product: str, market: str) -> Setting:
        """What holds for one product in one market; raises InputError for either when unknown."""
        found = self._settings.get((product, market))
        if found is None:
            found = self._settings[(product, market)] = self._make_setting(product, market)
        return found

    def _make_setting(self, code: str, market: str) -> Setting:
        product = self.products.get(code)
        if product is None:
            raise InputError("product", f"one of {', '.join(self.products)}")
        if market not in MARKETS:
            raise InputError("market", f"one of {', '.join(MARKETS)}")
        inputs = tuple(spec for spec in self.inputs.values() if code in spec.products)
        rules = RuleSet.of(rule for rule in self.rules if code in rule.products)
        gate = self.gates[code][market]
        return Setting(
            product=product,
            market=market,
            gate=gate,
            high_risk_gate=self.gates[HIGH_RISK_GATE][market],
            factor=self.market_factor[market],
            rule_set=rules,
            changed=self._changed(code, market, rules.rules),
            inputs=inputs,
            constants={
                "gate": gate,
                "product_min": product.minimum * FEN,
                "allowed_purposes": self.allowed_purposes[code],
                "high_risk_industries": self.high_risk_industries,
            },
        )

    def _changed(self, code: str, market: str, rules: tuple[Rule, ...]) -> Changed:
        """What the predecessor's rules for a product differ in; rules are alike that test and end alike."""
        older = self.predecessor
        if older is None:
            return Changed(frozenset(), RuleSet.of(()))
        before = older.setting(code, market).rules
        now, then = ({(rule.test, rule.outcome) for rule in some} for some in (rules, before))
        gone = frozenset(at for at, rule in enumerate(rules) if (rule.test, rule.outcome) not in then)
        return Changed(gone, RuleSet.of(rule for rule in before if (rule.test, rule.outcome) not in now))

    def required_inputs(self, product: str) -> tuple[str, ...]:
        """Names of every input that an assessment for `product` must be given, scorecard first."""
        setting = self.setting(product, self.market_condition)
        card = self.scorecards[setting.product.applicant]
        needed = [spec.name for spec in setting.inputs if spec.default is REQUIRED]
        return (*card.by_name, *needed)

    def tag(self, name: str) -> str:
        """Whether what stands behind an input is changeable, changes with time, or is fixed."""
        return self.changes[name]
