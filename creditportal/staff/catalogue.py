"""The catalogue editor: the words of reasons, evidence and help, checked and previewed before they count."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Permission
from core import clock
from core.errors import DomainError, NotFoundError
from creditportal.staff.access import StaffRequest, actor_of, typed_text
from creditportal.staff.desk import show, staff_page, words_of
from creditportal.staff.forms import TypedForm
from creditportal.staff.preview import preview_words
from decisions.catalogue_editing import (
    EDITABLE,
    LONGEST,
    Text,
    get_last_wording,
    get_text,
    lint,
    list_open_wordings,
    list_texts,
    propose_text,
    publish_text,
    return_text,
)
from decisions.models import Wording, WordingState

_READ: Final = Permission.APPROVE_POLICY
NAMES: Final = {
    "reasons": gettext_lazy("Reasons"),
    "evidence": gettext_lazy("Evidence"),
    "help": gettext_lazy("Help texts"),
}


def _area(language: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 5, "spellcheck": "true", "lang": language})


class WordsForm(TypedForm):
    """One text in both languages, with the version that the person saw."""

    zh = forms.CharField(
        max_length=LONGEST,
        label=gettext_lazy("Chinese"),
        widget=_area("zh"),
    )
    en = forms.CharField(
        max_length=LONGEST,
        label=gettext_lazy("English"),
        widget=_area("en"),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


@staff_page(_READ)
def show_catalogue(request: StaffRequest, name: str = EDITABLE[0]) -> HttpResponse:
    """Every text of one catalogue, in both languages."""
    if name not in EDITABLE:
        raise Http404
    wanted = request.GET.get("q", "").strip()[:60]
    by = actor_of(request)
    texts = list_texts(name=name, by=by)
    found = [text for text in texts if wanted.lower() in f"{text.place} {text.zh} {text.en}".lower()]
    context = {
        "title": _("Catalogue"), "name": name, "names": NAMES.items(), "texts": found, "wanted": wanted,
        "waiting": list_open_wordings(name=name, by=by),
    }  # fmt: skip
    return show(request, "staff/catalogue.html", context)


@staff_page(_READ, "GET", "HEAD", "POST")
def edit_text(request: StaffRequest, name: str, place: str) -> HttpResponse:
    """One text: what is wrong with it, how it looks in both languages, and proposing other words."""
    by = actor_of(request)
    text, version = get_text(name=name, place=place, by=by)
    if request.method != "POST":
        return _page(request, name, text, WordsForm(initial={"zh": text.zh, "en": text.en, "seen": version}))
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, name, text, form, status=400)
    typed = dict(form.cleaned_data)
    if "propose" not in request.POST:
        problems = lint(zh=typed["zh"], en=typed["en"], before=text)
        return _page(request, name, text, form, preview=typed, problems=problems)
    try:
        propose_text(
            name=name, place=place, zh=typed["zh"], en=typed["en"], expected_hash=typed["seen"], by=by,
            now=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        form.explain(error)
        return _page(request, name, text, form, preview=typed, status=error.status)
    messages.success(request, _("Proposed. Another person publishes these words."))
    return redirect("admin:catalogue_text", name=name, place=place)


@staff_page(_READ, "POST")
def publish_words(request: StaffRequest, name: str, place: str) -> HttpResponse:
    """Publish the words that somebody else proposed."""

    def act(wording: Wording) -> object:
        return publish_text(wording=wording, by=actor_of(request), now=clock.now())

    return _settle(request, name, place, act, _("Published. New pages and letters have these words."))


@staff_page(_READ, "POST")
def return_words(request: StaffRequest, name: str, place: str) -> HttpResponse:
    """Give proposed words back with a reason, or take one's own back."""

    def act(wording: Wording) -> object:
        reason = request.POST.get("reason", "")
        return return_text(wording=wording, reason=reason, by=actor_of(request), now=clock.now())

    return _settle(request, name, place, act, _("The words were given back. Nothing was published."))


def _settle(
    request: StaffRequest, name: str, place: str, act: Callable[[Wording], object], said: str
) -> HttpResponse:
    by = actor_of(request)
    text, version = get_text(name=name, place=place, by=by)
    wording = get_last_wording(name=name, place=place, by=by)
    if wording is None:
        raise NotFoundError
    try:
        act(wording)
    except DomainError as error:
        form = WordsForm(initial={"zh": text.zh, "en": text.en, "seen": version})
        return _page(request, name, text, form, refused=error, status=error.status)
    messages.success(request, said)
    return redirect("admin:catalogue_text", name=name, place=place)


def _page(
    request: StaffRequest,
    name: str,
    text: Text,
    form: WordsForm,
    *,
    preview: dict[str, Any] | None = None,
    problems: list[str] | None = None,
    refused: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    wording = get_last_wording(name=name, place=text.place, by=actor_of(request))
    is_open = wording is not None and wording.state == WordingState.PROPOSED
    words = preview or ({"zh": wording.zh, "en": wording.en} if is_open and wording else None)
    words = words or {"zh": text.zh, "en": text.en}
    context = {
        "title": text.place, "name": name, "catalogue_name": NAMES[name], "text": text, "form": form,
        "preview": preview, "problems": problems, "is_sound": preview is not None and problems == [],
        "errors": bool(form.errors) or refused is not None,
        "wording": wording,
        "is_open": is_open,
        "layouts": preview_words(zh=words["zh"], en=words["en"]),
        "is_about_reasons": name == "reasons",
        "is_own": wording is not None and wording.proposed_by_id == request.user.pk,
        "may_propose": request.user.can(Permission.MANAGE_POLICY),
        "refused": words_of(refused) if refused else [],
        "typed": typed_text(request) if refused else [],
    }  # fmt: skip
    return show(request, "staff/catalogue_text.html", context, status=status)
