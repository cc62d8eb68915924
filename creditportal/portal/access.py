"""Who may open a page of the portal, and what a refusal of the domain looks like as a page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from applicants.models import HelperGrant
from core.busy import told_when_busy
from core.catalogues import pinned_catalogues
from core.errors import DomainError, NotFoundError
from creditportal.portal.failures import show_not_sent, show_refusal
from creditportal.portal.keeping import keep_input
from creditportal.portal.standing_in import acting_for, find_help

P = ParamSpec("P")
_TYPED_IS_KEPT: Final = _(
    "You had been signed out, so nothing was sent. Sign in: what you typed is there again, files are not."
)
_NOTHING_WAS_SENT: Final = _("You had been signed out, so nothing was sent. Please sign in and try again.")


class PortalRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    actor: Actor
    helping: HelperGrant | None
    # The place of the reader's law, once a page has read it with the rest.
    place: str


View = Callable[Concatenate[PortalRequest, P], HttpResponseBase]
Opened = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(view: View[P]) -> Opened[P]:
    """A page for signed-in applicants; whatever the domain refuses becomes a page with the right status."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        known = cast("PortalRequest", request)
        known.actor, known.helping = Actor.for_user(known.user), None
        if known.user.is_staff:
            # Colleagues read cases through the staff door only: second factor, roles and trail are there.
            return show_refusal(request, NotFoundError())
        try:
            with pinned_catalogues(), told_when_busy():
                return _open(view, known, *args, **kwargs)
        except DomainError as error:
            return show_refusal(request, error)

    return opened


def _open(view: View[P], request: PortalRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
    """The page as oneself; where it is somebody else's, as the helper that this person may be."""
    try:
        return view(request, *args, **kwargs)
    except NotFoundError:
        grant = find_help(request, request.user, kwargs)
        if grant is None:
            raise
        request.actor, request.helping = acting_for(request.user, grant), grant
        return view(request, *args, **kwargs)


def sent_only(view: Opened[P]) -> Opened[P]:
    """An address to which a button sends; whoever only opens it is led to the page with the button."""

    @wraps(view)
    def sent(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        return show_not_sent(request, to=page_before(request.path_info))

    sent.is_sent_only = True  # type: ignore[attr-defined]  # so that signing in leads to the page before
    return sent


def page_before(path: str) -> str:
    """The nearest page above an address."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, leading back here; what was being sent is kept for after it."""
    back = request.get_full_path()
    if request.method == "POST":
        match = request.resolver_match
        is_kept = keep_input(request, path=request.path)
        if match is not None and getattr(match.func, "is_sent_only", False):
            back, is_kept = page_before(request.path_info), False
        messages.info(request, _TYPED_IS_KEPT if is_kept else _NOTHING_WAS_SENT)
    return redirect_to_login(back)
