"""Builds the translations that Django reads (.mo) from those that people write (.po)."""

import os
from pathlib import Path

import polib

from creditportal.embedded.places import CHECKOUT


def build_translations(folder: Path = CHECKOUT / "locale") -> int:
    """Build what is missing or older than its source; return how many files that were."""
    count = 0
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.rename(target)
        count += 1
    return count


if __name__ == "__main__":
    build_translations()
