"""A decision's letter as PDF, from the request to the last byte, against typst compiling such a letter alone.

typst remembers what it compiled in a process. So no letter is compiled twice: each has a reference of its own
on both sides; otherwise the same words, fonts and standards.
"""

import itertools
import json
import os
import sys
import time
from typing import Any, Final

import django

GOAL: Final = 1.5
LETTERS: Final = 3


def main() -> int:
    """Measure in a database that is made for it and dropped afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "creditportal.settings")
    os.environ.setdefault("PERSISTENT_CONNECTIONS", "True")  # as the web server does
    django.setup()
    from bench._database import own_database

    with own_database("letter"):
        return _measure()


def _measure() -> int:
    # The site's own modules need Django.
    import typst
    from django.conf import settings

    from bench._pairs import compare, show
    from bench._web import _call, _environ
    from bench.explain_page import prepare
    from creditportal.wsgi import application
    from notifications import typesetting
    from notifications.letters import read_letter
    from notifications.models import Letter
    from notifications.typesetting import FOLDER, LANGUAGES, STANDARDS, embedded_fonts

    settings.ALLOWED_HOSTS = ["localhost"]
    page, headers = prepare()
    environ = _environ({"path": f"{page}letter/en/", "method": "GET", "headers": headers, "body": ""})
    status, length, _tag = _call(application, dict(environ), "")
    assert status == 200, status
    letter = Letter.objects.latest("pk")
    name, region = LANGUAGES["en"]
    content: dict[str, Any] = {
        **read_letter(letter, "en"), "lang": name, "region": region, "kind": str(letter.kind),
    }  # fmt: skip
    numbers = itertools.count(10_000)

    def read_another(letter: Letter, language: str) -> dict[str, Any]:
        return {**read_letter(letter, language), "reference": f"LT-{next(numbers)}"}

    vars(typesetting)["read_letter"] = read_another

    def ours() -> float:
        started = time.process_time()
        for _ in range(LETTERS):
            _call(application, dict(environ), "")
        return (time.process_time() - started) / LETTERS * 1000

    def compiling() -> float:
        started = time.process_time()
        for _ in range(LETTERS):
            source = json.dumps({**content, "reference": f"LT-{next(numbers)}"}, ensure_ascii=False)
            typst.Compiler(
                input=FOLDER / "letter.typ", root=FOLDER, font_paths=embedded_fonts(),
                ignore_system_fonts=True,
            ).compile(
                format="pdf", sys_inputs={"letter": source}, pdf_standards=[*STANDARDS],
                timestamp=int(letter.sent_at.timestamp()),
            )  # fmt: skip
        return (time.process_time() - started) / LETTERS * 1000

    result = compare(name="letter", ours=ours, other=compiling, unit="ms of CPU", goal=GOAL)
    return show(result, about=f"typst alone; a PDF of {length} bytes")


if __name__ == "__main__":
    sys.exit(main())
