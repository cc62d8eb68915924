"""Decisions of the sample persons and appeals about them, at each stage of their way."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db import transaction

from accounts.actors import SITE, Actor
from accounts.models import User
from appeals.attaching import attach_existing
from appeals.claiming import claim_appeal
from appeals.concluding import conclude_verification
from appeals.models import Appeal, Attachment, Rerun
from appeals.opening import open_appeal, save_grounds, submit_appeal
from appeals.rerun import rerun
from appeals.screening import screen
from appeals.verification import assess_attachment, mark_statement_read, record_finding
from applicants.facts import NewFact, record_facts
from applicants.models import Applicant
from applicants.sources import VERIFIED_DOCUMENT
from decisions.applying import submit_application
from decisions.deciding import decide
from decisions.lines import close_line, open_line
from decisions.models import Decision, Line, LineState
from tests.factories.catalogues import document, load_catalogues, load_policy
from tests.factories.evidence import NOW, applicant_of, check, send
from tests.people import acting

__all__ = ["NOW"]
OBSERVED = date(2026, 11, 6)
VIEW = "the papers are in order"


def load_everything(now: datetime = NOW) -> None:
    """Catalogues and policy, as a new installation has them."""
    with transaction.atomic():
        load_catalogues(now)
        load_policy(now)


def applicant_like(key: str, user: User | None = None, **fields: Any) -> Applicant:
    """An applicant of whom we know what we know of this sample person, all of it from checked papers."""
    sample = document("persons")[key]
    applicant = applicant_of(user, birth_date=sample["identity"]["birth_date"], **fields)
    details = sample.get("detail", {})
    facts = [
        NewFact(name, value, VERIFIED_DOCUMENT, OBSERVED, details.get(name, {}))
        for name, value in sample["facts"].items()
        if name != "age"
    ]
    record_facts(applicant=applicant, facts=facts, by=SITE, now=NOW)
    return applicant


def decided(
    key: str = "li_na", user: User | None = None, *, request: dict[str, Any] | None = None, **fields: Any
) -> Decision:
    """The decision on this sample person's application, or on another request."""
    applicant = applicant_like(key, user, **fields)
    request = {**document("persons")[key]["request"], **(request or {})}
    application = submit_application(
        applicant=applicant, **request, submission_key=applicant.reference, by=SITE, now=NOW,
        client_id=applicant.client_id,
    )  # fmt: skip
    return decide(application=application, by=SITE, now=NOW)


def closed_line(signer: User, user: User | None = None, key: str = "zhang_wei") -> Decision:
    """The decision that closed this sample person's line, signed by somebody."""
    applicant = applicant_like(key, user)
    line = open_line(
        applicant=applicant, product="consumer_loan", total_cny=Decimal(30_000),
        annual_rate_pct=Decimal("10.95"), by=SITE, now=NOW,
    )  # fmt: skip
    Line.objects.filter(pk=line.pk).update(state=LineState.ACTIVE)
    line.refresh_from_db()
    return close_line(line=line, by=SITE, now=NOW, signed_by=signer)


def draft(decision: Decision, by: Actor, *, claims: dict[str, str] | None = None) -> Appeal:
    """A draft that contests each reason of the decision, or those given."""
    appeal = open_appeal(decision=decision, by=by, now=NOW)
    wanted = claims or dict.fromkeys(decision.reasons.values_list("code", flat=True), "PERSON")
    grounds = {code: (claim, f"about {code}") for code, claim in wanted.items()}
    return save_grounds(appeal=appeal, grounds=grounds, expected_version=appeal.version, by=by, now=NOW)


def sent(decision: Decision, by: Actor, *, sample_draw: int = 9_999, **given: Any) -> Appeal:
    """A sent appeal; it is not drawn for a second look unless the test wants that."""
    appeal = draft(decision, by, **given)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=by, now=NOW)
    Appeal.objects.filter(pk=appeal.pk).update(sample_draw=sample_draw)
    appeal.sample_draw = sample_draw
    return appeal


def send_at(appeal: Appeal, at: datetime) -> None:
    """Let the appeal have been sent at another moment, which nothing but a test can do."""
    with pgtrigger.ignore("appeals.Appeal:sent_once"):
        Appeal.objects.filter(pk=appeal.pk).update(submitted_at=at)


def queued(decision: Decision, by: Actor, **given: Any) -> Appeal:
    """An appeal that waits for a reviewer."""
    return screen(sent(decision, by, **given), NOW)


def in_review(decision: Decision, by: Actor, reviewer: User, **given: Any) -> Appeal:
    """An appeal on a reviewer's desk, its statement read."""
    appeal = queued(decision, by, **given)
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(reviewer), now=NOW)
    return mark_statement_read(appeal=appeal, by=acting(reviewer), now=NOW)


def attached(appeal: Appeal, by: Actor, *, code: str, kind: str) -> Attachment:
    """A checked paper beside one ground."""
    document = check(send(appeal.applicant, by=by, kind=kind))
    return attach_existing(ground=appeal.grounds.get(code=code), document=document, by=by, now=NOW)


def accepted(attachment: Attachment, reviewer: User) -> Attachment:
    """The paper, accepted by the reviewer."""
    attachment.refresh_from_db()
    return assess_attachment(attachment=attachment, accepted=True, note="", by=acting(reviewer), now=NOW)


def find(appeal: Appeal, reviewer: User, code: str, **values: Any) -> None:
    """Findings of these values, on one ground."""
    for name, value in values.items():
        appeal.refresh_from_db()
        record_finding(
            appeal=appeal, ground=appeal.grounds.get(code=code), characteristic=name, value=value,
            how="RECORDS", observed_on=OBSERVED, note=f"{name} is {value}", by=acting(reviewer), now=NOW,
        )  # fmt: skip


def corrections(key: str) -> dict[str, Any]:
    """What is otherwise about this sample person once the truth is known."""
    before, later = (document("persons")[name]["facts"] for name in (key, f"{key}_after"))
    return {name: value for name, value in later.items() if value != before[name]}


def run(appeal: Appeal, now: datetime = NOW) -> Rerun:
    """The appeal's rerun as the worker leaves it."""
    conclusion = rerun(reference=appeal.reference, now=now)
    if conclusion is not None:
        with transaction.atomic():
            conclusion()
    newest = appeal.reruns.last()
    assert newest is not None
    return newest


def verified(appeal: Appeal, reviewer: User) -> Rerun:
    """The finished rerun of an appeal whose verification the reviewer concludes now."""
    appeal.refresh_from_db()
    conclude_verification(
        appeal=appeal, view=VIEW, expected_version=appeal.version, by=acting(reviewer), now=NOW
    )
    return run(appeal)


def after(**given: Any) -> datetime:
    """The moment that much later."""
    return NOW + timedelta(**given)
