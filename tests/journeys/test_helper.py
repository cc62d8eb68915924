"""Somebody helps: signs in as themselves, goes as far as allowed, and is out after one press."""

import pytest
from django.urls import reverse

from accounts.models import User
from appeals.models import Appeal
from applicants.models import HelperGrant
from audit.queries import list_events
from core.clock import now
from tests.factories.decisions import sample_decision
from tests.journeys.visitor import DESK, PHONE, Visit

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize(
    ("language", "width", "dark", "scripts"),
    [("en", DESK, False, True), ("zh-hans", PHONE, True, True), ("en", PHONE, False, False)],
)
def test_ben_helps_li_na(
    *, visit: Visit, ada: User, ben: User, language: str, width: int, dark: bool, scripts: bool
) -> None:
    decision = sample_decision("li_na", user=ada, now=now())
    options = {"language": language, "width": width, "dark": dark, "scripts": scripts}
    owner = visit(ada, **options)
    owner.go(reverse("portal:rights")).press("Let somebody help me").press("Allow this person to help")
    assert owner.page.locator("main .problem").count() == 4
    owner.fill("What you call this person", "Ben").fill("E-mail address of this person", "ben@example.test")
    owner.page.locator("#id_scope_1").check()
    owner.page.locator("#id_days_0").check()
    owner.press("Allow this person to help").shows("Ben")

    helper = visit(ben, **options)
    helper.go(reverse("portal:rights")).press("People I help")
    helper.follow("main .tasks a").follow(
        f"main a[href='{reverse('portal:decision', args=[decision.reference])}']"
    )
    helper.go(reverse("portal:start_appeal", args=[decision.reference]))
    helper.follow("main form button.button")
    appeal = Appeal.objects.get()
    assert list_events(appeal.reference)[0].actor == f"helper:{ben.pk}:for:{ada.pk}"
    helper.go(reverse("portal:appeal_reasons", args=[appeal.reference]))
    helper.page.goto(f"{helper.site}{reverse('portal:rights')}")

    owner.press("End it").reads("Ended. This person cannot see anything of yours any more.")
    assert HelperGrant.objects.get().revoked_at is not None
    answer = helper.page.goto(f"{helper.site}{reverse('portal:appeal', args=[appeal.reference])}")
    assert answer is not None
    assert answer.status == 404
