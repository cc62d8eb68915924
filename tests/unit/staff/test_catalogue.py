"""The catalogue editor: two people publish, and nothing that breaks the rules of our words."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import User
from audit.queries import list_events
from core import clock
from core.catalogues import get_catalogue
from core.errors import StaleError
from core.models import CatalogueVersion
from creditportal.staff.preview import preview_words
from decisions.catalogue_editing import get_text, lint, list_texts, propose_text, publish_text
from decisions.models import Wording
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db
WHERE = "/staff/catalogue/reasons/S01.title/"
GOOD = {"zh": "\u8bc4\u4f30\u5206\u4f4e\u4e8e\u8981\u6c42", "en": "Your score is below the minimum"}


def seen() -> str:
    return get_catalogue("reasons").content_hash


def title(code: str = "S01") -> dict[str, str]:
    return next(entry["title"] for entry in get_catalogue("reasons").document if entry["code"] == code)


def proposed(by: User) -> Wording:
    """New words for a title, waiting for a second person."""
    return propose_text(
        name="reasons", place="S01.title", **GOOD, expected_hash=seen(), by=acting(by), now=clock.now()
    )


def test_words_are_published_by_a_second_person_as_a_new_version(
    catalogues: None, pia: User, dev: User, sit_down: SitDown
) -> None:
    versions, before = CatalogueVersion.objects.filter(name="reasons").count(), title()
    sit_down(pia).post(WHERE, {**GOOD, "seen": seen(), "propose": "yes"})
    assert title() == before != GOOD
    second = sit_down(dev)
    assert WHERE in text_of(second.get("/staff/catalogue/"))
    page = text_of(second.get(WHERE))
    # Once as proposed, and in each of three layouts.
    assert page.count(GOOD["zh"]) == page.count(GOOD["en"]) == 4
    assert second.post(f"{WHERE}publish/").status_code == 302
    assert title() == GOOD
    assert CatalogueVersion.objects.filter(name="reasons").count() == versions + 1
    verbs = [event.verb for event in list_events(subject="catalogue:reasons")]
    assert sorted(verbs) == ["catalogue:proposed", "catalogue:published"]


def test_nobody_publishes_ones_own_words(catalogues: None, pia: User, sit_down: SitDown) -> None:
    wording, before, client = proposed(pia), title(), sit_down(pia)
    assert "Somebody else publishes what you proposed." in text_of(client.get(WHERE))
    refused = client.post(f"{WHERE}publish/")
    assert refused.status_code == 403
    assert "another person publishes them" in text_of(refused)
    assert title() == before
    with pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
        Wording.objects.filter(pk=wording.pk).update(
            state="PUBLISHED", settled_by=pia, settled_at=clock.now()
        )


def test_the_second_person_gives_words_back_with_a_reason(
    catalogues: None, pia: User, dev: User, sit_down: SitDown
) -> None:
    proposed(pia)
    client = sit_down(dev)
    assert client.post(f"{WHERE}return/", {"reason": " "}).status_code == 400
    assert client.post(f"{WHERE}return/", {"reason": "Say below what."}).status_code == 302
    assert "Say below what." in text_of(sit_down(pia).get(WHERE))
    assert client.post(f"{WHERE}publish/").status_code == 409
    assert title() != GOOD


def test_words_that_changed_meanwhile_are_not_written_over(catalogues: None, pia: User, dev: User) -> None:
    wording = proposed(pia)
    publish_text(wording=wording, by=acting(dev), now=clock.now())
    other = Wording.objects.create(
        catalogue="reasons", place="S01.title", zh=GOOD["zh"], en="Something else", before_zh="x",
        before_en="y", proposed_by=pia, proposed_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(StaleError):
        publish_text(wording=other, by=acting(dev), now=clock.now())
    assert title() == GOOD


def test_one_proposal_at_a_time_and_taken_back_by_oneself(
    catalogues: None, pia: User, sit_down: SitDown
) -> None:
    wording, client = proposed(pia), sit_down(pia)
    again = client.post(WHERE, {"zh": GOOD["zh"], "en": "Other words", "seen": seen(), "propose": "yes"})
    assert again.status_code == 409
    assert client.post(f"{WHERE}return/").status_code == 302
    wording.refresh_from_db()
    assert wording.state == "WITHDRAWN"


def test_a_supervisor_publishes_and_proposes_nothing(catalogues: None, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    assert "Propose these words" not in text_of(client.get(WHERE))
    assert client.post(WHERE, {**GOOD, "seen": seen(), "propose": "yes"}).status_code == 403
    assert not Wording.objects.exists()


def test_the_preview_shows_both_and_publishes_nothing(catalogues: None, pia: User, sit_down: SitDown) -> None:
    before = seen()
    page = text_of(sit_down(pia).post(WHERE, {**GOOD, "seen": before}))
    assert "Nothing stands against publishing it." in page
    assert page.count(GOOD["zh"]) == 4
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
    refused = sit_down(pia).post(WHERE, {**GOOD, **change, "seen": before, "propose": "yes"})
    assert refused.status_code == 400
    assert words in text_of(refused)
    assert (seen(), change.get("en", GOOD["en"]).strip() in text_of(refused)) == (before, True)


def test_whoever_saw_an_older_version_is_told(catalogues: None, pia: User, sit_down: SitDown) -> None:
    refused = sit_down(pia).post(WHERE, {**GOOD, "seen": "0" * 64, "propose": "yes"})
    assert refused.status_code == 409


def test_other_catalogues_and_places_are_not_found(catalogues: None, pia: User, sit_down: SitDown) -> None:
    client = sit_down(pia)
    for path in ("policy/", "reasons/nothing/", "jurisdictions/CN.name/"):
        assert client.get(f"/staff/catalogue/{path}").status_code == 404


def test_the_lint_says_nothing_of_good_words() -> None:
    assert lint(zh=GOOD["zh"], en=GOOD["en"]) == []
    assert lint(zh="", en="x") != []


def test_the_lint_wants_words_without_markup() -> None:
    with translation.override("en"):
        problems = lint(zh=f"<b>{GOOD['zh']}</b>", en=GOOD["en"])
    assert problems == ["No angle brackets: the words are shown just as they stand here."]


@pytest.mark.parametrize("name", ["reasons", "evidence", "help"])
def test_every_text_is_shown_in_each_layout_without_a_brace(catalogues: None, pia: User, name: str) -> None:
    for text in list_texts(name=name, by=acting(pia)):
        layouts = preview_words(zh=text.zh, en=text.en)
        assert [layout.code for layout in layouts] == ["wide", "phone", "letter"]
        shown = "".join(layout.zh + layout.en for layout in layouts)
        assert not set("{}") & set(shown), text.place
        assert not any(word in shown for word in ("\u793a\u4f8b", "sample")), text.place


def test_the_preview_shows_what_was_typed(catalogues: None, pia: User, sit_down: SitDown) -> None:
    client, where = sit_down(pia), "/staff/catalogue/reasons/U02.meaning/"
    page = text_of(client.get(where))
    preview = page[page.index('id="preview"') :]
    assert ("{" in preview, preview.count("58%"), "On a phone" in preview) == (False, 6, True)
    text, version = get_text(name="reasons", place="U02.meaning", by=acting(pia))
    typed = {"zh": text.zh, "en": f"{text.en} Call us.", "seen": version}
    page = text_of(client.post(where, typed))
    assert page[page.index('id="preview"') :].count("Call us.") == 3
