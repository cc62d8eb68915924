"""The sample book: the public table loaded and decided in chunks, with COPY and without notices.

The rows are those of the single path; a chunk is one transaction with one audit event, and loading again
loads only what is missing.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction

from accounts.actors import SITE
from applicants.bulk import SamplePerson, StoredPerson, copy_people, copy_rows, reserve_keys
from applicants.characteristics import Characteristic, check_value, get_dictionary
from applicants.facts import NewFact
from applicants.sources import get_sources
from applicants.usable import fill_gaps
from assessment import Policy
from audit.log import record
from audit.verbs import Verb
from core.calendars import legal_day
from core.references import new_reference
from decisions.book_table import OBSERVED_ON, TableFact, Wish, facts_of, find_table, read_table, wish_of
from decisions.freezing import assess_frozen, freeze_context, freeze_result, used_facts
from decisions.jurisdictions import Profile, get_profile
from decisions.models import Application, ApplicationState, BookRow, Decision, DecisionReason, PolicyVersion
from decisions.policies import compiled, current_market, get_policy_in_force
from decisions.reasons import reason_parameters

CHUNK = 1_000
PRODUCT = "consumer_loan"
JURISDICTION = "CN"

_APPLICATION = (
    "id", "reference", "applicant_id", "client_id", "product", "amount_cny", "term_months", "purpose",
    "method", "state", "submission_key", "submitted_at", "submitted_by",
)  # fmt: skip
_DECISION = (
    "id", "reference", "kind", "applicant_id", "application_id", "policy_id", "policy_hash", "engine_version",
    "market", "product", "outcome", "score", "limit_cny", "facts", "request", "result", "is_automatic",
    "decided_at", "decided_by", "note",
)  # fmt: skip
_REASON = ("decision_id", "position", "code", "parameters", "tag")
_BOOK_ROW = ("applicant_id", "row")

Line = Mapping[str, float]


@dataclass
class BookReport:
    """How many people were loaded and decided, and how it ended for them."""

    loaded: int = 0
    known: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Setting:
    """What is the same for everybody in one run."""

    version: PolicyVersion
    policy: Policy
    profile: Profile
    context: Mapping[str, Any]
    dictionary: Mapping[str, Characteristic]
    sources: frozenset[str]
    method: str
    now: datetime


@dataclass(frozen=True)
class Decided:
    """One person's application and decision, ready to be copied."""

    person: StoredPerson
    wish: Wish
    facts: dict[str, Any]
    request: dict[str, Any]
    result: dict[str, Any]
    reasons: list[tuple[str, dict[str, Any], str]]


def load_book(*, rows: int | None, now: datetime, say: Callable[[str], None]) -> BookReport:
    """Load and decide the first `rows` lines of the table, all when None; say how far it has come."""
    setting = _setting(now)
    known = set(BookRow.objects.values_list("row", flat=True))
    lines = (line for line in read_table(find_table(), rows=rows) if int(line["ID"]) not in known)
    report = BookReport(known=len(known))
    while chunk := list(islice(lines, CHUNK)):
        _load_chunk(setting, chunk, report)
        say(f"{report.loaded} people loaded and decided")
    return report


def _setting(now: datetime) -> Setting:
    version = get_policy_in_force(now=now)
    policy = compiled(version)
    profile = get_profile(JURISDICTION)
    market = current_market(now)
    return Setting(
        version=version,
        policy=policy,
        profile=profile,
        context=freeze_context(profile=profile, product=PRODUCT, market=market, now=now),
        dictionary=get_dictionary(),
        sources=frozenset(code for code, source in get_sources().items() if not source.needs_consent),
        method=policy.products[PRODUCT].methods[0],
        now=now,
    )


def _load_chunk(setting: Setting, lines: Sequence[Line], report: BookReport) -> None:
    people = [_person(setting, line) for line in lines]
    with transaction.atomic():
        stored = copy_people(people=people, by=SITE, now=setting.now)
        copy_rows(
            BookRow, _BOOK_ROW, ((one.pk, int(line["ID"])) for one, line in zip(stored, lines, strict=True))
        )
        decided = [_decide(setting, one, wish_of(line)) for one, line in zip(stored, lines, strict=True)]
        _copy_decisions(setting, decided)
        outcomes = Counter(one.result["outcome"] for one in decided)
        record(
            verb=Verb.BOOK_DECIDED, subject="book", actor=SITE.code, now=setting.now,
            codes={
                "first_row": int(lines[0]["ID"]), "last_row": int(lines[-1]["ID"]), "people": len(decided),
                "policy_hash": setting.version.content_hash, "outcomes": dict(outcomes),
            },
        )  # fmt: skip
    report.loaded += len(decided)
    report.outcomes.update(outcomes)
    report.reasons.update(code for one in decided for code, _parameters, _tag in one.reasons)


def _person(setting: Setting, line: Line) -> SamplePerson:
    return SamplePerson(f"Sample {int(line['ID'])}", [_fact(setting, fact) for fact in facts_of(line)])


def _fact(setting: Setting, fact: TableFact) -> NewFact:
    return NewFact(
        characteristic=fact.characteristic,
        value=check_value(setting.dictionary[fact.characteristic], fact.value),
        source="synthetic" if fact.is_synthetic else "public_table",
        observed_on=OBSERVED_ON,
        is_synthetic=fact.is_synthetic,
    )


def _decide(setting: Setting, person: StoredPerson, wish: Wish) -> Decided:
    """Decide one person as the single path does, from the same frozen shapes."""
    usable = fill_gaps(
        dictionary=setting.dictionary, sheet=person.sheet, sources=setting.sources, is_person=True,
        birth_date="", today=legal_day(setting.now, setting.profile.zone),
    )  # fmt: skip
    facts = used_facts(setting.policy, PRODUCT, usable)
    request = {
        "product": PRODUCT, "amount_cny": str(Decimal(wish.amount_cny).quantize(Decimal("0.01"))),
        "term_months": wish.term_months, "term_days": None, "purpose": wish.purpose,
        "method": setting.method, "context": setting.context,
    }  # fmt: skip
    assessment = assess_frozen(setting.policy, facts, request)
    result = freeze_result(
        assessment=assessment, policy=setting.policy, profile=setting.profile,
        decided_on=legal_day(setting.now, setting.profile.zone),
    )  # fmt: skip
    reasons = [
        (reason["code"], _parameters(setting, reason, facts, request, result), reason["tag"])
        for reason in result["reasons"]
    ]
    return Decided(person, wish, facts, request, result, reasons)


def _parameters(
    setting: Setting, reason: Mapping[str, Any], facts: dict[str, Any], request: dict[str, Any],
    result: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    return reason_parameters(
        reason=reason, facts=facts, request=request, result=result, policy=setting.policy
    )


def _copy_decisions(setting: Setting, decided: Sequence[Decided]) -> None:
    applications = reserve_keys(Application, len(decided))
    decisions = reserve_keys(Decision, len(decided))
    copy_rows(
        Application, _APPLICATION,
        (_application(setting, one, key) for one, key in zip(decided, applications, strict=True)),
    )  # fmt: skip
    copy_rows(
        Decision, _DECISION,
        (
            _decision(setting, one, key, application)
            for one, key, application in zip(decided, decisions, applications, strict=True)
        ),
    )  # fmt: skip
    copy_rows(DecisionReason, _REASON, _reasons(zip(decided, decisions, strict=True)))


def _application(setting: Setting, one: Decided, key: int) -> Sequence[Any]:
    return (
        key, new_reference("LA"), one.person.pk, "", PRODUCT, one.request["amount_cny"], one.wish.term_months,
        one.wish.purpose, setting.method, ApplicationState.DECIDED.value, f"book|{one.person.reference}",
        setting.now, SITE.code,
    )  # fmt: skip


def _decision(setting: Setting, one: Decided, key: int, application: int) -> Sequence[Any]:
    limit = one.result["limit"]
    return (
        key, new_reference("DE"), "APPLICATION", one.person.pk, application, setting.version.pk,
        setting.version.content_hash, one.result["engine_version"], one.result["market"], PRODUCT,
        one.result["outcome"], one.result["score"], limit["high"] if limit else 0, _json(one.facts),
        _json(one.request), _json(one.result), True, setting.now, SITE.code, "",
    )  # fmt: skip


def _reasons(decided: Iterable[tuple[Decided, int]]) -> Iterator[Sequence[Any]]:
    for one, decision in decided:
        for position, (code, parameters, tag) in enumerate(one.reasons, start=1):
            yield decision, position, code, _json(parameters), tag


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
