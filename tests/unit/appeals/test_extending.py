"""Dates that move and reminders that go out: two people, the law's limits, once each."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import translation

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from appeals.clocks import calendar_of, due_on, list_clocks, target_on
from appeals.deriving import StepKind, why_due, why_due_in
from appeals.estimates import estimate
from appeals.extending import (
    ExtensionOpenError,
    NoLongerPeriodError,
    PeriodOverError,
    SameSignerError,
    approve_extension,
    draft_extension_letters,
    propose_extension,
    refuse_extension,
)
from appeals.gauging import measure
from appeals.independence import NotIndependentError
from appeals.models import Appeal, Extension, Gauge, Pause, Reminder
from appeals.relations import declare_relation
from appeals.reminding import remind
from appeals.requesting import NewItem, ask_applicant
from appeals.states import Clock
from core.calendars import end_of_day
from core.errors import ForbiddenError, InputError
from core.models import CatalogueVersion
from notifications.models import Message
from tests.factories.appeals import NOW, after, decided, in_review, queued, send_at, sent
from tests.factories.catalogues import document
from tests.factories.decisions import decided_in
from tests.people import acting, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def _proposed(appeal: Appeal, by: User, now: Any = NOW) -> Extension:
    zh, en = draft_extension_letters(appeal, "COMPLEX")
    return propose_extension(
        appeal=appeal,
        code="COMPLEX",
        reason="three sources",
        letter_zh=zh,
        letter_en=en,
        by=acting(by),
        now=now,
    )


def test_another_person_agrees_and_the_letter_leaves(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    extension = _proposed(appeal, cleo)
    assert due_on(appeal) == date(2026, 12, 5)
    for _again in range(2):
        approve_extension(extension=extension, by=acting(dev), now=after(days=2))
    appeal = Appeal.objects.get(pk=appeal.pk)
    assert (due_on(appeal), appeal.due_at.date()) == (date(2026, 12, 20), date(2026, 12, 20))  # type: ignore[union-attr]
    letter = Message.objects.get(kind="APPEAL_EXTENDED").body_text
    assert "three sources" not in letter
    assert "several sources must be checked" in letter


def test_the_law_has_a_longest_period(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    for days in (30, 60):
        extension = _proposed(appeal, cleo)
        assert extension.to_days == days
        approve_extension(extension=extension, by=acting(dev), now=NOW)
        appeal.refresh_from_db()
    with pytest.raises(NoLongerPeriodError):
        _proposed(appeal, cleo)


def test_who_proposed_does_not_agree(ada: User, dev: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), dev)
    extension = _proposed(appeal, dev)
    with pytest.raises(SameSignerError):
        approve_extension(extension=extension, by=acting(dev), now=NOW)
    with pytest.raises(ForbiddenError):
        approve_extension(extension=extension, by=acting(cleo), now=NOW)
    with pytest.raises(Error, match="two_people"), transaction.atomic():
        Extension.objects.filter(pk=extension.pk).update(state="GRANTED", settled_by=dev, settled_at=NOW)


def test_an_extension_is_refused_with_a_reason_and_proposed_once(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    extension = _proposed(appeal, cleo)
    with pytest.raises(ExtensionOpenError):
        _proposed(appeal, cleo)
    with pytest.raises(InputError):
        refuse_extension(extension=extension, reason="", by=acting(dev), now=NOW)
    refuse_extension(extension=extension, reason="it can be done", by=acting(dev), now=NOW)
    assert (due_on(appeal), extension.state) == (date(2026, 12, 5), "REFUSED")


def test_a_period_that_is_over_is_not_extended_afterwards(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(PeriodOverError):
        _proposed(appeal, cleo, after(days=16))


def test_where_the_law_allows_no_longer_period_none_is_offered(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada, jurisdiction="UK"), acting(ada), cleo)
    with pytest.raises(NoLongerPeriodError):
        draft_extension_letters(appeal, "COMPLEX")


def test_a_new_law_in_a_pause_does_not_reach_what_was_sent(ada: User, ben: User) -> None:
    appeal = sent(decided(user=ada), acting(ada))
    Pause.objects.create(appeal=appeal, clock="service", cause="INFO_REQUESTED", since=after(days=1))
    profiles = document("jurisdictions")
    changed = {**profiles["CN"], "appeal_decision_days": {"first": 40}}
    CatalogueVersion.objects.create(
        name="jurisdictions", content_hash="x", document={**profiles, "CN": changed}, loaded_at=after(days=2)
    )
    Pause.objects.filter(appeal=appeal).update(until=after(days=3))
    assert due_on(Appeal.objects.get(pk=appeal.pk)) == date(2026, 12, 5)
    assert due_on(sent(decided(user=ben), acting(ben))) == date(2026, 12, 30)


def test_reminders_go_at_half_four_fifths_and_the_end_once_each(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    for days in (1, 8, 8, 13, 13, 16, 16):
        Appeal.objects.filter(pk=appeal.pk).update(remind_at=after(days=days))
        assert remind(after(days=days)) == 1
    sent_ones = Reminder.objects.filter(clock="statutory").values_list("percent", flat=True)
    assert sorted(sent_ones) == [50, 80, 100]
    late = Message.objects.get(kind="APPEAL_OVERDUE", applicant=appeal.applicant)
    assert "12378" in late.body_text
    assert Message.objects.filter(kind="APPEAL_WAITING", user=cleo).exists()


def test_two_clocks_that_pass_a_mark_at_one_look_are_one_message(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    Appeal.objects.filter(pk=appeal.pk).update(remind_at=NOW)
    remind(after(days=16))
    passed = Reminder.objects.filter(appeal=appeal, percent=100).values_list("clock", flat=True)
    assert {"statutory", "service"} <= set(passed)
    told = Message.objects.filter(kind="APPEAL_WAITING", about=appeal.reference)
    assert sorted(told.values_list("user__display_name", flat=True)) == ["Cleo", "Dev"]
    nearest = min(day for day in (due_on(appeal), target_on(appeal)) if day is not None)
    assert all(f"due on {nearest.day} {nearest:%b %Y}" in one.body_text for one in told)


def test_a_reminder_makes_nobodys_screen_stale(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    Appeal.objects.filter(pk=appeal.pk).update(remind_at=NOW)
    remind(after(days=13))
    assert Appeal.objects.get(pk=appeal.pk).version == appeal.version
    assert remind(after(days=13)) == 0


def test_the_board_counts_what_is_open_past_our_own_target(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    remind(NOW)
    appeal.refresh_from_db()
    target = target_on(appeal)
    assert target is not None
    assert appeal.target_at == end_of_day(target, calendar_of(appeal).zone)
    for moment, past in ((appeal.target_at, 0), (appeal.target_at + timedelta(seconds=2), 1)):
        measure(now=moment)
        assert Gauge.objects.get(board="OPEN", name="over_target").value == past


def test_what_waits_for_the_applicant_is_not_past_our_target(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    ask_applicant(appeal=appeal, items=[NewItem("payslips")], by=acting(cleo), now=after(days=1))
    remind(after(days=2))
    measure(now=after(days=14))
    assert Gauge.objects.get(board="OPEN", name="over_target").value == 0
    appeal.refresh_from_db()
    assert appeal.target_at is None


def test_what_was_late_before_we_asked_stays_late(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada, jurisdiction="UK"), acting(ada), cleo)
    ask_applicant(appeal=appeal, items=[NewItem("payslips")], by=acting(cleo), now=after(days=25))
    remind(after(days=25.5))
    measure(now=after(days=25.5))
    assert Gauge.objects.get(board="OPEN", name="over_target").value == 1


def test_the_clocks_stand_where_they_stopped(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    running = {clock.clock: clock.used_pct for clock in list_clocks(appeal, after(days=8))}
    appeal.letter_left_at = after(days=2)
    stopped = list_clocks(appeal, after(days=30))
    assert running[Clock.STATUTORY] == 51
    assert all(clock.is_stopped and not clock.is_over for clock in stopped)


def test_why_this_date_names_everything_in_both_languages(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    approve_extension(extension=_proposed(appeal, cleo), by=acting(dev), now=NOW)
    Pause.objects.create(
        appeal=appeal, clock="service", cause="INFO_REQUESTED", since=after(days=1), until=after(days=40)
    )
    appeal = Appeal.objects.get(pk=appeal.pk)
    with translation.override("en"):
        kinds = [step.kind for step in why_due(appeal)]
    assert {StepKind.START, StepKind.PAUSE, StepKind.EXTENSION, StepKind.TARGET, StepKind.LAW} <= set(kinds)
    assert StepKind.UNCERTAIN in kinds
    assert [step.day for step in why_due_in(appeal, "en")] == [s.day for s in why_due_in(appeal, "zh-hans")]


@pytest.mark.parametrize(
    ("place", "english", "chinese"),
    [
        ("CN", "Bank and insurance consumer complaint measures 2020", "\u7b2c 3 \u53f7"),
        ("UK", "FCA DISP 1.6.2R", "DISP 1.6.2R\uff1a"),
        ("US", "", ""),
    ],
)
def test_a_legal_day_names_its_law_where_there_is_one(
    ada: User, place: str, english: str, chinese: str
) -> None:
    appeal = queued(decided_in(place, user=ada), acting(ada))
    for language, law in (("en", english), ("zh-hans", chinese)):
        [told] = [step.law for step in why_due_in(appeal, language) if step.kind is StepKind.LAW]
        assert law in told
        assert bool(told) is bool(law)


def test_an_estimate_is_what_ten_of_our_own_cases_took(ada: User, lender: Actor) -> None:
    open_one = queued(decided(user=ada), acting(ada))
    codes = list(open_one.grounds.values_list("code", flat=True))
    took = (2, 3, 4, 5, 6, 7, 8, 9, 10, 20)
    for number, days in enumerate(took, start=1):
        assert estimate(codes, now=after(days=30)) is None, number
        appeal = queued(decided(client_id="lender"), lender)
        _pretend_decided(appeal, after(days=days))
    found = estimate(codes, now=after(days=30))
    assert found is not None
    # Half of ten lie at or below 6.5 days, nine of ten at or below 11.
    assert (found.cases, found.p50_days, found.p90_days) == (10, 7, 11)
    assert estimate(["S06"], now=after(days=30)) is None
    assert estimate(codes, now=after(days=800)) is None


def _pretend_decided(appeal: Appeal, decided_at: datetime) -> None:
    """Give the appeal an end past every guard; only when it ended matters here."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE appeals_appeal SET outcome = 'UNCHANGED', decided_at = %s WHERE id = %s",
            [decided_at, appeal.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_no_estimate_from_too_few(ada: User) -> None:
    appeal = queued(decided(user=ada), acting(ada))
    codes = list(appeal.grounds.values_list("code", flat=True))
    assert estimate(codes, now=NOW + timedelta(days=1)) is None


def test_a_letter_with_an_empty_brace_proposes_nothing(ada: User, cleo: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    with pytest.raises(InputError) as refused:
        propose_extension(
            appeal=appeal, code="COMPLEX", reason="r", letter_zh="{}", letter_en="{name}",
            by=acting(cleo), now=NOW,
        )  # fmt: skip
    assert set(refused.value.fields) == {"letter_zh", "letter_en"}
    assert not Extension.objects.exists()


def test_a_legal_day_in_a_year_without_holidays_says_what_it_rests_on(ada: User, cleo: User) -> None:
    late = NOW + timedelta(days=40)
    appeal = queued(decided(user=ada), acting(ada))
    send_at(appeal, late)
    appeal.refresh_from_db()
    texts = [step.text for step in why_due_in(appeal, "en")]
    assert "The holidays of 2027 are not published yet. They do not move the legal date." in texts


def test_who_may_agree_is_told_that_more_time_is_proposed(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    _proposed(appeal, cleo)
    told = Message.objects.filter(kind="EXTENSION_PROPOSED", about=appeal.reference)
    assert list(told.values_list("user", flat=True)) == [dev.pk]
    assert "three sources" not in told.get().body_text


def _near(user: User, appeal: Appeal) -> None:
    """The user declares that the applicant is a friend."""
    declare_relation(user=user, applicant=appeal.applicant, kind="FRIEND", by=acting(user), now=NOW)


def test_only_who_may_agree_is_asked_for_more_time(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    _near(dev, appeal)
    finn = person("Finn", Role.SUPERVISOR)
    _proposed(appeal, cleo)
    told = Message.objects.filter(kind="EXTENSION_PROPOSED", about=appeal.reference)
    assert list(told.values_list("user", flat=True)) == [finn.pk]


def test_where_nobody_may_agree_to_more_time_that_is_told(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    _near(dev, appeal)
    _proposed(appeal, cleo)
    told = Message.objects.filter(about=appeal.reference, user__isnull=False)
    assert {row.kind for row in told} == {"NOBODY_MAY_SIGN"}
    assert {row.user_id for row in told} == {cleo.pk, dev.pk}


@pytest.mark.parametrize("settle", [approve_extension, partial(refuse_extension, reason="it can be done")])
def test_who_is_near_the_applicant_does_not_settle_more_time(
    ada: User, cleo: User, dev: User, settle: Callable[..., Extension]
) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    extension = _proposed(appeal, cleo)
    _near(dev, appeal)
    with pytest.raises(NotIndependentError):
        settle(extension=extension, by=acting(dev), now=NOW)
    for state in ("GRANTED", "REFUSED"):
        with pytest.raises(Error, match="not independent"), transaction.atomic():
            Extension.objects.filter(pk=extension.pk).update(state=state, settled_by=dev, settled_at=NOW)
    settle(extension=extension, by=acting(person("Finn", Role.SUPERVISOR)), now=NOW)


def test_who_made_the_findings_does_not_agree_to_more_time(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(decided(user=ada), acting(ada), cleo, claims={"U02": "WRONG"})
    appeal.findings.create(
        ground=appeal.grounds.get(), characteristic="active_lenders", value=5, observed_on=NOW.date(),
        note="n", found_by=dev, found_at=NOW,
    )  # fmt: skip
    extension = _proposed(appeal, cleo)
    with pytest.raises(NotIndependentError):
        approve_extension(extension=extension, by=acting(dev), now=NOW)
