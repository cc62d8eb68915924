"""Who somebody is, and what may be looked at."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from creditportal.portal.forms.base import DayField, PortalForm


class PersonForm(PortalForm):
    """Name, resident ID, phone and bank card of a person, and a box for each source."""

    name = forms.CharField(
        label=_("Name as on your ID card"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    id_number = forms.CharField(
        label=_("Resident ID number"),
        help_text=_("18 characters; the last may be X. Spaces do not matter."),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "w-m num"}),
    )
    phone = forms.CharField(
        label=_("Mobile phone"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "class": "w-m num"}),
    )
    bank_card = forms.CharField(
        label=_("Bank card in your name"),
        help_text=_("We compare the name only. Nothing is charged."),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "class": "w-m num"}),
    )

    def __init__(self, *args: Any, sources: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in sources:
            self.fields[f"consent_{code}"] = forms.BooleanField(label=label, required=False)

    @property
    def typed_fields(self) -> list[BoundField]:
        """The fields to type in."""
        return [field for field in self if not field.name.startswith("consent_")]

    @property
    def consent_fields(self) -> list[BoundField]:
        """The boxes for sources."""
        return [field for field in self if field.name.startswith("consent_")]

    @property
    def allowed_sources(self) -> list[str]:
        """The sources that were ticked."""
        return [
            name.removeprefix("consent_")
            for name, value in self.cleaned_data.items()
            if value is True and name.startswith("consent_")
        ]


class BankCardForm(PortalForm):
    """A bank card given after registering."""

    bank_card = PersonForm.base_fields["bank_card"]


class FirmForm(PortalForm):
    """Name, registration number, phone and account of a firm."""

    name = forms.CharField(
        label=_("Name of the firm"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    id_number = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, as on the business licence."),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "w-m num"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "class": "w-m num"}),
    )
    bank_card = forms.CharField(
        label=_("Account number of the firm"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "class": "w-m num"}),
    )

    @property
    def typed_fields(self) -> list[BoundField]:
        """The fields to type in."""
        return list(self)


class AboutForm(PortalForm):
    """What a person tells about home and work; every field may stay empty."""

    address_since = DayField(label=_("Living at your address since (optional)"))
    employed_since = DayField(label=_("In your present work since (optional)"))
    industry = forms.ChoiceField(label=_("Line of work (optional)"), required=False)

    def __init__(self, *args: Any, industries: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["industry"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose one")), *industries]
