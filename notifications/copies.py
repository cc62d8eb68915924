"""Setting a copy of somebody's data as PDF, to read and to print."""

import json
from collections.abc import Mapping
from typing import Any

import typst

from applicants.showing import language_key
from notifications.typesetting import FOLDER, LANGUAGES, STANDARDS, embedded_fonts


def typeset_copy(copy: Mapping[str, Any], *, language: str) -> bytes:
    """Return a readable copy as PDF: archival and tagged, unless a character has no shape in our fonts."""
    name, region = LANGUAGES[language_key(language)]
    inputs = {"copy": json.dumps({**copy, "lang": name, "region": region}, ensure_ascii=False)}
    compiler = typst.Compiler(
        input=FOLDER / "copy.typ", root=FOLDER, font_paths=embedded_fonts(), ignore_system_fonts=True
    )
    try:
        made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=[*STANDARDS])
    except typst.TypstError:
        # An archive must show every character. What somebody typed may hold one that no font of ours has.
        made = compiler.compile(format="pdf", sys_inputs=inputs)
    assert isinstance(made, bytes), "one document gives one file"
    return made
