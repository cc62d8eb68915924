"""People with a line in use, and what is learnt about them later."""

from datetime import datetime, timedelta
from typing import Any

from accounts.actors import SITE
from accounts.models import User
from applicants.characteristics import get_dictionary
from applicants.facts import NewFact, record_facts
from applicants.models import Applicant
from core.identity import today_in_china
from decisions.models import EarlyWarning
from decisions.samples import facts_of, play
from decisions.warnings import look_at
from tests.factories.decisions import NOW, SAMPLES, known_as, sample_applicant
from tests.people import acting

DAY = timedelta(days=1)


def holder(key: str, user: User, signer: User, now: datetime = NOW) -> Applicant:
    """A sample applicant with a line in use, seen once."""
    applicant = sample_applicant(key, user=user, now=now)
    play(sample=known_as(key), applicant=applicant, signer=signer, by=acting(user), now=now)
    look_at(keys=[applicant.pk], now=now)
    return applicant


def learn(applicant: Applicant, now: datetime, **values: Any) -> None:
    """Record facts about somebody today."""
    known = get_dictionary()
    facts = [
        NewFact(name, value, known[name].source_kinds[0], today_in_china(now))
        for name, value in values.items()
    ]
    record_facts(applicant=applicant, facts=facts, by=SITE, now=now)


def shock(applicant: Applicant, key: str, now: datetime) -> None:
    """Everything that the sample says of the same applicant later."""
    facts = facts_of(SAMPLES[key], dictionary=get_dictionary(), observed_on=today_in_china(now))
    record_facts(applicant=applicant, facts=facts, by=SITE, now=now)


def standing(applicant: Applicant) -> dict[str, str]:
    """The warnings that stand, with their level."""
    rows = EarlyWarning.objects.filter(applicant=applicant, ended_at=None)
    return dict(rows.order_by("trigger").values_list("trigger", "level"))
