"""The page of a case."""

from typing import Any

import pytest

from accounts.models import User
from appeals.claiming import claim_appeal
from appeals.models import Appeal
from applicants.disputing import open_dispute
from audit.queries import list_events
from core.masking import mask_name
from tests.factories.appeals import attached, closed_line, find, queued, verified
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting
from tests.unit.staff.conftest import SitDown, send, text_of

pytestmark = pytest.mark.django_db
NAME = "\u674e\u5a1c"


def open_case(appeal: Appeal) -> str:
    return f"/staff/cases/{appeal.reference}/"


def test_the_name_is_masked_until_the_case_is_claimed(
    appeal: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    client = sit_down(cleo)
    before = text_of(client.get(open_case(appeal)))
    assert mask_name(NAME) in before
    assert NAME not in before
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(cleo), now=NOW)
    assert NAME in text_of(client.get(open_case(appeal)))
    assert NAME not in text_of(sit_down(dev).get(open_case(appeal)))


def test_showing_the_name_is_recorded_once_a_visit(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    for _time in range(3):
        client.get(open_case(held))
    looks = [entry for entry in list_events(held.applicant.reference) if entry.verb == "applicant:viewed"]
    assert [(look.actor, look.codes) for look in looks] == [(acting(cleo).code, {"field": "name"})]


def test_the_applicants_words_come_before_the_reasons(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(open_case(held)))
    assert page.index('id="statement"') < page.index('id="reasons"') < page.index('id="decide"')


def test_each_reason_shows_text_data_claim_and_evidence(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(open_case(held)))
    for text in (
        "Repayments take",
        "58%",
        "credit report",
        "6 Nov 2026",
        "This is wrong",
        "about U02",
        "Payslips",
    ):
        assert text in page


def test_a_file_nobody_scanned_says_so(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    assert "Not scanned for viruses" in text_of(sit_down(cleo).get(open_case(held)))


def test_what_was_typed_in_a_note_is_text_and_never_markup(
    catalogues: None, ada: User, cleo: User, sit_down: SitDown
) -> None:
    from appeals.opening import save_statement, submit_appeal
    from tests.factories.appeals import draft

    appeal = draft(sample_decision("li_na", user=ada), acting(ada))
    words = "<script>alert(1)</script> '; DROP TABLE appeals;--"
    save_statement(
        appeal=appeal,
        statement=words,
        is_urgent=False,
        expected_version=appeal.version,
        by=acting(ada),
        now=NOW,
    )
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=NOW)
    page = text_of(sit_down(cleo).get(open_case(appeal)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_an_auditor_sees_the_way_and_no_personal_data(held: Appeal, aud: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(aud).get(open_case(held)))
    assert "A reviewer has started" in page
    assert not any(text in page for text in ("58%", "about U02", NAME, "Payslips", "Download"))


def test_one_who_holds_nothing_gets_no_buttons(held: Appeal, dev: User, aud: User, sit_down: SitDown) -> None:
    for user in (dev, aud):
        page = text_of(sit_down(user).get(open_case(held)))
        assert not any(
            words in page for words in ("I have read this", "Conclude the", "record a finding", ">Accept<")
        )


def test_the_original_decider_gets_no_claim_button(
    catalogues: None, ada: User, cleo: User, dev: User, sit_down: SitDown
) -> None:
    appeal = queued(closed_line(dev, ada), acting(ada))
    assert "Take this case" in text_of(sit_down(cleo).get(open_case(appeal)))
    page = text_of(sit_down(dev).get(open_case(appeal)))
    assert "Take this case" not in page
    assert "You took part in this matter" in page


def test_a_post_of_the_original_decider_is_refused(
    catalogues: None, ada: User, dev: User, sit_down: SitDown
) -> None:
    appeal = queued(closed_line(dev, ada), acting(ada))
    answer = send(sit_down(dev), appeal, "claim")
    assert answer.status_code == 403
    assert "another person must look at it" in text_of(answer)


def test_ones_own_appeal_is_not_found_at_the_desk(
    catalogues: None, cleo: User, dev: User, sit_down: SitDown
) -> None:
    from accounts.models import User as Users
    from accounts.roles import Role

    decision = sample_decision("li_na", user=dev)
    Users.objects.filter(pk=dev.pk).update(role=Role.APPLICANT.value)
    dev.refresh_from_db()
    appeal = queued(decision, acting(dev))
    Users.objects.filter(pk=dev.pk).update(role=Role.SUPERVISOR.value)
    dev.refresh_from_db()
    assert sit_down(cleo).get(open_case(appeal)).status_code == 200
    assert sit_down(dev).get(open_case(appeal)).status_code == 404


def test_an_unknown_case_is_a_calm_page(catalogues: None, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    for reference in ("AP-0000-0000", "AP-1", "DE-0000-0000", "%00", "\U0001f600"):
        assert client.get(f"/staff/cases/{reference}/").status_code == 404


def test_a_draft_is_not_known_to_staff(catalogues: None, ada: User, cleo: User, sit_down: SitDown) -> None:
    from tests.factories.appeals import draft

    appeal = draft(sample_decision("li_na", user=ada), acting(ada))
    assert sit_down(cleo).get(open_case(appeal)).status_code == 404


def test_more_evidence_asks_no_more_queries(
    held: Appeal, ada: User, cleo: User, sit_down: SitDown, django_assert_max_num_queries: Any
) -> None:
    client = sit_down(cleo)
    client.get(open_case(held))
    with django_assert_max_num_queries(32) as few:
        client.get(open_case(held))
    for kind in ("V01", "V01", "V29"):
        attached(held, acting(ada), code="U02", kind=kind)
    find(held, cleo, "U02", debt_service_pct=30)
    find(held, cleo, "U01", active_lenders=3)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(open_case(held)).status_code == 200


def test_the_page_with_a_result_is_bounded_too(
    held: Appeal, cleo: User, sit_down: SitDown, django_assert_max_num_queries: Any
) -> None:
    from appeals.models import Attachment
    from tests.factories.appeals import accepted

    accepted(Attachment.objects.get(ground__appeal=held), cleo)
    find(held, cleo, "U02", debt_service_pct=30)
    find(held, cleo, "U01", active_lenders=3)
    verified(held, cleo)
    client = sit_down(cleo)
    client.get(open_case(held))
    # Four of these ask how similar appeals ended; like the rest they do not grow with the evidence.
    with django_assert_max_num_queries(40):
        page = text_of(client.get(open_case(held)))
    assert "From the old score to the new one" in page


def test_both_dates_can_be_derived(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(cleo).get(f"{open_case(held)}why-due/"))
    assert "The latest day by law" in page
    assert "Our own target" in page


def test_the_state_of_the_rerun_can_be_asked(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    assert sit_down(cleo).get(f"{open_case(held)}rerun/").json() == {"state": ""}


def test_the_page_speaks_the_language_of_the_reader(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    client.cookies["language"] = "zh-hans"
    page = text_of(client.get(open_case(held)))
    assert 'lang="zh-hans"' in page
    assert "\u6bcf\u6708\u8fd8\u6b3e" in page


def test_an_input_that_is_in_dispute_carries_the_mark(
    held: Appeal, ada: User, cleo: User, sit_down: SitDown
) -> None:
    client, mark = sit_down(cleo), "/staff/disputes/"
    assert f'"tag wait" href="{mark}' not in client.get(open_case(held)).content.decode()
    dispute = open_dispute(
        applicant=held.applicant, characteristic="hard_inquiries_3m", claim="One.", by=acting(ada), now=NOW
    )
    assert f'"tag wait" href="{mark}{dispute.reference}/"' in client.get(open_case(held)).content.decode()
