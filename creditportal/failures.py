"""What answers where no view could: a problem document for machines, a calm page for people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from creditportal.api.problems import MEDIA_TYPE, problem
from creditportal.portal import failures

_FOR_MACHINES = ("/api/", "/identity/")


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request cannot be used."""
    return _answer(request, 400, lambda: failures.bad_request(request, exception))


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The account does not allow it."""
    return _answer(request, 403, lambda: failures.forbidden(request, exception))


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The address leads nowhere, or to something that is not this person's."""
    return _answer(request, 404, lambda: failures.not_found(request, exception))


def handler500(request: HttpRequest) -> HttpResponse:
    """Our own mistake."""
    return _answer(request, 500, lambda: failures.broken(request))


def _answer(request: HttpRequest, status: int, page: Callable[[], HttpResponse]) -> HttpResponse:
    if request.path.startswith(_FOR_MACHINES):
        return JsonResponse(problem(status).data, status=status, content_type=MEDIA_TYPE)
    return page()
