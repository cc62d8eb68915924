"""Letters as files: the notice of a decision, the answer to an appeal, the card of today, signed sheets."""

from typing import Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from appeals.queries import get_appeal_for
from appeals.sending import send_answer
from core.clock import now
from core.errors import NotFoundError
from creditportal.portal.access import PortalRequest, page
from decisions.notices import send_notice
from decisions.queries import get_decision_for
from decisions.status_cards import make_card
from notifications.letters import find_own_letter, get_letter_for
from notifications.models import Letter, LetterKind
from notifications.typesetting import typeset

LANGUAGES: Final = ("zh-hans", "en")


@require_safe
@page
def get_notice(request: PortalRequest, reference: str, language: str) -> HttpResponseBase:
    """The notice of a decision; one that was sent is found without the decision."""
    letter = find_own_letter(by=request.actor, kind=LetterKind.DECISION_NOTICE, about=reference)
    if letter is None:
        decision = get_decision_for(by=request.actor, reference=reference)
        letter = send_notice(decision=decision, by=request.actor, now=now())
    return _answer(letter, language)


@require_safe
@page
def get_card(request: PortalRequest, reference: str, language: str) -> HttpResponseBase:
    """The card that says what stands today."""
    decision = get_decision_for(by=request.actor, reference=reference)
    return _answer(make_card(decision=decision, by=request.actor, now=now()), language)


@require_safe
@page
def get_appeal_answer(request: PortalRequest, reference: str, language: str) -> HttpResponseBase:
    """The answer to a decided appeal."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    return _answer(send_answer(appeal=appeal, by=request.actor, now=now()), language)


@require_safe
@page
def get_letter(request: PortalRequest, reference: str, language: str) -> HttpResponseBase:
    """A letter that was sent or signed before."""
    return _answer(get_letter_for(by=request.actor, reference=reference), language)


def _answer(letter: Letter, language: str) -> HttpResponse:
    if language not in LANGUAGES:
        raise NotFoundError
    response = HttpResponse(typeset(letter, language=language), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{letter.reference}-{language}.pdf"'
    return response
