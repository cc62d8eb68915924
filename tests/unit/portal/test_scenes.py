"""No page of the portal is left out of the scenes that are looked at in a browser."""

from pathlib import Path
from typing import Final

from creditportal.portal.urls import urlpatterns

FOLDER: Final = Path(__file__).resolve().parents[2] / "journeys" / "scenes"
# What answers with a file, or only takes what a page sends.
NO_PAGES: Final = {
    "appeal_letter", "appeal_receipt", "begin_piece", "card", "card_picture", "choose_language", "consent",
    "copy", "document", "end_help", "end_link", "letter", "letter_language", "notice", "piece",
    "reinstate_appeal", "remove_person", "review_acceptance", "save_plan", "stay", "withdraw_dispute",
}  # fmt: skip
# Reached in a scene by pressing a link on the page before.
REACHED: Final = {"message"}


def test_each_page_stands_in_a_scene() -> None:
    scenes = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py")))
    pages = {pattern.name for pattern in urlpatterns} - NO_PAGES - REACHED
    named = {name for name in pages if f'portal:{name}"' in scenes or f'"{name}"' in scenes}
    assert pages - named == set()


def test_what_is_left_out_exists() -> None:
    assert {pattern.name for pattern in urlpatterns} >= NO_PAGES | REACHED
