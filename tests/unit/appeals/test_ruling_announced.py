"""A ruling on a change of a line that is announced, paused or taken back: the line stays the person's."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.actors import SITE
from accounts.models import User
from accounts.roles import Role
from appeals.announced import carry_out_due
from appeals.appealability import SupersededError
from appeals.deciding import countersign, possible_outcomes, propose, return_proposal, suggest_ruling
from appeals.models import Appeal, Ruling, Tally
from appeals.outcomes import total_before, total_now
from appeals.remedy import close_decided
from appeals.tallying import fold_all
from decisions.announced import take_back
from decisions.measure_deciding import approve_measure
from decisions.models import Decision, Line, LineChange, Measure
from decisions.warnings import look_at
from notifications.models import Message
from tests.factories.appeals import NOW, find, in_review, verified
from tests.factories.warnings import DAY, holder, learn
from tests.people import acting, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


LATE = NOW + 16 * DAY
WHOLE = Decimal(140_800)


@pytest.fixture
def sue(db: None) -> User:
    """A supervisor who signed nothing about Ada, and reviews her appeal."""
    return person("Sue", Role.SUPERVISOR)


@pytest.fixture
def tom(db: None) -> User:
    """Another supervisor who signed nothing about Ada."""
    return person("Tom", Role.SUPERVISOR)


def taken(code: str, ada: User, signers: list[User], line: dict[str, Any], **given: Any) -> Decision:
    """The decision about the line of Ada, who is forty days late, that a signed measure brought."""
    applicant = holder("wang_fang", ada, signers[-1], now=NOW)
    Line.objects.update(**line)
    learn(applicant, NOW, current_overdue_days=40)
    look_at(keys=[applicant.pk], now=NOW)
    Measure.objects.filter(state="proposed").update(code=code, **given)
    for signer in signers:
        measure = Measure.objects.get(code=code)
        approve_measure(
            measure=measure, reason="r", expected_version=measure.version, by=acting(signer), now=NOW
        )
    decision = Measure.objects.get(code=code).decision
    assert decision is not None
    return decision


def cut_of(ada: User, dev: User, **line: Any) -> Decision:
    """A cut of Ada's line to 100,000 that is announced for fifteen days later."""
    return taken("M4", ada, [dev], line, notice_days=15, new_total_cny=Decimal(100_000))


def appealed(decision: Decision, ada: User, reviewer: User, *, is_right: bool = True) -> Appeal:
    """Ada's appeal, verified: nothing is overdue, or nothing was found."""
    appeal = in_review(decision, acting(ada), reviewer)
    if is_right:
        find(appeal, reviewer, "U04", current_overdue_days=0)
    verified(appeal, reviewer)
    appeal.refresh_from_db()
    return appeal


def proposed(appeal: Appeal, by: User, outcome: str | None = None) -> Ruling:
    """What the recomputed result speaks for, or the outcome given, put forward."""
    appeal.refresh_from_db()
    words = suggest_ruling(appeal, outcome)
    return propose(
        appeal=appeal, outcome=words.outcome, reason="r", letter_zh=words.letter_zh,
        letter_en=words.letter_en, expected_version=appeal.version, by=acting(by), now=NOW,
    )  # fmt: skip


def ruled(appeal: Appeal, by: User, second: User) -> Ruling:
    """The ruling with as many signatures as it needs."""
    ruling = proposed(appeal, by)
    appeal.refresh_from_db()
    if ruling.state == "PROPOSED":
        ruling = countersign(appeal=appeal, expected_version=appeal.version, by=acting(second), now=NOW)
    appeal.refresh_from_db()
    return ruling


def told(kind: str) -> int:
    """How many messages of this kind were queued."""
    return Message.objects.filter(kind=kind).count()


def test_a_won_appeal_ends_an_announced_cut(ada: User, dev: User, sue: User, tom: User) -> None:
    decision = cut_of(ada, dev)
    before, changes = Line.objects.values().get(), LineChange.objects.count()
    appeal = appealed(decision, ada, sue)
    assert (total_before(appeal), total_now(appeal)) == (WHOLE, Decimal(104_600))
    ruling = ruled(appeal, sue, tom)
    assert (ruling.outcome, ruling.amount_cny) == ("RESTORED", WHOLE)
    assert carry_out_due(now=LATE) == 0
    assert (Line.objects.values().get(), LineChange.objects.count()) == (before, changes)
    assert (Measure.objects.get(code="M4").state, told("MEASURE_ENDED")) == ("withdrawn", 1)
    close_decided(reference=appeal.reference, now=NOW)
    appeal.refresh_from_db()
    assert (appeal.status, told("APPEAL_DECIDED")) == ("CLOSED", 1)


def test_a_smaller_limit_leaves_a_line_that_is_only_announced_to_change(
    ada: User, dev: User, sue: User, tom: User
) -> None:
    terms = {"total_cny": Decimal(180_000), "on_hold_cny": Decimal(500), "annual_rate_pct": Decimal(5)}
    decision = cut_of(ada, dev, **terms)
    before = Line.objects.values().get()
    appeal = appealed(decision, ada, sue)
    ruling = ruled(appeal, sue, tom)
    assert (ruling.outcome, ruling.amount_cny, ruling.limit_cny) == ("RESTORED", Decimal(180_000), WHOLE)
    assert "The amount is \u00a5180,000." in ruling.letter_en
    assert Line.objects.values().get() == before
    assert appeal.new_decision is not None
    assert (appeal.new_decision.outcome, appeal.new_decision.limit_cny) == ("approve", Decimal(180_000))


def test_a_won_appeal_ends_an_announced_closure(
    ada: User, cleo: User, dev: User, sue: User, tom: User
) -> None:
    decision = taken("M7", ada, [cleo, dev], {}, notice_days=15)
    appeal = appealed(decision, ada, sue)
    assert (total_before(appeal), total_now(appeal)) == (WHOLE, Decimal(0))
    assert ruled(appeal, sue, tom).outcome == "RESTORED"
    assert (carry_out_due(now=LATE), Line.objects.get().state) == (0, "active")
    assert Measure.objects.get(code="M7").state == "withdrawn"


def test_a_lost_appeal_lets_the_cut_happen(ada: User, dev: User, sue: User, tom: User) -> None:
    appeal = appealed(cut_of(ada, dev), ada, sue, is_right=False)
    assert possible_outcomes(appeal) == ["UNCHANGED"]
    ruled(appeal, sue, tom)
    assert (carry_out_due(now=LATE), Line.objects.get().state) == (1, "reduced")


def test_a_won_appeal_lifts_a_pause_at_no_higher_price(ada: User, dev: User, sue: User, tom: User) -> None:
    decision = taken("M6", ada, [dev], {"annual_rate_pct": Decimal(5)}, notice_days=0)
    assert Line.objects.get().state == "suspended"
    appeal = appealed(decision, ada, sue)
    assert (total_before(appeal), total_now(appeal)) == (WHOLE, Decimal(0))
    assert ruled(appeal, sue, tom).outcome == "RESTORED"
    line = Line.objects.get()
    assert (line.state, line.total_cny, line.annual_rate_pct) == ("active", WHOLE, Decimal(5))
    carry_out_due(now=NOW)
    assert Measure.objects.get(code="M6").state == "lifted"


@pytest.mark.parametrize("is_right", [True, False])
def test_what_was_taken_back_meanwhile_is_ruled_so(
    is_right: bool, ada: User, dev: User, sue: User, tom: User
) -> None:
    decision = cut_of(ada, dev)
    appeal = appealed(decision, ada, sue, is_right=is_right)
    newer = take_back(decision=decision, by=SITE, now=NOW)
    assert possible_outcomes(appeal) == ["RESTORED"]
    ruling = ruled(appeal, sue, tom)
    assert (ruling.basis, ruling.amount_cny, appeal.new_decision) == ("NONE", WHOLE, newer)
    close_decided(reference=appeal.reference, now=NOW)
    assert Appeal.objects.get().status == "CLOSED"


def test_nobody_says_that_it_stands_once_it_was_taken_back(ada: User, dev: User, sue: User) -> None:
    decision = cut_of(ada, dev)
    appeal = appealed(decision, ada, sue, is_right=False)
    words = suggest_ruling(appeal)
    take_back(decision=decision, by=SITE, now=NOW)
    with pytest.raises(SupersededError):
        propose(
            appeal=appeal, outcome="UNCHANGED", reason="r", letter_zh=words.letter_zh,
            letter_en=words.letter_en, expected_version=appeal.version, by=acting(sue), now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("outcome", ["UNCHANGED", "RESTORED"])
def test_a_proposal_that_was_overtaken_goes_back(
    outcome: str, ada: User, dev: User, sue: User, tom: User
) -> None:
    decision = cut_of(ada, dev)
    appeal = appealed(decision, ada, sue)
    Appeal.objects.update(sample_draw=0)
    appeal.refresh_from_db()
    assert proposed(appeal, sue, outcome).state == "PROPOSED"
    take_back(decision=decision, by=SITE, now=NOW)
    given: dict[str, Any] = {"appeal": appeal, "by": acting(tom), "now": NOW}
    appeal.refresh_from_db()
    with pytest.raises(SupersededError):
        countersign(**given, expected_version=appeal.version)
    return_proposal(**given, reason="r", expected_version=appeal.version)
    assert ruled(appeal, sue, tom).basis == "NONE"


def test_an_appeal_is_not_won_on_what_was_replaced(ada: User, dev: User, sue: User) -> None:
    decision = cut_of(ada, dev)
    appeal = appealed(decision, ada, sue)
    with pytest.MonkeyPatch.context() as patch:
        # What took its place says something else than that nothing happens.
        patch.setattr("appeals.deciding.newer_decision", lambda _appeal: decision)
        with pytest.raises(SupersededError):
            proposed(appeal, sue, "RESTORED")
        assert proposed(appeal, sue, "UNCHANGED").state == "PROPOSED"


@pytest.mark.parametrize(("is_right", "overturned"), [(True, 1), (False, 0)])
def test_what_was_taken_back_before_overturns_only_where_the_data_was_wrong(
    *, is_right: bool, overturned: int, ada: User, dev: User, sue: User, tom: User
) -> None:
    decision = cut_of(ada, dev)
    appeal = appealed(decision, ada, sue, is_right=is_right)
    take_back(decision=decision, by=SITE, now=NOW)
    ruled(appeal, sue, tom)
    fold_all()
    row = Tally.objects.get(dimension="ALL")
    assert (row.decided, row.overturned) == (1, overturned)
