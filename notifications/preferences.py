"""What a person chose about messages: for now the language."""

from accounts.models import User
from applicants.models import Applicant


def get_language(*, applicant: Applicant | None = None, user: User | None = None) -> str:
    """Return the language a person reads: the account's choice, else the applicant's."""
    account = user or (applicant.user if applicant is not None else None)
    if account is not None:
        return account.language
    if applicant is None:
        raise ValueError("a language needs a person")
    return applicant.language
