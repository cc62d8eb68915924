"""Bring the Chinese catalogue in line with the texts that the project shows."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand

from creditportal.wording import list_wordings


class Command(BaseCommand):
    """Adds new texts, drops unused ones, keeps every translation; prints what is still missing."""

    help = "Update locale/zh_Hans/LC_MESSAGES/django.po from templates and code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite the catalogue, sorted by text."""
        root = Path(settings.BASE_DIR)
        path = root / "locale/zh_Hans/LC_MESSAGES/django.po"
        known = (
            {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(path))}
            if path.exists()
            else {}
        )
        catalogue = polib.POFile(wrapwidth=110)
        catalogue.metadata = {
            "Language": "zh_Hans",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": "nplurals=1; plural=0;",
        }
        for item in list_wordings(root):
            old = known.get((item.context, item.singular))
            entry = polib.POEntry(
                msgid=item.singular,
                msgctxt=item.context or None,
                occurrences=[(place, "") for place in item.places],
                flags=["python-format"] if "%(" in item.singular else [],
            )
            if item.plural:
                entry.msgid_plural = item.plural
                entry.msgstr_plural = (
                    old.msgstr_plural if old and old.msgstr_plural else {0: old.msgstr if old else ""}
                )
            else:
                entry.msgstr = old.msgstr if old else ""
            catalogue.append(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        missing = [entry.msgid for entry in catalogue if not (entry.msgstr or entry.msgstr_plural.get(0))]
        for text in missing:
            self.stdout.write(f"not translated: {text}")
        self.stdout.write(f"{len(catalogue)} texts, {len(missing)} not translated")
