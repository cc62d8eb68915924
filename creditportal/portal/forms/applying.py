"""What somebody applies for."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from applicants.showing import language_key
from creditportal.portal.forms.base import PortalForm
from decisions.products import Product


class ApplicationForm(PortalForm):
    """Amount, term, purpose and way of repaying, with a key that makes a second click harmless."""

    aliases = {"term_months": "term", "term_days": "term"}

    submission_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    amount_cny = forms.CharField(
        label=_("Amount in yuan"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "w-m num"}),
    )
    term = forms.ChoiceField(label=_("For how long"), required=False, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label=_("What for"), required=False)
    method = forms.ChoiceField(label=_("How to repay"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, product: Product, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        self.offered: dict[str, dict[str, str]] = {}
        key = language_key(language)
        self.fields["submission_key"].initial = uuid4().hex
        self.fields["amount_cny"].help_text = _("From ¥%(least)s to ¥%(most)s.") % {
            "least": f"{product.min_cny:,}",
            "most": f"{product.cap_cny:,}",
        }
        self._offer("term", [(str(number), _term(product, number)) for number in self._terms])
        self._offer(
            "purpose",
            [("", gettext("Choose one")), *((code, words[key]) for code, words in product.purposes)],
        )
        self._offer("method", [(code, words[key]) for code, words in product.methods])
        self.fields["method"].initial = product.methods[0][0]

    @property
    def terms(self) -> dict[str, Any]:
        """What was typed, as the domain takes it."""
        data = self.cleaned_data
        term = int(data["term"]) if data["term"] else None
        in_days = bool(self.product.terms_days)
        return {
            "product": self.product.code,
            "amount_cny": data["amount_cny"],
            "term_months": None if in_days else term,
            "term_days": term if in_days else None,
            "purpose": data["purpose"],
            "method": data["method"] or None,
        }

    @property
    def words(self) -> dict[str, str]:
        """The chosen words of each choice, to be checked before sending."""
        return {name: offered.get(self.cleaned_data[name], "") for name, offered in self.offered.items()}

    @property
    def terms_offered(self) -> str:
        """All terms of the product in one phrase."""
        numbers = " / ".join(str(number) for number in self._terms)
        return _in_unit(self.product, self._terms[-1]) % {"number": numbers}

    @property
    def _terms(self) -> tuple[int, ...]:
        return self.product.terms_days or self.product.terms_months

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        self.offered[name] = dict(choices)


def _term(product: Product, number: int) -> str:
    return _in_unit(product, number) % {"number": number}


def _in_unit(product: Product, number: int) -> str:
    if product.terms_days:
        return ngettext("%(number)s day", "%(number)s days", number)
    return ngettext("%(number)s month", "%(number)s months", number)
