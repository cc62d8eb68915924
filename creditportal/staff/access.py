"""Who may pass the staff door, and how long a visit lasts."""

from datetime import datetime
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from accounts.sessions import SECOND_FACTORS
from core import clock

_RENEWED_AT = "staff_renewed_at"
_RENEW_EVERY_SECONDS = 60
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "version", "next"})


class StaffRequest(HttpRequest):
    """A request of somebody who passed the door."""

    user: User


def actor_of(request: StaffRequest) -> Actor:
    """Who acts."""
    return Actor.for_user(request.user)


def turn_away(request: HttpRequest, *, renews: bool = True) -> HttpResponse | None:
    """The answer for somebody who may not pass, or None for staff; to strangers this door does not exist.

    What an open page asks by itself does not renew the session: nobody need be sitting there.
    """
    user = request.user
    if not isinstance(user, User):
        return _ask_to_sign_in(request)
    if not (user.is_active and user.is_staff):
        raise Http404
    if settings.STAFF_MFA_REQUIRED and not _has_second_factor(request, user):
        messages.warning(request, _("Set up a second factor first. Staff pages need it."))
        return redirect("mfa_index")
    if renews:
        renew_session(request, now=clock.now())
    return None


def _has_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether the person signs in with an app or a passkey; the session was read with the answer."""
    known = getattr(request.session, "has_second_factor", False)
    # Who signed in a moment ago has a session that was not read yet.
    return known or bool(is_mfa_enabled(user, types=list(SECOND_FACTORS)))


def renew_session(request: HttpRequest, *, now: datetime) -> None:
    """Let the session end after the idle time of staff; written at most once a minute."""
    if not _is_fresh(request, now):
        request.session[_RENEWED_AT] = int(now.timestamp())
        request.session.set_expiry(settings.STAFF_SESSION_SECONDS)


def _is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether this session was renewed within the last minute."""
    last = request.session.get(_RENEWED_AT, 0)
    return bool(0 <= now.timestamp() - last < _RENEW_EVERY_SECONDS)


def typed_text(request: HttpRequest) -> list[tuple[str, str]]:
    """What the person had typed, field by field, to be shown again."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in _NOT_TYPED
        for value in values
        if str(value).strip()
    ]


def page_before(request: HttpRequest) -> str:
    """The page of the desk from which the form was sent, else the beginning of the desk."""
    path = urlsplit(request.headers.get("Referer", "")).path
    beginning = reverse("admin:index")
    return path if path.startswith(beginning) else beginning


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
    context = {
        "typed": typed_text(request),
        "back": page_before(request),
        "title": _("You were signed out"),
    }
    return render(request, "staff/signed_out.html", context, status=401)
