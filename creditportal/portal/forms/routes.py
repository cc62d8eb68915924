"""What somebody says about routes, and the values somebody tries out."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.identity import UNSEEN
from creditportal.portal.forms.base import PortalForm


class _Actions(forms.MultipleChoiceField):
    """Shows what the routes use; the domain says which codes there are."""

    def valid_value(self, value: Any) -> bool:
        """Routes may have changed since the page was opened."""
        return True


class WishesForm(PortalForm):
    """What one cannot do, and what papers of one's own would show."""

    def __init__(self, *args: Any, document: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stated = [one["name"] for one in document["can_state"]]
        if document["can_rule_out"]:
            self.fields["cannot"] = _Actions(
                label=_("I cannot do this"), required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(one["action"], one["label"]) for one in document["can_rule_out"]],
                initial=document["cannot"], help_text=_("We look for other routes without these steps."),
            )  # fmt: skip
        for one in document["can_state"]:
            self.fields[one["name"]] = forms.CharField(
                label=one["label"], required=False, max_length=20, initial=one["value"],
                help_text=_("What your own papers would show. Leave it empty if you do not know."),
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "w-m num"}),
            )  # fmt: skip

    @property
    def cannot(self) -> set[str]:
        """Codes of the actions that are ruled out."""
        return set(self.cleaned_data.get("cannot", []))

    @property
    def stated(self) -> dict[str, Any]:
        """What was typed, as numbers where it is one; an empty field says nothing."""
        typed = {name: self.cleaned_data.get(name, "").strip() for name in self._stated}
        return {name: as_number(text) for name, text in typed.items() if text}


class WhatIfForm(PortalForm):
    """One number field or choice for each input that can be tried."""

    def __init__(self, *args: Any, inputs: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._inputs = inputs
        for one in inputs:
            self.fields[one["name"]] = _number(one) if one["kind"] == "number" else _choice(one)

    @property
    def changes(self) -> dict[str, Any]:
        """The values that were typed or chosen; an empty field is today's value."""
        changes = {}
        for one in self._inputs:
            text = self.cleaned_data.get(one["name"], "").strip()
            if one["kind"] == "number":
                if text:
                    changes[one["name"]] = as_number(text)
            elif text:
                changes[one["name"]] = one["choices"][int(text)][0]
        return changes


def _number(one: Mapping[str, Any]) -> forms.Field:
    is_known = isinstance(one["value"], int | float)
    attributes = {
        "inputmode": "decimal", "autocomplete": "off", "class": "w-m num", "data-low": one["low"],
        "data-high": one["high"], "data-step": one["step"], "data-slider": "",
    }  # fmt: skip
    return forms.CharField(
        label=one["label"], required=False, max_length=20, initial=one["value"] if is_known else "",
        help_text=_("Today: %(value)s. From %(low)s to %(high)s.")
        % {"value": one["shown"], "low": f"{one['low']:,}", "high": f"{one['high']:,}"},
        widget=forms.TextInput(attributes),
    )  # fmt: skip


def _choice(one: Mapping[str, Any]) -> forms.Field:
    values = [value for value, _shown in one["choices"]]
    return forms.ChoiceField(
        label=one["label"], required=False,
        choices=[(str(at), shown) for at, (_value, shown) in enumerate(one["choices"])],
        initial=str(values.index(one["value"])) if one["value"] in values else "",
    )  # fmt: skip


def as_number(text: str) -> Any:
    """The number that a person typed, with separators and full-width digits; else the text itself."""
    plain = re.sub(rf"[\s,%\u00a5{UNSEEN}]", "", unicodedata.normalize("NFKC", text))
    try:
        number = float(plain)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
