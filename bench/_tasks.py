"""How a book is usually assessed: a task per person, or rows through the ORM and bulk_create."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
django.setup()

NOW: Final = datetime(2026, 11, 22, 4, tzinfo=UTC)
app = Celery("bench", broker=os.environ["REDIS_URL"], set_as_current=False)
app.conf.update(task_default_queue="bench", task_ignore_result=True, broker_connection_retry_on_startup=True)


@app.task(name="assess_one", ignore_result=True)
def assess_one(key: int) -> None:
    """Assess one person by the single path and store the result."""
    for row in _results([key]):
        row.save(force_insert=True)


def assess_in_bulk(keys: Sequence[int], batch: int) -> None:
    """Assess people by the single path and store the results in batches."""
    from decisions.models import DecisionAccess

    DecisionAccess.objects.bulk_create(_results(keys), batch_size=batch)


def count_results() -> int:
    """How many results these ways have stored."""
    from decisions.models import DecisionAccess

    return DecisionAccess.objects.count()


def _results(keys: Sequence[int]) -> Iterator[Any]:
    """A row per person, as narrow as one that only says who had which outcome and score."""
    from applicants.models import Applicant
    from applicants.usable import usable_facts
    from decisions.freezing import assess_frozen, freeze_context, used_facts
    from decisions.jurisdictions import get_profile
    from decisions.models import Decision, DecisionAccess
    from decisions.policies import compiled, get_policy_in_force

    policy = compiled(get_policy_in_force(now=NOW))
    context = freeze_context(profile=get_profile("CN"), product="consumer_loan", market="normal", now=NOW)
    people = Applicant.objects.select_related("sheet").in_bulk(keys)
    for decision in Decision.objects.filter(applicant__in=keys).only("applicant_id", "request").iterator():
        facts = used_facts(policy, "consumer_loan", usable_facts(people[decision.applicant_id], NOW))
        found = assess_frozen(policy, facts, {**decision.request, "context": context})
        yield DecisionAccess(decision_id=decision.pk, actor=f"{found.outcome}:{found.score}", at=NOW)
