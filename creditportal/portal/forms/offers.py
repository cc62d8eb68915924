"""How much, for how long and how to repay, on an offer that is open."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from applicants.showing import language_key
from core.catalogues import get_catalogue
from creditportal.portal.forms.base import PortalForm
from decisions.offers import OfferTerms


class OfferForm(PortalForm):
    """The amount within the limit, the term, the way of repaying, and the signature on the cost sheet."""

    amount_cny = forms.CharField(
        label=_("Amount in yuan"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "w-m num"}),
    )
    term = forms.ChoiceField(label=_("For how long"), required=False, widget=forms.RadioSelect)
    method = forms.ChoiceField(label=_("How to repay"), required=False, widget=forms.RadioSelect)
    is_read = forms.BooleanField(
        label=_("I have read the cost sheet with all charges and each instalment."), required=False
    )

    def __init__(self, *args: Any, terms: OfferTerms, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = get_catalogue("products").document["methods"]
        span = {"least": f"{terms.least_cny:,}", "most": f"{terms.most_cny:,.0f}"}
        self.fields["amount_cny"].help_text = gettext("From ¥%(least)s to ¥%(most)s.") % span
        key = language_key(language)
        self._offer("term", [(str(one), _term(one, terms.term_unit)) for one in terms.terms])
        self._offer("method", [(code, names[code][key]) for code in terms.methods])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _term(number: int, unit: str) -> str:
    if unit == "days":
        return ngettext("%(number)s day", "%(number)s days", number) % {"number": number}
    return ngettext("%(number)s month", "%(number)s months", number) % {"number": number}
