"""The catalogue editor: nothing that breaks the rules of our words is published."""

import pytest

from accounts.models import User
from audit.queries import list_events
from core.catalogues import get_catalogue
from core.models import CatalogueVersion
from decisions.catalogue_editing import lint
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db
WHERE = "/staff/catalogue/reasons/S01.title/"
GOOD = {"zh": "\u8bc4\u4f30\u5206\u4f4e\u4e8e\u8981\u6c42", "en": "Your score is below the minimum"}


def seen() -> str:
    return get_catalogue("reasons").content_hash


def title(code: str = "S01") -> dict[str, str]:
    return next(entry["title"] for entry in get_catalogue("reasons").document if entry["code"] == code)


def test_words_are_published_as_a_new_version(catalogues: None, pia: User, sit_down: SitDown) -> None:
    versions, client = CatalogueVersion.objects.filter(name="reasons").count(), sit_down(pia)
    client.post(WHERE, {**GOOD, "seen": seen(), "publish": "yes"})
    assert title() == GOOD
    assert CatalogueVersion.objects.filter(name="reasons").count() == versions + 1
    assert list_events(subject="catalogue:reasons")[0].verb == "catalogue:published"
    assert GOOD["en"] in text_of(client.get("/staff/catalogue/reasons/?q=S01"))


def test_the_preview_shows_both_and_publishes_nothing(catalogues: None, pia: User, sit_down: SitDown) -> None:
    before = seen()
    page = text_of(sit_down(pia).post(WHERE, {**GOOD, "seen": before}))
    assert "Nothing stands against publishing it." in page
    assert page.count(GOOD["zh"]) == 2
    assert seen() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"en": "Below {gate}"}, "in one language only: gate"),
        ({"en": "We reject this"}, "another word for"),
        ({"zh": "\u8bc4\u4f30\u5206,\u4f4e"}, "full-width punctuation"),
        ({"en": "word " * 21}, "longer than"),
        ({"en": "Too low!"}, "exclamation"),
    ],
)
def test_bad_words_are_refused_and_kept_on_the_page(
    *, catalogues: None, pia: User, sit_down: SitDown, change: dict[str, str], words: str
) -> None:
    before = seen()
    refused = sit_down(pia).post(WHERE, {**GOOD, **change, "seen": before, "publish": "yes"})
    assert refused.status_code == 400
    assert words in text_of(refused)
    assert (seen(), change.get("en", GOOD["en"]).strip() in text_of(refused)) == (before, True)


def test_whoever_saw_an_older_version_is_told(catalogues: None, pia: User, sit_down: SitDown) -> None:
    refused = sit_down(pia).post(WHERE, {**GOOD, "seen": "0" * 64, "publish": "yes"})
    assert refused.status_code == 409


def test_other_catalogues_and_places_are_not_found(catalogues: None, pia: User, sit_down: SitDown) -> None:
    client = sit_down(pia)
    for path in ("policy/", "reasons/nothing/", "jurisdictions/CN.name/"):
        assert client.get(f"/staff/catalogue/{path}").status_code == 404


def test_the_lint_says_nothing_of_good_words() -> None:
    assert lint(zh=GOOD["zh"], en=GOOD["en"]) == []
    assert lint(zh="", en="x") != []
