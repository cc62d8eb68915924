"""Refusing decisions that a machine makes alone: from then on a person decides."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.models import Applicant
from applicants.terms import get_data_terms
from audit.log import record
from audit.verbs import Verb
from core.errors import ConflictError


class NoSuchRightError(ConflictError):
    """The law of the place does not give this right; a review by a person can be asked for there."""

    code = "no-such-right"
    default_message = _(
        "Where you live there is no right to refuse this. You can ask a person to look at any decision."
    )


def refuse_automation(*, applicant: Applicant, by: Actor, now: datetime) -> None:
    """From now on a person decides each application; what was decided stays as it is."""
    if not get_data_terms(applicant.jurisdiction).may_refuse_automation:
        raise NoSuchRightError
    with transaction.atomic():
        rows = Applicant.objects.filter(pk=applicant.pk, person_decides_since=None)
        if rows.update(person_decides_since=now):
            record(verb=Verb.AUTOMATION_REFUSED, subject=applicant.reference, actor=by.code, now=now)


def accept_automation(*, applicant: Applicant, by: Actor, now: datetime) -> None:
    """Let the machine decide again where the rules are clear."""
    with transaction.atomic():
        rows = Applicant.objects.filter(pk=applicant.pk, person_decides_since__isnull=False)
        if rows.update(person_decides_since=None):
            record(verb=Verb.AUTOMATION_ACCEPTED, subject=applicant.reference, actor=by.code, now=now)
