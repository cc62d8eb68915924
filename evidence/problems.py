"""What can be wrong with a file, each with words of its own and what to do about it."""

from typing import ClassVar, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import InputError

MAX_BYTES: Final = 10 * 1024 * 1024


class FileError(InputError):
    """A file cannot be taken; `problem` is the short code kept with a refused document."""

    code = "file-failed"
    problem: ClassVar[str] = "failed"

    def __init__(self, message: str | Promise | None = None, **params: object) -> None:
        super().__init__(message)
        self.params = params
        self._fields = {"file": [str(self) if params else self.message]}


class NoFileError(FileError):
    """No file came."""

    code = "file-missing"
    problem = "missing"
    default_message = _("Choose a file to send.")


class WrongTypeError(FileError):
    """The content is none of the accepted types, whatever the name says."""

    code = "file-wrong-type"
    problem = "wrong_type"
    default_message = _(
        "The file must be a PDF, JPG, PNG, HEIC, OFD or XML file. Save it as one of these and send it again."
    )


class TooBigError(FileError):
    """The file is larger than we take."""

    code = "file-too-big"
    problem = "too_big"
    default_message = _("The file must be smaller than 10 MB. Make it smaller or send it in parts.")


class EmptyFileError(FileError):
    """The file has no content."""

    code = "file-empty"
    problem = "empty"
    default_message = _("The file is empty. Open it on your device to check it, then send it again.")


class InfectedError(FileError):
    """The scanner found a virus."""

    code = "file-infected"
    problem = "virus"
    default_message = _(
        "A virus was found in the file, so we did not keep it. Check your device and send a clean copy."
    )


class PasswordError(FileError):
    """The file opens only with a password."""

    code = "file-password"
    problem = "password"
    default_message = _("The file is protected by a password. Remove the password and send it again.")


class FailedError(FileError):
    """The file did not arrive whole, or cannot be read."""

    default_message = _(
        "We could not read the file. Please send it again, or save it in another format first."
    )


class TooManyError(FileError):
    """There are as many files as one item can have."""

    code = "file-too-many"
    problem = "too_many"
    default_message = _("You can send at most %(limit)s files here. Take one away before you add another.")


ERRORS: Final[dict[str, type[FileError]]] = {
    error.problem: error
    for error in (
        NoFileError,
        WrongTypeError,
        TooBigError,
        EmptyFileError,
        InfectedError,
        PasswordError,
        FailedError,
        TooManyError,
    )
}


def describe_problem(problem: str) -> str:
    """The words for a refused document's problem in the active language."""
    return str(ERRORS.get(problem, FailedError).default_message)
