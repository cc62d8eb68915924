"""Errors of the domain: each has a stable code, an HTTP status and words for the person who caused it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Something the rules do not allow, with a message that can be shown as it is."""

    code: ClassVar[str] = "not-possible"
    status: ClassVar[int] = 400
    default_message: ClassVar[str | Promise] = _("This is not possible right now.")

    def __init__(self, message: str | Promise | None = None, **params: object) -> None:
        self.message: str | Promise = self.default_message if message is None else message
        self.params: dict[str, object] = params
        super().__init__(self.code)

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.params if self.params else text


class InputError(DomainError):
    """What was typed cannot be used; `fields` names each field with its messages."""

    code = "invalid-input"
    default_message = _("Please check what you entered.")

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        fields: Mapping[str, Sequence[str | Promise]] | None = None,
        **params: object,
    ) -> None:
        super().__init__(message, **params)
        self._fields = dict(fields or {})

    @property
    def fields(self) -> dict[str, list[str]]:
        """Return the messages of each field in the language of the reader."""
        return {name: [str(message) for message in messages] for name, messages in self._fields.items()}


class NotFoundError(DomainError):
    """The thing does not exist, or the person may not know that it does."""

    code = "not-found"
    status = 404
    default_message = _("We could not find this page or record.")


class ForbiddenError(DomainError):
    """The person is known and may not do this."""

    code = "forbidden"
    status = 403
    default_message = _("Your account does not allow this step.")


class ConflictError(DomainError):
    """The step does not fit the present state."""

    code = "conflict"
    status = 409
    default_message = _("This step does not fit the present state of the case.")


class StaleError(ConflictError):
    """Somebody changed the record after it was read."""

    code = "stale"
    default_message = _("This was changed after you opened it. Please look at the new version and try again.")
