"""Letters as files: the notice of a decision, the answer to an appeal, the card of today, signed sheets."""

import re
from typing import Final

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.sessions import is_key
from appeals.queries import get_appeal_for
from appeals.sending import send_answer
from core.clock import now
from core.errors import NotFoundError
from core.references import ALPHABET
from creditportal.portal.access import PortalRequest, page
from decisions.explaining import LANGUAGES
from decisions.notices import send_notice
from decisions.queries import get_decision_for
from decisions.status_cards import make_card
from notifications.letters import find_letter_by_session, find_own_letter, get_letter_for
from notifications.models import Letter, LetterKind
from notifications.typesetting import draw_card, typeset

# A notice as it is written in links.
_NOTICE: Final = re.compile(rf"/decisions/(DE(?:-[{ALPHABET}]{{4}}){{2,3}})/letter/({'|'.join(LANGUAGES)})/")


def open_letter(request: HttpRequest) -> HttpResponse | None:
    """Answer a plain GET of one's own notice from one statement; None where the page itself must look."""
    asked = _NOTICE.fullmatch(request.path_info)
    if asked is None or request.method != "GET" or request.META.get("QUERY_STRING"):
        return None
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not (session and is_key(session)):
        return None
    try:
        opened = find_letter_by_session(
            session=session, kind=LetterKind.DECISION_NOTICE, about=asked[1], now=now()
        )
    except OperationalError:
        return None
    if opened is None:
        return None
    answer = _answer(opened.letter, asked[2])
    request.user_id = opened.user_id  # type: ignore[attr-defined]  # for the log
    return answer


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
def get_card_picture(request: PortalRequest, reference: str, language: str) -> HttpResponseBase:
    """The same card as a picture."""
    decision = get_decision_for(by=request.actor, reference=reference)
    if language not in LANGUAGES:
        raise NotFoundError
    card = make_card(decision=decision, by=request.actor, now=now())
    response = HttpResponse(draw_card(card, language=language), content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="{card.reference}-{language}.png"'
    response["Content-Language"] = language
    return response


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
    response["Content-Language"] = language
    return response
