"""Pages on which a code from a mail is typed: a code whose time is over is told, not silently dropped."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account.views import (
    complete_password_reset,
    confirm_password_reset_code,
    email_verification_sent,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

View = Callable[..., HttpResponseBase]
_WHERE_ONE_STARTS_AGAIN: Final = ("account_login", "account_email", "account_reset_password")


def tells_when_over(view: View) -> View:
    """Say that the code is no longer valid where a page sends its reader back without a word."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        starts = {resolve_url(name) for name in _WHERE_ONE_STARTS_AGAIN}
        is_sent_back = isinstance(answer, HttpResponseRedirect) and answer.url in starts
        if is_sent_back and not len(messages.get_messages(request)):
            messages.info(request, _("This code is no longer valid. Please ask for a new one."))
        return answer

    return told


confirm_address = tells_when_over(email_verification_sent)
confirm_reset = tells_when_over(confirm_password_reset_code)
set_new_password = tells_when_over(complete_password_reset)
