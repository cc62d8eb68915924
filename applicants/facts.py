"""Facts: appended, never edited; the current sheet is kept in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from applicants.changes import queue_change
from applicants.characteristics import Characteristic, Value, check_value, get_dictionary
from applicants.models import Applicant, ApplicantKind, Fact, Sheet
from applicants.sources import get_sources
from audit.log import record
from audit.verbs import Verb
from core.errors import InputError

EARLIEST = date(1990, 1, 1)


class FactRefusedError(InputError):
    """The fact cannot be recorded; the message names what is wrong."""

    code = "fact-refused"
    default_message = _("This fact cannot be recorded.")


@dataclass(frozen=True)
class NewFact:
    """One observed value that is about to be recorded."""

    characteristic: str
    value: object
    source: str
    observed_on: date
    detail: Mapping[str, Any] = field(default_factory=dict)
    evidence_reference: str = ""
    is_synthetic: bool = False


def record_fact(
    *,
    applicant: Applicant,
    characteristic: str,
    value: object,
    source: str,
    observed_on: date,
    detail: Mapping[str, Any] | None = None,
    evidence_reference: str = "",
    by: Actor,
    now: datetime,
    is_synthetic: bool = False,
) -> Fact:
    """Append one fact; the one it corrects stays and is superseded."""
    new = NewFact(
        characteristic, value, source, observed_on, detail or {}, evidence_reference, is_synthetic
    )  # fmt: skip
    return record_facts(applicant=applicant, facts=[new], by=by, now=now)[0]


def record_facts(*, applicant: Applicant, facts: Sequence[NewFact], by: Actor, now: datetime) -> list[Fact]:
    """Append several facts and bring the sheet up to date, all or nothing."""
    checked = [(new, check_fact(applicant=applicant, new=new, now=now)) for new in facts]
    with transaction.atomic():
        Applicant.objects.select_for_update().get(pk=applicant.pk)
        sheet, _is_new = Sheet.objects.select_for_update().get_or_create(
            applicant=applicant, defaults={"updated_at": now}
        )
        rows = [_append(sheet, new, value, by=by, now=now) for new, value in checked]
        sheet.version += 1
        sheet.updated_at = now
        sheet.save(update_fields=["facts", "version", "updated_at"])
        record(
            verb=Verb.FACT_RECORDED,
            subject=applicant.reference,
            actor=by.code,
            now=now,
            codes={"facts": [[row.pk, row.characteristic, row.source] for row in rows]},
            private={f"value:{row.pk}": str(row.value) for row in rows},
        )
        queue_change(applicant=applicant, mark=f"sheet-{sheet.version}", now=now)
    return rows


def check_fact(*, applicant: Applicant, new: NewFact, now: datetime) -> Value:
    """Return the value as it will be stored, or raise what is wrong with the fact."""
    characteristic = get_dictionary().get(new.characteristic)
    if characteristic is None or characteristic.virtual:
        raise FactRefusedError(_("%(name)s is not a fact about an applicant."), name=new.characteristic)
    if not characteristic.applies_to(is_person=applicant.kind == ApplicantKind.PERSON):
        raise FactRefusedError(_("%(name)s does not apply to this applicant."), name=new.characteristic)
    _check_source(characteristic, new.source)
    if not EARLIEST <= new.observed_on <= now.date().fromordinal(now.date().toordinal() + 1):
        raise FactRefusedError(
            _("The date of observation of %(name)s is not possible."), name=new.characteristic
        )
    return check_value(characteristic, new.value, new.detail)


def _check_source(characteristic: Characteristic, code: str) -> None:
    source = get_sources().get(code)
    if source is None:
        raise FactRefusedError(_("We do not know the data source %(source)s."), source=code)
    if not source.carries_any and code not in characteristic.source_kinds:
        raise FactRefusedError(
            _("%(name)s cannot come from the source %(source)s."), name=characteristic.name, source=code
        )


def _append(sheet: Sheet, new: NewFact, value: Value, *, by: Actor, now: datetime) -> Fact:
    before = sheet.facts.get(new.characteristic, {})
    row = Fact.objects.create(
        applicant_id=sheet.applicant_id,
        characteristic=new.characteristic,
        value=value,
        detail=dict(new.detail),
        source=new.source,
        observed_on=new.observed_on,
        recorded_at=now,
        recorded_by=by.code,
        is_synthetic=new.is_synthetic,
        evidence_reference=new.evidence_reference,
        supersedes_id=before.get("fact"),
    )
    sheet.facts[new.characteristic] = sheet_entry(
        value=value, source=new.source, observed_on=new.observed_on, detail=new.detail,
        fact=row.pk, is_synthetic=new.is_synthetic,
    )  # fmt: skip
    return row


def sheet_entry(
    *,
    value: Value,
    source: str,
    observed_on: date,
    detail: Mapping[str, Any],
    fact: int,
    is_synthetic: bool,
) -> dict[str, Any]:
    """Return how one current fact stands in the sheet."""
    entry: dict[str, Any] = {
        "value": value, "source": source, "observed_on": observed_on.isoformat(),
        "detail": dict(detail), "fact": fact,
    }  # fmt: skip
    if is_synthetic:
        entry["is_synthetic"] = True
    return entry


def get_sheet(applicant: Applicant) -> Sheet:
    """Return the current sheet; an applicant of whom nothing is known has an empty one, not stored yet."""
    sheet = Sheet.objects.filter(applicant=applicant).first()
    return sheet or Sheet(applicant=applicant, facts={}, version=0, updated_at=applicant.created_at)
