"""What people ask about their data, and whom they let in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applicants.helping import DAYS
from applicants.models import HelperScope
from applicants.sharing import ITEMS
from applicants.terms import DataTerms
from core.texts import NOTE_LENGTH
from creditportal.portal.forms.base import HourField, PortalForm
from notifications.models import Digest

ITEM_LABELS = {
    "IDENTITY": _("That we confirmed who I am, with my masked name"),
    "SCORE": _("My score, its band and its date"),
    "DECISION": _("My latest decision: product, amount, outcome, date"),
    "LINE": _("My line: total and available"),
}


class DisputeForm(PortalForm):
    """What is right instead, in the person's own words."""

    claim = forms.CharField(
        label=_("What is right instead, and how do you know?"),
        help_text=_("Up to 2,000 characters. No ID or card numbers, please."),
        widget=forms.Textarea({"rows": 6}),
        required=False,
    )


class StatementForm(PortalForm):
    """What a person says beside a record; the label says how long it may be."""

    text = forms.CharField(label=_("Your statement"), widget=forms.Textarea({"rows": 5}), required=False)

    def __init__(self, *args: Any, terms: DataTerms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if terms.statement_words:
            words = _("At most %(limit)s words; each Chinese character counts as one.")
            limit = terms.statement_words
        else:
            words, limit = _("At most %(limit)s characters."), terms.statement_characters or NOTE_LENGTH
        self.fields["text"].help_text = words % {"limit": limit}


class EraseForm(PortalForm):
    """Whether the person is sure."""

    is_sure = forms.BooleanField(
        label=_("Yes, delete my data. I know that I cannot undo this."), required=False
    )


class LinkForm(PortalForm):
    """What a link shows."""

    items = forms.MultipleChoiceField(
        label=_("What may the holder of the link see?"),
        choices=[(item, ITEM_LABELS[item]) for item in ITEMS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class HelperForm(PortalForm):
    """Who helps, how far and how long."""

    name = forms.CharField(
        label=_("What you call this person"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("E-mail address of this person"),
        help_text=_("We write to this address. The person signs in with an account of their own."),
        required=False,
        max_length=300,
        widget=forms.TextInput({"type": "email", "autocomplete": "off", "spellcheck": "false"}),
    )
    scope = forms.ChoiceField(
        label=_("What may this person do?"),
        choices=HelperScope.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    days = forms.ChoiceField(label=_("For how long?"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["days"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(days), ngettext("%(number)s day", "%(number)s days", days) % {"number": days})
            for days in DAYS
        ]


class MessagesForm(PortalForm):
    """How often, when not, and through which channel each kind comes."""

    digest = forms.ChoiceField(
        label=_("E-mails that are no legal notices"),
        choices=Digest.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    quiet_from = HourField(label=_("Quiet from (optional)"))
    quiet_until = HourField(label=_("Quiet until (optional)"))
    emails = forms.MultipleChoiceField(
        label=_("What else we may send you by e-mail"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    texts = forms.MultipleChoiceField(
        label=_("What we should also tell you by text message"),
        help_text=_("A text message brings only the title of the message, never a name or an amount."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = offered
