"""Choosing the language of the pages, and the language of letters and mails."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from creditportal.portal.keeping import keep_input


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Show the same page in the other language; what was typed on it stays."""
    here = request.POST.get("here", "")
    if not url_has_allowed_host_and_scheme(here, {request.get_host()}, require_https=request.is_secure()):
        here = reverse("portal:home")
    language = request.POST.get("language", "")
    if request.user.is_authenticated:
        keep_input(request, path=here.partition("?")[0])
    response = redirect(here)
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        translation.activate(language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
    return response
