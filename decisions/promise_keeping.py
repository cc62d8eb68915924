"""Keeping promises: when verified facts fulfil a plan, the version it was made with approves by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from accounts.actors import SITE
from applicants.facts import get_sheet
from applicants.models import Applicant
from applicants.usable import usable_facts
from assessment import Assessment
from audit.log import record
from audit.verbs import Verb
from core.calendars import legal_day
from decisions.deciding import write_corrected_decision
from decisions.freezing import assess_frozen, freeze_context, used_facts
from decisions.jurisdictions import Profile, get_profile
from decisions.models import Decision, Outcome, Promise, PromiseState
from decisions.policies import compiled, find_policy_in_force
from decisions.promises import end_promise, have_rules_changed
from decisions.reason_catalogue import get_reasons
from decisions.words import get_words
from notifications.kinds import Kind
from notifications.queueing import queue_message

WARN_BEFORE: Final = timedelta(days=14)
BATCH: Final = 200
_RELATED: Final = ("applicant", "policy", "decision__applicant", "decision__application", "decision__line")


@dataclass(frozen=True)
class Standing:
    """How a promise stands on today's facts: the promised version's assessment, and what law forbids."""

    facts: Mapping[str, Mapping[str, Any]]
    request: Mapping[str, Any]
    assessment: Assessment
    forbidden_by: tuple[str, ...]

    @property
    def is_fulfilled(self) -> bool:
        """Whether the promised version approves what was promised."""
        return self.assessment.outcome == Outcome.APPROVE

    @property
    def waits_for_us(self) -> bool:
        """Whether only something on our side, such as maintenance, keeps it waiting."""
        return self.assessment.outcome == Outcome.HOLD and all(
            get_reasons()[code].layer == "platform" for code in self.assessment.run.codes()
        )


def keep_promises(*, applicant_reference: str, now: datetime) -> int:
    """Look at every open promise of an applicant; returns how many ended. Doing it again changes nothing."""
    rows = _open().filter(applicant__reference=applicant_reference)
    return sum(try_to_keep(promise, now=now) for promise in rows.order_by("pk"))


def keep_and_expire(*, now: datetime) -> int:
    """Look at every open promise: kept, warned of its last day, or expired; returns how many ended."""
    ended, after = 0, 0
    while True:
        rows = list(_open().filter(pk__gt=after).order_by("pk")[:BATCH])
        if not rows:
            return ended
        for promise in rows:
            ended += try_to_keep(promise, now=now) or _expire(promise, now=now)
        after = rows[-1].pk


def _open() -> Any:
    return Promise.objects.filter(state=PromiseState.OPEN).select_related(*_RELATED)


def standing_of(promise: Promise, *, now: datetime) -> Standing:
    """Assess today's verified facts under the promised version and market, and ask today's law."""
    applicant = promise.applicant
    policy = compiled(promise.policy)
    profile = get_profile(applicant.jurisdiction)
    product = promise.request["product"]
    request = {
        **promise.request,
        "context": _context(promise, profile, now),
        "sheet_version": get_sheet(applicant).version,
    }
    known = usable_facts(applicant, now)
    facts = used_facts(policy, product, known)
    decided = assess_frozen(policy, facts, request)
    codes = [*decided.run.codes()]
    in_force = find_policy_in_force(now=now)
    if in_force is not None and in_force.content_hash != promise.policy_hash:
        today = compiled(in_force)
        codes += assess_frozen(today, used_facts(today, product, known), request).run.codes()
    forbidden = dict.fromkeys(code for code in codes if code in profile.promise_yields_to)
    return Standing(facts, request, decided, tuple(forbidden))


def _context(promise: Promise, profile: Profile, now: datetime) -> dict[str, Any]:
    """What surrounds the decision today, in the market in which the promise was made."""
    then = promise.request["context"]
    context = freeze_context(
        profile=profile, product=promise.request["product"], market=then["market"], now=now
    )
    return {**context, "market_since": then["market_since"]}


def try_to_keep(promise: Promise, *, now: datetime) -> bool:
    """Keep a promise whose plan is fulfilled, or say that the law forbids it; True when it ended."""
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=promise.applicant_id)
        if not Promise.objects.filter(pk=promise.pk, state=PromiseState.OPEN).exists():
            return False
        standing = standing_of(promise, now=now)
        codes = set(standing.assessment.run.codes())
        if standing.forbidden_by and codes <= set(standing.forbidden_by):
            return _bar(promise, standing, now)
        return _keep(promise, standing, now) if standing.is_fulfilled else False


def _keep(promise: Promise, standing: Standing, now: datetime) -> bool:
    old = newest_of(promise.decision)
    decision = write_corrected_decision(
        old=old, facts=standing.facts, assessment=standing.assessment, policy_version=promise.policy,
        by=SITE, now=now, note=f"promise:{promise.reference}", request=standing.request, is_automatic=True,
    )  # fmt: skip
    end_promise(promise, state=PromiseState.KEPT, now=now, new_decision=decision)
    changed = have_rules_changed(promise, now=now)
    record(
        verb=Verb.PROMISE_KEPT, subject=promise.reference, actor=SITE.code, now=now,
        codes={"decision": decision.reference, "policy": promise.policy_hash, "rules_changed": changed},
    )  # fmt: skip
    queue_message(
        kind=Kind.PROMISE_KEPT, applicant=promise.applicant, about=promise.reference,
        params={"decision": decision.reference}, now=now,
    )  # fmt: skip
    return True


def newest_of(decision: Decision) -> Decision:
    """Return the decision that stands now in the place of an older one."""
    while True:
        newer = (
            Decision.objects.filter(supersedes=decision).select_related("applicant", "application").first()
        )
        if newer is None:
            return decision
        decision = newer


def _bar(promise: Promise, standing: Standing, now: datetime) -> bool:
    """The plan is fulfilled and the law forbids it: that is said, with the reason."""
    codes = list(standing.forbidden_by)
    end_promise(promise, state=PromiseState.BARRED, now=now, ended_because=",".join(codes)[:60])
    record(
        verb=Verb.PROMISE_BARRED, subject=promise.reference, actor=SITE.code, now=now, codes={"law": codes}
    )
    queue_message(
        kind=Kind.PROMISE_BARRED, applicant=promise.applicant, about=promise.reference,
        params={"law": law_words(promise, codes, promise.applicant.language)}, now=now,
    )  # fmt: skip
    return True


def law_words(promise: Promise, codes: list[str], language: str) -> str:
    """Return the checks of law that stand against a promise, in one language."""
    words = get_words(language)
    rules = [rule.id for rule in compiled(promise.policy).rules if rule.reason in codes]
    return words.say("list_separator").join(words.say("rules", rule) for rule in rules)


def _expire(promise: Promise, *, now: datetime) -> bool:
    """Warn of the last day in time, and end a promise after it, unless we are what it waits for."""
    today = legal_day(now, get_profile(promise.applicant.jurisdiction).zone)
    if today <= promise.honoured_until:
        if promise.warned_at is None and today >= promise.honoured_until - WARN_BEFORE:
            _warn(promise, now)
        return False
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=promise.applicant_id)
        if standing_of(promise, now=now).waits_for_us:
            return False
        if not end_promise(promise, state=PromiseState.EXPIRED, now=now):
            return False
        record(verb=Verb.PROMISE_EXPIRED, subject=promise.reference, actor=SITE.code, now=now, codes={})
        _tell(promise, Kind.PROMISE_EXPIRED, now)
    return True


def _warn(promise: Promise, now: datetime) -> None:
    with transaction.atomic():
        waiting = Promise.objects.filter(pk=promise.pk, state=PromiseState.OPEN, warned_at=None)
        if waiting.update(warned_at=now):
            _tell(promise, Kind.PROMISE_EXPIRING, now)


def _tell(promise: Promise, kind: Kind, now: datetime) -> None:
    queue_message(
        kind=kind, applicant=promise.applicant, about=promise.reference,
        params={"honoured_until": promise.honoured_until}, now=now,
    )  # fmt: skip
