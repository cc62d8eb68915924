"""Ruling: appeal, decision and line change together or not at all; two people where two are needed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from appeals import deciding
from appeals.deciding import (
    RerunDiffersError,
    countersign,
    countersign_reasons,
    possible_outcomes,
    propose,
    return_proposal,
    suggest_ruling,
)
from appeals.independence import NotIndependentError
from appeals.models import Appeal, Ruling
from appeals.outcomes import COUNTERSIGN_LABELS, NoRerunError
from appeals.remedy import EffectMissingError, close_decided
from appeals.transitions import IllegalMoveError
from core.busy import BusyError, told_when_busy
from core.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from decisions.models import Decision, Line
from notifications.models import Message
from outbox.models import Outbox
from tests.factories.appeals import (
    NOW,
    closed_line,
    corrections,
    decided,
    find,
    in_review,
    load_everything,
    verified,
)
from tests.people import acting, person
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db
Ready = Callable[..., Appeal]


@pytest.fixture
def world(db: None) -> None:
    load_everything()


def _corrected(ada: User, cleo: User, **given: Any) -> Appeal:
    """Zhao Ming's appeal, verified: the late loan is not his."""
    appeal = in_review(decided("zhao_ming", ada), acting(ada), cleo, **given)
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    verified(appeal, cleo)
    appeal.refresh_from_db()
    return appeal


def _as_it_was(ada: User, cleo: User, **given: Any) -> Appeal:
    """The same appeal, verified without a finding."""
    appeal = in_review(decided("zhao_ming", ada), acting(ada), cleo, **given)
    verified(appeal, cleo)
    appeal.refresh_from_db()
    return appeal


def _rule(appeal: Appeal, by: User, outcome: str | None = None, **given: Any) -> Ruling:
    suggestion = suggest_ruling(appeal, outcome)
    terms = {
        "outcome": suggestion.outcome, "reason": "as the papers show", "letter_zh": suggestion.letter_zh,
        "letter_en": suggestion.letter_en, "expected_version": appeal.version, "by": acting(by), "now": NOW,
    }  # fmt: skip
    return propose(appeal=appeal, **{**terms, **given})


@pytest.mark.usefixtures("world")
def test_an_overturn_writes_decision_line_letter_and_message_at_once(ada: User, cleo: User) -> None:
    appeal = _corrected(ada, cleo)
    old = appeal.decision
    ruling = _rule(appeal, cleo)
    appeal.refresh_from_db()
    new = appeal.new_decision
    assert new is not None
    assert (ruling.state, ruling.outcome, appeal.status) == ("FINAL", "CORRECTED", "REMEDY")
    assert (new.supersedes, new.outcome, new.score) == (old, "approve", 723)
    assert (new.is_automatic, new.decided_by) == (False, f"user:{cleo.pk}")
    assert new.line is not None
    assert new.line.total_cny == new.limit_cny == 25_000
    assert Message.objects.filter(about=appeal.reference, kind="APPEAL_DECIDED").count() == 1
    close_decided(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert [event.event for event in appeal.events.all()][-3:] == [
        "decide",
        "remedy_needed",
        "remedy_confirmed",
    ]
    assert appeal.status == "CLOSED"


@pytest.mark.usefixtures("world")
def test_upheld_keeps_the_old_decision(ada: User, cleo: User) -> None:
    appeal = _as_it_was(ada, cleo, claims={"U05": "WRONG"})
    assert possible_outcomes(appeal) == ["UNCHANGED"]
    _rule(appeal, cleo)
    close_decided(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.outcome, appeal.new_decision) == ("CLOSED", "UNCHANGED", None)
    assert Decision.objects.filter(applicant=appeal.applicant).count() == 1


@pytest.mark.usefixtures("world")
def test_a_closed_line_comes_back(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(closed_line(dev, ada), acting(ada), cleo)
    find(appeal, cleo, "S09", verified_income_month=9200, debt_service_pct=12, bills_on_time_pct_12m=100)
    find(appeal, cleo, "S09", income_inflow_months_12m=11)
    find(appeal, cleo, "S08", linked_product_event=None, unusual_flags_90d=0)
    rerun = verified(appeal, cleo)
    appeal.refresh_from_db()
    assert (rerun.original["score"], rerun.corrected["score"]) == (633, 746)
    suggestion = suggest_ruling(appeal)
    assert (suggestion.outcome, suggestion.countersign_reasons) == ("RESTORED", ["ABOVE_DELEGATION"])
    _rule(appeal, cleo)
    assert appeal.status == "PROPOSED"
    sue = person("Sue", Role.SUPERVISOR)
    countersign(appeal=appeal, expected_version=appeal.version, by=acting(sue), now=NOW)
    line = Line.objects.get(applicant=appeal.applicant)
    assert (line.state, int(line.total_cny)) == ("active", 39_600)
    close_decided(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert appeal.status == "CLOSED"
    assert appeal.new_decision is not None
    page = words(signed_in(ada).get(address("decision", appeal.new_decision.reference)))
    assert "The earlier closure leaves no bad mark." in page


@pytest.mark.usefixtures("world")
def test_what_the_rules_leave_to_a_person_two_people_may_give(ada: User, cleo: User, dev: User) -> None:
    # Seven enquiries stay: the rules refer, and the reviewer is the person they refer to.
    appeal = in_review(decided(user=ada), acting(ada), cleo)
    corrected = {name: value for name, value in corrections("li_na").items() if name != "hard_inquiries_3m"}
    find(
        appeal,
        cleo,
        "U02",
        **{name: corrected.pop(name) for name in ("debt_service_pct", "existing_repayments_cny")},
    )
    find(appeal, cleo, "U01", active_lenders=3, other_unsecured_cny=12_000)
    rerun = verified(appeal, cleo)
    appeal.refresh_from_db()
    assert rerun.corrected["outcome"] == "refer"
    suggestion = suggest_ruling(appeal)
    assert suggestion.outcome == "NEW_OFFER"
    assert suggestion.countersign_reasons == ["DIFFERS_FROM_RERUN"]
    _rule(appeal, cleo)
    countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)
    new = Decision.objects.get(supersedes=appeal.decision)
    assert (new.outcome, int(new.limit_cny)) == ("counter", rerun.corrected["limit"]["high"])
    assert new.line is not None
    assert int(new.line.total_cny) == rerun.corrected["limit"]["high"]


@pytest.mark.usefixtures("world")
def test_an_accepted_offer_grows_and_stays_one_line(ada: User, cleo: User) -> None:
    decision = decided("zhao_ming", ada, request={"amount_cny": 9_000})
    Line.objects.create(
        reference="LN-TEST-0001", applicant=decision.applicant, product="consumer_loan", state="active",
        total_cny=2_000, drawn_cny=500, annual_rate_pct=18, opened_at=NOW, updated_at=NOW,
    )  # fmt: skip
    appeal = in_review(decision, acting(ada), cleo)
    find(appeal, cleo, "U05", **corrections("zhao_ming"))
    verified(appeal, cleo)
    appeal.refresh_from_db()
    _rule(appeal, cleo)
    line = Line.objects.get(applicant=appeal.applicant)
    assert (line.state, int(line.total_cny), int(line.drawn_cny)) == ("active", 25_000, 500)
    close_decided(reference=appeal.reference, now=NOW)


@pytest.mark.usefixtures("world")
def test_two_people_uphold_a_closure(ada: User, cleo: User, dev: User) -> None:
    appeal = in_review(closed_line(dev, ada), acting(ada), cleo)
    verified(appeal, cleo)
    appeal.refresh_from_db()
    assert "UPHELD_ON_LINE" in countersign_reasons(appeal, "UNCHANGED")
    _rule(appeal, cleo, "UNCHANGED")
    assert (appeal.status, appeal.outcome) == ("PROPOSED", "")
    with pytest.raises(NotIndependentError):
        countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)


@pytest.mark.usefixtures("world")
def test_to_uphold_against_the_rerun_takes_two(ada: User, cleo: User) -> None:
    appeal = _corrected(ada, cleo)
    assert possible_outcomes(appeal) == ["CORRECTED", "UNCHANGED"]
    assert countersign_reasons(appeal, "CORRECTED") == []
    assert countersign_reasons(appeal, "UNCHANGED") == ["DIFFERS_FROM_RERUN"]
    letter = suggest_ruling(appeal, "UNCHANGED").letter_en
    assert "95" not in letter.partition("still stand")[2]


@pytest.mark.parametrize(("draw", "needs_two"), [(0, True), (499, True), (500, False), (9_999, False)])
@pytest.mark.usefixtures("world")
def test_five_in_a_hundred_are_drawn(ada: User, cleo: User, draw: int, needs_two: bool) -> None:
    appeal = _as_it_was(ada, cleo, sample_draw=draw)
    assert (countersign_reasons(appeal, "UNCHANGED") == ["RANDOM_SAMPLE"]) is needs_two


@pytest.mark.usefixtures("world")
def test_the_second_person_agrees_or_returns(ada: User, cleo: User, dev: User) -> None:
    appeal = _corrected(ada, cleo, sample_draw=0)
    _rule(appeal, cleo)
    assert not Decision.objects.filter(supersedes=appeal.decision).exists()
    return_proposal(
        appeal=appeal, reason="name the paper", expected_version=appeal.version, by=acting(dev), now=NOW
    )
    assert appeal.status == "IN_REVIEW"
    _rule(appeal, cleo, reason="police report V14")
    ruling = countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)
    assert (ruling.state, ruling.countersigned_by) == ("FINAL", dev)
    assert appeal.status == "REMEDY"
    assert countersign(appeal=appeal, expected_version=0, by=acting(dev), now=NOW) == ruling
    assert [row.state for row in appeal.rulings.all()] == ["RETURNED", "FINAL"]


@pytest.mark.usefixtures("world")
def test_nobody_signs_for_himself_and_only_supervisors_sign(
    ada: User, dev: User, cleo: User, ben: User
) -> None:
    appeal = _corrected(ada, dev, sample_draw=0)
    _rule(appeal, dev)
    for who, error in ((dev, NotIndependentError), (cleo, ForbiddenError), (ben, NotFoundError)):
        with pytest.raises(error):
            countersign(appeal=appeal, expected_version=appeal.version, by=acting(who), now=NOW)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"letter_zh": ""}, "letter_zh"),
        ({"letter_en": "Dear {name}"}, "letter_en"),
        ({"outcome": "RESTORED"}, "outcome"),
        ({"outcome": "SOMETHING"}, "outcome"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_is_missing_or_open_is_named(ada: User, cleo: User, given: dict[str, str], field: str) -> None:
    appeal = _corrected(ada, cleo)
    with pytest.raises(InputError) as caught:
        _rule(appeal, cleo, **given)
    assert list(caught.value.fields) == [field]
    assert not Ruling.objects.exists()


@pytest.mark.usefixtures("world")
def test_no_ruling_before_the_rerun(ada: User, cleo: User) -> None:
    appeal = in_review(decided("zhao_ming", ada), acting(ada), cleo)
    with pytest.raises(NoRerunError):
        suggest_ruling(appeal)
    verified(appeal, cleo)
    find(appeal, cleo, "U05", worst_dpd_24m=0)
    appeal.refresh_from_db()
    with pytest.raises(NoRerunError):
        suggest_ruling(appeal)


@pytest.mark.usefixtures("world")
def test_a_double_click_rules_once(ada: User, cleo: User) -> None:
    appeal = _corrected(ada, cleo)
    version = appeal.version
    first = _rule(appeal, cleo)
    second = propose(
        appeal=appeal, outcome="CORRECTED", reason="again", letter_zh="x", letter_en="x",
        expected_version=version, by=acting(cleo), now=NOW,
    )  # fmt: skip
    assert first == second
    assert Ruling.objects.count() == 1


@pytest.mark.usefixtures("world")
def test_what_was_seen_is_what_is_written(ada: User, cleo: User) -> None:
    appeal = _corrected(ada, cleo)
    suggestion = suggest_ruling(appeal)
    rerun = appeal.reruns.get()
    rerun.corrected["score"] += 1
    rerun.save(update_fields=["corrected"])
    with pytest.raises(RerunDiffersError):
        _rule(appeal, cleo, letter_zh=suggestion.letter_zh, letter_en=suggestion.letter_en)
    assert not Ruling.objects.exists()


@pytest.mark.usefixtures("world")
def test_a_failure_half_way_leaves_everything_as_it_was(
    ada: User, cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_anything: Any) -> None:
        raise RuntimeError("no message")

    appeal = _corrected(ada, cleo)
    monkeypatch.setattr(deciding, "queue_message", broken)
    with pytest.raises(RuntimeError):
        _rule(appeal, cleo)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.outcome) == ("IN_REVIEW", "")
    assert not Decision.objects.filter(supersedes=appeal.decision).exists()
    assert not Line.objects.filter(applicant=appeal.applicant).exists()
    assert not Ruling.objects.exists()


@pytest.mark.usefixtures("world")
def test_appeal_and_decision_can_never_disagree(ada: User, cleo: User) -> None:
    appeal = _corrected(ada, cleo)
    unrelated = decided("wang_fang")
    _rule(appeal, cleo)
    rows = Appeal.objects.filter(pk=appeal.pk)
    for change in (
        {"outcome": "UNCHANGED"}, {"new_decision": None}, {"new_decision": unrelated},
        {"outcome": "RESTORED"}, {"outcome": "", "decided_at": None},
    ):  # fmt: skip
        with pytest.raises(Error), transaction.atomic():
            rows.update(**change)


@pytest.mark.usefixtures("world")
def test_a_decided_appeal_without_its_message_is_not_closed(ada: User, cleo: User) -> None:
    appeal = _as_it_was(ada, cleo)
    _rule(appeal, cleo)
    Message.objects.filter(about=appeal.reference).update(about="elsewhere")
    with pytest.raises(EffectMissingError):
        close_decided(reference=appeal.reference, now=NOW)
    assert Outbox.objects.filter(kind="CLOSE_APPEAL", subject=appeal.reference).count() == 1


@pytest.mark.usefixtures("world")
def test_both_letters_carry_the_same_facts(ada: User, cleo: User) -> None:
    appeal = _corrected(ada, cleo)
    suggestion = suggest_ruling(appeal)
    for letter in (suggestion.letter_zh, suggestion.letter_en):
        assert not set("{}") & set(letter)
        for fact in (
            appeal.reference,
            appeal.decision.reference,
            "629",
            "723",
            "\u00a59,000",
            "\u00a525,000",
        ):
            assert fact in letter
    unchanged = suggest_ruling(appeal, "UNCHANGED")
    assert "12378" in unchanged.letter_en
    assert "12378" in unchanged.letter_zh


def test_every_reason_for_two_people_has_words() -> None:
    with translation.override("en"):
        assert all(str(label).endswith(".") for label in COUNTERSIGN_LABELS.values())


@pytest.mark.usefixtures("world")
def test_a_returned_appeal_cannot_be_signed(ada: User, cleo: User, dev: User) -> None:
    appeal = _corrected(ada, cleo)
    with pytest.raises(IllegalMoveError):
        countersign(appeal=appeal, expected_version=appeal.version, by=acting(dev), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_twelve_rulings_at_once_exactly_one_counts(ada: User, cleo: User) -> None:
    load_everything()
    appeal = _corrected(ada, cleo)
    letters = suggest_ruling(appeal)

    def rule(number: int) -> str:
        mine = Appeal.objects.select_related("decision", "applicant").get(pk=appeal.pk)
        outcome = ("CORRECTED", "UNCHANGED")[number % 2]
        try:
            with told_when_busy():
                propose(
                    appeal=mine, outcome=outcome, reason="r", letter_zh=letters.letter_zh,
                    letter_en=letters.letter_en, expected_version=appeal.version, by=acting(cleo), now=NOW,
                )  # fmt: skip
        except (ConflictError, BusyError):
            return "too late"
        finally:
            connection.close()
        return "ruled"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(rule, range(12)))
    appeal.refresh_from_db()
    assert answers.count("ruled") >= 1
    assert Ruling.objects.filter(appeal=appeal).count() == 1
    assert Decision.objects.filter(supersedes=appeal.decision).count() == int(appeal.status == "REMEDY")
    assert Message.objects.filter(about=appeal.reference, kind="APPEAL_DECIDED").count() <= 1
