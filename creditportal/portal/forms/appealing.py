"""What somebody questions about a decision, and what speaks for it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from appeals.models import Claim
from creditportal.portal.forms.base import DayField, PortalForm
from evidence.catalogue import UnknownKindError
from evidence.problems import NoFileError

ACCEPTED: Final = ".pdf,.jpg,.jpeg,.png,.heic,.ofd,.xml"


@dataclass(frozen=True)
class Row:
    """The three fields about one reason."""

    reason: Mapping[str, Any]
    contest: BoundField
    claim: BoundField
    note: BoundField


class GroundsForm(PortalForm):
    """For each reason: whether it is questioned, what is wrong with it, and a note."""

    def __init__(
        self,
        *args: Any,
        reasons: Iterable[Mapping[str, Any]],
        claims: Mapping[str, Collection[Claim]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = list(reasons)
        for reason in self.reasons:
            self._add_reason(reason["code"], claims[reason["code"]])
        self.aliases = {reason["code"]: f"note_{reason['code']}" for reason in self.reasons}

    def clean(self) -> dict[str, Any]:
        """A reason that is questioned needs a claim, and at least one must be questioned."""
        chosen = [
            reason["code"] for reason in self.reasons if self.cleaned_data.get(f"contest_{reason['code']}")
        ]
        for code in chosen:
            if not self.cleaned_data.get(f"claim_{code}"):
                self.add_error(f"claim_{code}", _("Choose what is wrong with this reason."))
        if not chosen:
            self.add_error(f"contest_{self.reasons[0]['code']}", _("Choose at least one reason."))
        return self.cleaned_data

    @property
    def rows(self) -> list[Row]:
        """The reasons in their order, each with its fields."""
        return [
            Row(
                reason=reason,
                contest=self[f"contest_{reason['code']}"],
                claim=self[f"claim_{reason['code']}"],
                note=self[f"note_{reason['code']}"],
            )
            for reason in self.reasons
        ]

    @property
    def grounds(self) -> dict[str, tuple[str, str]]:
        """The questioned reasons with claim and note."""
        data = self.cleaned_data
        return {
            reason["code"]: (data[f"claim_{reason['code']}"], data[f"note_{reason['code']}"])
            for reason in self.reasons
            if data[f"contest_{reason['code']}"]
        }

    def _add_reason(self, code: str, claims: Collection[Claim]) -> None:
        self.fields[f"contest_{code}"] = forms.BooleanField(required=False)
        self.fields[f"claim_{code}"] = forms.ChoiceField(
            label=_("What is wrong with it?"),
            choices=[(claim.value, claim.label) for claim in Claim if claim in claims],
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields[f"note_{code}"] = forms.CharField(
            label=_("In a few words (optional)"), widget=forms.Textarea({"rows": 3}), required=False
        )


class StatementForm(PortalForm):
    """The applicant's own words, and whether the business depends on the outcome."""

    statement = forms.CharField(
        label=_("Your words (optional)"),
        help_text=_("Up to 5,000 characters."),
        widget=forms.Textarea({"rows": 9}),
        required=False,
    )
    is_urgent = forms.BooleanField(
        label=_("This is urgent: my business depends on it"),
        help_text=_("We then aim to answer within five working days."),
        required=False,
    )


class LateForm(PortalForm):
    """Why an appeal comes after its time."""

    late_reason = forms.CharField(
        label=_("Why is it late?"),
        help_text=_("For example illness, or a letter that did not reach you. Up to 2,000 characters."),
        widget=forms.Textarea({"rows": 5}),
        required=False,
    )

    def clean_late_reason(self) -> str:
        """A late appeal is only taken up with a reason."""
        text = str(self.cleaned_data["late_reason"])
        if not text.strip():
            self.add_error("late_reason", _("Please tell us why it is late. A person reads it."))
        return text


class PersonForm(PortalForm):
    """A few words for the person who decides."""

    statement = forms.CharField(
        label=_("Your words (optional)"),
        help_text=_("Up to 5,000 characters."),
        widget=forms.Textarea({"rows": 6}),
        required=False,
    )


class WishForm(PortalForm):
    """Why something is asked for."""

    reason = forms.CharField(
        label=_("Why?"), help_text=_("Up to 2,000 characters."), widget=forms.Textarea({"rows": 5}),
        required=False,
    )  # fmt: skip


class MoreTimeForm(WishForm):
    """Until when, and why."""

    aliases = {"due_on": "until"}

    until = DayField(label=_("Until when do you need?"))
    field_order = ["until", "reason"]

    def clean(self) -> dict[str, Any]:
        """A day must be named."""
        if not self.cleaned_data.get("until") and "until" not in self.errors:
            self.add_error("until", _("Choose a day after the one you have now."))
        return self.cleaned_data


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; what is wrong with one of them is for the domain to say."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files as they came."""
        return list(data) if data else []


class AnswerForm(PortalForm):
    """The answer to one thing that we asked for: words, a paper, or that it cannot be had."""

    aliases = {"file": "paper", "document": "reuse"}

    answer = forms.CharField(
        label=_("Your answer"), help_text=_("Up to 2,000 characters."), widget=forms.Textarea({"rows": 4}),
        required=False,
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What kind of paper is it?"), required=False)
    paper = forms.FileField(
        label=_("A paper (optional)"),
        help_text=_("PDF, JPG, PNG, HEIC, OFD or XML; up to 10 MB; no password."),
        required=False,
        allow_empty_file=True,
    )
    reuse = forms.ChoiceField(label=_("Or a file that you sent before"), required=False)
    cannot = forms.BooleanField(
        label=_("I cannot provide this"),
        help_text=_("That is fine. We then decide on what is there."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[tuple[str, str]],
        files: Iterable[tuple[str, str]],
        wanted: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("kind", kinds), ("reuse", files)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Choose one")), *choices]
        self.fields["paper"].widget.attrs.update({"accept": ACCEPTED})
        self.wanted = wanted
        if wanted:
            del self.fields["kind"]
        if len(list(self.fields["reuse"].choices)) == 1:  # type: ignore[attr-defined]
            del self.fields["reuse"]

    def clean(self) -> dict[str, Any]:
        """A new paper needs its kind."""
        data = self.cleaned_data
        data["kind"] = self.wanted or data.get("kind", "")
        if data.get("paper") is not None and not data["kind"]:
            self.add_error("kind", UnknownKindError.default_message)
        return data


class PieceForm(forms.Form):
    """What a script says about a file before it sends the first piece."""

    kind = forms.CharField(max_length=8, error_messages={"required": UnknownKindError.default_message})
    issued_on = DayField(label="")
    name = forms.CharField(max_length=1_000)
    declared_type = forms.CharField(max_length=200, required=False)
    size_bytes = forms.IntegerField(min_value=0)
    sha256 = forms.CharField(max_length=64, required=False)


class EvidenceForm(PortalForm):
    """What kind of paper, its date, and the files."""

    aliases = {"file": "papers"}

    kind = forms.ChoiceField(label=_("What kind of paper is it?"), required=False)
    issued_on = DayField(
        label=_("Date on the paper (optional)"), help_text=_("If there are several dates, the newest one.")
    )
    papers = FilesField(
        label=_("Files"),
        help_text=_(
            "PDF, JPG, PNG, HEIC, OFD or XML; up to 10 MB each, 10 files for one reason; no passwords."
        ),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Both the kind and a file must be chosen; the words are the domain's."""
        if not self.cleaned_data.get("kind"):
            self.add_error("kind", UnknownKindError.default_message)
        if not self.cleaned_data.get("papers"):
            self.add_error("papers", NoFileError.default_message)
        return self.cleaned_data

    def __init__(self, *args: Any, kinds: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose one")), *kinds]
        self.fields["papers"].widget.attrs.update({"multiple": True, "accept": ACCEPTED})
