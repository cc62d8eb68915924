"""Letters: the same coded decision in both languages, frozen when sent, archival and readable by machines."""

import calendar
import io
import re
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.db import DatabaseError, transaction

from accounts.actors import SITE
from accounts.models import User
from audit.queries import list_events
from core.errors import NotFoundError
from decisions.explaining import explain
from decisions.jurisdictions import get_profile
from decisions.letter_words import PARTS, letters, validate_letters
from decisions.notices import compose_notice, key_factors, send_notice
from decisions.status_cards import make_card
from notifications.letters import (
    check_code,
    get_letter_for,
    is_untouched,
    normalise_code,
    read_letter,
)
from notifications.models import Letter
from notifications.typesetting import typeset
from tests.factories.decisions import NOW, decided_in, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
PLACES = ["CN", "US", "EU", "UK"]
LANGUAGES = ["zh-hans", "en"]


def notice(key: str = "li_na", user: User | None = None) -> Letter:
    return send_notice(decision=sample_decision(key, user=user), by=SITE, now=NOW)


OWN_WORDS = {
    "CN": ("PBOC", "12378", "(Beijing time)", "\u5317\u4eac\u65f6\u95f4"),
    "US": ("Equal Credit Opportunity Act", "CFPB", "(New York time)", "\u7ebd\u7ea6\u65f6\u95f4"),
    "EU": ("social networks", "15 working days", "(Brussels time)", "\u5e03\u9c81\u585e\u5c14\u65f6\u95f4"),
    "UK": ("Ombudsman", "MoneyHelper", "(London time)", "\u4f26\u6566\u65f6\u95f4"),
}
"""What only the letters of one place say."""


TERMS = {
    "CN": ("within 30 days as a rule", "within 15 days, at most 60"),
    "US": ("within 15 days as a rule, at most 60", "without your asking", "60 days; we answer within 30"),
    "EU": ("within 15 working days, at most 35",), "UK": ("within 8 weeks",),
}  # fmt: skip
"""How long answers take there, as its profile says."""


def text_of(letter: Letter, language: str) -> str:
    body = read_letter(letter, language)
    lines = [line for part in body["parts"] for line in (part["heading"], *part["lines"], *part["items"])]
    return "\n".join([body["title"], *body["lead"], *lines])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_gets_all_fourteen_parts(place: str, language: str) -> None:
    body = read_letter(send_notice(decision=decided_in(place), by=SITE, now=NOW), language)
    assert [part["id"] for part in body["parts"]] == list(PARTS)
    assert [part["id"] for part in body["parts"] if not part["lines"] + part["items"]] == []


def test_places_differ_where_their_law_does() -> None:
    texts = {
        place: text_of(send_notice(decision=decided_in(place), by=SITE, now=NOW), "en") for place in ("US",)
    }
    assert "Equal Credit Opportunity Act" in texts["US"]
    assert "12378" not in texts["US"]
    assert "free report from the bureau within 60 days" in texts["US"]


@pytest.mark.parametrize("place", PLACES)
def test_each_place_is_told_of_its_own_law_and_clock_only(place: str) -> None:
    letter = send_notice(decision=decided_in(place), by=SITE, now=NOW)
    texts = {language: text_of(letter, language) for language in LANGUAGES}
    assert {name: text for name, text in texts.items() if "{" in text or "}" in text} == {}
    for words in OWN_WORDS.values():
        said = [word in texts["zh-hans" if word > "\u4e00" else "en"] for word in words]
        assert said == [words == OWN_WORDS[place]] * len(words), words
    # The same days, sums, deadlines and addresses, however each language writes them.
    assert figures(texts["en"]) == figures(texts["zh-hans"])


def figures(text: str) -> list[str]:
    """Every number and address in a letter, days written alike."""
    for number, name in enumerate(calendar.month_abbr):
        text = re.sub(rf"(\d+) {name} (\d{{4}})", rf"\2-{number:02}-\1", text) if name else text
    text = re.sub(r"-(\d)\b", r"-0\1", text)
    return sorted(re.findall(r"\d[\d.,-]*\d|\d|[a-z]+\.gov[a-z/]*", text))


def test_the_numbers_stand_in_both_languages() -> None:
    letter = notice()
    for number in ("58", "55", "608", "350", "950", "2026.1"):
        assert [language for language in LANGUAGES if number not in text_of(letter, language)] == []


@pytest.mark.parametrize(("key", "said"), [("li_na", True), ("wang_fang", False), ("loan_broker", False)])
def test_only_what_can_be_appealed_says_until_when(key: str, said: bool) -> None:
    text = text_of(notice(key), "en")
    assert ("You can appeal until" in text) == said
    assert ("You can ask us to explain this at any time" in text) == (not said)


def test_every_source_is_named_also_of_what_only_a_check_read() -> None:
    body = read_letter(notice("zhang_wei"), "en")
    named = next(part["items"] for part in body["parts"] if part["id"] == "sources")
    for source in ("credit report", "record of a linked product", "public court records"):
        assert [line for line in named if line.startswith(f"{source} (")] != [], source


def test_the_day_of_a_source_is_that_of_its_newest_item() -> None:
    decision = sample_decision("zhang_wei")
    decision.facts["current_overdue_days"]["observed_on"] = "2026-11-19"
    parts = compose_notice(decision=decision, language="zh-hans", now=NOW)["parts"]
    assert "\u4fe1\u7528\u62a5\u544a\uff082026-11-19\uff09" in parts[4]["items"]


def test_a_notice_is_sent_once() -> None:
    decision = sample_decision("li_na")
    first = send_notice(decision=decision, by=SITE, now=NOW)
    assert send_notice(decision=decision, by=SITE, now=NOW).pk == first.pk


def test_what_was_sent_cannot_be_changed_and_its_digest_is_in_the_audit() -> None:
    letter = notice()
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(digest="0" * 64)
    codes = [event.codes for event in list_events(subject=letter.about) if event.verb == "letter:sent"]
    assert [one["sha256"] for one in codes] == [letter.digest]
    assert is_untouched(letter)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["li_na", "wang_fang", "ruian"])
def test_the_pdf_is_archival_tagged_and_says_its_language(key: str, language: str) -> None:
    letter = notice(key)
    made = typeset(letter, language=language)
    with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        assert about["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang) == ("zh-CN" if language == "zh-hans" else "en-GB")
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.ViewerPreferences.DisplayDocTitle) == "True"
    assert made == typeset(letter, language=language)


# An archive shows every character; the last two names hold one that no font of ours draws.
@pytest.mark.parametrize(
    ("name", "shown", "is_archival"),
    [
        ("\u4dae\u36c3\U0002cb4e", "\u4dae\u36c3\U0002cb4e", True),
        ("\u674e\U0002c64e", "\u674e", False),
        ("An \U0001f600", "An", False),
    ],
)
def test_a_letter_to_a_rare_name_comes_as_pdf(*, name: str, shown: str, is_archival: bool) -> None:
    decision = sample_decision("li_na")
    decision.applicant.name = name
    made = typeset(send_notice(decision=decision, by=SITE, now=NOW), language="en")
    text = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
    assert f"To: {shown}" in text
    assert "We did not approve" in text
    with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as about:
        assert ("pdfaid:part" in about) == is_archival


def test_the_card_tells_no_score_and_no_income() -> None:
    card = make_card(decision=sample_decision("li_na"), by=SITE, now=NOW)
    text = text_of(card, "en")
    assert "not approved" in text
    assert [number for number in ("608", "7,200", "110101") if number in text] == []


def test_a_code_tells_that_it_is_genuine_and_nothing_more() -> None:
    letter = notice()
    found = check_code(letter.verify_code.lower().replace("-", " "))
    assert found is not None
    assert (found.reference, str(found.sent_on)) == (letter.about, "2026-11-20")
    assert set(vars(found)) == {"reference", "sent_on"}
    assert check_code("0000-0000-0000") is None


@pytest.mark.parametrize("typed", ["", "x" * 200, "\u202eABCD", "<script>", "\U0001f600" * 12])
def test_no_code_is_made_of_what_is_none(typed: str) -> None:
    assert normalise_code(typed) == ""


def test_a_letter_is_found_by_its_reader_alone(ada: User, eve: User) -> None:
    letter = notice(user=ada)
    assert get_letter_for(by=acting(ada), reference=letter.reference).pk == letter.pk
    with pytest.raises(NotFoundError):
        get_letter_for(by=acting(eve), reference=letter.reference)


def test_at_most_four_factors_are_named_and_enquiries_where_the_law_says() -> None:
    decision = sample_decision("li_na")
    document: Any = explain(decision=decision, language="en", now=NOW)
    home = [row["code"] for row in key_factors(document, get_profile("CN"))]
    abroad = [row["code"] for row in key_factors(document, get_profile("US"))]
    assert len(home) == 4
    assert set(abroad) - set(home) <= {"hard_inquiries_3m"}


def test_a_catalogue_without_a_part_is_refused() -> None:
    document = {**letters(), "notice": letters()["notice"][1:]}
    assert any("notice" in problem for problem in validate_letters(document))


@pytest.mark.parametrize("place", PLACES)
def test_terms_of_answers_are_those_of_the_profile(place: str) -> None:
    text = text_of(send_notice(decision=decided_in(place), by=SITE, now=NOW), "en")
    assert all(term in text for term in TERMS[place])
    assert ("without your asking" in text) == (place == "US")
