"""Files that a command is given; a bad one is named with what is wrong."""

from pathlib import Path

from django.core.management.base import CommandError

from core.errors import DomainError, InputError
from decisions.pmml_exchange import read_mapping


def read_file(path: Path) -> bytes:
    """The content of a file, or CommandError that names it."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or 'cannot be read'}") from error


def read_mapping_file(path: Path | None) -> dict[str, dict[str, str]]:
    """What a mapping file says about each characteristic; nothing without a file."""
    if path is None:
        return {}
    try:
        return read_mapping(read_file(path).decode())
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: {error}") from error
    except InputError as error:
        raise CommandError(f"{path}: {explain_error(error)}") from error


def write_file(path: Path, text: str) -> None:
    """Write a text in UTF-8, or raise CommandError that names the file."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or 'cannot be written'}") from error


def check_writable(*paths: Path | None) -> None:
    """Raise CommandError for a file that could not be written, before long work begins; None is no file."""
    for path in paths:
        if path is not None and (path.is_dir() or not path.parent.is_dir()):
            raise CommandError(f"{path}: there is no folder {path.parent}, or it is a folder itself")


def explain_error(error: DomainError) -> str:
    """The message of an error; of an input, what is wrong with each field."""
    if isinstance(error, InputError) and error.fields:
        return "\n".join(str(problem) for problems in error.fields.values() for problem in problems)
    return str(error)
