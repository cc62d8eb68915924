"""Reading JSON strictly: what could not be stored or understood the same way everywhere is refused here."""

import json
from collections.abc import Mapping
from typing import IO, Any, Final, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 12
MAX_DIGITS: Final = 30


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most a megabyte, without NaN, huge numbers, NUL, lone surrogates or repeated names."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the document, or raise ParseError."""
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ParseError(_("The body is larger than one megabyte."), code="body-too-large")
        return parse_json(content)


def parse_json(content: bytes) -> Any:
    """Return the JSON document in these bytes, or raise ParseError in words that can be shown."""
    _check_depth(content)
    try:
        document = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_read_object, parse_constant=_refuse_constant,
            parse_int=_read_int, parse_float=_read_float,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not UTF-8."), code="malformed-json") from error
    except ValueError as error:
        raise ParseError(_("The body is not JSON."), code="malformed-json") from error
    _check_texts(document)
    return document


def check_text(text: str) -> None:
    """Refuse characters that no text has: NUL and halves of a pair."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError(_("A text contains a character that cannot be stored."), code="malformed-text")


def _check_depth(content: bytes) -> None:
    """Count brackets before the parser descends; brackets inside texts may be counted too, twelve are plenty."""
    depth = 0
    in_text = False
    is_escaped = False
    for byte in content:
        if in_text:
            if is_escaped:
                is_escaped = False
            elif byte == 0x5C:
                is_escaped = True
            elif byte == 0x22:
                in_text = False
        elif byte == 0x22:
            in_text = True
        elif byte in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ParseError(_("The body is nested too deeply."), code="nested-too-deeply")
        elif byte in b"]}":
            depth -= 1
