"""Findings stay inside what the reason and its papers can change, and are true values of their kind."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from appeals.appealability import PERSON_GROUND
from appeals.concluding import NotVerifiedError, conclude_verification
from appeals.models import Appeal, Attachment, Finding
from appeals.parties import NotHolderError
from appeals.states import Event
from appeals.transitions import IllegalMoveError, move
from appeals.verification import (
    assess_attachment,
    list_unassessed,
    mark_statement_read,
    record_finding,
    withdraw_finding,
)
from applicants.facts import get_sheet
from applicants.models import Fact
from audit.queries import list_events
from core.errors import InputError, NotFoundError, StaleError
from evidence.models import Document
from outbox.models import Outbox
from tests.factories.appeals import NOW, OBSERVED, accepted, after, attached, decided, find, in_review, queued
from tests.factories.evidence import applicant_of, check, send
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def appeal(ada: User, cleo: User) -> Appeal:
    """Li Na's appeal on Cleo's desk: U02, U01 and S07."""
    return in_review(decided(user=ada), acting(ada), cleo)


def _record(appeal: Appeal, by: User, **given: Any) -> Finding:
    terms = {
        "ground": appeal.grounds.get(code="U02"), "characteristic": "debt_service_pct", "value": 30,
        "how": "SOURCE", "observed_on": OBSERVED, "note": "the loan was repaid", "by": acting(by), "now": NOW,
    }  # fmt: skip
    return record_finding(appeal=appeal, **{**terms, **given})


def _conclude(appeal: Appeal, by: User) -> Any:
    return conclude_verification(
        appeal=appeal, view="seen", expected_version=appeal.version, by=acting(by), now=NOW
    )


def test_a_finding_is_kept_with_who_when_and_why(appeal: Appeal, cleo: User) -> None:
    version, findings_version = appeal.version, appeal.findings_version
    finding = _record(appeal, cleo)
    assert (finding.value, finding.note, finding.found_by) == (30, "the loan was repaid", cleo)
    assert finding.how == list_events(appeal.reference)[-1].codes["how"] == "SOURCE"
    assert (appeal.version, appeal.findings_version) == (version + 1, findings_version + 1)
    event = list_events(appeal.reference)[-1]
    assert event.verb == "finding:recorded"
    assert "repaid" not in str(event.codes)


def test_the_newest_finding_on_an_input_counts(appeal: Appeal, cleo: User) -> None:
    first, second = _record(appeal, cleo), _record(appeal, cleo, value=28)
    first.refresh_from_db()
    assert (first.is_current, second.is_current) == (False, True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"characteristic": "worst_dpd_24m", "value": 0}, "characteristic"),
        ({"characteristic": "inflow_cover_x", "value": 2}, "characteristic"),
        ({"characteristic": "no_such_thing"}, "characteristic"),
        ({"characteristic": "total_score", "value": 800}, "characteristic"),
        ({"value": -1}, "value"),
        ({"value": 1e9}, "value"),
        ({"value": "a lot"}, "value"),
        ({"value": float("nan")}, "value"),
        ({"value": None}, "value"),
        ({"detail": {"colour": "red"}}, "value"),
        ({"note": "  "}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"observed_on": date(2026, 11, 21)}, "observed_on"),
        ({"observed_on": date(1990, 1, 1)}, "observed_on"),
        ({"how": ""}, "document"),
        ({"how": "PAPER"}, "document"),
        ({"how": "HEARSAY"}, "document"),
    ],
)
def test_a_finding_outside_its_bounds_is_refused(
    appeal: Appeal, cleo: User, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        _record(appeal, cleo, **change)
    assert list(caught.value.fields) == [field]
    assert not Finding.objects.exists()


def test_a_paper_of_somebody_else_proves_nothing(appeal: Appeal, cleo: User, ben: User) -> None:
    document = check(send(applicant_of(ben), by=acting(ben)))
    with pytest.raises(InputError) as caught:
        _record(appeal, cleo, document=document)
    assert list(caught.value.fields) == ["document"]


def test_a_paper_that_was_not_accepted_proves_nothing(appeal: Appeal, ada: User, cleo: User) -> None:
    attachment = attached(appeal, acting(ada), code="U02", kind="V09")
    appeal.refresh_from_db()
    attachment.refresh_from_db()
    assess_attachment(attachment=attachment, accepted=False, note="unreadable seal", by=acting(cleo), now=NOW)
    appeal.refresh_from_db()
    with pytest.raises(InputError):
        _record(appeal, cleo, document=attachment.document)
    with pytest.raises(InputError):
        assess_attachment(attachment=attachment, accepted=False, note="", by=acting(cleo), now=NOW)


def test_only_the_holder_finds(appeal: Appeal, ada: User, ben: User, dev: User) -> None:
    with pytest.raises(NotHolderError):
        _record(appeal, dev)
    for other in (ada, ben):
        with pytest.raises(NotFoundError):
            _record(appeal, other)


def test_nothing_is_found_before_the_review(ada: User, cleo: User) -> None:
    waiting = queued(decided(user=ada), acting(ada))
    with pytest.raises(NotHolderError):
        mark_statement_read(appeal=waiting, by=acting(cleo), now=NOW)


def test_two_tabs_do_not_overwrite_each_other(appeal: Appeal, cleo: User) -> None:
    other_tab = Appeal.objects.get(pk=appeal.pk)
    seen = appeal.version
    _record(appeal, cleo, expected_version=seen)
    with pytest.raises(StaleError):
        _record(other_tab, cleo, value=10, expected_version=seen)
    assert Finding.objects.get(is_current=True).value == 30


def test_the_statement_must_be_read_and_each_paper_assessed(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    attachment = attached(appeal, acting(ada), code="U02", kind="V09")
    appeal.refresh_from_db()
    assert list_unassessed(appeal) == [attachment]
    with pytest.raises(NotVerifiedError):
        _conclude(appeal, cleo)
    accepted(attachment, cleo)
    appeal.refresh_from_db()
    assert _conclude(appeal, cleo).state == "QUEUED"


def test_an_unread_statement_holds_everything_up(appeal: Appeal, cleo: User) -> None:
    Appeal.objects.filter(pk=appeal.pk).update(statement_read_at=None)
    appeal.refresh_from_db()
    with pytest.raises(NotVerifiedError):
        _conclude(appeal, cleo)


def test_concluding_makes_findings_facts(appeal: Appeal, ada: User, cleo: User) -> None:
    attachment = attached(appeal, acting(ada), code="U02", kind="V09")
    appeal.refresh_from_db()
    accepted(attachment, cleo)
    appeal.refresh_from_db()
    finding = _record(appeal, cleo, document=attachment.document)
    _conclude(appeal, cleo)
    finding.refresh_from_db()
    fact = finding.fact
    assert fact is not None
    assert (fact.value, fact.source, fact.observed_on) == (30, "verified_document", OBSERVED)
    assert fact.evidence_reference == attachment.document.reference
    assert get_sheet(appeal.applicant).facts["debt_service_pct"]["value"] == 30


def test_concluding_twice_is_concluding_once(appeal: Appeal, cleo: User) -> None:
    find(appeal, cleo, "U02", debt_service_pct=30)
    appeal.refresh_from_db()
    facts = Fact.objects.count()
    first = _conclude(appeal, cleo)
    second = _conclude(appeal, cleo)
    assert first == second
    assert Fact.objects.count() == facts + 1
    assert Outbox.objects.filter(kind="RERUN_APPEAL", subject=appeal.reference).count() == 1


def test_a_withdrawn_finding_gives_the_old_fact_back(appeal: Appeal, cleo: User) -> None:
    finding = _record(appeal, cleo)
    _conclude(appeal, cleo)
    finding.refresh_from_db()
    withdraw_finding(finding=finding, by=acting(cleo), now=NOW + timedelta(minutes=1))
    appeal.refresh_from_db()
    assert appeal.verified_at is None
    _conclude(appeal, cleo)
    assert get_sheet(appeal.applicant).facts["debt_service_pct"]["value"] == 58


def test_nothing_is_found_after_the_ruling(appeal: Appeal, cleo: User) -> None:
    appeal.refresh_from_db()
    move(appeal=appeal, event=Event.PROPOSE, by=acting(cleo), now=NOW)
    with pytest.raises(IllegalMoveError):
        _record(appeal, cleo)


def _aged(appeal: Appeal, user: User, days: int) -> Any:
    """A payslip that was issued so many days before the appeal was sent."""
    paper = attached(appeal, acting(user), code="U02", kind="V01")
    Document.objects.filter(pk=paper.document_id).update(issued_on=NOW.date() - timedelta(days=days))
    return Attachment.objects.get(pk=paper.pk)


def test_a_paper_older_than_its_kind_may_be_is_accepted_with_a_word_only(
    appeal: Appeal, ada: User, cleo: User
) -> None:
    old = _aged(appeal, ada, 400)
    given: dict[str, Any] = {"attachment": old, "accepted": True, "by": acting(cleo), "now": NOW}
    with pytest.raises(InputError) as refused:
        assess_attachment(note=" ", **given)
    assert list(refused.value.fields) == ["note"]
    old.refresh_from_db()
    assert old.accepted is None
    assert assess_attachment(note="nothing newer exists", **given).accepted is True


def test_a_paper_does_not_show_what_was_true_after_its_day(appeal: Appeal, ada: User, cleo: User) -> None:
    paper = _aged(appeal, ada, 5).document
    with pytest.raises(InputError) as refused:
        _record(appeal, cleo, document=paper, observed_on=NOW.date() - timedelta(days=1))
    assert "2026-11-15" in refused.value.fields["observed_on"][0]
    found = _record(appeal, cleo, document=paper, observed_on=paper.issued_on)
    assert (found.document, found.how) == (paper, "PAPER")


def _refused_day(appeal: Appeal, cleo: User, **given: Any) -> str:
    with pytest.raises(InputError) as refused:
        _record(appeal, cleo, **given)
    return str(refused.value.fields["observed_on"][0])


def test_a_finding_goes_back_as_far_as_its_paper_may(appeal: Appeal, ada: User, cleo: User) -> None:
    paper = attached(appeal, acting(ada), code="U02", kind="V01").document
    earliest = NOW.date() - timedelta(days=60)
    problem = _refused_day(appeal, cleo, document=paper, observed_on=earliest - timedelta(days=1))
    assert earliest.isoformat() in problem
    assert _record(appeal, cleo, document=paper, observed_on=earliest).observed_on == earliest


def test_an_older_paper_that_was_accepted_speaks_of_its_own_day(
    appeal: Appeal, ada: User, cleo: User
) -> None:
    old = _aged(appeal, ada, 400)
    assess_attachment(attachment=old, accepted=True, note="nothing newer", by=acting(cleo), now=NOW)
    appeal.refresh_from_db()
    paper = old.document
    assert _record(appeal, cleo, document=paper, observed_on=paper.issued_on).document == paper
    assert _refused_day(appeal, cleo, document=paper, observed_on=paper.issued_on - timedelta(days=1))


def test_a_paper_from_before_there_were_facts_speaks_of_none(appeal: Appeal, ada: User, cleo: User) -> None:
    paper = attached(appeal, acting(ada), code="U02", kind="V30").document
    paper.issued_on = date(1950, 1, 1)
    assert "1990-01-01" in _refused_day(appeal, cleo, document=paper, observed_on=date(1989, 12, 31))


def test_without_a_paper_of_limited_age_a_finding_goes_back_five_years(appeal: Appeal, cleo: User) -> None:
    assert "2021-11-20" in _refused_day(appeal, cleo, observed_on=date(2021, 11, 19))
    assert _record(appeal, cleo, observed_on=date(2021, 11, 20)).observed_on == date(2021, 11, 20)


def test_who_is_asked_to_decide_may_correct_what_the_decision_was_made_from(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo, claims={PERSON_GROUND: "PERSON"})
    find(appeal, cleo, PERSON_GROUND, debt_service_pct=40)
    assert appeal.findings.get().value == 40
    with pytest.raises(InputError) as refused:
        find(appeal, cleo, PERSON_GROUND, data_coverage=1)
    assert list(refused.value.fields) == ["characteristic"]


@pytest.mark.parametrize("change", [{"value": 1}, {"observed_on": date(2020, 1, 1)}, {"characteristic": "x"}])
def test_the_database_never_rewrites_a_finding(appeal: Appeal, cleo: User, change: dict[str, Any]) -> None:
    finding = _record(appeal, cleo)
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(**change)
    assert withdraw_finding(finding=finding, by=acting(cleo), now=NOW).findings.get().is_current is False


@pytest.mark.parametrize("change", [{"tier": 2}, {"reference": "AP-0000-0000"}, {"opened_at": after(days=1)}])
def test_the_database_never_makes_another_matter_of_an_appeal(appeal: Appeal, change: dict[str, Any]) -> None:
    Appeal.objects.filter(pk=appeal.pk).update(saved_at=NOW)
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(**change)


@pytest.mark.parametrize("at", [after(days=1), None])
def test_the_database_never_moves_when_an_appeal_was_sent(appeal: Appeal, at: datetime | None) -> None:
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(submitted_at=at)
    Appeal.objects.filter(pk=appeal.pk).update(submitted_at=NOW, saved_at=after(days=1))
    appeal.refresh_from_db()
    assert appeal.submitted_at == NOW
