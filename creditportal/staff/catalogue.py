"""The catalogue editor: the words of reasons, evidence and help, checked and previewed before they count."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Permission
from core import clock
from core.errors import DomainError
from creditportal.staff.access import StaffRequest, actor_of
from creditportal.staff.desk import show, staff_page
from creditportal.staff.forms import TypedForm
from decisions.catalogue_editing import EDITABLE, LONGEST, Text, get_text, lint, list_texts, publish_text

_EDIT: Final = Permission.MANAGE_POLICY
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


@staff_page(_EDIT)
def show_catalogue(request: StaffRequest, name: str = EDITABLE[0]) -> HttpResponse:
    """Every text of one catalogue, in both languages."""
    if name not in EDITABLE:
        raise Http404
    wanted = request.GET.get("q", "").strip()[:60]
    texts = list_texts(name=name, by=actor_of(request))
    found = [text for text in texts if wanted.lower() in f"{text.place} {text.zh} {text.en}".lower()]
    context = {
        "title": _("Catalogue"), "name": name, "names": NAMES.items(), "texts": found, "wanted": wanted,
    }  # fmt: skip
    return show(request, "staff/catalogue.html", context)


@staff_page(_EDIT, "GET", "HEAD", "POST")
def edit_text(request: StaffRequest, name: str, place: str) -> HttpResponse:
    """One text: what is wrong with it, how it looks in both languages, and publishing it."""
    by = actor_of(request)
    text, version = get_text(name=name, place=place, by=by)
    if request.method != "POST":
        return _page(request, name, text, WordsForm(initial={"zh": text.zh, "en": text.en, "seen": version}))
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, name, text, form, status=400)
    typed = form.cleaned_data
    if "publish" not in request.POST:
        problems = lint(zh=typed["zh"], en=typed["en"], before=text)
        return _page(request, name, text, form, preview=typed, problems=problems)
    try:
        publish_text(
            name=name, place=place, zh=typed["zh"], en=typed["en"], expected_hash=typed["seen"], by=by,
            now=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        form.explain(error)
        return _page(request, name, text, form, preview=typed, status=error.status)
    messages.success(request, _("Published. New pages and letters have these words."))
    return redirect("admin:catalogue", name=name)


def _page(
    request: StaffRequest,
    name: str,
    text: Text,
    form: WordsForm,
    *,
    preview: dict[str, Any] | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": text.place, "name": name, "catalogue_name": NAMES[name], "text": text, "form": form,
        "preview": preview, "problems": problems, "is_sound": preview is not None and problems == [],
        "errors": bool(form.errors),
    }  # fmt: skip
    return show(request, "staff/catalogue_text.html", context, status=status)
