"""Another engine is asked while no transaction is open, and its answer counts only if nothing moved."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.actors import SITE
from accounts.models import User
from accounts.roles import Role
from applicants.facts import record_fact
from applicants.models import Applicant
from decisions.asking import FactsMovedError
from decisions.class_remedies import approve_remedy
from decisions.class_remedy_work import correct_one
from decisions.engines import Question
from decisions.lines import accept_line, close_line, cut_line
from decisions.models import ClassRemedy, ClassRemedyCase, Decision, Line
from decisions.remote import RemoteEngine
from decisions.rerunning import EngineUnavailableError
from decisions.runs import ScoredElsewhereError, start_run
from decisions.waking import wake_holds
from tests.factories.class_remedies import LATER, decision_with, proposed
from tests.factories.decisions import NOW, sample_decision
from tests.factories.engines import FakeEngine, running_engine
from tests.people import acting, person
from tests.unit.assessment.samples import POLICY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogues")]


class Watch:
    """Whether a transaction was open at each question, and what happens while the engine thinks."""

    def __init__(self) -> None:
        self.was_open: list[bool] = []
        self.meanwhile: Callable[[], object] = lambda: None


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeEngine]:
    with running_engine(POLICY) as engine:
        settings.SCORING_ENGINE_URL, settings.SCORING_ENGINE_NAME = engine.url, "other"
        settings.SCORING_ENGINE_TIMEOUT_SECONDS, settings.SCORING_ENGINE_TRIES = 20.0, 1
        yield engine


@pytest.fixture
def watch(fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Looks at the connection whenever the engine is asked; to be used once everything is prepared."""
    seen, ask = Watch(), RemoteEngine.ask

    def watched(engine: RemoteEngine, question: Question) -> Mapping[str, Any]:
        seen.was_open.append(connection.in_atomic_block)
        answer = ask(engine, question)
        seen.meanwhile()
        return answer

    monkeypatch.setattr(RemoteEngine, "ask", watched)
    return seen


def confirm(applicant: Applicant, value: object = True, name: str = "receivable_confirmed") -> None:
    source = "buyer" if name == "receivable_confirmed" else "financial_statements"
    record_fact(
        applicant=applicant, characteristic=name, value=value, source=source, observed_on=NOW.date(),
        by=SITE, now=LATER,
    )  # fmt: skip


@pytest.fixture
def hold(fake: FakeEngine) -> Decision:
    """A firm that waited for its buyer, who has answered."""
    decision = sample_decision("ruian")
    confirm(decision.applicant)
    return decision


def test_a_hold_is_asked_about_before_anything_is_locked(hold: Decision, watch: Watch) -> None:
    assert wake_holds(now=LATER) == 1
    assert watch.was_open == [False]
    assert Decision.objects.latest("pk").engine_version == "other 7.1"


def test_a_silent_engine_leaves_the_hold_waiting(hold: Decision, fake: FakeEngine, watch: Watch) -> None:
    fake.replies = [(503, b"")]
    assert wake_holds(now=LATER) == 0
    assert (Decision.objects.count(), watch.was_open) == (1, [False])
    fake.replies = []
    assert wake_holds(now=LATER) == 1


def test_facts_that_move_meanwhile_are_asked_about_anew(hold: Decision, watch: Watch) -> None:
    watch.meanwhile = lambda: confirm(hold.applicant, 1.9, "current_ratio")
    assert wake_holds(now=LATER) == 0
    watch.meanwhile = lambda: None
    assert wake_holds(now=LATER) == 1
    assert watch.was_open == [False, False]
    assert Decision.objects.latest("pk").facts["current_ratio"]["value"] == 1.9


@pytest.fixture
def line(fake: FakeEngine, ada: User) -> Line:
    """Ada's line, taken up; meanwhile she came to owe too much each month."""
    decision = decision_with("ordinary", user=ada)
    assert decision.line is not None
    taken = accept_line(line=decision.line, by=acting(ada), now=LATER)
    record_fact(
        applicant=decision.applicant, characteristic="debt_service_pct", value=70, source="credit_report",
        observed_on=NOW.date(), by=SITE, now=LATER,
    )  # fmt: skip
    return taken


def test_a_line_is_reviewed_on_one_answer_from_before(line: Line, watch: Watch) -> None:
    closed = close_line(line=line, by=SITE, now=LATER)
    assert (closed.engine_version, watch.was_open) == ("other 7.1", [False])


def test_a_cut_is_reviewed_on_one_answer_from_before(line: Line, dev: User, watch: Watch) -> None:
    wanted = Decimal(1_000)
    cut = cut_line(line=line, new_total_cny=wanted, by=acting(dev), signed_by=dev, now=LATER)
    assert (cut.kind, watch.was_open) == ("LINE_CUT", [False])


def test_no_line_is_closed_while_the_engine_is_silent(line: Line, fake: FakeEngine, watch: Watch) -> None:
    fake.replies = [(503, b"")]
    with pytest.raises(EngineUnavailableError):
        close_line(line=line, by=SITE, now=LATER)
    line.refresh_from_db()
    assert (line.state, watch.was_open) == ("active", [False])


def test_no_line_is_closed_on_facts_that_moved(line: Line, watch: Watch) -> None:
    watch.meanwhile = lambda: record_fact(
        applicant=line.applicant, characteristic="debt_service_pct", value=20, source="credit_report",
        observed_on=NOW.date(), by=SITE, now=LATER,
    )  # fmt: skip
    with pytest.raises(FactsMovedError):
        close_line(line=line, by=SITE, now=LATER)
    assert Line.objects.get(pk=line.pk).state == "active"


@pytest.fixture
def agreed(fake: FakeEngine, ada: User, dev: User, pia: User) -> ClassRemedy:
    """A class remedy that two people have approved and nobody has worked on since."""
    remedy = proposed(decision_with("ordinary", debt_service_pct=70, user=ada), dev)
    for user in (pia, person("Sue", Role.SUPERVISOR)):
        remedy = approve_remedy(remedy=remedy, reason="agreed", by=acting(user), now=LATER)
    return remedy


def test_a_class_remedy_asks_before_it_locks(agreed: ClassRemedy, watch: Watch) -> None:
    assert correct_one(remedy=agreed, now=LATER)
    assert watch.was_open == [False]
    assert ClassRemedyCase.objects.get().corrected is not None


def test_the_whole_book_is_not_assessed_in_another_engines_place(fake: FakeEngine) -> None:
    with pytest.raises(ScoredElsewhereError):
        start_run(reason="rules changed", by=SITE, now=LATER)
    assert fake.asked == []
