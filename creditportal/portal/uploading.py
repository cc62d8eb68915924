"""Taking files in: who sends them is known before the first byte is read, and too much is cut short."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Final, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from creditportal.portal.failures import Failure, show_failure
from creditportal.portal.keeping import keep_input
from evidence.problems import MAX_BYTES

P = ParamSpec("P")
MAX_BODY_BYTES: Final = 512 * 1024 * 1024
MAX_WORDS_BYTES: Final = 64 * 1024
_TITLE: Final = _("These files are too big together")
_WORDS: Final = _("Each file must be smaller than 10 MB. Please send fewer files at a time.")


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps files on disk for the length of the request, each only as far as one byte too many."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start counting a file."""
        super().new_file(*args, **kwargs)
        self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what still fits; the rest is read and forgotten."""
        part = raw_data[: MAX_BYTES + 1 - self.kept]
        self.kept += len(part)
        if part:
            super().receive_data_chunk(part, start)


def receives_files(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page that takes files: the body of a stranger, or one beyond all measure, is never parsed."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if _announced_bytes(request) > MAX_BODY_BYTES:
            failure = Failure(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, title=_TITLE, words=_WORDS)
            return show_failure(request, failure)
        request.upload_handlers = [BoundedUploadHandler(request)]
        return protected(request, *args, **kwargs)

    return guarded


def keeps_words(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page that takes words beside a file: after the session ended the words are kept, if they are few."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        is_out = request.method == "POST" and not request.user.is_authenticated
        if is_out and _announced_bytes(request) <= MAX_WORDS_BYTES:
            keep_input(request, path=request.path)
        return view(request, *args, **kwargs)

    return guarded


def _announced_bytes(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
