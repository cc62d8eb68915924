"""Reading JSON strictly: what could not be stored or understood the same way everywhere is refused here."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any, Final, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from core.errors import DomainError

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 12
MAX_DIGITS: Final = 30
# Texts, and numbers as far as the reader of JSON takes them for one.
_TOKENS: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|NaN|Infinity)'
)
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class MalformedBodyError(DomainError):
    """The body cannot be read as the document it should be."""

    code = "malformed-body"
    default_message = _("The body is not JSON.")


class _BadNumberError(Exception):
    """A literal that is too long or not a number."""


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most a megabyte, without NaN, huge numbers, NUL, lone surrogates or repeated names."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the document, or raise MalformedBodyError."""
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise MalformedBodyError(_("The body is larger than one megabyte."))
        return parse_json(content)


def parse_json(content: bytes) -> Any:
    """Return the JSON document in these bytes, or raise MalformedBodyError in words that can be shown."""
    text = ""
    try:
        text = content.decode("utf-8")
        document = json.loads(
            text,
            object_pairs_hook=_read_object, parse_constant=_refuse_constant,
            parse_int=_read_int, parse_float=_read_float,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise MalformedBodyError(_("The body is not UTF-8.")) from error
    except RecursionError as error:
        raise _too_deep() from error
    except _BadNumberError as error:
        words = _("Line %(line)d, column %(column)d: a number is too long or not a number.")
        raise MalformedBodyError(words, **_place_of(str(error), text)) from error
    except json.JSONDecodeError as error:
        words = _("The body is not JSON from line %(line)d, column %(column)d on.")
        raise MalformedBodyError(words, line=error.lineno, column=error.colno) from error
    _check(document)
    return document


def check_text(text: str) -> None:
    """Refuse characters that no text has: NUL and halves of a pair."""
    if _UNSTORABLE.search(text):
        raise MalformedBodyError(_("A text contains a character that cannot be stored."))


def _check(document: Any) -> None:
    """Walk the document level by level, without recursion."""
    level, depth = [document], 0
    while level:
        if depth > MAX_DEPTH:
            raise _too_deep()
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                check_text(value)
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, dict):
                below.extend(value)
                below.extend(value.values())
        level, depth = below, depth + 1


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise MalformedBodyError(_("A name stands twice in one object."))
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise _BadNumberError(name)


def _read_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _BadNumberError(digits)
    return int(digits)


def _read_float(digits: str) -> float:
    number = float(digits)
    if len(digits) > MAX_DIGITS or number in {float("inf"), float("-inf")}:
        raise _BadNumberError(digits)
    return number


def _place_of(literal: str, text: str) -> dict[str, int]:
    """Line and column where a number stands for the first time, outside of texts."""
    at = next((found.start() for found in _TOKENS.finditer(text) if found[0] == literal), 0)
    return {"line": text.count("\n", 0, at) + 1, "column": at - text.rfind("\n", 0, at)}


def _too_deep() -> MalformedBodyError:
    return MalformedBodyError(_("The body is nested too deeply."))
