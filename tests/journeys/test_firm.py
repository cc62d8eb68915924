"""A firm names its people; they agree on their own pages; the firm has one number and nobody else's."""

from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from applicants.facts import get_sheet
from applicants.models import Receivable, RelatedPerson
from core.clock import now
from tests.factories.decisions import sample_applicant
from tests.journeys.desk import work
from tests.journeys.visitor import DESK, PHONE, Visit
from tests.people import person

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize(
    ("language", "width", "dark", "scripts"),
    [("en", DESK, False, True), ("zh-hans", PHONE, True, True), ("en", PHONE, False, False)],
)
def test_hengxin_invites_two_people(
    *, visit: Visit, ada: User, ben: User, language: str, width: int, dark: bool, scripts: bool
) -> None:
    sue = person("Sue")
    firm = sample_applicant("hengxin", user=ada, now=now())
    sample_applicant("li_na", user=ben, now=now())
    sample_applicant("zhao_ming_after", user=sue, now=now())
    options = {"language": language, "width": width, "dark": dark, "scripts": scripts}
    boss = visit(ada, **options)
    boss.go(reverse("portal:rights")).press("The firm and its people").press("Invite a person")
    boss.press("Send the invitation")
    assert boss.page.locator("main .problem").count() >= 3
    for name, email, role, share in (("He", "ben", "0", ""), ("Su", "sue", "1", "\uff14\uff10 %")):
        boss.go(reverse("portal:invite"))
        boss.fill("Name of the person", name).fill("E-mail address of this person", f"{email}@example.test")
        boss.page.locator(f"#id_role_{role}").check()
        boss.fill("Share in per cent (for a shareholder)", share).press("Send the invitation")
    boss.reads("not answered yet")
    work()
    assert sorted(one.to[0] for one in mail.outbox[-2:]) == ["ben@example.test", "sue@example.test"]

    for user, own in ((ben, "608"), (sue, "723")):
        asked = visit(user, **options)
        asked.go(reverse("portal:rights"))
        asked.follow("main .tasks a").shows(own).press("I agree").reads("Take my consent back")
    work()
    value = get_sheet(firm).facts["related_person_score"]["value"]
    assert value == round(0.6 * 608 + 0.4 * 723, -1)
    boss.go(reverse("portal:company")).shows(str(value))
    assert not {"608", "723"} & set(boss.text.replace("\n", " ").split())

    asked.press("Take my consent back")
    work()
    boss.go(reverse("portal:company")).reads(
        "It is not known at the moment. That is not zero: a person looks at the application."
    )
    assert RelatedPerson.objects.filter(withdrawn_at__isnull=False).count() == 1


def test_ruian_tells_about_an_invoice(visit: Visit, ada: User) -> None:
    sample_applicant("ruian", user=ada, now=now())
    boss = visit(ada, width=PHONE)
    boss.go(f"{reverse('portal:apply')}?product=supply_chain_finance").press("Use another invoice")
    boss.press("Save and continue")
    assert boss.page.locator("main .problem").count() == 6
    today = now().date()
    boss.fill("Number of the invoice", "2611 0000 0000 0077 7777").fill("Amount of the invoice", "\uff15,000")
    boss.fill("Date of the invoice", today.isoformat())
    boss.fill("The buyer pays on", today.replace(year=today.year + 1, day=1).isoformat())
    boss.fill("Name of the buyer", "\u4dae\U0002cb4e\u5382").fill(
        "Unified social credit", "91110101MA00000018"
    )
    boss.press("Save and continue").reads("What do you need?")
    row = Receivable.objects.get()
    assert (row.invoice, row.amount_cny) == ("26110000000000777777", Decimal(5000))
    assert get_sheet(row.firm).facts["receivable_confirmed"]["value"] is False
