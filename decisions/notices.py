"""The notice of a decision: the same fourteen parts in both languages, from what the decision froze."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings

from accounts.actors import Actor
from applicants.showing import language_key, show_date
from applicants.sources import get_sources
from applicants.terms import get_data_terms, today_of
from decisions.decision_days import answer_by
from decisions.explaining import LANGUAGES, explain, explain_all
from decisions.freezing import coming_evaluation
from decisions.jurisdictions import Profile, get_profile
from decisions.letter_words import fill_part, frame, letters, reply_days, say, say_reason
from decisions.models import WAITING_OUTCOMES, Decision, DecisionKind, Outcome
from decisions.reason_case import UNKNOWN_STATES
from notifications.kinds import Kind
from notifications.letters import Draft, freeze_letter, freeze_letters
from notifications.models import Letter, LetterKind

_MOST_FACTORS: Final = 4
# What was asked for was given, or a person or a missing paper is still waited for.
_NOTHING_TO_APPEAL: Final = frozenset({"approve", *WAITING_OUTCOMES})
_ENQUIRIES: Final = "hard_inquiries_3m"
_BUREAU: Final = "credit_report"
DISPUTE_SETTLED: Final = "settled dispute "
"""So begins the note of a decision that was corrected because a disputed record was settled."""


def send_notice(*, decision: Decision, by: Actor, now: datetime) -> Letter:
    """Freeze the notice of a decision in both languages; asking again returns the one that was sent."""
    key = f"{LetterKind.DECISION_NOTICE}:{decision.reference}"
    known = Letter.objects.filter(key=key).first()
    if known is not None:
        return known
    inputs = {
        language: compose_notice(decision=decision, language=language, now=now) for language in LANGUAGES
    }
    return freeze_letter(
        kind=LetterKind.DECISION_NOTICE, applicant=decision.applicant, about=decision.reference, key=key,
        inputs=inputs, by=by, now=now,
    )  # fmt: skip


def send_notices(*, decisions: Sequence[Decision], by: Actor, now: datetime) -> None:
    """Freeze the notices of many decisions like those of one, with as many statements as for one."""
    documents = explain_all(decisions=decisions, now=now)
    drafts = [
        Draft(
            decision.applicant, decision.reference, f"{LetterKind.DECISION_NOTICE}:{decision.reference}",
            {one: _compose(decision, documents[decision.pk, one], one, now) for one in LANGUAGES},
        )
        for decision in decisions
    ]  # fmt: skip
    freeze_letters(kind=LetterKind.DECISION_NOTICE, drafts=drafts, by=by, now=now)


def message_about(decision: Decision) -> tuple[Kind, dict[str, date]]:
    """The kind of message that tells of a decision, with its values; what waits for its day says the day."""
    starts = decision.result.get("line", {}).get("effective_on")
    if starts:
        return Kind.MEASURE_ANNOUNCED, {"effective_on": date.fromisoformat(starts)}
    if decision.kind != DecisionKind.APPLICATION:
        return Kind.LINE_CHANGED, {}
    if decision.outcome == Outcome.REFER:
        return Kind.DECISION_REFERRED, {"answer_by": answer_by(decision)}
    if decision.outcome == Outcome.HOLD:
        return Kind.DECISION_WAITING, {}
    is_correction = (decision.note or "").startswith(DISPUTE_SETTLED)
    return Kind.CORRECTION_MADE if is_correction else Kind.DECISION_READY, {}


def compose_notice(*, decision: Decision, language: str, now: datetime) -> dict[str, Any]:
    """Return the notice in one language, before it has a code."""
    return _compose(decision, explain(decision=decision, language=language, now=now), language, now)


def _compose(decision: Decision, document: Mapping[str, Any], language: str, now: datetime) -> dict[str, Any]:
    profile = get_profile(decision.request["context"]["jurisdiction"])
    outcome = document["outcome"]
    lead = [text for text in (outcome["summary"], outcome["not_meaning"]) if text]
    framed = frame(
        applicant=decision.applicant, reference=decision.reference, title=outcome["title"], lead=lead,
        language=language, now=now,
    )  # fmt: skip
    today = today_of(decision.applicant, now)
    values = _values(decision, document, profile, language, today)
    flags = _flags(document, profile, decision, today)
    items = _items(document, decision, profile, language)
    parts = [
        fill_part(entry, language=language, flags=flags, values=values, items=items.get(entry["id"], ()))
        for entry in letters()["notice"]
    ]
    return {**framed, "parts": parts}


def _flags(document: Mapping[str, Any], profile: Profile, decision: Decision, today: date) -> set[str]:
    """The names of what holds for this decision, and of its place."""
    true = {
        "automatic": not document["not_solely"] and decision.outcome not in WAITING_OUTCOMES,
        "person": document["not_solely"],
        "referred": decision.outcome == Outcome.REFER,
        "held": decision.outcome == Outcome.HOLD,
        "waiting": decision.outcome in WAITING_OUTCOMES,
        "line": document["line"] is not None,
        "firm": decision.applicant.kind == "FIRM",
        "reasons": bool(document["reasons"]),
        "appeal": decision.outcome not in _NOTHING_TO_APPEAL,
        "limit": decision.outcome in ("approve", "counter") and _gives_limit(document),
        "bureau": _BUREAU in _newest_used(document, decision),
        "reapply": (decision.result["next"]["reapply_on"] or "") > today.isoformat(),
        "ends": document["next"]["offer_until"],
        "on_request": profile.document.get("reasons_on_request"),
        "longer": profile.document["appeal_decision_days"].get("maximum"),
        "meaning": document["outcome"]["not_meaning"],
        "refuse_automated": profile.document["refuse_solely_automated"]["value"],
    }
    return {name for name, holds in true.items() if holds} | {profile.code}


def _gives_limit(document: Mapping[str, Any]) -> bool:
    """Whether the decision gives the limit that was assessed; a line keeps its own amount and rate."""
    return bool(document["limit"] and document["price"] and document["line"] is None)


def _values(
    decision: Decision, document: Mapping[str, Any], profile: Profile, language: str, today: date
) -> dict[str, object]:
    """What fills the braces of the notice."""
    score, stamps, key, words = document["score"], document["stamps"], language_key(language), letters()
    after, limit, price = document["next"], document["limit"], document["price"]
    days = profile.document["appeal_decision_days"]
    told = date.fromisoformat(decision.result["next"]["next_evaluation_on"])
    return {
        "title": document["outcome"]["title"],
        "product": document["product"]["label"],
        "amount": document["asked"]["amount"],
        "day": document["decided_on"],
        "limit": limit["high"] if limit else "",
        "rate": price["annual_rate_pct"] if price else "",
        "lender": words["lender"]["name"][key],
        "address": words["lender"]["address"][key],
        "score": score["value"],
        "band": score["band"]["label"],
        "low": score["min"],
        "high": score["max"],
        "bureau": words["bureaus"][profile.code][key],
        "reapply": after["reapply_on"],
        "evaluation": show_date(coming_evaluation(told, today=today), language),
        "until": after["appeal_until"],
        "ends": after["offer_until"],
        "clock": get_data_terms(profile.code).clock_in(language),
        "answer_days": days.get("first", days.get("value")),
        "longest_days": days.get("maximum"),
        "dispute_days": profile.number("dispute_days"),
        **reply_days(profile),
        "free_reports": profile.number("free_reports_per_year"),
        "not_meaning": document["outcome"]["not_meaning"],
        "escalation": profile.document["escalation"][key],
        "reference": decision.reference,
        "policy": stamps["policy_version"],
        "engine": stamps["engine_version"],
        "hash": stamps["policy_hash"][:16],
        "contact": settings.DEFAULT_FROM_EMAIL,
    }


def _items(
    document: Mapping[str, Any], decision: Decision, profile: Profile, language: str
) -> dict[str, Sequence[str]]:
    """The lists that stand in some of the parts."""
    words = letters()
    reasons = document["reasons"]
    return {
        "reasons": [say_reason(reason, language) for reason in reasons],
        "score": [say(words["factor_item"], language, row) for row in key_factors(document, profile)],
        "sources": _sources(document, decision, language),
        "next_steps": [reason["action"] for reason in reasons],
    }


def key_factors(document: Mapping[str, Any], profile: Profile) -> list[Mapping[str, Any]]:
    """Return the items that cost most points: up to four, and enquiries where the law adds them."""
    lost = [row for row in document["characteristics"] if row["used"] and row["points"] < row["max"]]
    lost.sort(key=lambda row: row["points"] - row["max"])
    factors = lost[:_MOST_FACTORS]
    if profile.document.get("score_disclosure", {}).get("plus_inquiries_factor"):
        factors += [row for row in lost[_MOST_FACTORS:] if row["code"] == _ENQUIRIES]
    return factors


def _sources(document: Mapping[str, Any], decision: Decision, language: str) -> list[str]:
    """Each source that counted once, for points or for a check, with the day of its newest item."""
    newest = _newest_used(document, decision)
    item, key = letters()["source_item"], language_key(language)
    return [
        say(item, language, {"label": source.label[key], "day": show_date(newest[code], language)})
        for code, source in get_sources().items()
        if code in newest
    ]


def _newest_used(document: Mapping[str, Any], decision: Decision) -> dict[str, str]:
    """The newest day of each source that brought a value; one that only found nothing was not used."""
    left_out = {row["code"] for row in document["characteristics"] if not row["used"]}
    newest: dict[str, str] = {}
    for name, fact in decision.facts.items():
        is_known = fact["value"] is not None and fact["value"] not in UNKNOWN_STATES
        if is_known and name not in left_out and fact["observed_on"]:
            newest[fact["source"]] = max(newest.get(fact["source"], ""), fact["observed_on"])
    return newest
