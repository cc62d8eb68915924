"""Pictures of the desk."""

import os
from pathlib import Path

from accounts.models import User
from core.clock import now
from tests.factories import appeals as make
from tests.factories.appeals import queued
from tests.factories.decisions import sample_decision
from tests.journeys.visitor import PHONE
from tests.people import acting
from tests.unit.staff.conftest import add_second_factor

FOLDER = Path("/tmp/staffshots")
EXPECT = {}


def test_pictures(visit, ada: User, ben, cleo: User, dev: User, settings):
    settings.DEMO = True
    settings.LOCALE_PATHS = ["/tmp/zhlocale"]
    from django.utils.translation import trans_real

    trans_real._translations = {}
    make.NOW = now()
    import tests.factories.evidence as ev

    ev.NOW = now()
    d1 = sample_decision("li_na", user=ada, now=now())
    d2 = sample_decision("zhao_ming", user=ben, now=now())
    a1 = make.draft(d1, acting(ada), claims={"U01": "PERSON", "U02": "WRONG"})
    from appeals.attaching import attach_existing
    from appeals.opening import save_statement, submit_appeal
    from appeals.screening import screen

    save_statement(
        appeal=a1,
        statement="I paid back two of these loans in October.\n\nThe share you used is from the old report. <b>Please</b> look again.",
        is_urgent=True,
        expected_version=a1.version,
        by=acting(ada),
        now=now(),
    )
    doc = make.check(make.send(a1.applicant, by=acting(ada), kind="V01"))
    attach_existing(ground=a1.grounds.get(code="U02"), document=doc, by=acting(ada), now=now())
    submit_appeal(appeal=a1, expected_version=a1.version, by=acting(ada), now=now())
    screen(a1, now())
    a2 = queued(d2, acting(ben))
    for u in (cleo, dev):
        add_second_factor(u)
    only = os.environ.get("ONLY", "")
    from appeals.claiming import claim_appeal
    from appeals.models import Appeal

    pages = {
        "queue": "/staff/queue/?view=unclaimed",
        "mine": "/staff/queue/?view=mine",
        "referrals": "/staff/referrals/",
        "case_queued": f"/staff/cases/{a1.reference}/",
        "why": f"/staff/cases/{a1.reference}/why-due/",
        "records": "/staff/records/",
        "decisions": "/staff/decisions/decision/",
        "decision": f"/staff/decisions/decision/{d1.pk}/change/",
        "applicant": f"/staff/applicants/applicant/{a1.applicant_id}/change/",
        "audit": "/staff/audit/",
        "subject": f"/staff/audit/{a1.reference}/",
        "colleagues": "/staff/accounts/user/",
        "colleague": f"/staff/accounts/user/{cleo.pk}/change/",
        "new_colleague": "/staff/accounts/user/add/",
        "inbox": "/staff/messages/",
        "outbox": "/staff/outbox/outbox/",
        "deliveries": "/staff/notifications/delivery/",
        "documents": "/staff/evidence/document/",
    }
    bad = []

    def snap(visitor, name, path):
        visitor.page.goto(f"{visitor.site}{path}")
        try:
            visitor.check()
        except AssertionError as e:
            from axe_playwright_python.sync_playwright import Axe

            from tests.journeys.visitor import _describe

            more = (
                [_describe(v) for v in Axe().run(visitor.page).response["violations"]]
                if visitor.scripts
                else ""
            )
            bad.append(f"{name} {visitor.language} {visitor.width}: {str(e)[:60]} {more}")
            visitor.broken.clear()
        visitor.page.set_viewport_size({"width": visitor.width, "height": 900})
        visitor.picture(FOLDER / f"{name}.{visitor.language}.{visitor.width}.png")

    windows = [(l, w) for l in ("en", "zh-hans") for w in (1280, PHONE)]
    if os.environ.get("FAST"):
        windows = [("en", 1280), ("zh-hans", PHONE)]
    for language, width in windows:
        who = visit(dev, language=language, width=width)
        for name, path in pages.items():
            if not only or only in name:
                snap(who, name, path)
    a1.refresh_from_db()
    claim_appeal(appeal=a1, expected_version=a1.version, by=acting(cleo), now=now())
    for language, width in windows:
        who = visit(cleo, language=language, width=width)
        if not only or only in "review":
            snap(who, "review", f"/staff/cases/{a1.reference}/")
            snap(who, "review_finding", f"/staff/cases/{a1.reference}/reasons/U02/inputs/debt_service_pct/")
    # overturn of zhao ming
    a2.refresh_from_db()
    claim_appeal(appeal=a2, expected_version=a2.version, by=acting(cleo), now=now())
    from appeals.verification import mark_statement_read

    mark_statement_read(appeal=a2, by=acting(cleo), now=now())

    make.find(a2, cleo, "U05", worst_dpd_24m=0, hard_inquiries_3m=1, active_lenders=2)
    for language, width in windows:
        who = visit(cleo, language=language, width=width)
        if not only or only in "found":
            snap(who, "found", f"/staff/cases/{a2.reference}/")
    a2.refresh_from_db()
    from appeals.concluding import conclude_verification

    conclude_verification(appeal=a2, expected_version=a2.version, by=acting(cleo), now=now())
    for language, width in windows:
        who = visit(cleo, language=language, width=width, scripts=False)
        if not only or only in "waiting":
            snap(who, "waiting", f"/staff/cases/{a2.reference}/")
    make.run(a2, now())
    for language, width in windows:
        who = visit(cleo, language=language, width=width)
        if not only or only in "decide":
            snap(who, "decide", f"/staff/cases/{a2.reference}/")
    a2.refresh_from_db()
    Appeal.objects.filter(pk=a2.pk).update(sample_draw=1)
    a2.refresh_from_db()
    from appeals.deciding import propose, suggest_ruling

    s = suggest_ruling(a2)
    propose(
        appeal=a2,
        outcome=s.outcome,
        reason="The police report shows it.",
        letter_zh=s.letter_zh,
        letter_en=s.letter_en,
        expected_version=a2.version,
        by=acting(cleo),
        now=now(),
    )
    for language, width in windows:
        who = visit(dev, language=language, width=width)
        if not only or only in "sign":
            snap(who, "sign", f"/staff/cases/{a2.reference}/")
            snap(who, "queue_sign", "/staff/queue/?view=countersign")
    from appeals.deciding import countersign

    a2.refresh_from_db()
    countersign(appeal=a2, expected_version=a2.version, by=acting(dev), now=now())
    for language, width in windows:
        who = visit(dev, language=language, width=width)
        if not only or only in "decided":
            snap(who, "decided", f"/staff/cases/{a2.reference}/")
    broker = (
        sample_decision("loan_broker", now=now())
        if "loan_broker" in __import__("decisions.samples", fromlist=["x"]).read_samples()
        else None
    )
    if broker is not None:
        for language, width in windows:
            who = visit(dev, language=language, width=width)
            if not only or only in "referral":
                snap(who, "referral", f"/staff/referrals/{broker.reference}/")
                snap(who, "referral_list", "/staff/referrals/")
    assert not bad, "\n".join(bad)
