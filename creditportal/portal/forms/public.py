"""What visitors may ask without an account: a code to check, five questions, and a word about a page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from creditportal.portal.forms.base import PortalForm

_PLAIN = {"autocomplete": "off", "class": "w-m num", "inputmode": "decimal"}


class CodeForm(PortalForm):
    """The code that stands on a letter or a card."""

    code = forms.CharField(
        label=_("Check code"),
        help_text=_("Twelve letters and numbers, such as K7Q3-9XDM-4T2B."),
        required=False,
        max_length=64,
        widget=forms.TextInput({"autocomplete": "off", "class": "w-m", "spellcheck": "false"}),
    )


class PreCheckForm(PortalForm):
    """Five questions; what is left empty is not known."""

    age = forms.CharField(
        label=_("How old are you?"), required=False, max_length=20, widget=forms.TextInput(_PLAIN)
    )
    income_cny = forms.CharField(
        label=_("What do you earn a month, in yuan?"),
        help_text=_("After tax. Only income that papers can show counts."),
        required=False,
        max_length=40,
        widget=forms.TextInput(_PLAIN),
    )
    repayments_cny = forms.CharField(
        label=_("What do you repay a month, in yuan?"),
        help_text=_("All loans and card instalments together. Enter 0 if there are none."),
        required=False,
        max_length=40,
        widget=forms.TextInput(_PLAIN),
    )
    lenders = forms.CharField(
        label=_("With how many lenders do you have open loans?"),
        help_text=_("Banks and apps that are not fully repaid. A mortgage does not count."),
        required=False,
        max_length=20,
        widget=forms.TextInput(_PLAIN),
    )
    overdue = forms.ChoiceField(
        label=_("Is any payment late today?"),
        required=False,
        choices=[("no", _("No")), ("yes", _("Yes")), ("", _("I do not know"))],
        widget=forms.RadioSelect,
    )


class FeedbackForm(PortalForm):
    """Whether a page helped, and a few words."""

    page = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    is_helpful = forms.ChoiceField(
        label=_("Did this page help you?"),
        required=False,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What could be better?"),
        help_text=_("Please leave out names, ID and card numbers."),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )
