"""Setting a copy of somebody's data as PDF, to read and to print."""

import json
from collections.abc import Mapping
from typing import Any

from applicants.showing import language_key
from notifications.typesetting import LANGUAGES, make_pdf


def typeset_copy(copy: Mapping[str, Any], *, language: str) -> bytes:
    """Return a readable copy as PDF: archival and tagged, unless a character has no shape in our fonts."""
    name, region = LANGUAGES[language_key(language)]
    words = json.dumps({**copy, "lang": name, "region": region}, ensure_ascii=False)
    return make_pdf("copy.typ", {"copy": words})
