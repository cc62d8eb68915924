"""Setting a letter as PDF: archival (PDF/A-2a) and readable by screen readers (PDF/UA-1), always the same."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import pylopdf_fonts_zh_cn
import typst

from applicants.showing import language_key
from notifications.letters import read_letter
from notifications.models import Letter

FOLDER: Final = Path(__file__).resolve().parent / "letterheads"
STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
LANGUAGES: Final = {"zh": ("zh", "cn"), "en": ("en", "gb")}


def typeset(letter: Letter, *, language: str) -> bytes:
    """Return the letter as PDF in one language; the same letter gives the same bytes each time."""
    key = language_key(language)
    name, region = LANGUAGES[key]
    content: dict[str, Any] = {
        **read_letter(letter, "en" if key == "en" else "zh-hans"),
        "lang": name,
        "region": region,
        "kind": str(letter.kind),
    }
    made = typst.Compiler(
        input=FOLDER / ("card.typ" if letter.kind == "STATUS_CARD" else "letter.typ"),
        root=FOLDER,
        font_paths=embedded_fonts(),
        ignore_system_fonts=True,
    ).compile(
        format="pdf",
        sys_inputs={"letter": json.dumps(content, ensure_ascii=False)},
        pdf_standards=[*STANDARDS],
        timestamp=int(letter.sent_at.timestamp()),
    )
    assert isinstance(made, bytes), "one document gives one file"
    return made


@cache
def embedded_fonts() -> typst.Fonts:
    """The fonts that come with the package and no others, so that a letter looks alike on every machine."""
    folder = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
