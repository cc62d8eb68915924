"""The forms of the policy console; each step carries the content that the person saw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import InputError
from creditportal.staff.forms import TypedForm
from creditportal.staff.typing_in import date_input
from decisions.models import Market
from decisions.pmml_exchange import LARGEST_BYTES
from decisions.policy_baselines import BASELINE_METHODS
from decisions.policy_impact import NO_IMPACT, check_impact
from decisions.policy_words import PARTS

_NOTE = forms.Textarea(attrs={"rows": 3})
_CODE = forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code", "lang": "en"})
_LARGEST = 2_000_000
_LONGEST_SHOWN = 500_000


class DraftForm(TypedForm):
    """A policy as YAML, typed or from a file."""

    document = forms.CharField(
        required=False, max_length=_LARGEST, strip=False, label=_("Policy as YAML"), widget=_CODE,
        help_text=_("Change what stands here, or choose a file below. A new version needs a new number."),
    )  # fmt: skip
    file = forms.FileField(required=False, label=_("Or a file"))
    note = forms.CharField(
        required=False, max_length=2000, label=_("Why this version?"), widget=_NOTE,
        help_text=_("Internal: colleagues and the audit read it."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One text, from the file when there is one."""
        data = super().clean() or {}
        upload = data.get("file")
        if upload is not None:
            data["document"] = self._read(upload)
        if not (data.get("document") or "").strip() and not self.errors:
            self.add_error("document", _("Paste a policy or choose a file."))
        return data

    def _read(self, upload: Any) -> str:
        if upload.size > _LARGEST:
            self.add_error("file", _("This file is too large for a policy."))
            return ""
        try:
            return str(upload.read().decode("utf-8"))
        except UnicodeDecodeError:
            self.add_error("file", _("This file is no text in UTF-8."))
            return ""


class CardForm(TypedForm):
    """A PMML card, typed or from a file, and what a card cannot know."""

    scorecard = forms.ChoiceField(
        label=_("Which scorecard does it replace?"), widget=forms.RadioSelect, initial="personal",
        choices=[("personal", _("Persons")), ("enterprise", _("Firms"))],
        help_text=_("Everything else stays as it is in the version in force."),
    )  # fmt: skip
    version = forms.CharField(
        max_length=20, label=_("Number of the new version"), help_text=_("Such as 2026.2."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "w-m"}),
    )  # fmt: skip
    file = forms.FileField(required=False, label=_("File of the card"))
    card = forms.CharField(
        required=False, max_length=_LARGEST, strip=False, label=_("Or the card as text"),
        widget=forms.Textarea(attrs={**_CODE.attrs, "rows": 10}),
    )  # fmt: skip
    mapping = forms.CharField(
        required=False, max_length=_LARGEST, strip=False, label=_("What the card does not say"),
        widget=forms.Textarea(attrs={**_CODE.attrs, "rows": 5}),
        help_text=_("As YAML, for each characteristic: input, dimension, reason, changes."),
    )  # fmt: skip
    note = forms.CharField(
        required=False, max_length=2000, label=_("Why this version?"), widget=_NOTE,
        help_text=_("Internal: colleagues and the audit read it."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One source: the file as its bytes, else the text."""
        data = super().clean() or {}
        upload = data.get("file")
        if upload is None:
            data["source"] = data.get("card") or ""
        elif upload.size > LARGEST_BYTES:
            self.add_error("file", _("This file is too large for a scorecard."))
        else:
            data["source"] = upload.read()
        if not data.get("source") and not self.errors:
            self.add_error("file", _("Choose a file, or paste the card."))
        return data

    def keep_card(self) -> None:
        """Show the content of a refused file as text: a browser does not send the file again by itself."""
        source = self.cleaned_data.get("source") if self.is_bound else None
        if not isinstance(source, bytes) or len(source) > _LONGEST_SHOWN:
            return
        try:
            shown = source.decode("utf-8")
        except UnicodeDecodeError:
            return
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["card"] = shown
        self.data = data


class SeenForm(TypedForm):
    """A step with the content that was on the screen."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}-%s", **options)


class ProposeForm(SeenForm):
    """Freezing the baselines and proposing."""

    baseline = forms.ChoiceField(
        label=_("What are people's points compared with?"),
        choices=[(code, PARTS[code]) for code in BASELINE_METHODS],
        widget=forms.RadioSelect,
        help_text=_("Frozen from the book now. With too few people the next method holds."),
    )
    impact = forms.CharField(
        label=_("Assessment of impact"), error_messages={"required": NO_IMPACT},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "w-l"}),
        help_text=_(
            "A link that begins with https://, or the reference under which it is filed."
            " The second person sees it, and it stays with this version."
        ),
    )  # fmt: skip

    def clean_impact(self) -> str:
        """The link or reference as it is kept."""
        try:
            return check_impact(self.cleaned_data["impact"])
        except InputError as error:
            raise forms.ValidationError(list(error.fields["impact"])) from error


class ApproveForm(SeenForm):
    """Approving a version with the assessment that was on the screen."""

    impact = forms.CharField(required=False, widget=forms.HiddenInput)


class PolicyReasonForm(SeenForm):
    """Sending a version back, or giving it up."""

    reason = forms.CharField(max_length=2000, label=_("Reason"), widget=_NOTE)


class PublishForm(SeenForm):
    """The first day of an approved version."""

    from_on = forms.DateField(
        label=_("First day in force"), widget=date_input(), help_text=_("Tomorrow at the earliest.")
    )


class RetireForm(SeenForm):
    """The last day of a version."""

    last_day = forms.DateField(
        required=False, label=_("Last day in force"), widget=date_input(),
        help_text=_("Today without it."),
    )  # fmt: skip
    reason = forms.CharField(max_length=2000, label=_("Reason"), widget=_NOTE)


class MarketForm(TypedForm):
    """Proposing a market condition."""

    condition = forms.ChoiceField(
        label=_("Market condition"), choices=Market.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(max_length=300, label=_("Reason"), widget=_NOTE)
    review_on = forms.DateField(
        label=_("Day of review"), widget=date_input(), help_text=_("Within six months.")
    )


class MarketReturnForm(TypedForm):
    """Answering a proposal with no."""

    reason = forms.CharField(max_length=300, label=_("Reason"), widget=_NOTE)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id="return-%s", **options)
