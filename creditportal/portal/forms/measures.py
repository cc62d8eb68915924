"""What a person answers to a measure, or sends while a colleague decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from creditportal.portal.forms.appealing import ACCEPTED, FilesField
from creditportal.portal.forms.base import PortalForm


class PlanField(forms.ChoiceField):
    """One of the plans; whether it is offered still is said when it is chosen."""

    def valid_value(self, value: object) -> bool:
        """Figures that have changed are told as such."""
        return True


class PlanForm(PortalForm):
    """Which repayment plan, or what else could be repaid."""

    plan = PlanField(label=_("Which plan suits you?"), widget=forms.RadioSelect, required=False)
    words = forms.CharField(
        label=_("What you want to tell us (optional)"),
        help_text=_("If no plan suits you, write what you can repay each month. Up to 2,000 characters."),
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )

    def __init__(self, *args: Any, plans: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep(plans)
        if not plans:
            del self.fields["plan"]

    def keep(self, plans: Sequence[tuple[str, str]]) -> None:
        """Offer the plans as they are now."""
        field = self.fields.get("plan")
        if isinstance(field, forms.ChoiceField):
            field.choices = list(plans)


class OfferForm(PortalForm):
    """What is offered as security, in words and with papers."""

    aliases = {"file": "papers"}

    words = forms.CharField(
        label=_("What you offer"),
        help_text=_("Who stands in for you, or what you pledge. Up to 2,000 characters."),
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )
    papers = FilesField(
        label=_("Papers (optional)"),
        help_text=_("PDF, JPG, PNG, HEIC, OFD or XML; up to 10 MB each, 10 files; no passwords."),
        required=False,
    )

    def __init__(self, *args: Any, files: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["papers"].widget.attrs.update({"multiple": True, "accept": ACCEPTED})
        self._offer(files)

    def keep(self, files: Sequence[tuple[str, str]]) -> None:
        """Offer what has arrived with this answer too, ticked: it need not be sent again."""
        known = {code for code, _name in self._known}
        arrived = [code for code, _name in files if code not in known]
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data.setlist("again", [*data.getlist("again"), *arrived])
        self.data = data
        self._offer(files)

    def _offer(self, files: Sequence[tuple[str, str]]) -> None:
        self._known = list(files)
        again = forms.MultipleChoiceField(
            label=_("Files that you sent before"), widget=forms.CheckboxSelectMultiple, required=False,
            choices=self._known,
        )  # fmt: skip
        if self._known:
            self.fields["again"] = again
            self.order_fields(self.field_order)


class PapersForm(OfferForm):
    """Papers and words for a colleague who decides; files of one kind at a time."""

    kind = forms.ChoiceField(label=_("What kind of paper is it?"), required=False)
    words = forms.CharField(
        label=_("What you want to tell us (optional)"),
        help_text=_("Up to 2,000 characters. No ID or card numbers, please."),
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )
    field_order = ("kind", "papers", "again", "words")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose one")), *kinds]
