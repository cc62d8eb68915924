"""What decided appeals teach: summaries, policy reviews, similar cases, and the weekly sample."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from appeals.deciding import propose, suggest_ruling
from appeals.gauging import measure
from appeals.independence import NotIndependentError
from appeals.models import Appeal, Gauge, PolicyReview, QualityCheck, Tally, Uncounted
from appeals.overturns import Count, count_by, days_by_month, hide_small, months_back, quantile
from appeals.policy_reviews import ReviewClosedError, close_review, list_reviews_for, open_reviews
from appeals.quality import CheckedAlreadyError, count_verdicts, draw_sample, pick, record_verdict
from appeals.similar import direction, similar_decided
from appeals.tallying import fold_all, fold_events
from audit.queries import list_events
from core.errors import ForbiddenError, InputError
from notifications.models import Message
from tests.factories.appeals import NOW, accepted, attached, decided, find, in_review, queued, verified
from tests.people import acting, person

pytestmark = pytest.mark.django_db
SINCE = date(2026, 11, 1)
NEXT_WEEK = NOW + timedelta(days=7)


@pytest.fixture
def ruled(world: None, ada: User, cleo: User) -> Appeal:
    """Ada's appeal, decided by Cleo alone: nothing changes."""
    return rule(ada, cleo)


def rule(user: User, reviewer: User) -> Appeal:
    appeal = in_review(decided("li_na", user), acting(user), reviewer, claims={"U02": "WRONG"})
    accepted(attached(appeal, acting(user), code="U02", kind="V01"), reviewer)
    find(appeal, reviewer, "U02", debt_service_pct=57)
    verified(appeal, reviewer)
    appeal.refresh_from_db()
    ruling = suggest_ruling(appeal)
    propose(
        appeal=appeal, outcome=ruling.outcome, reason="the papers show it", letter_zh=ruling.letter_zh,
        letter_en=ruling.letter_en, expected_version=appeal.version, by=acting(reviewer), now=NOW,
    )  # fmt: skip
    appeal.refresh_from_db()
    return appeal


def tallied(dimension: str, value: str, *, decided: int = 12, overturned: int = 6) -> None:
    Tally.objects.create(
        month=SINCE, dimension=dimension, value=value, sent=decided, decided=decided, overturned=overturned
    )  # fmt: skip


def test_a_ruling_is_counted_by_everything_it_was_about(ruled: Appeal, cleo: User) -> None:
    assert fold_all() == 2
    for dimension, value in (
        ("ALL", ""), ("REASON", "U02"), ("RULE", "R07"), ("SOURCE", "verified_document"),
        ("POLICY", ruled.decision.policy.version), ("REVIEWER", str(cleo.pk)), ("CHANNEL", "portal"),
        ("LANGUAGE", "en"), ("GROUP", "age:25-34"),
    ):  # fmt: skip
        row = Tally.objects.get(dimension=dimension, value=value)
        assert (row.month, row.decided, row.in_time, row.in_target) == (SINCE, 1, 1, 1), dimension
    assert Tally.objects.get(dimension="ALL").sent == 1
    changed = Tally.objects.get(dimension="INPUT", value="debt_service_pct")
    assert (changed.decided, changed.overturned) == (1, 1)


def test_counting_again_counts_nothing_twice(ruled: Appeal) -> None:
    assert (fold_events(), fold_events()) == (2, 0)
    assert Tally.objects.get(dimension="ALL").decided == 1


def test_a_ruling_that_is_undone_was_never_noted(world: None, ada: User) -> None:
    with transaction.atomic():
        queued(decided("li_na", ada), acting(ada))
        transaction.set_rollback(True)
    assert not Uncounted.objects.exists()


def test_reading_costs_one_query_each(ruled: Appeal) -> None:
    fold_all()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert count_by("REASON", since=SINCE)[0].value == "U02"
        assert days_by_month(since=SINCE) == {"2026-11": (0, 0)}
    assert len(queries) == 2


def test_quantiles_come_from_the_days() -> None:
    days = [(3, 5), (10, 4), (40, 1)]
    assert [quantile(days, share) for share in (0.5, 0.9, 1.0)] == [3, 10, 40]


def test_months_go_back_over_the_year() -> None:
    assert months_back(date(2026, 2, 20), 3) == date(2025, 11, 1)


def test_small_groups_are_hidden_never_one_alone() -> None:
    counts = [
        Count(name, decided, decided, 0, 0, 0, 0, 0) for name, decided in (("a", 50), ("b", 20), ("c", 3))
    ]
    shown, hidden = hide_small(counts)
    assert ([one.value for one in shown], hidden) == (["a"], 2)


def test_too_many_overturned_appeals_open_one_review(world: None, pia: User) -> None:
    tallied("REASON", "U02")
    [review] = open_reviews(now=NOW)
    assert (review.value, review.share_pct, review.threshold_pct) == ("U02", 50, 40)
    assert open_reviews(now=NOW) == []
    assert Message.objects.get(kind="POLICY_REVIEW_OPENED").user == pia
    assert list_events(subject=review.reference)[0].verb == "policy-review:opened"


@pytest.mark.parametrize(("decided", "overturned"), [(9, 9), (20, 7)])
def test_few_cases_or_few_overturned_open_none(world: None, decided: int, overturned: int) -> None:
    tallied("REASON", "U02", decided=decided, overturned=overturned)
    assert open_reviews(now=NOW) == []


def test_a_review_is_closed_once_with_a_reason(world: None, pia: User, cleo: User) -> None:
    tallied("RULE", "R07")
    [review] = open_reviews(now=NOW)
    with pytest.raises(InputError):
        close_review(review=review, reason=" ", by=acting(pia), now=NOW)
    with pytest.raises(ForbiddenError):
        close_review(review=review, reason="fine", by=acting(cleo), now=NOW)
    closed = close_review(review=review, reason="the limit was raised", by=acting(pia), now=NOW)
    with pytest.raises(ReviewClosedError):
        close_review(review=closed, reason="again", by=acting(pia), now=NOW)
    assert list_reviews_for(by=acting(pia))[0].closed_by == pia
    assert open_reviews(now=NOW) == []


def test_the_database_keeps_a_closed_review(world: None, pia: User) -> None:
    tallied("RULE", "R07")
    [review] = open_reviews(now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyReview.objects.filter(pk=review.pk).update(state="CLOSED")


def test_last_weeks_rulings_are_drawn_once_by_a_stored_seed(ruled: Appeal) -> None:
    [check] = draw_sample(now=NEXT_WEEK)
    assert (check.appeal, check.week, draw_sample(now=NEXT_WEEK)) == (ruled, date(2026, 11, 16), [])
    many = [f"AP-{number:04d}" for number in range(50)]
    assert pick(many, seed=check.seed, count=5) == pick(list(reversed(many)), seed=check.seed, count=5)


def test_somebody_else_reads_it_again_once(ruled: Appeal, dev: User) -> None:
    [check] = draw_sample(now=NEXT_WEEK)
    record_verdict(check=check, verdict="OTHER", note="the payslip counts", by=acting(dev), now=NEXT_WEEK)
    with pytest.raises(CheckedAlreadyError):
        record_verdict(check=check, verdict="SOUND", note="", by=acting(dev), now=NEXT_WEEK)
    check.refresh_from_db()
    assert (check.verdict, check.checked_by) == ("OTHER", dev)


@pytest.mark.parametrize(("verdict", "told"), [("SOUND", 0), ("WORDING", 1), ("OTHER", 1)])
def test_whoever_signed_is_told_what_could_be_better(
    ruled: Appeal, dev: User, verdict: str, told: int
) -> None:
    [check] = draw_sample(now=NEXT_WEEK)
    assert count_verdicts() == {"": 1, "SOUND": 0, "WORDING": 0, "OTHER": 0}
    record_verdict(check=check, verdict=verdict, note="say why", by=acting(dev), now=NEXT_WEEK)
    [ruling] = ruled.rulings.all()
    messages = Message.objects.filter(kind="RULING_READ_AGAIN", about=ruled.reference)
    assert (messages.filter(user=ruling.proposed_by).count(), messages.count()) == (told, told)
    assert count_verdicts()[verdict] == 1


def test_whoever_ruled_does_not_read_it_again(world: None, ada: User, dev: User) -> None:
    appeal = rule(ada, dev)
    [check] = draw_sample(now=NEXT_WEEK)
    with pytest.raises(NotIndependentError):
        record_verdict(check=check, verdict="SOUND", note="", by=acting(dev), now=NEXT_WEEK)
    with pytest.raises(IntegrityError, match="took part"), transaction.atomic():
        QualityCheck.objects.filter(appeal=appeal).update(
            verdict="SOUND", checked_by=dev, checked_at=NEXT_WEEK
        )  # fmt: skip


def test_similar_cases_share_reason_claim_and_direction(ruled: Appeal, ben: User) -> None:
    reviewer = person("Rex", Role.CASEWORKER)
    appeal = in_review(decided("li_na", ben), acting(ben), reviewer, claims={"U02": "WRONG"})
    find(appeal, reviewer, "U02", debt_service_pct=40)
    [near] = similar_decided(appeal=appeal)
    assert (near.reference, near.shared) == (ruled.reference, ("U02",))
    assert near.directions == (("debt_service_pct", "down"),)
    eve = person("Eve")
    other = queued(decided("chen_jing_before", eve), acting(eve), claims={"S01": "PERSON"})
    assert similar_decided(appeal=other) == []


def test_directions_have_names() -> None:
    assert [direction(*pair) for pair in ((1, 2), (2, 1), ("a", "b"), (1, 1), (True, False))] == [
        "up", "down", "changed", "", "changed",
    ]  # fmt: skip


def test_what_is_open_is_measured_and_replaced(world: None, ada: User) -> None:
    measure(now=NOW)
    queued(decided("li_na", ada), acting(ada))
    measure(now=NEXT_WEEK)
    gauge = Gauge.objects.get(board="OPEN", name="QUEUED")
    assert (gauge.value, gauge.measured_at) == (1, NEXT_WEEK)
