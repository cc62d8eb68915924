"""What early warnings look at: a person's score, lateness, lenders and records today; many at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from applicants.models import Applicant, ApplicantKind, Fact, RelatedPerson, RelatedRole, Sheet
from applicants.related_score import LEAST_SHARE
from applicants.usable import usable_facts_of
from assessment import Policy
from assessment.errors import InputError
from core.identity import today_in_china
from decisions.jurisdictions import get_profile
from decisions.line_states import IN_USE
from decisions.models import Decision, Line, Watch
from decisions.policies import compiled, current_market, get_latest_policy
from decisions.remote import get_engine

Values = dict[str, Any]
Facts = Mapping[str, Mapping[str, Any]]
KEPT: Final = ("score", "points", "tax_filings", "court_records", "licence", "related_score")
"""What the next look compares with."""
_NAMED: Final = 3
_HISTORY: Final = (("active_lenders", 60), ("revolving_use_pct", 30))


@dataclass(frozen=True)
class Seen:
    """What one look sees of somebody, and the products of the lines in use."""

    applicant: Applicant
    products: frozenset[str]
    values: Values
    sheet_version: int
    has_open_item: bool


def see(applicants: Mapping[int, Applicant], now: datetime) -> dict[int, Seen]:
    """Return what is known today of these applicants; as many statements as for one."""
    today, policy = today_in_china(now), compiled(get_latest_policy(now=now))
    market = current_market(now)
    usable = usable_facts_of(applicants, now)
    sheets = {row.applicant_id: row for row in Sheet.objects.filter(applicant__in=list(applicants))}
    products, older = _products(applicants), _older_values(applicants, today)
    elsewhere = _scores_of_decisions(applicants) if get_engine() is not None else None
    seen = {}
    for key, applicant in applicants.items():
        facts, sheet = usable[key], sheets.get(key)
        values = _read(facts, older[key], today)
        values["score"], values["points"] = elsewhere.get(key) if elsewhere is not None else None, {}
        if elsewhere is None:
            values |= _score(policy, applicant, facts, sheet.facts if sheet else {})
        values["gate"] = max((policy.gates[one][market] for one in products[key]), default=None)
        item = facts["linked_product_event"]["value"]
        seen[key] = Seen(
            applicant, frozenset(products[key]), values, sheet.version if sheet else 0, item is not None
        )
    return seen


def _products(keys: Collection[int]) -> Mapping[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    rows = Line.objects.filter(applicant__in=list(keys), state__in=IN_USE)
    for key, product in rows.values_list("applicant_id", "product"):
        found[key].add(product)
    return found


def _score(policy: Policy, applicant: Applicant, facts: Facts, known: Mapping[str, Any]) -> Values:
    """The score today; not known while a record is checked or a consent is gone: neither counts against."""
    card = policy.scorecards[scorecard_of(applicant)]
    if not get_profile(applicant.jurisdiction).connections_dimension:
        card = card.without_connections
    if any(name in known and facts[name]["fact"] is None for name in card.used_names):
        return {"score": None, "points": {}}
    try:
        score = card.score({name: facts[name]["value"] for name in card.used_names})
    except InputError:
        return {"score": None, "points": {}}
    return {"score": score.value, "points": dict(zip(card.used_names, card.earned(score), strict=True))}


def scorecard_of(applicant: Applicant) -> str:
    """The name of the scorecard that an applicant is scored by."""
    return "personal" if applicant.kind == ApplicantKind.PERSON else "enterprise"


def _scores_of_decisions(keys: Collection[int]) -> dict[int, int]:
    """The newest decided scores: where another engine scores, ours would say something else."""
    rows = Decision.objects.filter(applicant__in=list(keys)).order_by("applicant_id", "-id")
    return dict(rows.distinct("applicant_id").values_list("applicant_id", "score"))


def _read(facts: Facts, older: Mapping[str, Any], today: date) -> Values:
    """The values that tests name; what nobody knows is None."""
    lenders, lenders_then = _number(facts, "active_lenders"), older.get("active_lenders")
    return {
        "days_late": _number(facts, "current_overdue_days"),
        "new_lenders_60d": _difference(lenders, lenders_then),
        "revolving_use_pct": _number(facts, "revolving_use_pct"),
        "revolving_use_30d_ago": older.get("revolving_use_pct"),
        "linked_item_days": _item_days(facts["linked_product_event"], today),
        "tax_filings": _number(facts, "tax_filings_on_time_12m"),
        "court_records": _number(facts, "court_records_open"),
        "related_score": _number(facts, "related_person_score"),
        "licence": facts["licence_check"]["value"] if "licence_check" in facts else "unknown",
    }


def _number(facts: Facts, name: str) -> float | None:
    value = facts[name]["value"] if name in facts else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _difference(now: float | None, then: Any) -> float | None:
    return now - then if now is not None and isinstance(then, int | float) else None


def _item_days(entry: Mapping[str, Any], today: date) -> int | None:
    """How long an item of a linked product is open; 0 where there is none, None where nobody knows."""
    if entry["value"] is None:
        return 0
    since = entry["detail"].get("date") or entry["observed_on"]
    return (today - date.fromisoformat(since)).days if since else None


def _older_values(keys: Collection[int], today: date) -> Mapping[int, dict[str, Any]]:
    """The values that stood some days ago, from the history of facts; what was not known then is absent."""
    ends = {name: today - timedelta(days=days) for name, days in _HISTORY}
    rows = Fact.objects.filter(applicant__in=list(keys), characteristic__in=list(ends))
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    named = rows.order_by("observed_on", "id").values_list(
        "applicant_id", "characteristic", "observed_on", "value"
    )
    for key, name, observed_on, value in named:
        if observed_on <= ends[name]:
            found[key][name] = value
    return found


def first_baselines(keys: Collection[int], now: datetime) -> dict[int, Values]:
    """What somebody is compared with at the first look: what the decision before the newest one used."""
    policy_version = get_latest_policy(now=now)
    days = compiled(policy_version).document["score"]["validity_days"]
    rows = Decision.objects.filter(
        applicant__in=list(keys), policy_hash=policy_version.content_hash, decided_at__lte=now,
        decided_at__gte=now - timedelta(days=days),
    )  # fmt: skip
    found: defaultdict[int, list[Values]] = defaultdict(list)
    named = rows.order_by("-id").values_list("applicant_id", "score", "facts", "result__points")
    for key, score, facts, lines in named:
        points = {name: line["points"] for name, line in lines.items() if line["used"]}
        found[key].append({"score": score, "points": points, **_kept_of(facts)})
    return {key: decided[:2][-1] for key, decided in found.items()}


def _kept_of(facts: Facts) -> Values:
    licence = facts.get("licence_check", {"value": "unknown"})["value"]
    return {
        "tax_filings": _number(facts, "tax_filings_on_time_12m"),
        "court_records": _number(facts, "court_records_open"),
        "related_score": _number(facts, "related_person_score"), "licence": licence,
    }  # fmt: skip


def kept(values: Values) -> Values:
    """The part of what was seen that the next look compares with."""
    return {name: values[name] for name in KEPT}


def compare(seen: Seen, before: Values, changes: Iterable[RelatedPerson]) -> Values:
    """What was seen with what stood before: everything that a test may ask for."""
    values, left = seen.values, list(changes)
    return {
        **values,
        "lost": _lost(before["points"], values["points"]),
        "score_before": before["score"],
        "score_drop": _fall(before["score"], values["score"]),
        "tax_filings_before": before["tax_filings"],
        "court_records_before": before["court_records"],
        "licence_before": before["licence"],
        "related_before": before["related_score"],
        "related_drop": _fall(before["related_score"], values["related_score"]),
        "representative_changed": any(row.role == RelatedRole.LEGAL_REPRESENTATIVE for row in left),
        "holder_left": any(
            row.role == RelatedRole.SHAREHOLDER and row.share_pct >= LEAST_SHARE for row in left
        ),
    }  # fmt: skip


def _lost(before: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """The inputs that lost most points, the largest first."""
    losses = {name: points - now[name] for name, points in before.items() if name in now}
    fallen = [name for name, loss in losses.items() if loss > 0]
    return sorted(fallen, key=lambda name: (-losses[name], name))[:_NAMED]


def _fall(before: float | None, now: float | None) -> float | None:
    return None if before is None or now is None else max(before - now, 0)


def who_left(watches: Collection[Watch]) -> Mapping[int, list[RelatedPerson]]:
    """The people who left each firm since what it is compared with."""
    since = {watch.applicant_id: watch.before_at for watch in watches}
    found: defaultdict[int, list[RelatedPerson]] = defaultdict(list)
    for row in RelatedPerson.objects.filter(firm__in=list(since), removed_at__isnull=False):
        if row.removed_at is not None and row.removed_at > since[row.firm_id]:
            found[row.firm_id].append(row)
    return found
