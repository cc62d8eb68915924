"""Pictures of every screen and every letter: `bin/test tests/journeys/screens.py`.

They lie in var/screens, or the folder SCREENS, with what is wrong in wrong.txt.
With CHOSEN=1 the chosen dozen in docs/screens is taken anew.
"""

import os
import shutil
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from django.conf import settings as site

from accounts.models import User
from appeals.sending import send_answer
from core.clock import now
from decisions.notices import send_notice
from decisions.status_cards import make_card
from notifications.models import Letter
from notifications.typesetting import typeset
from tests.factories.decisions import decided_in, sample_decision
from tests.journeys.scenes import SCENES
from tests.journeys.scenes.appeals import decided
from tests.journeys.scenes.walking import stage_for, walk
from tests.journeys.visitor import Visit
from tests.people import acting

pytestmark = [pytest.mark.journey, pytest.mark.slow]
FOLDER: Final = Path(os.environ.get("SCREENS") or Path(site.BASE_DIR) / "var" / "screens")
CHOSEN: Final = {
    "appeal-zh": "appeal_papers.zh-hans.1100",
    "decision-en": "decision_declined.en.1100",
    "decision-zh": "decision_declined.zh-hans.1100",
    "decision-zh-phone": "decision_declined.zh-hans.375",
    "home-en-dark": "home_declined.en.375.dark",
    "letter-zh": "letter_notice.zh-hans.1",
    "line-zh": "line.zh-hans.1100",
    "offer-en-phone": "offer.en.375",
    "precheck-zh-phone": "precheck_not_yet.zh-hans.375",
    "reason-zh-phone": "reason_U02.zh-hans.375",
    "result-en": "appeal_result.en.1100",
    "score-en": "score.en.1100",
}
LANGUAGES: Final = pytest.mark.parametrize("language", ["en", "zh-hans"])


@LANGUAGES
@pytest.mark.parametrize("scene", SCENES)
def test_pictures_of_screens(
    *, visit: Visit, ada: User, ben: User, cleo: User, dev: User, settings: Any, scene: str, language: str
) -> None:
    settings.DEMO = True
    stage = stage_for(ada=ada, ben=ben, cleo=cleo, dev=dev, language=language)
    seen: dict[str, list[str]] = {}
    for name, wrong in walk(SCENES[scene], stage, visit, pictures=FOLDER):
        seen[name] = wrong
        with (FOLDER / "wrong.txt").open("a") as told:
            told.writelines(f"{line}\n" for line in wrong)
    _keep_chosen()
    assert [name for name in seen if not (FOLDER / f"{name}.{language}.375.dark.png").stat().st_size] == []
    assert {name: wrong for name, wrong in seen.items() if wrong} == {}


@LANGUAGES
def test_pictures_of_letters(
    *, catalogues: None, ada: User, cleo: User, dev: User, settings: Any, language: str
) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    by = acting(ada)
    letters = {
        "notice": send_notice(decision=decision, by=by, now=now()),
        "card": make_card(decision=decision, by=by, now=now()),
    }
    appeal = decided(decision, ada=ada, cleo=cleo, dev=dev)
    letters["answer"] = send_answer(appeal=appeal, by=by, now=now())
    taken = [path for name, letter in letters.items() for path in _draw(name, letter, language)]
    _keep_chosen()
    assert len(taken) >= 3
    assert [path.name for path in taken if not path.stat().st_size] == []


@LANGUAGES
@pytest.mark.parametrize("place", ["CN", "US", "EU", "UK"])
@pytest.mark.parametrize(("outcome", "like"), [("unchanged", "li_na"), ("corrected", "li_na_after")])
def test_pictures_of_the_letters_of_each_place(
    *, catalogues: None, ada: User, cleo: User, dev: User, place: str, language: str, outcome: str, like: str
) -> None:
    decision, by = decided_in(place, user=ada, now=now()), acting(ada)
    notice = send_notice(decision=decision, by=by, now=now())
    appeal = decided(decision, ada=ada, cleo=cleo, dev=dev, like=like)
    answer = send_answer(appeal=appeal, by=by, now=now())
    taken = [
        *_draw(f"notice_{place}", notice, language),
        *_draw(f"{outcome}_{place}", answer, language),
    ]
    assert len(taken) >= 3
    assert [path.name for path in taken if not path.stat().st_size] == []


def _draw(name: str, letter: Letter, language: str) -> list[Path]:
    """Each page of a letter as a picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    document = pypdfium2.PdfDocument(typeset(letter, language=language))
    paths = []
    for number, page in enumerate(document, start=1):
        paths.append(FOLDER / f"letter_{name}.{language}.{number}.png")
        page.render(scale=1.5).to_pil().save(paths[-1])
    return paths


def _keep_chosen() -> None:
    """Put the chosen dozen where the documentation shows them, when that is asked for."""
    for kept, name in CHOSEN.items():
        taken = FOLDER / f"{name}.png"
        if os.environ.get("CHOSEN") and taken.exists():
            shutil.copyfile(taken, Path(site.BASE_DIR) / "docs" / "screens" / f"{kept}.png")
