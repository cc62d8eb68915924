"""Consents: a dated permission per source of data; without it nothing of that source is used."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.changes import queue_change
from applicants.models import Applicant, Consent, Sheet
from applicants.sources import Source, get_sources
from audit.log import record
from audit.verbs import Verb
from core.errors import InputError


class UnknownSourceError(InputError):
    """No source of data has this code."""

    code = "unknown-source"
    default_message = _("We do not know the data source %(source)s.")


class NoConsentNeededError(InputError):
    """The source is used on another basis, which a consent cannot change."""

    code = "no-consent-needed"
    default_message = _("This source is used without a separate consent, so there is nothing to switch.")


@dataclass(frozen=True)
class ConsentRow:
    """One source as a person sees it: what it is, and since when it may be used."""

    source: Source
    given_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_given(self) -> bool:
        """Whether the source may be used now."""
        return not self.source.needs_consent or (self.given_at is not None and self.withdrawn_at is None)


def give_consent(*, applicant: Applicant, source: str, by: Actor, now: datetime) -> Consent:
    """Open a consent; one that is open already is returned as it is."""
    _check_source(source)
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=applicant.pk)
        consent, is_new = Consent.objects.get_or_create(
            applicant=applicant, source=source, withdrawn_at=None, defaults={"given_at": now}
        )
        if is_new:
            _note(Verb.CONSENT_GIVEN, applicant, source, by, now)
            queue_change(applicant=applicant, mark=f"consent-{consent.pk}", now=now)
    return consent


def withdraw_consent(*, applicant: Applicant, source: str, by: Actor, now: datetime) -> None:
    """End a consent from now on; there being none is no error."""
    _check_source(source)
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=applicant.pk)
        if Consent.objects.filter(applicant=applicant, source=source, withdrawn_at=None).update(
            withdrawn_at=now
        ):
            _note(Verb.CONSENT_WITHDRAWN, applicant, source, by, now)


def list_consents(applicant: Applicant) -> list[ConsentRow]:
    """Return every source of data, with the newest consent where there ever was one."""
    newest = {row.source: row for row in Consent.objects.filter(applicant=applicant).order_by("id")}
    rows = []
    for source in get_sources().values():
        consent = newest.get(source.code)
        rows.append(
            ConsentRow(
                source=source,
                given_at=consent.given_at if consent else None,
                withdrawn_at=consent.withdrawn_at if consent else None,
            )
        )
    return rows


def usable_sources(applicant: Applicant) -> set[str]:
    """Return the sources whose facts may be used: consented, or needing no consent."""
    open_ones = Consent.objects.filter(applicant=applicant, withdrawn_at=None).values_list(
        "source", flat=True
    )
    return free_sources() | set(open_ones)


def free_sources() -> set[str]:
    """Return the sources that need no consent."""
    return {code for code, source in get_sources().items() if not source.needs_consent}


def consented_sources_of(applicants: Iterable[int]) -> Mapping[int, set[str]]:
    """Return the sources that many applicants consented to by their keys, from one statement."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Consent.objects.filter(applicant__in=list(applicants), withdrawn_at=None)
    for key, source in rows.values_list("applicant_id", "source"):
        found[key].add(source)
    return found


def _check_source(code: str) -> None:
    source = get_sources().get(code)
    if source is None:
        raise UnknownSourceError(source=code)
    if not source.needs_consent:
        raise NoConsentNeededError(source=code)


def _note(verb: Verb, applicant: Applicant, source: str, by: Actor, now: datetime) -> None:
    """Audit the change, and mark the sheet as changed so that waiting decisions look again."""
    Sheet.objects.filter(applicant=applicant).update(version=F("version") + 1, updated_at=now)
    record(verb=verb, subject=applicant.reference, actor=by.code, now=now, codes={"source": source})
