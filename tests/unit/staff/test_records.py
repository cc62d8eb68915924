"""The records behind the desk."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from appeals.models import Appeal
from applicants.models import Applicant, Fact
from audit.queries import list_events
from creditportal.staff.naming import WORK_KINDS
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.records.index import RECORDS
from decisions.models import Application, Decision, PolicyVersion
from notifications.models import Message
from outbox.models import Outbox, State
from tests.factories.decisions import NOW, sample_decision
from tests.people import acting
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db


def path_of(model: Any, rest: str = "") -> str:
    return f"/staff/{model._meta.app_label}/{model._meta.model_name}/{rest}"


def test_lists_and_pages_of_each_record_open(held: Appeal, dev: User, pia: User, sit_down: SitDown) -> None:
    of_dev, of_pia = sit_down(dev), sit_down(pia)
    for model, admin in RECORDS.items():
        client = of_dev if dev.can(admin.needs) else of_pia
        assert client.get(path_of(model)).status_code == 200
        row = model._default_manager.last()
        if row is not None:
            assert client.get(path_of(model, f"{row.pk}/change/")).status_code in (200, 302)
            assert client.get(path_of(model, f"{row.pk}/history/")).status_code in (200, 302)


@pytest.mark.parametrize("model", [Decision, Appeal, Outbox], ids=lambda model: model.__name__)
def test_lists_count_nothing_and_ask_nothing_per_row(
    held: Appeal, dev: User, sit_down: SitDown, django_assert_max_num_queries: Any, model: Any
) -> None:
    client = sit_down(dev)
    client.get(path_of(model))
    with django_assert_max_num_queries(8) as few:
        client.get(path_of(model))
    assert not [query for query in few.captured_queries if "COUNT(" in query["sql"]]
    sample_decision("zhao_ming")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(path_of(model))


def test_a_list_continues_after_the_last_row(
    held: Appeal, ben: User, dev: User, sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = sample_decision("zhao_ming", user=ben)
    monkeypatch.setattr(RecordAdmin, "list_per_page", 1)
    client = sit_down(dev)
    first = text_of(client.get(path_of(Decision)))
    assert newest.reference in first
    assert f"before={newest.pk}" in first
    second = text_of(client.get(path_of(Decision, f"?before={newest.pk}")))
    assert held.decision.reference in second
    assert newest.reference not in second


def test_an_odd_address_is_no_error(catalogues: None, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    for query in ("?before=x", "?nothing=1", "?outcome=<b>", "?o=-1.2", "?p=99", "?all=", "?before=-1"):
        assert client.get(path_of(Decision, query)).status_code in (200, 302)


def test_a_record_is_found_by_its_reference_however_typed(held: Appeal, dev: User, sit_down: SitDown) -> None:
    typed = held.decision.reference.lower().replace("-", "")
    assert held.decision.reference in text_of(sit_down(dev).get(path_of(Decision, f"?q={typed}")))


def test_an_unknown_reference_says_so(held: Appeal, dev: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(dev).get(path_of(Decision, "?q=hello")))
    assert "We do not know this reference" in page
    assert held.decision.reference not in page


def test_a_filter_keeps_its_rows(held: Appeal, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    assert held.decision.reference in text_of(client.get(path_of(Decision, "?outcome__exact=decline")))
    assert held.decision.reference not in text_of(client.get(path_of(Decision, "?outcome__exact=approve")))


def test_identity_is_masked(held: Appeal, dev: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(dev).get(path_of(type(held.applicant), f"{held.applicant_id}/change/")))
    assert held.applicant.name not in page
    assert held.applicant.id_number not in page
    assert "\u674e*" in page


def test_a_field_is_shown_in_full_once_and_recorded(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    shown = client.post(f"/staff/people/{held.applicant.reference}/reveal/", {"field": "id_number"})
    assert held.applicant.id_number in text_of(shown)
    assert shown.headers["Cache-Control"] == "no-store, private"
    last = list_events(held.applicant.reference)[-1]
    assert (last.actor, last.codes) == (acting(cleo).code, {"field": "id_number"})
    again = text_of(client.get(path_of(type(held.applicant), f"{held.applicant_id}/change/")))
    assert held.applicant.id_number not in again


def test_other_fields_are_not_shown(held: Appeal, cleo: User, sit_down: SitDown) -> None:
    client = sit_down(cleo)
    for field in ("", "statement", "user", "__class__"):
        answer = client.post(f"/staff/people/{held.applicant.reference}/reveal/", {"field": field})
        assert answer.status_code == 400


def dead_work() -> Outbox:
    return Outbox.objects.create(
        kind="DELIVER_MESSAGE", subject="MS-0000-0000", key="k", state=State.DEAD, attempts=12, next_at=NOW,
        last_error="TimeoutError", created_at=NOW,
    )  # fmt: skip


def test_dead_work_is_tried_again_from_the_list(dev: User, sit_down: SitDown) -> None:
    work = dead_work()
    client = sit_down(dev)
    assert "Try again now" in text_of(client.get(path_of(Outbox)))
    client.post(path_of(Outbox), {"action": "try_again", "_selected_action": [work.pk], "index": 0})
    work.refresh_from_db()
    assert (work.state, work.attempts) == (State.PENDING, 0)
    assert list_events("MS-0000-0000")[-1].verb == "work:retried"


def test_a_step_is_tried_again_once(dev: User, sit_down: SitDown) -> None:
    work, client = dead_work(), sit_down(dev)
    for words in ("is tried again in a moment", "does not wait for a person any more"):
        answer = client.post(f"/staff/work/{work.pk}/retry/", follow=True)
        assert words in text_of(answer)


def test_a_colleague_gets_another_role_and_it_is_recorded(cleo: User, dev: User, sit_down: SitDown) -> None:
    typed = {"display_name": "Cleo", "role": "AUDITOR", "is_active": "on"}
    assert sit_down(dev).post(path_of(User, f"{cleo.pk}/change/"), typed).status_code == 302
    cleo.refresh_from_db()
    assert cleo.role == Role.AUDITOR
    assert list_events(str(cleo))[-1].codes == {"from": "CASEWORKER", "to": "AUDITOR", "is_active": True}


def test_nobody_changes_his_own_role(dev: User, sit_down: SitDown) -> None:
    typed = {"display_name": "Dev", "role": "POLICY_MANAGER", "is_active": "on"}
    answer = sit_down(dev).post(path_of(User, f"{dev.pk}/change/"), typed)
    assert answer.status_code == 403
    dev.refresh_from_db()
    assert dev.role == Role.SUPERVISOR


def test_a_new_colleague_sets_the_password_alone(dev: User, sit_down: SitDown) -> None:
    typed = {"email": "Nora@example.test", "display_name": "Nora", "role": "CASEWORKER", "language": "en"}
    assert sit_down(dev).post(path_of(User, "add/"), typed).status_code == 302
    nora = User.objects.get(email="nora@example.test")
    assert not nora.has_usable_password()
    assert EmailAddress.objects.get(user=nora).verified


@pytest.mark.parametrize(
    "changed", [{"email": "dev@example.test"}, {"email": "x"}, {"role": "APPLICANT"}, {"role": ""}]
)
def test_a_new_colleague_that_cannot_be_kept_is_explained(
    dev: User, sit_down: SitDown, changed: dict[str, str]
) -> None:
    typed = {"email": "nora@example.test", "display_name": "Nora", "role": "CASEWORKER", "language": "en"}
    answer = sit_down(dev).post(path_of(User, "add/"), {**typed, **changed})
    assert answer.status_code == 200
    assert 'value="Nora"' in text_of(answer)
    assert User.objects.filter(display_name="Nora").count() == 0


def test_a_taken_address_is_said_in_our_words(dev: User, sit_down: SitDown) -> None:
    typed = {"email": "DEV@example.test", "display_name": "Nora", "role": "CASEWORKER", "language": "en"}
    page = text_of(sit_down(dev).post(path_of(User, "add/"), typed))
    assert "There is already an account with this e-mail address." in page
    assert ("onstraint" in page, "already exists" in page) == (False, False)


def test_applicants_are_not_among_the_colleagues(ada: User, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    assert "Ada" not in text_of(client.get(path_of(User)))
    answer = client.post(path_of(User, f"{ada.pk}/change/"), {"role": "AUDITOR"})
    assert answer.status_code in (302, 404)
    ada.refresh_from_db()
    assert ada.role == Role.APPLICANT


def test_no_password_is_on_any_page(cleo: User, dev: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(dev).get(path_of(User, f"{cleo.pk}/change/")))
    assert "password" not in page.lower().replace("forgot your password", "")


def test_lists_of_records_speak_the_language_of_the_reader(
    held: Appeal, dev: User, pia: User, sit_down: SitDown
) -> None:
    of_dev, of_pia = sit_down(dev), sit_down(pia)
    for model, admin in RECORDS.items():
        client = of_dev if dev.can(admin.needs) else of_pia
        for language, has_chinese in (("zh-hans", True), ("en", False)):
            client.cookies["language"] = language
            [title] = re.findall(r"<h1[^>]*>(.*?)</h1>", text_of(client.get(path_of(model))), re.DOTALL)
            assert bool(re.search("[\u4e00-\u9fff]", title)) is has_chinese, (model, language, title)


def test_nothing_raw_is_edited_by_anybody(held: Appeal, dev: User, pia: User, sit_down: SitDown) -> None:
    for model, admin in RECORDS.items():
        row = model._default_manager.last()
        if row is None or model is User:
            continue
        client = sit_down(dev) if dev.can(admin.needs) else sit_down(pia)
        page = client.get(path_of(model, f"{row.pk}/change/"), follow=True)
        main = text_of(page).partition("<main")[2]
        assert not re.search(r'<(input|textarea|select)[^>]*name="(?!csrf|q\b|reason|field)', main), model


def test_events_and_facts_are_told_in_words(held: Appeal, dev: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(dev).get("/staff/appeals/appealevent/"))
    assert "appeal taken by a reviewer" in page
    assert "being reviewed" in page
    assert "IN_REVIEW" not in page
    facts = text_of(sit_down(dev).get("/staff/applicants/fact/"))
    assert "Share of income for repayments" in facts
    assert "debt_service_pct" not in facts


def test_records_are_headed_by_what_people_call_them(held: Appeal, dev: User, sit_down: SitDown) -> None:
    client, message = sit_down(dev), Message.objects.filter(about=held.reference).latest("pk")
    work = Outbox.objects.filter(subject=held.reference).earliest("pk")
    with translation.override("en"):
        done = str(WORK_KINDS[work.kind])
    headed = {
        path_of(Message, f"{message.pk}/change/"): f"{message.reference}</h1>",
        path_of(Outbox, f"{work.pk}/change/"): f"{done} {held.reference}</h1>",
        path_of(User, f"{dev.pk}/change/"): f"{dev.display_name}</h1>",
    }
    missing = {path: words for path, words in headed.items() if words not in text_of(client.get(path))}
    assert missing == {}


def test_codes_in_records_are_words_too(held: Appeal, dev: User, sit_down: SitDown) -> None:
    client, message = sit_down(dev), Message.objects.filter(about=held.reference).latest("pk")
    page = text_of(client.get(path_of(Message)))
    assert f'<code class="small soft">{message.kind}</code>' in page
    person = text_of(client.get(path_of(Applicant, f"{held.applicant_id}/change/")))
    assert 'Mainland China <code class="small soft">CN</code>' in person


def test_a_link_that_would_be_turned_away_is_text(held: Appeal, dev: User, sit_down: SitDown) -> None:
    decision = held.decision
    page = text_of(sit_down(dev).get(path_of(Decision, f"{decision.pk}/change/")))
    assert decision.policy.version in page
    assert path_of(PolicyVersion) not in page


def test_who_acted_and_how_is_told_in_words(held: Appeal, ben: User, dev: User, sit_down: SitDown) -> None:
    client = sit_down(dev)
    event = held.events.order_by("pk").first()
    assert event is not None
    events = text_of(client.get(path_of(type(event))))
    application = text_of(client.get(path_of(Application, f"{held.decision.application_id}/change/")))
    fact = Fact.objects.filter(applicant=held.applicant, characteristic="active_lenders").get()
    known = text_of(client.get(path_of(Fact, f"{fact.pk}/change/")))
    assert f"user:{ben.pk}" not in events + application
    assert "applicant" in events
    assert "equal_instalment" not in application
    assert "active_lenders" not in known


@pytest.mark.parametrize("rest", ["", "add/", "{pk}/change/", "{pk}/delete/", "{pk}/history/"])
def test_nothing_is_sent_to_the_pages_of_history(
    held: Appeal, dev: User, sit_down: SitDown, rest: str
) -> None:
    client, read = sit_down(dev), [one for one in RECORDS if dev.can(RECORDS[one].needs)]
    for model in read:
        row = model._default_manager.last()
        if row is None or model in (User, Outbox):
            continue
        sent = {"action": "delete_selected", "_selected_action": row.pk, "_save": "1", "post": "yes"}
        answer = client.post(path_of(model, rest.format(pk=row.pk)), sent)
        assert (model.__name__, answer.status_code) == (model.__name__, 403)
        assert "Your account does not allow this step." in text_of(answer)
        assert model._default_manager.filter(pk=row.pk).exists()


def test_a_list_narrowed_by_what_it_does_not_have_is_told(held: Appeal, dev: User, sit_down: SitDown) -> None:
    for query in ("id__exact=zz", "e=1&id__exact=zz", "q=%00&e=1&held=x"):
        answer = sit_down(dev).get(f"{path_of(Appeal)}?{query}", follow=True)
        assert answer.status_code == 200
        assert "This list cannot be narrowed in that way." in text_of(answer)


def test_closing_an_account_tells_what_lies_on_its_desk(
    held: Appeal, cleo: User, dev: User, sit_down: SitDown
) -> None:
    typed = {"display_name": "Cleo", "role": Role.CASEWORKER.value}
    client = sit_down(dev)
    page = text_of(client.post(path_of(User, f"{cleo.pk}/change/"), typed, follow=True))
    assert "Cleo is saved." in page
    assert "1 case is still on this desk." in page
    page = text_of(
        client.post(path_of(User, f"{cleo.pk}/change/"), {**typed, "is_active": "on"}, follow=True)
    )
    assert "still on this desk" not in page
