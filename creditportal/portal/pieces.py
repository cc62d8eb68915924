"""Files that come in pieces from the page's own script; every answer is JSON that says where to go on."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.limits import count_hit
from appeals.arriving import begin_paper, find_paper, take_paper
from appeals.models import Appeal
from appeals.queries import get_appeal_for
from core.busy import BusyError, told_when_busy
from core.clock import now
from core.errors import DomainError, InputError
from creditportal.portal import evidence
from creditportal.portal.access import PortalRequest, page
from creditportal.portal.failures import TooOftenError
from creditportal.portal.forms.appealing import PieceForm
from evidence.arriving import MAX_PIECE, WrongPlaceError
from evidence.models import Upload

P = ParamSpec("P")


def told_as_json(
    view: Callable[Concatenate[PortalRequest, P], HttpResponseBase],
) -> Callable[Concatenate[PortalRequest, P], HttpResponseBase]:
    """What the domain refuses is told to the script in words and with its status."""

    @wraps(view)
    def told(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            with told_when_busy():
                return view(request, *args, **kwargs)
        except WrongPlaceError as error:
            return JsonResponse({"offset": error.offset, "problems": [str(error)]}, status=error.status)
        except InputError as error:
            words = [str(text) for texts in error.fields.values() for text in texts] or [str(error)]
            return JsonResponse({"problems": words}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        except (TooOftenError, BusyError) as error:
            return JsonResponse({"problems": [str(error)], "wait": error.wait_seconds}, status=error.status)
        except DomainError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                raise
            return JsonResponse({"problems": [str(error)]}, status=error.status)

    return told


def signed_in_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A script is not led to the sign-in page: it is told, and goes on where it stopped afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated and request.headers.get("X-Requested-With") == "upload":
            words = _("You are signed out. Sign in in another tab, then choose Try again here.")
            return JsonResponse({"problems": [words]}, status=HTTPStatus.UNAUTHORIZED)
        return view(request, *args, **kwargs)

    return guarded


@require_POST
@signed_in_only
@page
@told_as_json
def begin(request: PortalRequest, reference: str, code: str) -> HttpResponseBase:
    """Announce a file; says where to send it and from which byte on."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    ground = evidence.get_ground(appeal, code)
    count = count_hit(limit=evidence.UPLOADS, who=request.actor.code, now=now())
    if not count.is_allowed:
        raise TooOftenError(wait_seconds=count.wait_seconds)
    form = PieceForm(request.POST)
    if not form.is_valid():
        words = [str(text) for texts in form.errors.values() for text in texts]
        return JsonResponse({"problems": words}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    upload = begin_paper(ground=ground, **form.cleaned_data, by=request.actor, now=now())
    return JsonResponse(_where(appeal, code, upload), status=HTTPStatus.CREATED)


@require_http_methods(["GET", "POST"])
@signed_in_only
@page
@told_as_json
def piece(request: PortalRequest, reference: str, code: str, upload: str) -> HttpResponseBase:
    """How much has come, or one more piece; the last one makes the file."""
    appeal = get_appeal_for(by=request.actor, reference=reference)
    ground = evidence.get_ground(appeal, code)
    found = find_paper(ground=ground, reference=upload, by=request.actor, now=now())
    if request.method == "GET":
        return JsonResponse(_where(appeal, code, found))
    attached = take_paper(
        ground=ground, upload=found, offset=_offset(request), data=_body(request), by=request.actor, now=now()
    )
    return JsonResponse({"offset": found.offset, "done": attached is not None})


def _where(appeal: Appeal, code: str, upload: Upload) -> dict[str, Any]:
    to = reverse("portal:piece", args=[appeal.reference, code, upload.reference])
    return {"to": to, "offset": upload.offset, "piece": MAX_PIECE}


def _offset(request: HttpRequest) -> int:
    text = request.headers.get("Upload-Offset", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _body(request: HttpRequest) -> bytes:
    """The piece; one that is too big is not even read."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    return b"" if announced > MAX_PIECE else request.body
