"""Whatever stands in any field of any page: a calm answer, nothing lost, nothing run, never our mistake."""

from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.utils import translation

from accounts.models import User
from appeals.models import Appeal
from applicants.models import Applicant
from core.clock import now
from core.texts import UNREADABLE, clean_text
from creditportal.portal.forms.base import PortalForm
from decisions.models import Application, Decision
from tests.factories.decisions import sample_applicant, sample_decision
from tests.unit.portal.asking import asked, with_paper
from tests.unit.portal.browsing import address, signed_in, visitor, words

pytestmark = pytest.mark.django_db
RARE = "\u4dae \u36c3 \U0002cb4e"
ODD = {
    "empty": "", "blank": " \u3000\u00a0 ", "too long": "x" * 12_000,
    "emoji": "\U0001f600\U0001f468\u200d\U0001f469",
    "right to left": "\u202eabc\u202c \u200f", "script": '"><script>alert(7)</script>', "rare": RARE,
    "full width": "\uff11\uff12\uff0e\uff15", "nul": "a\x00b", "lone surrogate": "%ED%A0%80",
    "huge": "9" * 400,
    "negative": "-1", "not a number": "NaN", "exponent": "1e999", "other digits": "\u0661\u0662",
}  # fmt: skip
EACH = pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
_SKIPPED = {"csrfmiddlewaretoken", "form_owner", "here", "language", "version", "submission_key", "step"}
_SECRET = {"password", "password1", "password2"}


class _Fields(HTMLParser):
    """The names of what can be typed or chosen on a page, and what of it is free text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.texts: list[str] = []
        self.feed(page[page.index("<main") : page.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag not in {"input", "textarea", "select", "button"} or not name or name in _SKIPPED:
            return
        self.names.append(name)
        if tag == "textarea" or (tag == "input" and given.get("type") in {"text", "email", "search"}):
            self.texts.append(name)


def send_odd(client: Any, places: Iterable[str], odd: str) -> list[str]:
    """Put it into every field of each page and send it; what is wrong about the answers."""
    found = []
    for place in places:
        fields = _Fields(words(client.get(place)))
        assert fields.names, place
        answer = client.post(place, {**dict.fromkeys(fields.names, odd), "step": "check"})
        page = words(answer)
        if answer.status_code >= 500:
            found.append(f"{place}: {answer.status_code}")
        if "<script>alert(7)" in page:
            found.append(f"{place}: the script stands on the page")
        kept = [name for name in fields.texts if name not in _SECRET]
        is_kept = not kept or len(odd) > 500 or escape(odd.strip()) in page or "\x00" in odd
        if answer.status_code == 400 and not is_kept:
            found.append(f"{place}: what was typed is lost")
    return found


@EACH
def test_pages_for_everybody(catalogues: None, odd: str) -> None:
    places = [address(name) for name in ("precheck", "verify", "feedback")]
    places += ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
    assert send_odd(visitor(), places, odd) == []


@EACH
def test_becoming_an_applicant(catalogues: None, ada: User, odd: str) -> None:
    assert send_odd(signed_in(ada), [address("register"), address("register_firm")], odd) == []
    assert not Applicant.objects.exists()


@EACH
def test_applying(catalogues: None, ada: User, odd: str) -> None:
    sample_applicant("chen_jing_before", user=ada)
    assert send_odd(signed_in(ada), [address("about_you"), address("apply")], odd) == []
    assert not Application.objects.exists()


@EACH
def test_rights_and_routes(declined: Decision, ada: User, odd: str) -> None:
    places = [address(name) for name in ("helpers", "links", "preferences", "who_decides")]
    places += [address("dispute_record", "hard_inquiries_3m")]
    places += [address(name, declined.reference) for name in ("routes", "what_if", "ask_person")]
    assert send_odd(signed_in(ada), places, odd) == []
    assert Decision.objects.count() == 1


@EACH
def test_an_offer(catalogues: None, ada: User, odd: str) -> None:
    decision = sample_decision("chen_jing_after", user=ada, now=now())
    assert send_odd(signed_in(ada), [address("offer", decision.reference)], odd) == []
    assert decision.line is not None
    decision.line.refresh_from_db()
    assert decision.line.total_cny == 5000


@EACH
def test_a_draft(draft: Appeal, ada: User, odd: str) -> None:
    names = ("appeal_reasons", "appeal_statement")
    places = [
        *(address(name, draft.reference) for name in names),
        address("appeal_evidence", draft.reference, "U02"),
    ]
    assert send_odd(signed_in(ada), places, odd) == []
    draft.refresh_from_db()
    assert draft.status == "DRAFT"


@EACH
def test_answers(draft: Appeal, ada: User, cleo: User, odd: str) -> None:
    appeal = asked(with_paper(draft, ada), ada, cleo)
    places = [address("more_time", appeal.reference), address("ask_faster", appeal.reference)]
    assert send_odd(signed_in(ada), [*places, address("appeal_answer", appeal.reference, 1)], odd) == []
    assert appeal.requests.filter(kind="ITEMS").exists()


@EACH
def test_a_firm(catalogues: None, ada: User, odd: str) -> None:
    applicant = sample_applicant("ruian", user=ada)
    assert send_odd(signed_in(ada), [address("invite"), address("invoice")], odd) == []
    assert applicant.related_persons.count() == 0


@pytest.mark.parametrize("place", ["decision", "appeal", "line", "plan", "dispute", "message", "application"])
def test_odd_references_lead_nowhere(declined: Decision, ada: User, place: str) -> None:
    client = signed_in(ada)
    odd = ("\U0001f600", "%00", "a" * 300, "..%2f..", "\u202e", "DE-0000-0000", "<script>alert(7)</script>")
    answers = [client.get(address(place, "zzz").replace("zzz", one)) for one in odd]
    assert {answer.status_code for answer in answers} == {404}
    assert not any("<script>alert(7)" in words(answer) for answer in answers)


def test_what_is_too_long_is_said_of_each_field_by_name(catalogues: None, eve: User) -> None:
    long = dict.fromkeys(("name", "id_number"), "1" * 300)
    page = words(signed_in(eve).post(address("register"), {**long, "phone": "", "bank_card": ""}))
    assert "Resident ID number: This is too long: 300 characters, and at most 60 fit." in page
    assert "Ensure this value" not in page
    chinese = words(signed_in(eve, "zh-hans").post(address("register"), long))
    assert "\uff1a\u5185\u5bb9\u592a\u957f\uff1a\u73b0\u5728\u6709 300 \u4e2a\u5b57\u7b26" in chinese


@pytest.mark.parametrize(
    ("name", "given"), [("verify", {"code": "x" * 500}), ("precheck", {"age": "9" * 80, "overdue": "maybe"})]
)
def test_open_pages_say_first_what_to_put_right(catalogues: None, name: str, given: dict[str, str]) -> None:
    answer = visitor().post(address(name), given)
    assert answer.status_code == 400
    assert "There is something to put right" in words(answer)


class NoteForm(PortalForm):
    """One note."""

    note = forms.CharField(label="What happened?")


def test_a_character_that_cannot_be_kept_is_told_with_the_name_of_its_field() -> None:
    form = NoteForm({"note": "a\x07b"})
    with translation.override("en"):
        form.try_to(lambda: clean_text(form["note"].value(), field="note", limit=20))
        assert [problem.words for problem in form.problems] == [f"What happened: {UNREADABLE}"]
