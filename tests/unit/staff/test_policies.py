"""The policy console: versions, drafts, each step by the right person, the market by two."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pgtrigger
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from audit.erasing import is_committed
from audit.queries import list_events
from decisions.models import DryRun, MarketSwitch, PolicyState, PolicyVersion
from decisions.policies import current_market
from outbox.draining import drain
from tests.factories import policies as made
from tests.factories.decisions import NOW
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]
BASE = "/staff/policies/"


def step(client: Client, row: PolicyVersion, name: str, **typed: Any) -> Any:
    row.refresh_from_db()
    return client.post(
        f"{BASE}{row.version}/{name}/", {"seen": row.content_hash, "impact": row.impact, **typed}
    )


def as_yaml(**sections: Any) -> str:
    return yaml.safe_dump(made.changed_document(**sections), allow_unicode=True, sort_keys=False)


def test_the_list_shows_versions_stages_and_days(pia: User, sit_down: SitDown) -> None:
    made.drafted_version()
    page = text_of(sit_down(pia).get(BASE))
    for text in ("2026.2", "draft", "2026.1", "in force", "2026.0", "no longer in force"):
        assert text in page
    for text in ("1 Nov 2026", "Normal"):
        assert text in page


def test_an_end_without_another_version_is_announced(pia: User, sit_down: SitDown) -> None:
    client, row = sit_down(pia), PolicyVersion.objects.get(version="2026.1")
    assert "nothing can be decided" not in text_of(client.get(BASE))
    assert step(client, row, "retire", last_day="2026-12-31", reason="Over.").status_code == 302
    assert "No version follows after 31 Dec 2026." in text_of(client.get(BASE))
    made.published_version(from_on=date(2026, 12, 20))
    assert "nothing can be decided" not in text_of(client.get(BASE))


@pytest.mark.parametrize("address", [BASE, f"{BASE}2026.1/", f"{BASE}market/", f"{BASE}new/"])
def test_others_may_not_look(address: str, cleo: User, eve: User, sit_down: SitDown) -> None:
    assert sit_down(cleo).get(address).status_code == 403
    assert sit_down(eve).get(address).status_code == 404


def test_an_unknown_version_is_not_found(pia: User, sit_down: SitDown) -> None:
    client = sit_down(pia)
    assert client.get(f"{BASE}1999.1/").status_code == 404
    assert client.post(f"{BASE}2026.1/dance/").status_code == 404
    assert client.get(f"{BASE}2026.1/dry-run.svg").status_code == 404


def test_a_draft_is_made_from_text(pia: User, sit_down: SitDown) -> None:
    answer = sit_down(pia).post(f"{BASE}new/", {"document": as_yaml(), "note": "Milder."})
    assert answer.headers["Location"] == f"{BASE}2026.2/"
    assert PolicyVersion.objects.get(version="2026.2").note == "Milder."


def test_a_draft_begins_with_what_is_in_force(pia: User, sit_down: SitDown) -> None:
    client = sit_down(pia)
    text = text_field(client.get(f"{BASE}new/"))
    assert text.startswith("policy_version: '2026.1'")
    assert client.post(f"{BASE}new/", {"document": text.replace("2026.1", "2026.2")}).status_code == 302
    new, old = (PolicyVersion.objects.get(version=version) for version in ("2026.2", "2026.1"))
    parts = ("rules", "gates", "limits", "pricing", "scorecards")
    assert [new.document[part] for part in parts] == [old.document[part] for part in parts]
    assert text_field(client.get(f"{BASE}2026.2/edit/")).startswith("policy_version: '2026.2'")


def text_field(answer: Any) -> str:
    """The policy that stands in the form."""
    return str(answer.context["form"]["document"].value())


def test_a_draft_is_made_from_a_file(pia: User, sit_down: SitDown) -> None:
    upload = SimpleUploadedFile("policy.yaml", as_yaml().encode())
    assert sit_down(pia).post(f"{BASE}new/", {"file": upload}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"document": "a: ["}, "readable YAML"),
        ({"document": "policy_version: 'x'\nsurprise: 1"}, "(line 2)"),
        ({"document": ""}, "Paste a policy or choose a file."),
        ({"file": SimpleUploadedFile("p.yaml", b"\xff\xfe")}, "no text in UTF-8"),
        ({"document": "policy_version: '\u0000'"}, "a character that cannot be kept"),
    ],
)
def test_a_bad_draft_comes_back_with_the_place(
    typed: dict[str, Any], words: str, pia: User, sit_down: SitDown
) -> None:
    answer = sit_down(pia).post(f"{BASE}new/", typed)
    assert answer.status_code == 400
    assert words in text_of(answer)


def test_a_version_that_exists_is_a_conflict_and_nothing_typed_is_lost(pia: User, sit_down: SitDown) -> None:
    made.drafted_version()
    answer = sit_down(pia).post(f"{BASE}new/", {"document": as_yaml(), "note": "Again."})
    assert answer.status_code == 409
    assert "exists already" in text_of(answer)
    assert "Again." in text_of(answer)


def test_a_draft_can_be_changed_by_whoever_saw_it_last(pia: User, sit_down: SitDown) -> None:
    row, client = made.drafted_version(), sit_down(pia)
    text = as_yaml(high_risk_industries=[])
    assert "Store the draft" in text_of(client.get(f"{BASE}2026.2/edit/"))
    answer = client.post(f"{BASE}2026.2/edit/", {"document": text, "seen": row.content_hash})
    assert answer.status_code == 302
    stale = client.post(f"{BASE}2026.2/edit/", {"document": text, "seen": row.content_hash})
    assert stale.status_code == 409
    assert "changed in the meantime" in text_of(stale)
    assert client.post(f"{BASE}2026.2/edit/", {"document": ""}).status_code == 400


def test_the_whole_way_by_two_people(pia: User, dev: User, sit_down: SitDown) -> None:
    row, maker, checker = made.drafted_version(), sit_down(pia), sit_down(dev)
    assert step(maker, row, "propose", baseline="near_gate", impact=made.IMPACT).status_code == 302
    assert maker.post(f"{BASE}2026.2/dry-run/").status_code == 302
    drain(clock=lambda: NOW + timedelta(hours=2))
    assert DryRun.objects.filter(policy=row).exists()
    assert "image/svg+xml" in checker.get(f"{BASE}2026.2/dry-run.svg").headers["Content-Type"]
    assert "text/csv" in checker.get(f"{BASE}2026.2/dry-run.csv").headers["Content-Type"]
    assert "Approve" in text_of(checker.get(f"{BASE}2026.2/"))
    assert step(checker, row, "approve").status_code == 302
    assert step(maker, row, "publish", from_on="2026-12-01").status_code == 302
    page = text_of(maker.get(f"{BASE}2026.2/"))
    for words in ("begins later", "1 Dec 2026", "Pia", "Dev", "Withdrawn, it never begins"):
        assert words in page
    assert "Last day in force" not in page
    refused = step(maker, row, "retire", last_day="2026-11-01", reason="A mistake.")
    assert refused.status_code == 400
    assert "This version has not begun, so it has no last day." in text_of(refused)
    assert 'value="2026-11-01"' in text_of(refused)
    assert step(maker, row, "retire", reason="A mistake.").status_code == 302
    assert "The version was withdrawn." in text_of(maker.get(f"{BASE}2026.2/"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Say where the assessment of impact is"),
        ("  ", "Say where the assessment of impact is"),
        ("ftp://papers.example.test/2026-2", "Give a whole link"),
        ("https://", "Give a whole link"),
        ("https://user:word@papers.example.test/", "Give a whole link"),
        ("http://[", "Give a whole link"),
        ("x" * 301, "at most 300 characters"),
    ],
)
def test_a_version_is_not_proposed_without_its_assessment(
    pia: User, sit_down: SitDown, typed: str, words: str
) -> None:
    row, client = made.drafted_version(), sit_down(pia)
    answer = step(client, row, "propose", baseline="max", impact=typed)
    assert (answer.status_code, words in text_of(answer)) == (400, True)
    both = text_of(step(client, row, "propose", impact=typed))
    assert (words in both, "This field is required" in both) == (True, True)
    row.refresh_from_db()
    assert (row.state, row.impact) == ("DRAFT", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (made.IMPACT, f'<a href="{made.IMPACT}" rel="noopener noreferrer">'),
        ("PIA 2026-14, \u5f71\u54cd\u8bc4\u4f30", "PIA 2026-14, \u5f71\u54cd\u8bc4\u4f30"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)"),
        ("javascript:alert(1)", ">javascript:alert(1)<"),
    ],
)
def test_the_assessment_is_seen_by_whoever_approves_and_proved_by_the_audit(
    pia: User, dev: User, sit_down: SitDown, typed: str, shown: str
) -> None:
    row, checker = made.drafted_version(), sit_down(dev)
    assert step(sit_down(pia), row, "propose", baseline="max", impact=f" {typed} ").status_code == 302
    page = text_of(checker.get(f"{BASE}2026.2/"))
    assert page.count(shown.lstrip(">").rstrip("<")) >= 2
    assert 'href="javascript' not in page
    made.with_dry_run(row)
    stale = step(checker, row, "approve", impact="another one")
    assert (stale.status_code, "was changed in the meantime" in text_of(stale)) == (409, True)
    assert step(checker, row, "approve").status_code == 302
    subject = "policy:2026.2"
    assert escape(typed) not in text_of(checker.get(f"/staff/audit/{subject}/"))
    for event in list_events(subject)[-2:]:
        assert typed not in str(event.codes)
        assert is_committed(subject=subject, seq=event.seq, name="impact", value=typed)


def test_a_version_proposed_before_assessments_were_asked_for_is_sent_back(
    dev: User, sit_down: SitDown
) -> None:
    row = made.with_dry_run(made.proposed_version())
    with pgtrigger.ignore("decisions.PolicyVersion:content_is_final"):
        PolicyVersion.objects.filter(pk=row.pk).update(impact="")
    answer = step(sit_down(dev), row, "approve")
    assert (answer.status_code, "Send the version back" in text_of(answer)) == (409, True)


def test_self_approval_is_refused_in_words(pia: User, sit_down: SitDown) -> None:
    row = made.with_dry_run(made.proposed_version())
    client = sit_down(pia)
    assert "Somebody else must approve it." in text_of(client.get(f"{BASE}2026.2/"))
    answer = step(client, row, "approve")
    assert answer.status_code == 403
    assert "You drafted or proposed this version." in text_of(answer)


def test_approval_without_a_dry_run_is_refused_in_words(dev: User, sit_down: SitDown) -> None:
    answer = step(sit_down(dev), made.proposed_version(), "approve")
    assert answer.status_code == 409
    assert "A dry run of this content comes first." in text_of(answer)


def test_a_retroactive_day_is_refused_in_words(pia: User, sit_down: SitDown) -> None:
    answer = step(sit_down(pia), made.approved_version(), "publish", from_on="2026-11-01")
    assert answer.status_code == 400
    assert "never changes the past" in text_of(answer)
    assert 'value="2026-11-01"' in text_of(answer)


@pytest.mark.parametrize(
    ("make", "name", "typed"),
    [
        (made.drafted_version, "approve", {}),
        (made.proposed_version, "publish", {"from_on": "2026-12-01"}),
        (made.published_version, "withdraw", {"reason": "x"}),
    ],
)
def test_an_illegal_move_is_refused_in_words(
    make: Callable[[], PolicyVersion], name: str, typed: dict[str, str], pia: User, sit_down: SitDown
) -> None:
    answer = step(sit_down(pia), make(), name, **typed)
    assert answer.status_code == 409
    assert "This step is not possible" in text_of(answer)


def test_a_stale_page_is_refused(dev: User, sit_down: SitDown) -> None:
    row = made.with_dry_run(made.proposed_version())
    answer = sit_down(dev).post(f"{BASE}{row.version}/approve/", {"seen": "0" * 64})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.state == PolicyState.PROPOSED


def test_a_reason_is_asked_for_sending_back_and_withdrawing(pia: User, dev: User, sit_down: SitDown) -> None:
    row = made.proposed_version()
    assert step(sit_down(dev), row, "return").status_code == 400
    assert step(sit_down(dev), row, "return", reason="Too strict.").status_code == 302
    assert "Too strict." in text_of(sit_down(pia).get(f"{BASE}2026.2/"))
    assert step(sit_down(pia), row, "withdraw", reason="Given up.").status_code == 302
    row.refresh_from_db()
    assert row.state == PolicyState.WITHDRAWN


def test_retiring_tells_of_open_promises_first(pia: User, sit_down: SitDown) -> None:
    row = PolicyVersion.objects.get(version="2026.1")
    client = sit_down(pia)
    page = text_of(client.get(f"{BASE}2026.1/"))
    assert "No promise is open under this version." in page
    assert "nothing can be decided" in page
    assert step(client, row, "retire", last_day="2026-12-31", reason="Replaced.").status_code == 302
    row.refresh_from_db()
    assert str(row.retired_on) == "2026-12-31"


def test_the_page_says_what_differs(pia: User, sit_down: SitDown) -> None:
    gates = made.changed_document()["gates"]
    gates["consumer_loan"]["normal"] = 620
    made.drafted_version(made.changed_document(gates=gates))
    page = text_of(sit_down(pia).get(f"{BASE}2026.2/"))
    assert "normal market: 600 becomes 620" in page


def test_the_market_is_switched_by_two(pia: User, dev: User, sit_down: SitDown) -> None:
    maker, checker = sit_down(pia), sit_down(dev)
    assert maker.post(f"{BASE}market/", {"condition": "tight"}).status_code == 400
    typed = {"condition": "tight", "reason": "Funding is dear.", "review_on": "2026-12-20"}
    assert maker.post(f"{BASE}market/", typed).status_code == 302
    row = MarketSwitch.objects.get()
    assert "Somebody else must agree." in text_of(maker.get(f"{BASE}market/"))
    assert maker.post(f"{BASE}market/{row.pk}/agree/").status_code == 403
    assert "waits for a second person" in text_of(checker.get(BASE))
    assert checker.post(f"{BASE}market/{row.pk}/agree/").status_code == 302
    assert MarketSwitch.objects.get().state == "SWITCHED"
    assert checker.post(f"{BASE}market/{row.pk}/agree/").status_code == 409


def test_a_proposal_for_the_market_can_go_back(pia: User, dev: User, sit_down: SitDown) -> None:
    client = sit_down(pia)
    typed = {"condition": "easing", "reason": "Cheap.", "review_on": "2026-12-20"}
    client.post(f"{BASE}market/", typed)
    assert client.post(f"{BASE}market/", typed).status_code == 409
    row = MarketSwitch.objects.get()
    assert sit_down(dev).post(f"{BASE}market/{row.pk}/return/").status_code == 400
    assert sit_down(dev).post(f"{BASE}market/{row.pk}/return/", {"reason": "No."}).status_code == 302
    assert sit_down(dev).post(f"{BASE}market/999999/return/", {"reason": "No."}).status_code == 409
    assert current_market(NOW) == "normal"


def test_a_late_review_is_on_the_first_page(pia: User, sit_down: SitDown) -> None:

    made.set_market("tight", now=NOW - timedelta(days=60))
    page = text_of(sit_down(pia).get(BASE))
    assert "The review of the market condition was due on" in page
    assert "Propose the same condition again" in text_of(sit_down(pia).get(f"{BASE}market/"))


def test_an_auditor_sees_who_did_what(aud: User, pia: User, sit_down: SitDown) -> None:
    made.published_version()
    page = text_of(sit_down(aud).get("/staff/audit/policy:2026.2/"))
    assert "policy:approved" in page
    assert acting(pia).code not in page or "Pia" in page
