"""The form in which a proved error is written down."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applicants.characteristics import get_dictionary
from applicants.showing import language_key
from applicants.sources import get_sources
from creditportal.staff.forms import TypedForm
from creditportal.staff.typing_in import date_input
from decisions.class_remedies import ProvedError
from decisions.models import Correction, ErrorKind, PolicyState, PolicyVersion

_WORDS = {"true": True, "false": False, "nothing": None}


def _key() -> str:
    return language_key(get_language() or "zh-hans")


def _list_sources() -> list[tuple[str, str]]:
    key = _key()
    return [("", "--"), *((code, one.label[key]) for code, one in get_sources().items())]


def _list_inputs() -> list[tuple[str, str]]:
    key = _key()
    known = [(name, one.label[key]) for name, one in get_dictionary().items() if not one.virtual]
    return [("", "--"), *sorted(known, key=lambda pair: pair[1])]


def _list_policies() -> list[tuple[str, str]]:
    rows = PolicyVersion.objects.filter(state=PolicyState.PUBLISHED).order_by("-pk")
    return [("", "--"), *((version, version) for version in rows.values_list("version", flat=True)[:50])]


def _choice(label: Any, choices: Callable[[], list[tuple[str, str]]], hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(required=False, label=label, choices=choices, help_text=hint)


class ProvedErrorForm(TypedForm):
    """What proved wrong, in which days, by which case, and how it is put right."""

    kind = forms.ChoiceField(label=_("What proved wrong?"), choices=ErrorKind.choices)
    source = _choice(_("Source"), _list_sources, _("For a source, or to narrow down a value."))
    characteristic = _choice(_("Input"), _list_inputs, _("Empty: every input from this source."))
    rule = forms.CharField(
        required=False, max_length=60, label=_("Rule"), help_text=_("For a rule: its number, as in R07.")
    )
    value = forms.CharField(
        required=False, max_length=60, label=_("Wrong value"),
        help_text=_("For one value: a number, a code, true, false or nothing."),
    )  # fmt: skip
    correction = forms.ChoiceField(label=_("How are decisions assessed again?"), choices=Correction.choices)
    right_value = forms.CharField(required=False, max_length=60, label=_("Right value"))
    policy = _choice(_("Policy version"), _list_policies, _("For a rule: the version that has it right."))
    first_day = forms.DateField(label=_("First day"), widget=date_input())
    last_day = forms.DateField(label=_("Last day"), widget=date_input())
    proof = forms.CharField(
        max_length=40, label=_("Case that proved it"), help_text=_("For example AP-7K3Q-9XDM.")
    )
    reason = forms.CharField(max_length=500, label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}))

    def to_error(self) -> ProvedError:
        """The proved error that the cleaned fields mean."""
        typed = self.cleaned_data
        is_rule = typed["kind"] == ErrorKind.RULE
        return ProvedError(
            kind=typed["kind"], correction=typed["correction"], first_day=typed["first_day"],
            last_day=typed["last_day"], source="" if is_rule else typed["source"],
            rule=typed["rule"].strip().upper() if is_rule else "",
            characteristic="" if is_rule else typed["characteristic"], value=read_value(typed["value"]),
            right_value=read_value(typed["right_value"]), policy=typed["policy"],
        )  # fmt: skip


def read_value(text: str) -> object:
    """What a typed value means: a number, yes or no, nothing, or a code."""
    text = text.strip()
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
