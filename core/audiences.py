"""Words between colleagues and words for applicants are two types, so that one cannot pass for the other."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from core.encryption import EncryptedTextField


class InternalLeakError(TypeError):
    """Words between colleagues were about to reach an applicant: a mistake in the program."""


class InternalText(str):
    """Words between colleagues; no message, letter or applicant's page takes them."""

    __slots__ = ()


class ExternalText(str):
    """Words that an applicant may read."""

    __slots__ = ()


def check_external(value: object) -> None:
    """Raise InternalLeakError when the value is, or holds, words between colleagues."""
    if isinstance(value, InternalText):
        raise InternalLeakError("internal words may not be shown to an applicant")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        for item in value:
            check_external(item)


class InternalTextField(EncryptedTextField):
    """Encrypted words between colleagues."""

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        """Open the sealed words, marked as internal."""
        text = super().from_db_value(value, expression, connection)
        return None if text is None else InternalText(text)


class ExternalTextField(EncryptedTextField):
    """Encrypted words that an applicant may read; internal words cannot be stored here."""

    def get_db_prep_value(  # Django's signature
        self,
        value: Any,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002
    ) -> Any:
        """Seal the words, refusing internal ones."""
        check_external(value)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        """Open the sealed words, marked as fit for an applicant."""
        text = super().from_db_value(value, expression, connection)
        return None if text is None else ExternalText(text)
