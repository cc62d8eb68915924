"""Turning what a person typed into a value of the dictionary; the dictionary itself has the last word."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applicants.characteristics import NUMERIC, Characteristic
from applicants.vocabularies import get_vocabularies

_NOT_DIGITS = str.maketrans("", "", " \u00a0\u2009,\uff0c%\u00a5\uffe5")
UNITS: Mapping[str, Promise] = {
    "days": _("days"),
    "months": _("months"),
    "years": _("years"),
    "cny": _("yuan"),
    "cny_month": _("yuan a month"),
    "pct": _("percent"),
    "points": _("points"),
    "times": _("times"),
}


def in_language(words: Mapping[str, str]) -> str:
    """The words in the reader's language."""
    return words["zh" if (get_language() or "zh").startswith("zh") else "en"]


class TypedNumberField(forms.CharField):
    """A number as people type it: full-width digits, thousands separators, a currency or percent sign."""

    default_error_messages = {"number": _("Type a number, for example 7200 or 12.5.")}
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "w-s"})

    def clean(self, value: Any) -> int | float | None:
        """The number, a whole one as an integer; None when nothing was typed."""
        text = unicodedata.normalize("NFKC", super().clean(value)).translate(_NOT_DIGITS)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise forms.ValidationError(self.error_messages["number"], code="number") from None
        if not number.is_finite():
            raise forms.ValidationError(self.error_messages["number"], code="number")
        return int(number) if number == number.to_integral_value() else float(number)


class MonthField(forms.RegexField):
    """A month as 2026-11."""

    default_error_messages = {"invalid": _("Type a month as 2026-11.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(regex=r"^\d{4}-(0[1-9]|1[0-2])$", **options)


def value_fields(characteristic: Characteristic) -> dict[str, forms.Field]:
    """The fields in which the accepted value is typed or chosen."""
    label = in_language(characteristic.label)
    words = [(code, in_language(text)) for code, text in characteristic.values.items()]
    if characteristic.value_type in NUMERIC:
        unit = UNITS.get(characteristic.unit)
        fields: dict[str, forms.Field] = {
            "value": TypedNumberField(
                required=False, max_length=30,
                label=_("Accepted value, in %(unit)s") % {"unit": unit} if unit else _("Accepted value"),
            )
        }  # fmt: skip
        if words:
            fields["state"] = forms.ChoiceField(
                required=False, choices=[("", "--"), *words], label=_("or instead of a number")
            )
        return fields
    if characteristic.value_type == "flag":
        words = [("true", str(_("yes"))), ("false", str(_("no")))]
    if characteristic.value_type == "event":
        words = [("nothing", str(_("nothing is open"))), *words]
    choices = [("", "--"), *words]
    return {
        "state": forms.ChoiceField(choices=choices, label=_("Accepted value: %(label)s") % {"label": label})
    }


def chosen_value(characteristic: Characteristic, typed: Mapping[str, Any]) -> Any:
    """The value that the cleaned fields mean."""
    state = typed.get("state") or None
    if characteristic.value_type in NUMERIC:
        return typed.get("value") if state is None else state
    if characteristic.value_type == "flag":
        return {"true": True, "false": False}.get(str(state))
    return None if state == "nothing" else state


def detail_fields(characteristic: Characteristic) -> dict[str, forms.Field]:
    """One optional field for each structured detail, by `detail_<key>`."""
    return {f"detail_{key}": _detail_field(key, kind) for key, kind in characteristic.detail_keys.items()}


def chosen_detail(characteristic: Characteristic, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The details that were filled in."""
    found = {key: typed.get(f"detail_{key}") for key in characteristic.detail_keys}
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in found.items()
        if value not in (None, "", [])
    }


DETAIL_LABELS: Mapping[str, Promise] = {
    "lender": _("Lender"),
    "month": _("Month, as 2026-11"),
    "amount_cny": _("Amount in yuan"),
    "settled_on": _("Settled on"),
    "oldest_on": _("Oldest one on"),
    "change_pct": _("Change in percent"),
    "employer": _("Employer"),
    "flag": _("What it was"),
    "date": _("Date"),
    "items": _("Items"),
    "case": _("Case number"),
    "checked_on": _("Looked up on"),
    "issue": _("Open point"),
    "updated_on": _("Register of"),
    "done": _("Verified"),
    "all": _("Of all"),
    "birth_date": _("Date of birth"),
    "product": _("Product"),
    "invoice": _("Invoice"),
}


def _detail_field(key: str, kind: str) -> forms.Field:
    label = str(DETAIL_LABELS.get(key, key))
    name, _colon, vocabulary = kind.partition(":")
    if name in {"code", "codes"}:
        words = [(code, in_language(text)) for code, text in get_vocabularies()[vocabulary].items()]
        if name == "codes":
            return forms.MultipleChoiceField(
                required=False, label=label, choices=words, widget=forms.CheckboxSelectMultiple
            )
        return forms.ChoiceField(required=False, label=label, choices=[("", "--"), *words])
    if name == "date":
        return forms.DateField(required=False, label=label, widget=date_input())
    if name == "month":
        return MonthField(required=False, label=label, widget=forms.TextInput(attrs={"class": "w-s"}))
    if name in {"money", "number", "integer"}:
        return TypedNumberField(required=False, label=label, max_length=30)
    return forms.CharField(required=False, label=label, max_length=200)


def date_input() -> forms.DateInput:
    """A date picker that also takes 2026-11-06 as text."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "w-s"})
