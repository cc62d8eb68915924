"""The forms of the workbench; each carries the version of the case that the person saw."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.models import Leaning
from appeals.verification import RESTS_ON_NOTHING, WITHOUT_PAPER
from applicants.characteristics import Characteristic
from core.errors import DomainError, InputError
from creditportal.staff.typing_in import chosen_detail, chosen_value, date_input, detail_fields, value_fields
from evidence.models import Document

_NOTE = forms.Textarea(attrs={"rows": 3})


class TypedForm(forms.Form):
    """A form that can show what the domain said about what was typed."""

    def explain(self, error: DomainError) -> None:
        """Put what the domain said beside the field it is about."""
        fields = error.fields if isinstance(error, InputError) else {}
        for name, words in fields.items():
            self.add_error(self._field_for(name), words)
        if not fields:
            self.add_error(None, str(error))

    def check_one_value(self, typed: Mapping[str, Any], *, is_needed: bool) -> None:
        """Ask for one accepted value: a number or a word, not both."""
        has_number, has_word = typed.get("value") is not None, bool(typed.get("state"))
        if has_number and has_word:
            self.add_error("value", _("Type a number or choose a word, not both."))
        elif is_needed and not has_number and not has_word and not {"value", "state"} & self.errors.keys():
            self.add_error("value" if "value" in self.fields else "state", _("What value do you accept?"))

    def _field_for(self, name: str) -> str | None:
        for known in (name, name.replace("detail.", "detail_"), "state" if name == "value" else ""):
            if known in self.fields:
                return known
        return None


class CaseForm(TypedForm):
    """A form about one case, with the version that was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, key: str, **options: Any) -> None:
        super().__init__(data, auto_id=f"{key}-%s", **options)
        self.key = key

    def renew(self, version: int) -> None:
        """Keep what was typed and carry the version that is on the screen now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["version"] = str(version)
        self.data = data


class ReleaseForm(CaseForm):
    """Giving the case back."""

    note = forms.CharField(required=False, max_length=2000, label=_("Note for the next person"), widget=_NOTE)


class ConcludeForm(CaseForm):
    """The reviewer's own view of the evidence, before the recomputed effect is known."""

    leaning = forms.ChoiceField(
        label=_("What does the evidence say?"), choices=[("", _("Choose one")), *Leaning.choices]
    )
    view = forms.CharField(max_length=2000, label=_("Your view of the evidence"), widget=_NOTE)


class AssessForm(CaseForm):
    """Whether one piece of evidence is accepted, and why."""

    accepted = forms.TypedChoiceField(
        label=_("Is this evidence accepted?"),
        choices=[("yes", _("Accepted")), ("no", _("Not accepted"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        required=False, max_length=300, label=_("Reason"),
        help_text=_("Needed when it is not accepted; the applicant reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, points: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for place, point in enumerate(points):
            self.fields[f"check_{place}"] = forms.ChoiceField(
                required=False, label=point, widget=forms.RadioSelect,
                choices=[("yes", _("held")), ("no", _("did not hold"))],
            )  # fmt: skip

    @property
    def points(self) -> list[forms.BoundField]:
        """The checklist, point by point."""
        return [self[name] for name in self.fields if name.startswith("check_")]

    @property
    def checks(self) -> dict[int, bool]:
        """The points that were answered, by place: held or not."""
        typed = self.cleaned_data
        answers = {name: typed[name] for name in self.fields if name.startswith("check_") and typed[name]}
        return {int(name.removeprefix("check_")): answer == "yes" for name, answer in answers.items()}

    def clean(self) -> dict[str, Any]:
        """Evidence is never turned down without a reason."""
        typed = super().clean() or {}
        if typed.get("accepted") is False and not typed.get("note"):
            self.add_error("note", _("Say why it is not accepted."))
        return typed


class FindingForm(CaseForm):
    """The accepted value of one contested input, with what it rests on."""

    observed_on = forms.DateField(label=_("True on"), widget=date_input())
    document = forms.ChoiceField(
        label=_("Rests on"),
        error_messages={"required": RESTS_ON_NOTHING, "invalid_choice": RESTS_ON_NOTHING},
    )
    note = forms.CharField(max_length=2000, label=_("Note"), widget=_NOTE)

    def __init__(
        self,
        *args: Any,
        characteristic: Characteristic,
        documents: Sequence[tuple[Document, str]],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.characteristic = characteristic
        self._documents = {document.reference: document for document, _label in documents}
        own = {**value_fields(characteristic), **detail_fields(characteristic)}
        self.fields = {**own, **self.fields}
        papers = [(document.reference, label) for document, label in documents]
        ways = [(way.value, way.label) for way in WITHOUT_PAPER]
        document = self.fields["document"]
        assert isinstance(document, forms.ChoiceField)
        groups = [(_("papers"), papers)] if papers else []
        document.choices = [("", "--"), *groups, (_("without a paper"), ways)]
        self.initial.setdefault("observed_on", _latest_issue(documents) or today)
        if len(papers) == 1:
            self.initial.setdefault("document", papers[0][0])

    def clean(self) -> dict[str, Any]:
        """Exactly one value, as a number or as one of the words."""
        typed = super().clean() or {}
        self.check_one_value(typed, is_needed=not self.errors)
        return typed

    @property
    def value(self) -> Any:
        """The accepted value."""
        return chosen_value(self.characteristic, self.cleaned_data)

    @property
    def detail(self) -> dict[str, Any]:
        """The details that were filled in."""
        return chosen_detail(self.characteristic, self.cleaned_data)

    @property
    def rests_on(self) -> dict[str, Any]:
        """The paper it rests on, or how it was verified without one."""
        chosen = self.cleaned_data["document"]
        document = self._documents.get(chosen)
        return {"document": document, "how": "" if document else chosen}

    @property
    def value_rows(self) -> list[forms.BoundField]:
        """The fields of the value itself."""
        return [self[name] for name in ("value", "state") if name in self.fields]

    @property
    def detail_rows(self) -> list[forms.BoundField]:
        """The fields of the details."""
        return [self[name] for name in self.fields if name.startswith("detail_")]


class RulingForm(CaseForm):
    """Outcome, reason and the letter in both languages."""

    outcome = forms.ChoiceField(label=_("Outcome"))
    reason = forms.CharField(
        max_length=2000,
        label=_("Reason"),
        widget=_NOTE,
        help_text=_("For colleagues and the audit. The applicant reads the letter."),
    )
    letter_zh = forms.CharField(
        max_length=10000,
        label=_("Letter in Chinese"),
        widget=forms.Textarea(attrs={"rows": 12, "lang": "zh-Hans"}),
    )
    letter_en = forms.CharField(
        max_length=10000,
        label=_("Letter in English"),
        widget=forms.Textarea(attrs={"rows": 12, "lang": "en"}),
    )

    def __init__(self, *args: Any, outcomes: Sequence[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.choices = list(outcomes)


class MeasureForm(TypedForm):
    """Signing a measure, with the version that was on the screen."""

    reason = forms.CharField(
        max_length=2000,
        label=_("Reason"),
        widget=_NOTE,
        help_text=_("Internal: colleagues and the audit read it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DeclineMeasureForm(MeasureForm):
    """Not taking a measure, and whether the next one is wanted."""

    wants_next = forms.BooleanField(required=False, label=_("Propose the next measure that fits"))


class ReplyForm(TypedForm):
    """Whether what somebody answered to a measure does, and what is said to that person."""

    is_enough = forms.TypedChoiceField(
        label=_("Does it do?"),
        choices=[("yes", _("Yes, we accept it")), ("no", _("Not yet; the person can answer again"))],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(
        max_length=2000, label=_("Words to the person, in the person's language"), widget=_NOTE
    )


class ReasonForm(TypedForm):
    """Sending a proposal back."""

    reason = forms.CharField(max_length=2000, label=_("What should be looked at again?"), widget=_NOTE)


class ReturnForm(ReasonForm, CaseForm):
    """Sending the proposal on a case back."""


class ReferralForm(TypedForm):
    """What a person decides about an application that was referred."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("Approve")), ("decline", _("Do not approve"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=2000,
        label=_("Reason"),
        widget=_NOTE,
        help_text=_("Internal: colleagues and the audit read it."),
    )


# Codes, not free text: the audit keeps them readable, so they must not hold anything about a person.
SEARCH_REASONS = [
    ("CONTACT", _("The person contacted us and has no reference")),
    ("COMPLAINT", _("A complaint or a letter names the number")),
    ("AUTHORITY", _("A court or an authority asks")),
    ("DUPLICATE", _("Checking for a second record of the same person")),
]


class SearchForm(TypedForm):
    """One field for a reference or an ID number; the number needs a reason."""

    text = forms.CharField(
        max_length=64, label=_("Reference or full ID number"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "w-m"}),
    )  # fmt: skip
    reason = forms.ChoiceField(
        required=False, label=_("Why do you search by ID number?"), choices=[("", "--"), *SEARCH_REASONS]
    )


def _latest_issue(documents: Sequence[tuple[Document, str]]) -> date | None:
    issued = [document.issued_on for document, _label in documents if document.issued_on]
    return max(issued, default=None)
