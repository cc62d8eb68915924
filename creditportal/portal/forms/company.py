"""The people behind a firm."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applicants.models import RelatedRole
from creditportal.portal.forms.base import DayField, PortalForm


class InviteForm(PortalForm):
    """Who it is, how the person stands to the firm, and where to write."""

    name = forms.CharField(
        label=_("Name of the person"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("E-mail address of this person"),
        help_text=_("We ask the person for consent. You never see the person's own number."),
        required=False,
        max_length=300,
        widget=forms.TextInput({"type": "email", "autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label=_("How does the person stand to the firm?"),
        choices=RelatedRole.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    share_pct = forms.CharField(
        label=_("Share in per cent (for a shareholder)"),
        help_text=_("Shareholders of 25% and more count."),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "w-s num"}),
    )


class InvoiceForm(PortalForm):
    """An invoice and the buyer who owes it."""

    invoice = forms.CharField(
        label=_("Number of the invoice"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "w-m num"}),
    )
    amount_cny = forms.CharField(
        label=_("Amount of the invoice in yuan"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "w-m num"}),
    )
    issued_on = DayField(label=_("Date of the invoice"))
    due_on = DayField(label=_("The buyer pays on"))
    buyer_name = forms.CharField(
        label=_("Name of the buyer"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    buyer_code = forms.CharField(
        label=_("Unified social credit code of the buyer"),
        help_text=_("We ask the buyer to confirm the invoice. By sending this you allow it."),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "w-m num"}),
    )
