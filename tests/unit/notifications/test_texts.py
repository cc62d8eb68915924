import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _

from notifications.kinds import TERMS, TOPICS, Audience, Channel, Kind
from notifications.rendering import link_to, render_text

PARAMS: dict[str, Any] = {
    "due_on": date(2026, 12, 7),
    "reinstate_until": date(2026, 12, 6),
    "expires_on": date(2026, 12, 5),
    "problem": _("Please check what you entered."),
    "work_kind": "RERUN_APPEAL",
    "subject": "AP-7K3Q-9XDM",
    "outcome": _("We corrected it."),
    "rerun": _("It counts in your open appeal."),
    "until": date(2026, 12, 4),
    "answer_by": date(2026, 12, 4),
    "honoured_until": date(2026, 12, 3),
    "effective_on": date(2026, 12, 5),
    "decision": "DE-7K3Q-9XDM",
    "law": "art 25",
    "reason": "The window is over.",
    "review_until": date(2026, 12, 2),
    "what": _("Please check what you entered."),
    "letter": "We need more time.",
    "outside": "the ombudsman",
    "scope": _("Please check what you entered."),
    "how": _("You ended it."),
    "source": _("You ended it."),
    "last_on": date(2026, 12, 1),
}
ABOUT = "AP-7K3Q-9XDM"


def render(kind: Kind, language: str) -> tuple[str, str]:
    text = render_text(kind=kind, language=language, about=ABOUT, params=PARAMS)
    return text.subject, text.body


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_terms_and_reaches_the_inbox(kind: Kind) -> None:
    assert Channel.IN_APP in TERMS[kind].channels


def test_each_kind_of_applicants_has_one_topic() -> None:
    sorted_in = [kind for kinds in TOPICS.values() for kind in kinds]
    theirs = [kind for kind, terms in TERMS.items() if terms.audience is Audience.APPLICANT]
    assert sorted(sorted_in) == sorted(theirs)


def test_text_messages_come_for_what_the_page_of_preferences_names() -> None:
    by_phone = {kind for kind, terms in TERMS.items() if Channel.SMS in terms.channels}
    assert by_phone == {Kind.APPEAL_INFO_REQUESTED, Kind.APPEAL_DECIDED}


def test_every_other_message_that_is_no_legal_notice_can_come_as_a_text_on_request() -> None:
    theirs = {kind: terms for kind, terms in TERMS.items() if terms.audience is Audience.APPLICANT}
    assert all(terms.on_request == (Channel.SMS,) for terms in theirs.values() if not terms.is_legal)
    assert not any(set(terms.on_request) & set(terms.channels) for terms in TERMS.values())
    assert not any(terms.on_request for terms in TERMS.values() if terms.audience is Audience.STAFF)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_has_a_text_with_its_values_filled_in(kind: Kind, language: str) -> None:
    subject, body = render(kind, language)
    assert 8 <= len(subject) <= 100
    assert "\n" not in subject
    shown = {"due_on", "reinstate_until", "expires_on"} & TERMS[kind].params
    for name in shown:
        day = PARAMS[name]
        assert (
            f"{day:%Y-%m-%d}" if language == "zh-hans" else f"{day.day} {day:%b} {day.year}"
        ) in subject + body
    assert "{" not in subject + body
    assert "%(" not in subject + body


@pytest.mark.parametrize("kind", Kind)
def test_the_text_is_in_paragraphs_without_stray_spaces(kind: Kind) -> None:
    body = render(kind, "en")[1]
    assert not re.search(r"  |\n\n\n|^\s|\s$|\n[^\n]", body.replace("\n\n", "¶"))


@pytest.mark.parametrize("kind", [kind for kind in Kind if TERMS[kind].audience is Audience.APPLICANT])
@pytest.mark.parametrize(
    "word", ["!", "reject", "adverse", "derogatory", "delinquent", "unfortunately", "system"]
)
def test_the_words_are_calm(kind: Kind, word: str) -> None:
    assert word not in " ".join(render(kind, "en")).lower()


@pytest.mark.parametrize("kind", Kind)
def test_sentences_are_short(kind: Kind) -> None:
    sentences = re.split(r"[.?]\s", render(kind, "en")[1])
    assert max(len(sentence.split()) for sentence in sentences) <= 20


def test_values_of_the_reader_stand_in_the_language_of_the_reader() -> None:
    assert render(Kind.APPEAL_RECEIVED, "en")[1].count("7 Dec 2026") == 1


def test_a_missing_value_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="due_on"):
        render_text(kind=Kind.APPEAL_RECEIVED, language="en", about=ABOUT, params={})


def test_an_instant_is_refused_where_a_legal_day_belongs() -> None:
    with pytest.raises(TypeError, match="legal days"):
        render_text(
            kind=Kind.APPEAL_RECEIVED,
            language="en",
            about=ABOUT,
            params={"due_on": datetime(2026, 12, 7, tzinfo=UTC)},
        )


def test_links_lead_to_the_door_of_the_reader(settings: Any) -> None:
    settings.SITE_URL = "https://portal.example.test"
    to_applicant = link_to(kind=Kind.DECISION_READY, reference="MS-7K3Q-9XDM")
    to_staff = link_to(kind=Kind.WORK_DEAD, reference="MS-7K3Q-9XDM")
    assert to_applicant == "https://portal.example.test/messages/MS-7K3Q-9XDM/"
    assert to_staff == "https://portal.example.test/staff/"


def test_legal_notices_are_marked() -> None:
    assert TERMS[Kind.DECISION_READY].is_legal
    assert not TERMS[Kind.WORK_DEAD].is_legal
