"""The sample book: the public table loaded and decided in chunks, with COPY and without notices.

The rows are those of the single path; a chunk is one transaction with one audit event, and loading again
loads only what is missing.
"""

import gc
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from accounts.actors import SITE
from applicants.bulk import SamplePerson, StoredPerson, copy_people, copy_rows
from applicants.characteristics import Characteristic, check_value, get_dictionary
from applicants.facts import NewFact
from applicants.sources import get_sources
from applicants.usable import fill_gaps
from assessment import Policy
from audit.log import record
from audit.verbs import Verb
from core.calendars import legal_day
from decisions.book_rows import Decided, copy_decided
from decisions.book_table import OBSERVED_ON, TableFact, Wish, facts_of, find_table, read_table, wish_of
from decisions.freezing import assess_frozen, freeze_context, used_facts
from decisions.freezing_reasons import freeze
from decisions.jurisdictions import Profile, get_profile
from decisions.models import (
    BookRow,
    PolicyVersion,
)
from decisions.policies import compiled, current_market, get_policy_in_force
from decisions.reason_catalogue import ReasonEntry, get_reasons

CHUNK = 1_000
PRODUCT = "consumer_loan"
JURISDICTION = "CN"

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
    entries: Mapping[str, ReasonEntry]
    method: str
    now: datetime


def load_book(*, rows: int | None, now: datetime, say: Callable[[str], None]) -> BookReport:
    """Load and decide the first `rows` lines of the table, all when None; say how far it has come."""
    setting = _setting(now)
    known = set(BookRow.objects.values_list("row", flat=True))
    lines = (line for line in read_table(find_table(), rows=rows) if int(line["ID"]) not in known)
    report = BookReport(known=len(known))
    was_collecting = gc.isenabled()
    gc.disable()  # nothing here makes cycles, and looking for them costs a tenth of the time
    try:
        while chunk := list(islice(lines, CHUNK)):
            _load_chunk(setting, chunk, report)
            say(f"{report.loaded} people loaded and decided")
    finally:
        if was_collecting:
            gc.enable()
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
        entries=get_reasons(),
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
        copy_decided(version=setting.version, decided=decided, now=setting.now)
        outcomes = Counter(one.frozen.outcome for one in decided)
        record(
            verb=Verb.BOOK_DECIDED, subject="book", actor=SITE.code, now=setting.now,
            codes={
                "first_row": int(lines[0]["ID"]), "last_row": int(lines[-1]["ID"]), "people": len(decided),
                "policy_hash": setting.version.content_hash, "outcomes": dict(outcomes),
            },
        )  # fmt: skip
    report.loaded += len(decided)
    report.outcomes.update(outcomes)
    report.reasons.update(reason.code for one in decided for reason in one.frozen.reasons)


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
        "product": PRODUCT,
        "amount_cny": f"{wish.amount_cny}.00",
        "term_months": wish.term_months,
        "term_days": None,
        "purpose": wish.purpose,
        "method": setting.method,
        "context": setting.context,
        "sheet_version": 1,
    }
    frozen = freeze(
        assessment=assess_frozen(setting.policy, facts, request),
        policy=setting.policy,
        profile=setting.profile,
        facts=facts,
        request=request,
        entries=setting.entries,
    )
    return Decided(person, wish, frozen)
