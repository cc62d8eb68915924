"""An appeal from its first page to its result, and what is asked in between."""

from collections.abc import Iterator

from accounts.models import User
from appeals.attaching import attach_evidence
from appeals.claiming import claim_appeal
from appeals.models import Appeal
from appeals.opening import open_appeal, save_grounds, save_statement, submit_appeal
from appeals.petitions import ask_expedite
from appeals.requesting import NewItem, ask_applicant
from core.clock import now
from decisions.models import Decision
from evidence.models import Document
from tests.factories import files
from tests.factories.decisions import sample_decision
from tests.journeys.desk import review, work
from tests.journeys.scenes.stage import Shot, Stage, press
from tests.journeys.visitor import Visitor
from tests.people import acting

_STATEMENT = "My hours grew in spring, and two of the five loans are settled."
_GROUNDS = {"U02": ("CHANGED", "I repaid two loans in October."), "U01": ("WRONG", "")}
_PAPERS = (("V01", "payslips.pdf", "U02"), ("V09", "settled.pdf", "U01"), ("V02", "statement.pdf", "U02"))


def a_draft(stage: Stage) -> Iterator[Shot]:
    """Every page of a draft, from nothing to all of it, and what is wrong on the way."""
    decision = sample_decision("li_na", user=stage.ada, now=now())
    yield stage.shot("appeal_start", "portal:start_appeal", decision.reference)
    appeal = open_appeal(decision=decision, by=acting(stage.ada), now=now())
    yield stage.shot("appeal_tasks_new", "portal:appeal", appeal.reference)
    yield stage.shot("appeal_reasons", "portal:appeal_reasons", appeal.reference)
    yield stage.shot("appeal_reasons_wrong", "portal:appeal_reasons", appeal.reference, act=_contest)
    _contested(appeal, stage.ada)
    papers = ("portal:appeal_evidence", appeal.reference, "U02")
    yield stage.shot("appeal_papers_new", *papers)
    yield stage.shot("appeal_papers_wrong", *papers, act=_send_nothing)
    _with_papers(appeal, stage.ada)
    yield stage.shot("appeal_papers_waiting", *papers)
    work()
    Document.objects.filter(kind="V02").update(state="REFUSED", problem="virus")
    yield stage.shot("appeal_papers", *papers)
    yield stage.shot("appeal_statement", "portal:appeal_statement", appeal.reference)
    yield stage.shot("appeal_tasks", "portal:appeal", appeal.reference)
    yield stage.shot("appeal_check", "portal:appeal_check", appeal.reference)
    yield stage.shot("appeal_withdraw", "portal:withdraw_appeal", appeal.reference)
    yield stage.shot("home_draft", "portal:home")
    yield stage.shot("decision_with_draft", "portal:decision", decision.reference)


def sent_and_answered(stage: Stage) -> Iterator[Shot]:
    """Sent, asked for more, decided, and what is new after it."""
    decision = sample_decision("li_na", user=stage.ada, now=now())
    appeal = open_appeal(decision=decision, by=acting(stage.ada), now=now())
    _contested(appeal, stage.ada)
    _with_papers(appeal, stage.ada)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(stage.ada), now=now())
    yield stage.shot("appeal_sent", "portal:appeal_sent", appeal.reference)
    work()
    yield stage.shot("appeal_track", "portal:appeal", appeal.reference)
    yield stage.shot("home_appeal", "portal:home")
    yield stage.shot("appeal_not_now", "portal:appeal_reasons", appeal.reference)
    yield stage.shot("appeal_faster", "portal:ask_faster", appeal.reference)
    yield stage.shot("appeal_faster_wrong", "portal:ask_faster", appeal.reference, act=_hurry)
    ask_expedite(appeal=appeal, reason="My shop depends on it.", by=acting(stage.ada), now=now())
    appeal.refresh_from_db()
    claim_appeal(appeal=appeal, expected_version=appeal.version, by=acting(stage.cleo), now=now())
    items = [NewItem("Your payslips of June", "V01"), NewItem("Why the address changed")]
    ask_applicant(appeal=appeal, items=items, by=acting(stage.cleo), now=now())
    yield from _answering(stage, appeal)
    appeal.refresh_from_db()
    appeal = review(appeal, like="li_na_after", reviewer=stage.cleo, second=stage.dev)
    assert appeal.new_decision is not None
    yield stage.shot("appeal_result", "portal:appeal_result", appeal.reference)
    yield stage.shot("appeal_track_decided", "portal:appeal", appeal.reference)
    yield stage.shot("decision_approved", "portal:decision", appeal.new_decision.reference)
    yield stage.shot("decision_replaced", "portal:decision", decision.reference)
    yield stage.shot("reason_replaced", "portal:reason", decision.reference, "U02")
    yield stage.shot("score_moved", "portal:score")
    yield stage.shot("home", "portal:home")


def decided(decision: Decision, *, ada: User, cleo: User, dev: User, like: str = "li_na_after") -> Appeal:
    """An appeal with papers, reviewed and decided at once as a later sample says."""
    appeal = open_appeal(decision=decision, by=acting(ada), now=now())
    _contested(appeal, ada)
    _with_papers(appeal, ada)
    submit_appeal(appeal=appeal, expected_version=appeal.version, by=acting(ada), now=now())
    work()
    appeal.refresh_from_db()
    return review(appeal, like=like, reviewer=cleo, second=dev)


def _answering(stage: Stage, appeal: Appeal) -> Iterator[Shot]:
    """What was asked, one answer, more time, and what is so when nothing more is asked."""
    yield stage.shot("appeal_track_asked", "portal:appeal", appeal.reference)
    yield stage.shot("home_asked", "portal:home")
    yield stage.shot("appeal_questions", "portal:appeal_questions", appeal.reference)
    yield stage.shot("appeal_answer", "portal:appeal_answer", appeal.reference, 1)
    yield stage.shot("appeal_answer_wrong", "portal:appeal_answer", appeal.reference, 2, act=_save_nothing)
    yield stage.shot("appeal_more_time", "portal:more_time", appeal.reference)
    yield stage.shot("appeal_more_time_wrong", "portal:more_time", appeal.reference, act=_no_day)
    for position in (1, 2):
        yield stage.shot(
            f"appeal_answered_{position}", "portal:appeal_answer", appeal.reference, position, act=_cannot
        )


def _contested(appeal: Appeal, user: User) -> None:
    save_grounds(appeal=appeal, grounds=_GROUNDS, expected_version=appeal.version, by=acting(user), now=now())


def _with_papers(appeal: Appeal, user: User) -> None:
    by = acting(user)
    for kind, name, code in _PAPERS:
        attach_evidence(
            ground=appeal.grounds.get(code=code), kind=kind, name=name,
            upload=[files.pdf(owner_password=name)], declared_type="application/pdf", by=by, now=now(),
        )  # fmt: skip
    appeal.refresh_from_db()
    save_statement(
        appeal=appeal, statement=_STATEMENT, is_urgent=False, expected_version=appeal.version, by=by,
        now=now(),
    )  # fmt: skip
    appeal.refresh_from_db()


def _contest(window: Visitor) -> None:
    window.page.locator("#id_contest_U02").check()
    window.press("Save and continue")


def _send_nothing(window: Visitor) -> None:
    window.page.locator("#id_kind").select_option("V01")
    window.find("Send the files").click()
    window.page.locator(".errors, .problem").first.wait_for()


def _cannot(window: Visitor) -> None:
    box = window.page.locator("#id_cannot")
    if box.count():
        box.check()
        with window.page.expect_navigation():
            window.page.locator("#page-form button.button").first.click()


_hurry = press("Ask for a quicker answer")
_save_nothing = press("Save this answer")
_no_day = press("Ask for more time")
