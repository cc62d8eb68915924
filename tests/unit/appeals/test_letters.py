"""Letters of an appeal: an unchanged answer with its numbers, a refusal to take it in, a longer period."""

import io
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest

from accounts.models import User
from appeals.acceptance import ask_acceptance_review, refuse_acceptance
from appeals.appealability import PERSON_GROUND, evidence_kinds
from appeals.claiming import claim_appeal
from appeals.deciding import suggest_ruling
from appeals.extending import approve_extension, draft_extension_letters, propose_extension
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.reminding import remind
from appeals.screening import screen
from appeals.verification import assess_attachment, mark_statement_read
from audit.queries import list_events
from decisions.reason_lines import reason_lines
from evidence.catalogue import get_kind
from notifications.letters import check_code, find_letter_beside, read_letter
from notifications.models import Letter, LetterKind, Message
from notifications.typesetting import typeset
from tests.factories.appeals import (
    NOW,
    accepted,
    attached,
    corrections,
    decided,
    find,
    in_review,
    queued,
    verified,
)
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
PLACES = ["CN", "US", "EU", "UK"]
LANGUAGES = ["zh-hans", "en"]


def text_of(letter: Letter, language: str) -> str:
    return "\n".join(line for part in read_letter(letter, language)["parts"] for line in part["lines"])


def refused(ada: User, cleo: User, place: str = "CN", *, days: int = 70) -> Appeal:
    """A late appeal that was not accepted."""
    late = NOW + timedelta(days=days)
    decision = decided(user=ada, jurisdiction=place)
    appeal = open_appeal(decision=decision, late_reason="in hospital", by=acting(ada), now=late)
    grounds = {PERSON_GROUND: ("PERSON", "")}
    save_grounds(appeal=appeal, grounds=grounds, expected_version=0, by=acting(ada), now=late)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=late)
    appeal = screen(appeal, late)
    refuse_acceptance(appeal=appeal, code="LATE", reason="no proof", by=acting(cleo), now=late)
    return appeal


def extended(ada: User, cleo: User, dev: User) -> Appeal:
    """An appeal that takes longer, agreed by a second person."""
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    zh, en = draft_extension_letters(appeal, "COMPLEX")
    extension = propose_extension(
        appeal=appeal, code="COMPLEX", reason="three sources", letter_zh=zh, letter_en=en, by=acting(cleo),
        now=NOW,
    )  # fmt: skip
    approve_extension(extension=extension, by=acting(dev), now=NOW)
    return appeal


def test_an_unchanged_answer_says_number_limit_source_and_day(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    verified(appeal, cleo)
    ruling = suggest_ruling(appeal)
    assert ruling.outcome == "UNCHANGED"
    for text, language in ((ruling.letter_zh, "zh-hans"), (ruling.letter_en, "en")):
        lines = reason_lines(decision=appeal.decision, language=language)
        assert [line for line in lines.values() if line not in text.split("\n\n")] == []
    told = ("58%", "The limit of this check is 55%", "credit report", "Dated 6 Nov 2026")
    assert [part for part in told if part not in ruling.letter_en] == []


def test_an_unchanged_answer_counts_with_what_was_corrected(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    find(appeal, cleo, "U02", debt_service_pct=57)
    verified(appeal, cleo)
    letter = suggest_ruling(appeal).letter_en
    _before, _heading, standing = letter.partition("The reasons that you contested still stand:")
    assert "57%" in standing
    assert "58%" not in standing


def test_what_falls_away_is_told_apart_from_what_stands(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    find(appeal, cleo, "U01", active_lenders=3)
    verified(appeal, cleo)
    letter = suggest_ruling(appeal).letter_en
    before, _gone, after = letter.partition("This no longer counts against you: ")
    assert after.startswith("You are borrowing from many lenders at once\n\n")
    assert "58% of your verified income" in before
    assert "Lenders with open unsecured credit" not in letter


def test_an_offer_that_waits_is_named_and_not_called_nothing_to_do(ada: User, cleo: User) -> None:
    appeal = in_review(decided("zhao_ming", ada), acting(ada), cleo)
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    verified(appeal, cleo)
    ruling = suggest_ruling(appeal)
    assert ruling.outcome == "CORRECTED"
    assert "An offer that it makes waits there until you choose." in ruling.letter_en
    assert "do not have to do anything" not in ruling.letter_en


def test_who_asked_for_a_person_reads_every_reason(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo, claims={PERSON_GROUND: "PERSON"})
    verified(appeal, cleo)
    letter = suggest_ruling(appeal).letter_en
    assert "The decision stays for these reasons:" in letter
    assert "still stand" not in letter
    assert "58%" in letter


def test_who_asked_for_a_person_reads_that_a_person_decided(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo, claims={PERSON_GROUND: "PERSON"})
    verified(appeal, cleo)
    ruling = suggest_ruling(appeal)
    assert "A person who had no part in the decision has done so." in ruling.letter_en
    assert "\u6ca1\u6709\u53c2\u4e0e" in ruling.letter_zh


def test_who_sent_nothing_is_not_told_that_it_was_checked(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo, claims={PERSON_GROUND: "PERSON"})
    appeal.grounds.update(note="")
    Appeal.objects.filter(pk=appeal.pk).update(statement="")
    appeal = Appeal.objects.get(pk=appeal.pk)
    verified(appeal, cleo)
    letter = suggest_ruling(appeal).letter_en
    assert "We checked what you sent." not in letter
    assert "We checked the information behind the decision. It stays as it was." in letter


@pytest.mark.parametrize("place", PLACES)
def test_a_letter_says_why_an_appeal_was_not_accepted(ada: User, cleo: User, place: str) -> None:
    appeal = refused(ada, cleo, place)
    letter = Letter.objects.get(kind=LetterKind.NOT_ACCEPTED)
    texts = {language: text_of(letter, language) for language in LANGUAGES}
    assert "after the time to appeal" in texts["en"]
    assert {name for name, text in texts.items() if "no proof" in text} == set(LANGUAGES)
    assert {name for name, text in texts.items() if set("{}") & set(text)} == set()
    own = {"CN": "12378", "US": "CFPB", "EU": "15 working days", "UK": "Ombudsman"}
    assert [name for name, word in own.items() if word in texts["en"]] == [place]
    assert "You can ask another person to review this until the end of" in texts["en"]
    event = [
        event.codes["sha256"] for event in list_events(subject=appeal.reference) if "sha256" in event.codes
    ]
    assert event == [letter.digest]


def test_the_second_refusal_is_a_letter_of_its_own(ada: User, cleo: User, dev: User) -> None:
    appeal = refused(ada, cleo, "UK")
    later = NOW + timedelta(days=71)
    ask_acceptance_review(appeal=appeal, by=acting(ada), now=later)
    refuse_acceptance(appeal=appeal, code="LATE", reason="still no proof", by=acting(dev), now=later)
    first, second = Letter.objects.filter(kind=LetterKind.NOT_ACCEPTED).order_by("id")
    assert "There is no third review" not in text_of(first, "en")
    assert "There is no third review" in text_of(second, "en")
    assert "This is our final response." in text_of(second, "en")
    messages = Message.objects.filter(kind="APPEAL_NOT_ACCEPTED").order_by("id")
    assert [find_letter_beside(message) for message in messages] == [first, second]


def test_a_letter_says_why_an_appeal_takes_longer_and_until_when(ada: User, cleo: User, dev: User) -> None:
    appeal = extended(ada, cleo, dev)
    letter = Letter.objects.get(kind=LetterKind.EXTENSION)
    text = text_of(letter, "en")
    assert "The latest day by law was 5 Dec 2026. It is now 20 Dec 2026 (Beijing time)." in text
    assert "several sources must be checked" in text
    assert "never longer than 60 days" in text
    assert "2026-12-20" in text_of(letter, "zh-hans")
    assert find_letter_beside(Message.objects.get(kind="APPEAL_EXTENDED")) == letter
    found = check_code(letter.verify_code)
    assert found is not None
    assert found.reference == appeal.reference


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_are_archival_and_tagged(ada: User, ben: User, cleo: User, dev: User, language: str) -> None:
    extended(ada, cleo, dev)
    refused(ben, cleo)
    letters = Letter.objects.filter(kind__in=[LetterKind.EXTENSION, LetterKind.NOT_ACCEPTED])
    assert letters.count() == 2
    for letter in letters:
        made = typeset(letter, language=language)
        with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
            assert about["pdfuaid:part"] == "1"
            assert str(pdf.Root.Lang) == ("zh-CN" if language == "zh-hans" else "en-GB")


def test_long_words_of_ours_go_on_over_the_page(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    words = "\n".join(f"Line {number} of many." for number in range(120))
    extension = propose_extension(
        appeal=appeal, code="COMPLEX", reason="why", letter_zh=words, letter_en=words, by=acting(cleo),
        now=NOW,
    )  # fmt: skip
    approve_extension(extension=extension, by=acting(dev), now=NOW)
    made = pypdfium2.PdfDocument(typeset(Letter.objects.get(kind=LetterKind.EXTENSION), language="en"))
    text = "\n".join(page.get_textpage().get_text_range() for page in made)
    assert [number for number in range(120) if f"Line {number} of many." not in text] == []


@pytest.mark.parametrize("place", PLACES)
def test_a_letter_says_that_our_answer_is_late_and_where_to_turn(ada: User, cleo: User, place: str) -> None:
    appeal = in_review(decided(user=ada, jurisdiction=place), acting(ada), cleo)
    late = NOW + timedelta(days=95)
    for _again in range(2):
        Appeal.objects.filter(pk=appeal.pk).update(remind_at=late)
        assert remind(late) == 1
    letter = Letter.objects.get(kind=LetterKind.HOLDING)
    texts = {language: text_of(letter, language) for language in LANGUAGES}
    assert {name for name, text in texts.items() if set("{}") & set(text)} == set()
    own = {"CN": "12378", "US": "CFPB", "EU": "15 working days", "UK": "Eight weeks have passed."}
    assert [name for name, word in own.items() if word in texts["en"]] == [place]
    assert "It stands like this now: " in texts["en"]
    assert find_letter_beside(Message.objects.get(kind="APPEAL_OVERDUE")) == letter
    assert check_code(letter.verify_code) is not None


def test_what_speaks_against_the_person_is_told_and_does_not_count(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    find(appeal, cleo, "U02", debt_service_pct=65)
    find(appeal, cleo, "U01", active_lenders=5)
    verified(appeal, cleo)
    ruling = suggest_ruling(appeal)
    assert ruling.outcome == "UNCHANGED"
    known = {reason.code for reason in appeal.decision.reasons.all()}
    for text, language in ((ruling.letter_zh, "zh-hans"), (ruling.letter_en, "en")):
        _before, _heading, standing = text.partition("65%")
        assert standing.count("65%") == 0
        lines = reason_lines(decision=appeal.decision, language=language)
        assert [line for line in lines.values() if line not in text.split("\n\n")] == []
        assert set(lines) == known
    assert "We found this. It does not count against you in this appeal:" in ruling.letter_en
    assert "Share of income for repayments: 65% (before: 58%)" in ruling.letter_en
    assert "We corrected" not in ruling.letter_en
    assert "\u5728\u8fd9\u6b21\u7533\u8bc9\u4e2d\u4e0d\u4f1a\u5bf9\u60a8\u4e0d\u5229" in ruling.letter_zh


def test_what_helps_is_told_apart_from_what_would_harm(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    find(appeal, cleo, "U02", debt_service_pct=65)
    find(appeal, cleo, "U01", active_lenders=3)
    verified(appeal, cleo)
    letter = suggest_ruling(appeal).letter_en
    corrected, _heading, against = letter.partition("We found this. It does not count against you")
    assert "Lenders with open credit: 3 (before: " in corrected.partition("We corrected this information:")[2]
    assert "Share of income for repayments: 65% (before: 58%)" in against
    assert "58% of your verified income" in against
    assert against.count("65%") == 1


def test_what_only_confirms_is_not_called_corrected(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    find(appeal, cleo, "U02", debt_service_pct=58)
    verified(appeal, cleo)
    letter = suggest_ruling(appeal).letter_en
    assert "We corrected" not in letter
    assert "We found this" not in letter
    assert "It did not change the information behind the decision." in letter


def test_a_paper_that_was_not_accepted_stands_with_its_reason(ada: User, cleo: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    kinds = evidence_kinds("U02")
    papers = [attached(appeal, acting(ada), code="U02", kind=kind) for kind in kinds[:2]]
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    mark_statement_read(appeal=appeal, by=acting(cleo), now=NOW)
    accepted(papers[0], cleo)
    papers[1].refresh_from_db()
    assess_attachment(
        attachment=papers[1], accepted=False, note="The last page is missing.", by=acting(cleo), now=NOW
    )
    verified(appeal, cleo)
    ruling = suggest_ruling(appeal)
    for text, language in ((ruling.letter_zh, "zh"), (ruling.letter_en, "en")):
        labels = [get_kind(kind).labels[language] for kind in kinds[:2]]
        [told] = [line for line in text.split("\n\n") if "The last page is missing." in line]
        assert (labels[1] in told, labels[0] in told) == (True, False)
