"""A helper finds no link and no button that leads nowhere, on any page, with any permission."""

import re

import pytest

from accounts.models import User
from appeals.models import Appeal
from appeals.withdrawing import withdraw_appeal
from applicants.helping import name_helper
from applicants.models import HelperScope
from core.clock import now
from decisions.models import Decision
from tests.people import acting
from tests.unit.portal.asking import asked, refused, with_paper
from tests.unit.portal.browsing import address, signed_in, words
from tests.unit.portal.test_results import ruled

pytestmark = pytest.mark.django_db
SCOPES = pytest.mark.parametrize("scope", [scope.value for scope in HelperScope])
_LINK = re.compile(r'href="(/[^"#]*)"')
_FORM = re.compile(r"<form[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL)


def helped(decision: Decision, ben: User, scope: str) -> None:
    """Ben may help, this far."""
    assert decision.applicant.user is not None
    name_helper(
        applicant=decision.applicant, name="Ben", email=ben.email, scope=scope, days="30",
        by=acting(decision.applicant.user), now=now(),
    )  # fmt: skip


def dead_ends(ben: User, *places: str) -> list[str]:
    """Every link of these pages that is refused, and every button where nothing may be sent."""
    client = signed_in(ben)
    found = []
    for place in places:
        answer = client.get(place)
        if answer.status_code == 403:
            continue
        assert answer.status_code == 200, place
        page = words(answer)
        page = page[page.index("</header>") : page.index("</main>")]
        links = {link for link in _LINK.findall(page) if "/static/" not in link}
        found += [f"{place} -> {link}" for link in sorted(links) if client.get(link).status_code >= 400]
        if client.post(place, {"version": "-1"}).status_code == 403 and "<button" in "".join(
            _FORM.findall(page)
        ):
            found.append(f"{place}: a button")
    return found


@SCOPES
def test_a_decision_and_a_draft(draft: Appeal, ada: User, ben: User, scope: str) -> None:
    helped(draft.decision, ben, scope)
    decision, appeal = draft.decision.reference, draft.reference
    places = [
        address("decision", decision), address("reason", decision, "U02"), address("start_appeal", decision),
        address("appeal", appeal), address("appeal_reasons", appeal), address("appeal_check", appeal),
        address("appeal_statement", appeal), address("appeal_evidence", appeal, "U02"),
    ]  # fmt: skip
    assert dead_ends(ben, *places) == []


@SCOPES
def test_questions(*, draft: Appeal, ada: User, ben: User, cleo: User, scope: str) -> None:
    appeal = asked(with_paper(draft, ada), ada, cleo)
    helped(appeal.decision, ben, scope)
    names = ("appeal", "appeal_sent", "appeal_questions", "more_time")
    places = [address(name, appeal.reference) for name in names]
    assert dead_ends(ben, *places, address("appeal_answer", appeal.reference, 1)) == []


@SCOPES
def test_an_ended_appeal(*, sent: Appeal, ada: User, ben: User, scope: str) -> None:
    withdraw_appeal(appeal=sent, expected_version=sent.version, by=acting(ada), now=now())
    helped(sent.decision, ben, scope)
    assert (
        dead_ends(ben, address("appeal", sent.reference), address("decision", sent.decision.reference)) == []
    )


@SCOPES
def test_an_appeal_that_was_not_taken_up(*, sent: Appeal, ben: User, cleo: User, scope: str) -> None:
    Appeal.objects.filter(pk=sent.pk).update(status="SCREENING")
    sent.refresh_from_db()
    refused(sent, cleo)
    helped(sent.decision, ben, scope)
    assert dead_ends(ben, address("appeal", sent.reference)) == []


@SCOPES
def test_a_result(*, draft: Appeal, ada: User, ben: User, cleo: User, dev: User, scope: str) -> None:
    appeal = ruled(with_paper(draft, ada), like="li_na_after", ada=ada, cleo=cleo, dev=dev)
    helped(appeal.decision, ben, scope)
    assert appeal.new_decision is not None
    places = [address("appeal_result", appeal.reference), address("decision", appeal.new_decision.reference)]
    assert dead_ends(ben, *places) == []


def test_the_owner_still_finds_everything(declined: Decision, ada: User) -> None:
    page = words(signed_in(ada).get(address("decision", declined.reference)))
    for name in ("routes", "ask_person", "start_appeal"):
        assert address(name, declined.reference) in page
    assert address("notice", declined.reference, "en") in page
