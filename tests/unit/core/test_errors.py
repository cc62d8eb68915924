from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.errors import ConflictError, DomainError, InputError, StaleError


class TooEarlyError(ConflictError):
    code = "too-early"
    default_message = _("This opens on %(day)s.")


def test_the_message_is_filled_in() -> None:
    assert str(TooEarlyError(day="2026-11-22")) == "This opens on 2026-11-22."


def test_a_percent_sign_without_parameters_stays() -> None:
    assert str(DomainError("55% is the limit")) == "55% is the limit"


def test_messages_follow_the_language_of_the_reader() -> None:
    error = InputError(fields={"phone": [_("This field is required.")]})
    with translation.override("zh-hans"):
        chinese = error.fields["phone"][0]
    with translation.override("en"):
        assert error.fields["phone"][0] != chinese


def test_each_error_says_its_status() -> None:
    assert [StaleError().status, InputError().status, TooEarlyError(day="x").status] == [409, 400, 409]


def test_the_exception_itself_holds_no_personal_data() -> None:
    assert InputError("Zhang Wei", name="Zhang Wei").args == ("invalid-input",)
