"""What a person prefers: for now the language of letters and mails."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applicants.models import Applicant
from applicants.registering import LANGUAGES
from core.errors import InputError


def choose_letter_language(*, user: User, language: str) -> None:
    """Write to this person in this language from now on; what was sent stays as it was."""
    if language not in LANGUAGES:
        raise InputError(fields={"language": [_("Choose one of the languages offered.")]})
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(language=language)
        Applicant.objects.filter(user=user).update(language=language)
    user.language = language
