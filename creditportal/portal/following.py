"""Following an appeal: the task list of a draft, the receipt, where it stands, and the result."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from appeals.attaching import check_open_for_papers
from appeals.clocks import draft_ends_at
from appeals.letters import outside_line
from appeals.models import Appeal, AppealOutcome, AppealStatus, Ruling, RulingState
from appeals.own_reading import OwnCase, read_own_case
from appeals.queries import comparison, get_appeal_for
from appeals.states import Event
from appeals.weighing import left_out
from core.clock import now
from core.errors import DomainError, NotFoundError
from core.references import normalise_reference
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.appealing import draft_gone
from creditportal.portal.decisions import newer_reference
from creditportal.portal.escalation import outside_body
from creditportal.portal.grounds import explained, list_contested
from creditportal.portal.next_looks import find_next_look
from creditportal.portal.own_pages import kept
from creditportal.portal.pages import show
from creditportal.portal.stages import list_stages
from creditportal.portal.tracking import describe_progress, describe_remedy, read_dates
from notifications.letters import list_letters_about
from notifications.models import Letter
from notifications.queries import count_unread

_TITLES: Final[dict[str, Promise]] = {
    AppealOutcome.CORRECTED: _("We corrected the decision"),
    AppealOutcome.RESTORED: _("Your line is open again"),
    AppealOutcome.RESTORED_IN_PART: _("Part of your line is open again"),
    AppealOutcome.NEW_OFFER: _("We can make you a new offer"),
    AppealOutcome.UNCHANGED: _("The decision stays as it was"),
}
_LANGUAGES: Final = {"zh": "zh-Hans", "en": "en"}
_LABELS: Final = {"zh": "中文信件", "en": "The letter in English"}


@require_safe
@page
@kept
def show_appeal(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The task list of a draft, or where a sent appeal stands."""
    own = _own_case(request, reference)
    appeal, document = own.appeal, own.explanation
    contested = list_contested(appeal, document)
    context: dict[str, Any] = {
        "appeal": appeal,
        "grounds": contested,
        "title": document["outcome"]["title"],
        "unread": own.unread,
    }
    if appeal.status == AppealStatus.DRAFT:
        context |= {"ends_at": draft_ends_at(appeal), "newer": newer_reference(appeal.decision)}
        return show(request, "appeal_tasks.html", context)
    if appeal.submitted_at is None:
        messages.info(request, draft_gone())
        return redirect("portal:decision", appeal.decision.reference)
    read_dates(appeal)
    files, progress = _all_files(contested), describe_progress(appeal, now())
    context |= {
        **progress,
        "letters": _letters_so_far(request, appeal, progress),
        "files": files,
        "is_waiting": any(file.is_waiting for file in files),
        "can_add": _can_add(request, appeal),
    }
    return show(request, "appeal_track.html", context)


@require_safe
@page
def show_receipt(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The confirmation: it can be bookmarked, and shows the same at any later time."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    if appeal.submitted_at is None:
        return redirect("portal:appeal", appeal.reference)
    read_dates(appeal)
    return show(request, "appeal_sent.html", {"appeal": appeal, "stages": list_stages(appeal, now())})


@require_safe
@page
def show_result(request: PortalRequest, reference: str) -> HttpResponseBase:
    """The result: outcome first, then what changed, the papers and the letter."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    ruling = appeal.rulings.select_related("rerun").filter(state=RulingState.FINAL).first()
    if ruling is None or not appeal.outcome:
        return redirect("portal:appeal", appeal.reference)
    document, letters = explained(appeal.decision), _letters(ruling)
    files = _all_files(list_contested(appeal, document))
    context = {
        "appeal": appeal,
        "title": _TITLES[appeal.outcome],
        "summary": _summary(appeal),
        "comparison": _compare(ruling, document["score"]),
        "files": files,
        "counted": [file for file in files if file.is_counted],
        "not_counted": [file for file in files if not file.is_counted],
        **describe_remedy(appeal, now()),
        "letters": letters,
        "second": find_next_look(appeal.new_decision or appeal.decision),
        "escalation": _escalation(appeal, letters),
    }
    return show(request, "appeal_result.html", context)


def _own_case(request: PortalRequest, reference: str) -> OwnCase:
    """The case of the person in one statement; a helper's way to it is longer."""
    known, language = normalise_reference(reference), _language()
    if request.helping is None:
        own = read_own_case(user_id=request.user.pk, reference=known, language=language, now=now())
        if own is None:
            raise NotFoundError
        request.place = own.appeal.applicant.jurisdiction
        return own
    appeal = get_appeal_for(by=request.actor, reference=known)
    return OwnCase(appeal, explained(appeal.decision), count_unread(user=request.user))


def _can_add(request: PortalRequest, appeal: Appeal) -> bool:
    try:
        check_open_for_papers(appeal=appeal, by=request.actor)
    except DomainError:
        return False
    return True


def _letters_so_far(request: PortalRequest, appeal: Appeal, progress: Mapping[str, Any]) -> list[Letter]:
    """What we wrote before the answer; looked for only where there is something, and for the person alone."""
    wrote = progress.get("extension") is not None or bool(progress.get("is_late"))
    # A refusal stays among the letters, also where another person took the appeal in after it.
    wrote = wrote or any(event.event == Event.NOT_ACCEPT for event in appeal.events.all())
    return list_letters_about(by=request.actor, about=appeal.reference) if wrote else []


def _summary(appeal: Appeal) -> str | Promise:
    if appeal.new_decision is None:
        return _("We looked at everything you sent. It does not change the result this time.")
    return str(explained(appeal.new_decision)["outcome"]["title"])


def _compare(ruling: Ruling, score: Mapping[str, Any]) -> dict[str, Any]:
    compared = comparison(ruling.rerun, _language())
    against = left_out(ruling.rerun, ruling.outcome)
    changed = [
        {**asdict(row), "change": _difference(row.points_before, row.points_after)}
        for row in compared.rows
        if row.is_changed
    ]
    steps = [asdict(step) for step in compared.waterfall]
    before, after = compared.waterfall[0].running, compared.waterfall[-1].running
    # What would lower the score counts against nobody, so no page draws a lower score.
    is_kept = bool(against) or (ruling.outcome == AppealOutcome.UNCHANGED and after < before)
    return {
        "rows": [row for row in changed if row["characteristic"] not in against],
        "left_out": [row for row in changed if row["characteristic"] in against],
        "steps": [] if is_kept else steps,
        "score": score,
        "kept": before if is_kept else None,
    }


def _difference(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "--"
    return f"{after - before:+d}".replace("-", "−")


def _letters(ruling: Ruling) -> list[dict[str, str]]:
    """Both letters, the one in the language of the page first."""
    first = "en" if _language() == "en" else "zh"
    texts = {"zh": str(ruling.letter_zh), "en": str(ruling.letter_en)}
    order = [first, *(key for key in texts if key != first)]
    return [{"language": _LANGUAGES[key], "label": _LABELS[key], "text": texts[key]} for key in order]


def _escalation(appeal: Appeal, letters: list[dict[str, str]]) -> str:
    """Who else can be turned to, where the letter above does not say it."""
    said = outside_line(appeal=appeal, language=_language())
    return "" if said in letters[0]["text"] else outside_body(appeal.applicant.jurisdiction)


def _all_files(contested: list[Any]) -> list[Any]:
    return [file for reason in contested for file in reason.files]


def _language() -> str:
    return translation.get_language() or "zh-hans"
