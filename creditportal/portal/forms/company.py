"""The people behind a firm."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applicants.models import RelatedRole
from creditportal.portal.forms.base import PortalForm


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
