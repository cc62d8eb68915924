"""Setting a letter as PDF: archival (PDF/A-2a) and readable by screen readers (PDF/UA-1), always the same.

The status card is a picture too, to keep on a phone or to send on.
"""

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
_DOTS_PER_INCH: Final = 180
LANGUAGES: Final = {"zh": ("zh", "cn"), "en": ("en", "gb")}


def typeset(letter: Letter, *, language: str) -> bytes:
    """Return the letter as PDF in one language; the same letter gives the same bytes each time."""
    form = "card.typ" if letter.kind == "STATUS_CARD" else "letter.typ"
    return make_pdf(form, {"letter": _words(letter, language)}, made_at=int(letter.sent_at.timestamp()))


def draw_card(card: Letter, *, language: str) -> bytes:
    """Return a status card as one picture (PNG) in one language."""
    inputs = {"letter": _words(card, language), "picture": "yes"}
    made = _compiler("card.typ").compile(format="png", ppi=_DOTS_PER_INCH, sys_inputs=inputs)
    assert isinstance(made, bytes), "a picture is as high as its card"
    return made


def _words(letter: Letter, language: str) -> str:
    key = language_key(language)
    name, region = LANGUAGES[key]
    content: dict[str, Any] = {
        **read_letter(letter, "en" if key == "en" else "zh-hans"),
        "lang": name,
        "region": region,
        "kind": str(letter.kind),
    }
    return json.dumps(content, ensure_ascii=False)


def make_pdf(form: str, inputs: dict[str, str], *, made_at: int | None = None) -> bytes:
    """Return a PDF of a form: archival and tagged, unless a character has no shape in our fonts."""
    compiler = _compiler(form)
    try:
        made = compiler.compile(
            format="pdf", sys_inputs=inputs, pdf_standards=[*STANDARDS], timestamp=made_at
        )
    except typst.TypstError:
        # An archive must show every character. A name, or what somebody typed, may hold one that no font has.
        made = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=made_at)
    assert isinstance(made, bytes), "one document gives one file"
    return made


def _compiler(form: str) -> typst.Compiler:
    return typst.Compiler(
        input=FOLDER / form, root=FOLDER, font_paths=embedded_fonts(), ignore_system_fonts=True
    )


@cache
def embedded_fonts() -> typst.Fonts:
    """The fonts that come with the package and no others, so that a letter looks alike on every machine."""
    folder = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
