"""The letter that answers an appeal: the ruling's own words in both languages, frozen when it is sent."""

from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.actors import SITE, Actor
from appeals.appealability import appeal_window, count_decided
from appeals.comparing import comparison
from appeals.found_lines import corrected_lines
from appeals.letters import outside_line
from appeals.models import Appeal, Ruling, RulingState
from appeals.rules import find_bar
from appeals.weighing import left_out
from applicants.showing import language_key, show_date
from applicants.terms import get_data_terms
from core.errors import NotFoundError
from decisions.explaining import LANGUAGES
from decisions.jurisdictions import get_profile
from decisions.letter_words import fill_part, frame, letters, reply_days, say
from decisions.models import Decision
from notifications.letters import freeze_letter
from notifications.models import Letter, LetterKind


def send_answer(*, appeal: Appeal, by: Actor, now: datetime) -> Letter:
    """Freeze the answer to a decided appeal; asking again returns the one that was sent."""
    key = f"{LetterKind.APPEAL_LETTER}:{appeal.reference}"
    known = Letter.objects.filter(key=key).first()
    if known is not None:
        return known
    ruling = appeal.rulings.select_related("rerun").filter(state=RulingState.FINAL).first()
    if ruling is None:
        raise NotFoundError
    inputs = {
        name: compose_answer(appeal=appeal, ruling=ruling, language=name, now=now) for name in LANGUAGES
    }
    return freeze_letter(
        kind=LetterKind.APPEAL_LETTER, applicant=appeal.applicant, about=appeal.reference, key=key,
        inputs=inputs, by=by, now=now,
    )  # fmt: skip


def freeze_answer(*, reference: str, now: datetime) -> None:
    """Freeze the answer in the moment of the decision, before anybody opens it."""
    appeal = Appeal.objects.select_related("applicant", "decision").get(reference=reference)
    send_answer(appeal=appeal, by=SITE, now=now)


def compose_answer(*, appeal: Appeal, ruling: Ruling, language: str, now: datetime) -> dict[str, Any]:
    """Return the answer in one language, before it has a code."""
    document, key = letters(), language_key(language)
    answer, changes, further = document["appeal"]
    title = say(document["titles"]["APPEAL_LETTER"], language, {"reference": appeal.reference})
    framed = frame(
        applicant=appeal.applicant,
        reference=appeal.reference,
        title=title,
        lead=[],
        language=language,
        now=now,
    )
    text = str(ruling.letter_en if key == "en" else ruling.letter_zh)
    rerun, against = ruling.rerun, left_out(ruling.rerun, ruling.outcome)
    rows = [
        say(changes["item"], language, {"label": row.label, "before": row.before, "after": row.after})
        for row in comparison(rerun, language).rows
        if row.is_changed and row.characteristic not in against
    ]
    decision = appeal.new_decision or appeal.decision
    values = {
        "until": show_date(appeal_window(decision).last_on, language),
        "clock": get_data_terms(appeal.applicant.jurisdiction).clock_in(language),
        "escalation": get_profile(appeal.applicant.jurisdiction).document["escalation"][key],
        **reply_days(get_profile(appeal.applicant.jurisdiction)),
        "contact": settings.DEFAULT_FROM_EMAIL,
    }
    own = fill_part(answer, language=language, flags=(), values={})
    # What was corrected and who else to turn to have parts of their own; a reworded line stays where it is.
    listed = {outside_line(appeal=appeal, language=language)}
    findings = list(appeal.findings.filter(is_current=True))
    listed |= set(corrected_lines(rerun, findings, ruling.outcome, language=language)) if rows else set()
    lines = [line.strip() for line in text.splitlines()]
    own["lines"] = [line for line in lines if line and line not in listed]
    flags = {appeal.applicant.jurisdiction} | ({"again"} if _may_look_again(decision, now) else set())
    corrected = fill_part(changes, language=language, flags=(), values={}, items=rows)
    corrected["lines"] = [] if rows else [changes["none"][key]]
    return {
        **framed,
        "parts": [own, corrected, fill_part(further, language=language, flags=flags, values=values)],
    }


def _may_look_again(decision: Decision, now: datetime) -> bool:
    """Whether a second look can be asked for, once the appeal that is answered here has ended."""
    bar = find_bar(
        outcome=decision.outcome,
        is_superseded=hasattr(decision, "superseded_by"),
        is_in_time=appeal_window(decision).is_open(now),
        has_open=False,
        decided_before=count_decided(decision),
    )
    return bar is None
