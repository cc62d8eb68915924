"""Lines: the parts always add up, and nobody loses one without reason, name and notice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import SITE
from accounts.models import User
from applicants.facts import record_fact
from core.errors import ForbiddenError, InputError, NotFoundError, StaleError
from decisions.line_changes import LineMoveError, accept_line, available, change_line, line_parts, open_line
from decisions.line_states import LINE_MOVES, can_move, settled_state
from decisions.lines import (
    BelowDrawnError,
    NothingAgainstError,
    SignerMissingError,
    close_line,
    cut_line,
    draw,
    get_line_for,
    list_lines_for,
    repay,
    restore_line,
)
from decisions.market import propose_market
from decisions.models import Decision, Line, LineChange, LineState, Outcome
from decisions.replaying import replay
from decisions.samples import play
from outbox.models import Outbox
from tests.factories.decisions import NOW, SAMPLES, sample_applicant
from tests.factories.policies import set_market
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
def wang_fang(dev: User, ada: User) -> Line:
    """A line of 140,800 with 20,000 drawn."""
    applicant = sample_applicant("wang_fang", user=ada)
    decision = play(sample=SAMPLES["wang_fang"], applicant=applicant, signer=dev, by=acting(ada), now=NOW)
    assert decision.line is not None
    return Line.objects.get(pk=decision.line.pk)


@pytest.fixture
def zhang_wei() -> Line:
    """A line in use of somebody with open questions, and nothing bad."""
    applicant = sample_applicant("zhang_wei")
    line = open_line(
        applicant=applicant, product="consumer_loan", total_cny=Decimal(30000),
        annual_rate_pct=Decimal("18.25"), by=SITE, now=NOW,
    )  # fmt: skip
    return accept_line(line=line, by=SITE, now=NOW)


@given(st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 10**8), st.integers(0, 10**8))
def test_used_up_is_said_only_when_all_of_it_is_used(
    total: int, drawn: int, on_hold: int, reduced: int
) -> None:
    state = settled_state(total=total, drawn=drawn, on_hold=on_hold, reduced=reduced)
    assert (state == LineState.USED_UP) == (0 < drawn >= total)


def test_every_move_is_between_known_states() -> None:
    states = set(LineState.values)
    assert {state for move in LINE_MOVES for state in move} <= states
    assert not any(
        can_move("closed", state) for state in ("used_up", "reduced", "on_hold", "suspended", "expired")
    )


def test_parts_add_up_after_drawing_and_repaying(wang_fang: Line) -> None:
    line = draw(line=wang_fang, amount_cny=Decimal(100), by=SITE, now=NOW)
    line = repay(line=line, amount_cny=Decimal(20100), by=SITE, now=NOW)
    parts = line_parts(line)
    assert (parts.drawn_cny, parts.available_cny, parts.state) == (Decimal(0), Decimal(140800), "active")
    assert line.changes.count() == 6


def test_the_whole_line_drawn_is_used_up(wang_fang: Line) -> None:
    line = draw(line=wang_fang, amount_cny=available(wang_fang), by=SITE, now=NOW)
    assert (line.state, available(line)) == ("used_up", Decimal(0))
    with pytest.raises(InputError):
        draw(line=line, amount_cny=Decimal(1), by=SITE, now=NOW)


def test_two_changes_of_one_version_do_not_both_count(wang_fang: Line) -> None:
    same = Line.objects.get(pk=wang_fang.pk)
    draw(line=wang_fang, amount_cny=Decimal(1), by=SITE, now=NOW)
    with pytest.raises(StaleError):
        draw(line=same, amount_cny=Decimal(1), by=SITE, now=NOW)


def test_an_illegal_move_is_refused_by_domain_and_database(wang_fang: Line) -> None:
    with pytest.raises(LineMoveError):
        change_line(line=wang_fang, state="offered", cause="X", by=SITE, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Line.objects.filter(pk=wang_fang.pk).update(state="offered")
    with pytest.raises(DatabaseError), transaction.atomic():
        Line.objects.filter(pk=wang_fang.pk).update(drawn_cny=Decimal(200000))


def test_closing_without_bad_data_needs_a_named_signer(zhang_wei: Line, cleo: User, dev: User) -> None:
    with pytest.raises(SignerMissingError):
        close_line(line=zhang_wei, by=SITE, now=NOW)
    with pytest.raises(SignerMissingError):
        close_line(line=zhang_wei, by=SITE, now=NOW, signed_by=cleo)
    decision = close_line(line=zhang_wei, by=SITE, now=NOW, signed_by=dev)
    change = LineChange.objects.get(decision=decision)
    assert (change.signed_by, change.before["state"], change.after["state"]) == (dev, "active", "closed")
    assert [row.code for row in decision.reasons.all()] == ["S08", "S09", "P01"]
    assert (decision.score, decision.outcome, decision.kind) == (633, Outcome.CLOSE, "LINE_CLOSED")


def test_a_closure_is_told_and_replays(zhang_wei: Line, dev: User) -> None:
    decision = close_line(line=zhang_wei, by=acting(dev), now=NOW)
    assert Outbox.objects.filter(kind="DECISION_READY", subject=decision.reference).exists()
    assert replay(Decision.objects.get(pk=decision.pk)) == []
    assert close_line(line=zhang_wei, by=acting(dev), now=NOW) == decision


def test_new_bad_data_closes_without_a_signer(zhang_wei: Line) -> None:
    record_fact(
        applicant=zhang_wei.applicant, characteristic="current_overdue_days", value=40,
        source="credit_report", observed_on=NOW.date(), by=SITE, now=NOW,
    )  # fmt: skip
    decision = close_line(line=zhang_wei, by=SITE, now=NOW)
    assert decision.is_automatic
    assert "U04" in [row.code for row in decision.reasons.all()]


def test_an_unused_line_is_closed_with_its_own_reason(wang_fang: Line, dev: User) -> None:
    decision = close_line(line=wang_fang, by=acting(dev), now=NOW, months_unused=14)
    row = decision.reasons.get()
    assert (row.code, row.parameters) == ("P05", {"months": 14})
    assert Line.objects.get(pk=wang_fang.pk).drawn_cny == 20000


def test_nothing_against_a_person_closes_nothing(wang_fang: Line, dev: User) -> None:
    with pytest.raises(NothingAgainstError):
        close_line(line=wang_fang, by=acting(dev), now=NOW)
    with pytest.raises(NothingAgainstError):
        cut_line(line=wang_fang, new_total_cny=Decimal(100000), by=acting(dev), now=NOW)


def test_a_cut_to_1000_is_stopped_by_the_guards(wang_fang: Line, pia: User) -> None:
    set_market("tight")
    with pytest.raises(BelowDrawnError):
        cut_line(line=wang_fang, new_total_cny=Decimal(1000), by=SITE, now=NOW)
    with pytest.raises(SignerMissingError):
        cut_line(line=wang_fang, new_total_cny=Decimal(30000), by=SITE, now=NOW)
    wang_fang.refresh_from_db()
    assert wang_fang.state == LineState.ACTIVE


def test_a_tight_market_cuts_with_p01_and_the_limit_of_the_policy(wang_fang: Line, pia: User) -> None:
    set_market("tight")
    decision = cut_line(line=wang_fang, new_total_cny=Decimal(97800), by=SITE, now=NOW)
    wang_fang.refresh_from_db()
    assert [row.code for row in decision.reasons.all()] == ["P01"]
    assert decision.result["limit"]["high"] == 97800
    assert (wang_fang.state, wang_fang.reduced_cny, available(wang_fang)) == (
        "reduced", Decimal(43000), Decimal(77800),
    )  # fmt: skip


def test_a_cut_that_is_none_is_refused(wang_fang: Line, dev: User) -> None:
    with pytest.raises(InputError):
        cut_line(line=wang_fang, new_total_cny=Decimal(140800), by=acting(dev), now=NOW)


def test_a_closed_line_comes_back_as_a_remedy(zhang_wei: Line, dev: User) -> None:
    close_line(line=zhang_wei, by=acting(dev), now=NOW)
    line = restore_line(line=Line.objects.get(pk=zhang_wei.pk), total_cny=Decimal(39600), by=SITE, now=NOW)
    assert (line.state, line.total_cny, line.reduced_cny) == ("active", Decimal(39600), Decimal(0))
    assert available(line) == 39600


def test_a_hold_survives_closing_and_restoring(zhang_wei: Line, dev: User) -> None:
    Line.objects.filter(pk=zhang_wei.pk).update(on_hold_cny=Decimal(500))
    close_line(line=Line.objects.get(pk=zhang_wei.pk), by=acting(dev), now=NOW)
    line = Line.objects.get(pk=zhang_wei.pk)
    assert (line.state, line.on_hold_cny, line.reduced_cny) == ("closed", Decimal(500), Decimal(29_500))
    line = restore_line(line=line, total_cny=Decimal(30_000), by=SITE, now=NOW)
    assert LineChange.objects.filter(line=line, cause="RESTORED").count() == 2
    assert (line.state, line.on_hold_cny, available(line)) == ("on_hold", Decimal(500), Decimal(29_500))


def test_a_line_is_never_restored_below_its_hold(zhang_wei: Line) -> None:
    Line.objects.filter(pk=zhang_wei.pk).update(on_hold_cny=Decimal(500), drawn_cny=Decimal(1_000))
    line = restore_line(line=Line.objects.get(pk=zhang_wei.pk), total_cny=Decimal(700), by=SITE, now=NOW)
    assert (line.total_cny, line.on_hold_cny, available(line)) == (Decimal(1_500), Decimal(500), Decimal(0))


def test_only_the_holder_and_staff_see_a_line(
    wang_fang: Line, ada: User, ben: User, eve: User, cleo: User
) -> None:
    assert get_line_for(by=acting(ada), reference=wang_fang.reference) == wang_fang
    assert get_line_for(by=acting(cleo), reference=wang_fang.reference) == wang_fang
    for stranger in (ben, eve):
        assert list_lines_for(by=acting(stranger)) == []
        with pytest.raises(NotFoundError):
            get_line_for(by=acting(stranger), reference=wang_fang.reference)


def test_a_new_offer_replaces_the_older_one() -> None:
    applicant = sample_applicant("ordinary")
    offers = [
        open_line(
            applicant=applicant, product="consumer_loan", total_cny=Decimal(total),
            annual_rate_pct=Decimal(9), by=SITE, now=NOW,
        )
        for total in (1000, 2000)
    ]  # fmt: skip
    offers[0].refresh_from_db()
    assert [offer.state for offer in offers] == ["expired", "offered"]


def test_the_market_is_not_switched_by_just_anybody(cleo: User) -> None:
    with pytest.raises(ForbiddenError):
        propose_market(
            condition="tight",
            reason="test",
            review_on=NOW.date() + timedelta(days=9),
            by=acting(cleo),
            now=NOW,
        )
