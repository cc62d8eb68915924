"""The forms around a review: taking in, asking, answering, more time, keeping away, sharing work."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from appeals.models import AcceptanceResult, RelationKind
from appeals.requesting import NewItem
from appeals.terms import CodedReason
from creditportal.staff.forms import CaseForm, TypedForm
from creditportal.staff.typing_in import date_input
from evidence.catalogue import EvidenceKind

ITEMS: Final = 4
_LONG: Final = 2000
_NOTE: Final = forms.Textarea(attrs={"rows": 3})
_LETTER: Final = {"rows": 8}


class AcceptForm(CaseForm):
    """Taking an appeal in, with the reason."""

    result = forms.ChoiceField(
        label=_("What do you rule?"),
        choices=[
            (AcceptanceResult.LATE_ACCEPTED, _("It was late, and the reason for the delay is accepted")),
            (AcceptanceResult.IN_TIME, _("It was in time after all")),
            (AcceptanceResult.ACCEPTED, _("It belongs here")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=_LONG, label=_("Reason"), widget=_NOTE, help_text=_("The applicant can read it.")
    )


class NotAcceptForm(CaseForm):
    """Not taking an appeal in: a coded reason, and words."""

    code = forms.ChoiceField(label=_("Why is it not accepted?"))
    reason = forms.CharField(
        max_length=_LONG, label=_("Reason"), widget=_NOTE, help_text=_("The applicant can read it.")
    )

    def __init__(self, *args: Any, reasons: Sequence[CodedReason], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self.fields["code"], reasons)


class AskForm(CaseForm):
    """Up to four things to ask the applicant for, and until when."""

    due_on = forms.DateField(label=_("Answer until"), widget=date_input())

    def __init__(self, *args: Any, kinds: Sequence[EvidenceKind], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("no paper, words are enough")), *((kind.code, kind.label) for kind in kinds)]
        for place in range(ITEMS):
            self.fields[f"text_{place}"] = forms.CharField(
                required=place == 0, max_length=_LONG, widget=forms.Textarea(attrs={"rows": 2}),
                label=_("What do you ask for? (%(place)d)") % {"place": place + 1},
            )  # fmt: skip
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                required=False, choices=choices, label=_("Kind of paper (%(place)d)") % {"place": place + 1}
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Words and kind of paper, thing by thing."""
        return [(self[f"text_{place}"], self[f"kind_{place}"]) for place in range(ITEMS)]

    @property
    def items(self) -> list[NewItem]:
        """The things that were filled in."""
        typed = self.cleaned_data
        places = [place for place in range(ITEMS) if typed[f"text_{place}"]]
        return [NewItem(typed[f"text_{place}"], typed[f"kind_{place}"]) for place in places]

    def _field_for(self, name: str) -> str | None:
        return super()._field_for(name.replace("items.", "text_"))


class AskOutsideForm(CaseForm):
    """Asking a third party: whom, what, and when to ask again."""

    source = forms.CharField(max_length=40, label=_("Whom do you ask?"))
    text = forms.CharField(
        max_length=_LONG, label=_("What do you ask?"), widget=_NOTE,
        help_text=_("Name only what the third party needs to know."),
    )  # fmt: skip
    chase_on = forms.DateField(label=_("Come back to it on"), widget=date_input())


class AnswerForm(CaseForm):
    """What a third party answered."""

    answer = forms.CharField(
        max_length=_LONG, label=_("What was the answer?"), widget=_NOTE,
        help_text=_("Internal: the applicant does not read it."),
    )  # fmt: skip


class YesOrNoForm(CaseForm):
    """Agreeing to something or not; not agreeing needs a reason."""

    agreed = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda answer: answer == "yes")
    reason = forms.CharField(
        required=False, max_length=300, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you do not agree."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Nothing is turned down without a reason."""
        typed = super().clean() or {}
        if typed.get("agreed") is False and not typed.get("reason"):
            self.add_error("reason", _("Say why you do not agree."))
        return typed


class ExtensionForm(CaseForm):
    """A longer legal period: coded reason, words, and the letter in both languages."""

    code = forms.ChoiceField(label=_("Why is more time needed?"))
    reason = forms.CharField(
        max_length=_LONG, label=_("Reason"), widget=_NOTE, help_text=_("The applicant can read it.")
    )
    letter_zh = forms.CharField(
        max_length=10000, label=_("Letter in Chinese"),
        widget=forms.Textarea(attrs={**_LETTER, "lang": "zh-Hans"}),
    )  # fmt: skip
    letter_en = forms.CharField(
        max_length=10000, label=_("Letter in English"),
        widget=forms.Textarea(attrs={**_LETTER, "lang": "en"}),
    )  # fmt: skip

    def __init__(self, *args: Any, reasons: Sequence[CodedReason], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self.fields["code"], reasons)


class NoteForm(CaseForm):
    """A note for colleagues."""

    text = forms.CharField(max_length=_LONG, label=_("Note for colleagues"), widget=_NOTE)


class CareForm(CaseForm):
    """Why a person needs particular care."""

    note = forms.CharField(
        max_length=_LONG, label=_("Why does this person need particular care?"), widget=_NOTE,
        help_text=_("Internal: the applicant does not read it."),
    )  # fmt: skip


class RecuseForm(CaseForm):
    """Stepping back for good."""

    reason = forms.CharField(
        max_length=_LONG, label=_("Why do you step back?"), widget=_NOTE,
        help_text=_("Internal: the applicant does not read it."),
    )  # fmt: skip


class RelationForm(CaseForm):
    """How somebody stands to the applicant."""

    kind = forms.ChoiceField(label=_("How do you stand to the applicant?"), choices=RelationKind.choices)
    note = forms.CharField(required=False, max_length=_LONG, label=_("Note for colleagues"), widget=_NOTE)


class ManyForm(TypedForm):
    """To whom the chosen cases go."""

    to = forms.ChoiceField(label=_("Give the chosen cases to"))

    def __init__(self, *args: Any, colleagues: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self._colleagues = {str(user.pk): user for user in colleagues}
        for name in ("to", "desk"):
            if name in self.fields:
                _name_all(self.fields[name], colleagues)

    def clean(self) -> dict[str, Any]:
        """The colleagues themselves."""
        typed = super().clean() or {}
        for name in ("to", "desk"):
            if name in typed:
                typed[name] = self._colleagues.get(typed[name])
        return typed


class AssignForm(ManyForm, CaseForm):
    """To whom one case goes."""

    to = forms.ChoiceField(label=_("Give this case to"))


class HandOverForm(ManyForm):
    """From whose desk to whom; to nobody means back to the queue."""

    desk = forms.ChoiceField(label=_("Desk of"))
    to = forms.ChoiceField(required=False, label=_("Hand everything to"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        here = [one for one in self._colleagues.values() if one.can(Permission.REVIEW_APPEAL)]
        _name_all(self.fields["to"], here, nobody=_("nobody: back to the queue"))

    def clean(self) -> dict[str, Any]:
        """A desk is not handed to the one who has it."""
        typed = super().clean() or {}
        if typed.get("desk") and typed.get("desk") == typed.get("to"):
            self.add_error("to", _("Choose another colleague."))
        return typed


class RedactForm(TypedForm):
    """One part of one page to blacken, in percent of the page, and why."""

    page = forms.IntegerField(min_value=1, label=_("Page"))
    left = forms.IntegerField(min_value=0, max_value=99, label=_("From the left, in percent"))
    top = forms.IntegerField(min_value=0, max_value=99, label=_("From the top, in percent"))
    right = forms.IntegerField(min_value=1, max_value=100, label=_("To, from the left, in percent"))
    bottom = forms.IntegerField(min_value=1, max_value=100, label=_("To, from the top, in percent"))
    reason = forms.CharField(max_length=300, label=_("Why is this blackened?"))


class ReasonField(forms.ChoiceField):
    """A reason of decisions, by its code; small letters name it too."""

    def prepare_value(self, value: Any) -> Any:
        """The code as the list has it."""
        return self.to_python(value)

    def to_python(self, value: Any) -> str:
        """The same for what was sent."""
        return str(super().to_python(value)).upper()


class FilterForm(forms.Form):
    """What narrows the queue."""

    product = forms.ChoiceField(required=False, label=_("Product"))
    reason = ReasonField(required=False, label=_("Reason"))
    language = forms.ChoiceField(
        required=False, label=_("Writes in"),
        choices=[("", "--"), ("zh-hans", "\u4e2d\u6587"), ("en", "English")],
    )  # fmt: skip
    urgent = forms.BooleanField(required=False, label=_("urgent only"))
    care = forms.BooleanField(required=False, label=_("particular care only"))
    second = forms.BooleanField(required=False, label=_("second look only"))

    def __init__(self, data: Any, **choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="filter-%s")
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "--"), *offered]

    @property
    def boxes(self) -> list[forms.BoundField]:
        """The boxes to tick."""
        return [self[name] for name in ("urgent", "care", "second")]


def _offer(field: forms.Field, reasons: Sequence[CodedReason]) -> None:
    assert isinstance(field, forms.ChoiceField)
    language = get_language() or "zh-hans"
    field.choices = [("", "--"), *((reason.code, reason.text(language)) for reason in reasons)]


def _name_all(field: forms.Field, colleagues: Sequence[User], *, nobody: Any = "--") -> None:
    assert isinstance(field, forms.ChoiceField)
    named = [(str(user.pk), user.display_name or user.get_username()) for user in colleagues]
    field.choices = [("", nobody), *named]
