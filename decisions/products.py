"""What may be applied for: amounts, terms and purposes of the policy in force, with names to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from applicants.models import ApplicantKind
from applicants.showing import language_key
from applicants.vocabularies import get_vocabularies
from assessment import Policy
from core.catalogues import get_catalogue
from decisions.policies import compiled, current_market, get_policy_in_force

Words = Mapping[str, str]
PRODUCTS_OF = {ApplicantKind.PERSON: "personal", ApplicantKind.FIRM: "enterprise"}


@dataclass(frozen=True)
class Product:
    """One product: what can be asked for, and its rates from best to dearest in per cent a year.

    The last two are the same over all conditions of the market.
    """

    code: str
    words: Words
    min_cny: int
    cap_cny: int
    terms_months: tuple[int, ...]
    terms_days: tuple[int, ...]
    purposes: tuple[tuple[str, Words], ...]
    methods: tuple[tuple[str, Words], ...]
    annual_rate_from: str
    annual_rate_to: str
    lowest_rate: str
    highest_rate: str

    def label(self, language: str) -> str:
        """The name of the product."""
        return self.words[language_key(language)]


def list_products(*, kind: ApplicantKind | str, now: datetime) -> list[Product]:
    """Return the products that a person, or a firm, may apply for today."""
    policy = compiled(get_policy_in_force(now=now))
    market = current_market(now)
    applicant = PRODUCTS_OF[ApplicantKind(kind)]
    return [
        _describe(policy, code, market)
        for code, product in policy.products.items()
        if product.applicant == applicant
    ]


def _describe(policy: Policy, code: str, market: str) -> Product:
    product = policy.products[code]
    names = get_catalogue("products").document
    purposes = get_vocabularies()["purposes"]
    lowest, highest = _rates(policy, code, market)
    markets = policy.pricing.consumer_daily[0].keys()
    allowed = [name for name in purposes if name in policy.allowed_purposes[code]]
    in_days = product.term_unit == "days"
    return Product(
        code=code,
        words=names["products"][code],
        min_cny=product.minimum,
        cap_cny=product.cap,
        terms_months=() if in_days else product.terms,
        terms_days=product.terms if in_days else (),
        purposes=tuple((name, purposes[name]) for name in allowed),
        methods=tuple((name, names["methods"][name]) for name in product.methods),
        annual_rate_from=_shown(lowest),
        annual_rate_to=_shown(highest),
        lowest_rate=_shown(min(_rates(policy, code, one)[0] for one in markets)),
        highest_rate=_shown(max(_rates(policy, code, one)[1] for one in markets)),
    )


def _shown(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _rates(policy: Policy, code: str, market: str) -> tuple[Decimal, Decimal]:
    pricing = policy.pricing
    if code == "consumer_loan":
        rates = [daily[market] * pricing.day_count for daily in pricing.consumer_daily]
    elif code == "sme_working_capital":
        rates = [pricing.sme_base + spread[market] for spread in pricing.sme_spread]
    else:
        rates = [pricing.sme_base + spread for spread in pricing.scf_spread.values()]
    return min(rates), max(rates)


def product_name(code: str, language: str) -> str:
    """Return the name of a product in a language."""
    names: Mapping[str, Words] = get_catalogue("products").document["products"]
    return names[code][language_key(language)]
