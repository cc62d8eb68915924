"""Facts are appended, the sheet follows, and nothing is used without consent."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.actors import SITE
from applicants.consents import (
    NoConsentNeededError,
    UnknownSourceError,
    give_consent,
    list_consents,
    withdraw_consent,
)
from applicants.describing import describe_sheet
from applicants.facts import FactRefusedError, NewFact, get_sheet, record_fact, record_facts
from applicants.models import Applicant, Consent, Fact
from applicants.usable import usable_facts
from audit.queries import list_events
from core.errors import InputError
from tests.factories.decisions import NOW, sample_applicant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
DAY = date(2026, 11, 6)


@pytest.fixture
def li_na() -> Applicant:
    return sample_applicant("li_na")


def record(applicant: Applicant, **changes: Any) -> Fact:
    given: dict[str, Any] = {
        "characteristic": "active_lenders", "value": 3, "source": "credit_report", "observed_on": DAY,
    }  # fmt: skip
    return record_fact(applicant=applicant, by=SITE, now=NOW, **{**given, **changes})


def test_a_new_fact_supersedes_and_the_old_one_stays(li_na: Applicant) -> None:
    old = get_sheet(li_na)
    new = record(li_na)
    sheet = get_sheet(li_na)
    assert new.supersedes_id == old.facts["active_lenders"]["fact"]
    assert Fact.objects.get(pk=new.supersedes_id).value == 5
    assert (sheet.facts["active_lenders"]["value"], sheet.version) == (3, old.version + 1)


def test_a_fact_is_never_edited(li_na: Applicant) -> None:
    fact = record(li_na)
    with pytest.raises(DatabaseError), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(value=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        fact.delete()


@pytest.mark.parametrize(
    "changes",
    [
        {"characteristic": "ghost"},
        {"characteristic": "total_score"},
        {"characteristic": "profit_trend", "value": "loss"},
        {"source": "gossip"},
        {"source": "bank_flows"},
        {"value": -1},
        {"value": "many"},
        {"value": float("nan")},
        {"observed_on": date(2026, 12, 24)},
        {"observed_on": date(1950, 1, 1)},
        {"detail": {"secret": "x"}},
    ],
)
def test_refuses_what_is_no_fact_about_the_person(li_na: Applicant, changes: dict[str, Any]) -> None:
    before = Fact.objects.count()
    with pytest.raises(InputError):
        record(li_na, **changes)
    assert Fact.objects.count() == before


def test_several_facts_are_recorded_all_or_nothing(li_na: Applicant) -> None:
    before = get_sheet(li_na).version
    good = NewFact("active_lenders", 2, "credit_report", DAY)
    with pytest.raises(FactRefusedError):
        record_facts(
            applicant=li_na, facts=[good, NewFact("ghost", 1, "credit_report", DAY)], by=SITE, now=NOW
        )
    assert get_sheet(li_na).version == before


def test_a_verified_document_may_carry_any_fact(li_na: Applicant) -> None:
    fact = record(li_na, source="verified_document", evidence_reference="EV-0000-0000")
    assert usable_facts(li_na, NOW)["active_lenders"]["fact"] == fact.pk


def test_the_audit_holds_codes_and_no_values(li_na: Applicant) -> None:
    record(li_na, value=4)
    event = list_events(li_na.reference)[-1]
    assert event.verb == "fact:recorded"
    assert "['active_lenders', 'credit_report']" not in str(event.codes)
    assert str(event.codes).endswith("'active_lenders', 'credit_report']]}")


def test_without_consent_a_source_is_not_used(li_na: Applicant) -> None:
    withdraw_consent(applicant=li_na, source="credit_report", by=SITE, now=NOW)
    facts = usable_facts(li_na, NOW)
    hidden: dict[str, Any] = {
        "value": "unknown",
        "source": "",
        "observed_on": None,
        "detail": {},
        "fact": None,
    }
    assert facts["worst_dpd_24m"] == hidden
    assert facts["verified_income_month"]["value"] == 7200
    give_consent(applicant=li_na, source="credit_report", by=SITE, now=NOW + timedelta(days=1))
    assert usable_facts(li_na, NOW)["worst_dpd_24m"]["value"] == 6


def test_a_known_absence_needs_a_source_that_may_be_read(li_na: Applicant) -> None:
    assert usable_facts(li_na, NOW)["linked_product_event"]["value"] is None
    withdraw_consent(applicant=li_na, source="linked_products", by=SITE, now=NOW)
    facts = usable_facts(li_na, NOW)
    assert facts["linked_product_event"]["value"] == "unknown"
    assert facts["open_safety_flags"]["value"] == 0


def test_consents_are_dated_open_once_and_change_the_sheet(li_na: Applicant) -> None:
    before = get_sheet(li_na).version
    again = give_consent(applicant=li_na, source="bank_flows", by=SITE, now=NOW + timedelta(days=1))
    assert (again.given_at, get_sheet(li_na).version) == (NOW, before)
    withdraw_consent(applicant=li_na, source="bank_flows", by=SITE, now=NOW)
    withdraw_consent(applicant=li_na, source="bank_flows", by=SITE, now=NOW)
    assert get_sheet(li_na).version == before + 1
    assert Consent.objects.filter(applicant=li_na, source="bank_flows").count() == 1


def test_consents_are_listed_for_every_source(li_na: Applicant) -> None:
    withdraw_consent(applicant=li_na, source="bank_flows", by=SITE, now=NOW)
    rows = {row.source.code: row for row in list_consents(li_na)}
    assert not rows["bank_flows"].is_given
    assert rows["credit_report"].is_given
    assert rows["court_register"].is_given
    assert rows["court_register"].given_at is None


def test_only_real_switches_can_be_switched(li_na: Applicant) -> None:
    with pytest.raises(UnknownSourceError):
        give_consent(applicant=li_na, source="gossip", by=SITE, now=NOW)
    with pytest.raises(NoConsentNeededError):
        withdraw_consent(applicant=li_na, source="court_register", by=SITE, now=NOW)


def test_the_sheet_is_described_in_words(li_na: Applicant) -> None:
    rows = {row.characteristic: row for row in describe_sheet(li_na, "en", NOW)}
    assert (rows["debt_service_pct"].value, rows["debt_service_pct"].source_label) == ("58%", "credit report")
    assert rows["debt_service_pct"].observed_on == "6 Nov 2026"
    assert rows["age"].value == "31 years"
    assert rows["bills_on_time_pct_12m"].value == "not linked yet"
