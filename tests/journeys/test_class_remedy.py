"""One proved error is put right for everybody: found, approved by two, corrected and told."""

import pytest

from accounts.models import User
from accounts.roles import Role
from appeals.gauging import measure
from appeals.models import QualityCheck
from appeals.policy_reviews import open_reviews
from core.clock import now
from core.identity import today_in_china
from decisions.models import ClassRemedy, ClassRemedyState
from tests.factories.appeals import queued
from tests.factories.boards import full_boards
from tests.factories.class_remedies import approved, decision_with, proposed
from tests.factories.decisions import sample_decision
from tests.journeys.desk import work
from tests.journeys.visitor import DESK, PHONE, Visit
from tests.people import acting, person
from tests.unit.staff.conftest import add_second_factor

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LIST = "/staff/class-remedies/"


def test_one_proved_error_is_put_right_for_everybody(
    *, visit: Visit, ada: User, ben: User, dev: User, pia: User
) -> None:
    sue = person("Sue", Role.SUPERVISOR)
    for user in (dev, pia, sue):
        add_second_factor(user)
    spoiled = [decision_with("ordinary", user=user, debt_service_pct=70, now=now()) for user in (ada, ben)]
    desk, today = visit(dev), today_in_china(now()).isoformat()
    desk.go(LIST).press("Put an error right for everybody")
    desk.page.locator("#id_source").select_option("credit_report")
    desk.page.locator("#id_characteristic").select_option("debt_service_pct")
    desk.page.locator("#id_correction").select_option("VALUE")
    for name, text in (
        ("right_value", "20"), ("first_day", today), ("last_day", today), ("proof", spoiled[0].reference),
        ("reason", "The source counted each loan twice."),
    ):  # fmt: skip
        desk.page.locator(f"#id_{name}").fill(text)
    desk.press("Start the dry run")
    work()
    remedy = ClassRemedy.objects.get()
    where = f"{LIST}{remedy.reference}/"
    desk.go(where).shows(*[decision.reference for decision in spoiled])
    desk.reads("Somebody else approves too.")
    for user in (pia, sue):
        second = visit(user).go(where)
        second.page.locator("#approve-reason").fill("The source has confirmed it.")
        second.press("Approve")
    work()
    remedy.refresh_from_db()
    assert (remedy.state, remedy.counts["corrected"]) == (ClassRemedyState.DONE, 2)
    applicant = visit(ada).go("/messages/")
    applicant.reads("We corrected a decision about you")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_pages_can_be_read(
    *, visit: Visit, ada: User, dev: User, pia: User, language: str, width: int
) -> None:
    sue = person("Sue", Role.SUPERVISOR)
    for user in (dev, pia, sue):
        add_second_factor(user)
    full_boards()
    [review, *_others] = open_reviews(now=now())
    check = QualityCheck.objects.create(
        appeal=queued(sample_decision("li_na", user=ada), acting(ada)), week=today_in_china(now()), seed="ab",
        drawn_at=now(),
    )  # fmt: skip
    spoiled = decision_with("ordinary", debt_service_pct=70, now=now())
    waiting = proposed(spoiled, dev, now=now())
    measure(now=now())
    pages = {
        "list": LIST, "new": f"{LIST}new/", "waiting": f"{LIST}{waiting.reference}/",
        "reviews": "/staff/policy-reviews/", "review": f"/staff/policy-reviews/{review.reference}/",
        "sample": "/staff/quality/", "check": f"/staff/quality/{check.pk}/",
        **{name: f"/staff/boards/{name}/" for name in ("volumes", "overturns", "fairness", "quality")},
    }  # fmt: skip
    desk = visit(sue, language=language, width=width)
    editor = visit(pia, language=language, width=width)
    for name, path in (("texts", "reasons/"), ("text", "reasons/S01.meaning/")):
        editor.go(f"/staff/catalogue/{path}").keep(f"{name}.{language}.{width}")
    for name, path in pages.items():
        desk.go(path).keep(f"{name}.{language}.{width}")
    approved(waiting, pia, sue, now=now())
    desk.go(f"{LIST}{waiting.reference}/")
    assert waiting.reference in desk.text
    desk.keep(f"done.{language}.{width}")
