"""A form that shows what the domain says about each of its fields."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from http import HTTPStatus
from typing import Any, Final, TypeVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import ConflictError, InputError, StaleError
from core.identity import strip_unseen
from core.texts import UNREADABLE

T = TypeVar("T")
# Said in the words of the house, whatever kind of field it is.
_WORDS: Final = {
    "max_length": _("This is too long: %(show_value)d characters, and at most %(limit_value)d fit."),
    "invalid_choice": _("Please choose one of the answers."),
    "null_characters_not_allowed": _("This holds a character that cannot be kept. Please type it again."),
}


class DayField(forms.DateField):
    """A day as people write it; digits in full width are understood too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.DateInput({"type": "date", "class": "w-m"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"],
            error_messages={"invalid": _("Enter the date as year-month-day, such as 2026-11-06.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> date | None:
        """The day, or a message."""
        return super().to_python(fold_typed(value))


class HourField(forms.TimeField):
    """A time of the day as people write it; digits and colons in full width are understood too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.TimeInput({"type": "time", "class": "w-s num"}, format="%H:%M"),
            input_formats=["%H:%M", "%H:%M:%S"],
            error_messages={"invalid": _("Enter the time as hours and minutes, such as 22:00.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> time | None:
        """The time, or a message."""
        return super().to_python(fold_typed(value))


def fold_typed(value: Any) -> Any:
    """What was typed with plain digits, without signs that are not seen and spaces around it."""
    return strip_unseen(unicodedata.normalize("NFKC", value)).strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class Problem:
    """One line of the error summary, and the field that it leads to."""

    words: str
    target: str


class PortalForm(forms.Form):
    """A form whose checks are the domain's; nothing is required by the form itself."""

    use_required_attribute = False
    refused_with = HTTPStatus.BAD_REQUEST
    aliases: dict[str, str] = {}

    def full_clean(self) -> None:
        """Check what was sent, every field with the words of the house."""
        for field in self.fields.values():
            field.error_messages |= _WORDS
        super().full_clean()

    def try_to(self, act: Callable[[], T]) -> T | None:
        """Do what the form is for, or keep the domain's messages and return None."""
        try:
            return act()
        except StaleError:
            raise
        except InputError as error:
            self.tell(error)
        except ConflictError as error:
            self.refused_with = HTTPStatus(error.status)
            self.add_error(None, str(error))
        return None

    def tell(self, error: InputError) -> None:
        """Put each message of the domain beside its field."""
        if not error.fields:
            self.add_error(None, str(error))
        for name, messages in error.fields.items():
            field = self.aliases.get(name, name)
            self.add_error(field if field in self.fields else None, list(messages))

    @property
    def problems(self) -> list[Problem]:
        """Every message in the order of the page, each with the field it belongs to."""
        if not self.is_bound:
            return []
        own = [Problem(words=str(message), target="") for message in self.non_field_errors()]
        told = self.errors.as_data()
        return own + [
            Problem(words=self._summary(name, error), target=self._first_input(name))
            for name in self.fields
            for error in told.get(name, [])
        ]

    def _summary(self, name: str, error: forms.ValidationError) -> str:
        """What is said beside a field; with the field's name where every field is told the same."""
        words = " ".join(error.messages)
        if error.code not in _WORDS and words != str(UNREADABLE):
            return words
        label = str(self[name].label).rstrip("?\uff1f")
        return gettext("%(field)s: %(words)s") % {"field": label, "words": words}

    def _first_input(self, name: str) -> str:
        bound = self[name]
        return bound.subwidgets[0].id_for_label if bound.use_fieldset else bound.id_for_label
