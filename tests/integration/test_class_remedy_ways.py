"""Each way of putting an error right gives a closed line back, through the real outbox, and tells of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import SITE
from accounts.models import User
from accounts.roles import Role
from applicants.facts import record_fact
from applicants.models import Applicant
from core.clock import now
from core.identity import today_in_china
from decisions.class_remedies import approve_remedy, propose_remedy
from decisions.class_remedy_work import correct_one
from decisions.lines import accept_line, close_line
from decisions.models import ClassRemedy, Decision
from decisions.replaying import replay
from notifications.models import Message
from tests.factories.class_remedies import decision_with, proved
from tests.factories.decisions import catalogues
from tests.factories.policies import changed_document, published_version
from tests.journeys.desk import work
from tests.people import acting, person
from tests.unit.staff.conftest import text_of

__all__ = ["catalogues"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]
Spoil = dict[str, Any]
SHARE: Spoil = {"characteristic": "debt_service_pct", "value": 70, "source": "credit_report"}
EVENT: Spoil = {
    "characteristic": "linked_product_event", "value": "unpaid_order", "source": "linked_products",
    "detail": {"product": "pay_later", "date": "2026-09-12", "amount_cny": 129},
}  # fmt: skip
LENDERS: Spoil = {"characteristic": "active_lenders", "value": 5, "source": "credit_report"}


def hold(applicant: Applicant, **fact: Any) -> None:
    record_fact(applicant=applicant, observed_on=today_in_china(now()), by=SITE, now=now(), **fact)


def wrongly_closed(user: User, spoil: Spoil) -> Decision:
    """The closing of this person's line, for the sake of what proves wrong later."""
    made = decision_with("ordinary", user=user, now=now())
    assert made.line is not None
    line = accept_line(line=made.line, by=SITE, now=now())
    hold(line.applicant, **spoil)
    signer = User.objects.filter(email="fay@example.test").first() or person("Fay", Role.SUPERVISOR)
    return close_line(line=line, signed_by=signer, by=SITE, now=now())


def held_anew(closing: Decision) -> dict[str, Any]:
    """The source has sent the right value since; decisions are assessed with what is held now."""
    hold(closing.applicant, **{**SHARE, "value": 20})
    return {"correction": "CURRENT"}


def left_out(closing: Decision) -> dict[str, Any]:
    """Nobody knows the right value: the input is left out."""
    return {"source": "linked_products", "characteristic": "linked_product_event", "correction": "LEAVE_OUT"}


def under_other_rules(closing: Decision) -> dict[str, Any]:
    """A rule was wrong; the version after it says otherwise."""

    def edit(document: dict[str, Any]) -> None:
        [rule] = [rule for rule in document["rules"] if rule["id"] == "R08"]
        rule["test"] = "active_lenders <= 9"

    version = published_version(changed_document(now=now(), edit=edit), now=now())
    return {
        "kind": "RULE", "rule": "R08", "source": "", "characteristic": "", "correction": "POLICY",
        "policy": version.version,
    }  # fmt: skip


WAYS = [(SHARE, held_anew), (EVENT, left_out), (LENDERS, under_other_rules)]


def proposed(closing: Decision, dev: User, way: Callable[[Decision], dict[str, Any]]) -> ClassRemedy:
    """A class remedy of this way, after the worker's dry run; without right value unless the way has one."""
    error = proved(closing, **{"right_value": None, **way(closing)})
    propose_remedy(error=error, proof=closing.reference, reason="it was wrong", by=acting(dev), now=now())
    work()
    return ClassRemedy.objects.get()


def approve(remedy: ClassRemedy, *users: User) -> None:
    for user in users:
        approve_remedy(remedy=remedy, reason="agreed", by=acting(user), now=now())


@pytest.mark.parametrize(("spoil", "way"), WAYS, ids=["CURRENT", "LEAVE_OUT", "POLICY"])
def test_each_way_restores_the_line_and_tells(
    *, ada: User, dev: User, pia: User, spoil: Spoil, way: Callable[[Decision], dict[str, Any]]
) -> None:
    closing = wrongly_closed(ada, spoil)
    remedy = proposed(closing, dev, way)
    assert (remedy.state, remedy.counts["BETTER"]) == ("PROPOSED", 1)
    approve(remedy, pia, person("Sue", Role.SUPERVISOR))
    work()
    remedy.refresh_from_db()
    assert (remedy.state, remedy.counts["corrected"], remedy.counts["lines"]) == ("DONE", 1, 1)
    corrected = Decision.objects.select_related("line").get(supersedes=closing)
    assert corrected.line is not None
    assert (corrected.outcome, corrected.line.state) == ("approve", "active")
    told = Message.objects.get(kind="CORRECTION_MADE", about=corrected.reference)
    assert told.applicant == closing.applicant
    assert replay(corrected) == []


def test_progress_and_report_tell_how_far_it_is(ada: User, ben: User, dev: User, pia: User) -> None:
    closings = [wrongly_closed(user, EVENT) for user in (ada, ben)]
    remedy = proposed(closings[0], dev, left_out)
    approve(remedy, pia, person("Sue", Role.SUPERVISOR))
    remedy.refresh_from_db()
    correct_one(remedy=remedy, now=now())
    page = desk(dev).get(reverse("admin:class_remedy", args=[remedy.reference]))
    # Both applications used the source too, and come to the same.
    assert done_of(page) == ["1 of 4"]
    work()
    page = desk(dev).get(reverse("admin:class_remedy", args=[remedy.reference]))
    assert done_of(page) == ["4 of 4"]
    assert "Restored lines: 2." in text_of(page)
    report = desk(dev).get(reverse("admin:class_remedy_report", args=[remedy.reference]))
    rows = report.content.decode("utf-8-sig").splitlines()[1:]
    better = [row for row in rows if ",BETTER," in row]
    assert (len(rows), len(better)) == (4, 2)
    for row, closing in zip(better, closings, strict=True):
        newer = Decision.objects.get(supersedes=closing)
        assert row.startswith(f"{closing.reference},BETTER,close,approve,0")
        assert f",{newer.reference},,{now().year}-" in row


def done_of(page: Any) -> list[str]:
    """How far the page says that it is."""
    return re.findall(r"(\d+ of \d+) decisions done", text_of(page))


def desk(user: User) -> Client:
    """A colleague at the desk."""
    client = Client()
    client.force_login(user)
    client.cookies["language"] = "en"
    return client


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
