"""Letters while an appeal is on its way: not accepted, longer, or late; frozen as the message leaves."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import override

from accounts.actors import Actor
from appeals.clocks import acceptance_review_until
from appeals.jurisdictions import get_jurisdiction
from appeals.models import Acceptance, AcceptanceResult, Appeal, AppealStatus, Extension
from appeals.staying import stay_of
from appeals.terms import CodedReason, terms_of
from applicants.showing import language_key, show_date
from applicants.terms import get_data_terms
from core.calendars import legal_day
from decisions.explaining import LANGUAGES
from decisions.jurisdictions import get_profile
from decisions.letter_words import fill_part, frame, letters, reply_days, say
from notifications.letters import freeze_letter
from notifications.models import Letter, LetterKind


def send_refusal(
    *, appeal: Appeal, acceptance: Acceptance, reason: CodedReason, by: Actor, now: datetime
) -> Letter:
    """Freeze the letter that says why an appeal was not accepted and who can look at that again."""
    times = appeal.acceptances.filter(result=AcceptanceResult.REFUSED).count()
    sent = appeal.submitted_at or appeal.opened_at
    day = legal_day(sent, get_jurisdiction(appeal.applicant).zone)
    until = acceptance_review_until(appeal.applicant, now)
    flags = {"note", "review"} if times == 1 else {"note"}
    inputs = {}
    for language in LANGUAGES:
        values = {
            "day": show_date(day, language), "decision": appeal.decision.reference,
            "reason": reason.text(language), "note": " ".join(str(acceptance.reason).split()),
            "until": show_date(until, language),
        }  # fmt: skip
        inputs[language] = _compose(
            kind=LetterKind.NOT_ACCEPTED, appeal=appeal, language=language, values=values, flags=flags,
            own=(), now=now,
        )  # fmt: skip
    return _freeze(
        kind=LetterKind.NOT_ACCEPTED, appeal=appeal, which=str(times), inputs=inputs, by=by, now=now
    )


def send_extension(*, extension: Extension, before: date, until: date, by: Actor, now: datetime) -> Letter:
    """Freeze the letter that says why an appeal takes longer, and its new date."""
    appeal = extension.appeal
    longest = terms_of(appeal).maximum_days or extension.to_days
    texts = {"zh": str(extension.letter_zh), "en": str(extension.letter_en)}
    flags = {"stay"} if stay_of(appeal) is not None else set()
    inputs = {}
    for language in LANGUAGES:
        values = {
            "before": show_date(before, language), "until": show_date(until, language),
            "from": extension.from_days, "to": extension.to_days, "longest": longest,
        }  # fmt: skip
        own = [line.strip() for line in texts[language_key(language)].splitlines() if line.strip()]
        inputs[language] = _compose(
            kind=LetterKind.EXTENSION, appeal=appeal, language=language, values=values, flags=flags,
            own=own, now=now,
        )  # fmt: skip
    return _freeze(
        kind=LetterKind.EXTENSION, appeal=appeal, which=str(extension.to_days), inputs=inputs, by=by, now=now
    )


def send_holding(*, appeal: Appeal, due_on: date, by: Actor, now: datetime) -> Letter:
    """Freeze the letter that says that our answer is late, how far it is, and who can be turned to now."""
    sent = legal_day(appeal.submitted_at or appeal.opened_at, get_jurisdiction(appeal.applicant).zone)
    flags = {"stay"} if stay_of(appeal) is not None else set()
    inputs = {}
    for language in LANGUAGES:
        with override(language):
            status = str(AppealStatus(appeal.status).label)
        values = {"sent": show_date(sent, language), "due": show_date(due_on, language), "status": status}
        inputs[language] = _compose(
            kind=LetterKind.HOLDING, appeal=appeal, language=language, values=values, flags=flags, own=(),
            now=now,
        )  # fmt: skip
    return _freeze(
        kind=LetterKind.HOLDING, appeal=appeal, which=due_on.isoformat(), inputs=inputs, by=by, now=now
    )


def _compose(
    *,
    kind: LetterKind,
    appeal: Appeal,
    language: str,
    values: Mapping[str, object],
    flags: Iterable[str],
    own: Iterable[str],
    now: datetime,
) -> dict[str, Any]:
    """One letter in one language; what we wrote ourselves comes first, in the first part."""
    document, profile = letters(), get_profile(appeal.applicant.jurisdiction)
    title = say(document["titles"][kind.value], language, {"reference": appeal.reference})
    framed = frame(
        applicant=appeal.applicant, reference=appeal.reference, title=title, lead=[], language=language,
        now=now,
    )  # fmt: skip
    common = {
        "appeal": appeal.reference, "clock": get_data_terms(profile.code).clock_in(language),
        "escalation": profile.document["escalation"][language_key(language)],
        **reply_days(profile),
        "contact": settings.DEFAULT_FROM_EMAIL,
    }  # fmt: skip
    holding = {*flags, profile.code}
    parts = [
        fill_part(entry, language=language, flags=holding, values={**common, **values})
        for entry in document[kind.lower()]
    ]
    parts[0]["lines"] = [*own, *parts[0]["lines"]]
    return {**framed, "parts": parts}


def _freeze(
    *, kind: LetterKind, appeal: Appeal, which: str, inputs: dict[str, Any], by: Actor, now: datetime
) -> Letter:
    return freeze_letter(
        kind=kind, applicant=appeal.applicant, about=appeal.reference,
        key=f"{kind}:{appeal.reference}:{which}", inputs=inputs, by=by, now=now,
    )  # fmt: skip
