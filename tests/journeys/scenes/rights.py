"""My data and rights, messages and preferences: each page with something on it, and each mistake."""

from collections.abc import Iterator

from appeals.opening import open_appeal
from appeals.withdrawing import withdraw_appeal
from applicants.copying import ask_for_copy
from applicants.disputing import open_dispute, settle_dispute
from applicants.facts import record_fact
from applicants.helping import name_helper
from applicants.models import HelperGrant
from applicants.sharing import create_link
from applicants.statements import write_statement
from core.clock import now
from tests.factories.decisions import sample_decision
from tests.journeys.desk import work
from tests.journeys.scenes.stage import Shot, Stage, press
from tests.journeys.visitor import Visitor
from tests.people import acting


def records(stage: Stage) -> Iterator[Shot]:
    """What is held, what is wrong about it, who looked, who decides."""
    decision = sample_decision("li_na", user=stage.ada, now=now())
    applicant, by = decision.applicant, acting(stage.ada)
    record_fact(
        applicant=applicant, characteristic="open_safety_flags", value=1, source="account_safety",
        detail={"flag": "new_device", "date": "2026-11-20"}, observed_on=now().date(), by=by, now=now(),
    )  # fmt: skip
    for name in ("safety", "rights", "held", "profile", "who_decides"):
        yield stage.shot(name, f"portal:{name}")
    place = ("portal:dispute_record", "hard_inquiries_3m")
    yield stage.shot("dispute_record", *place)
    yield stage.shot("dispute_record_wrong", *place, act=press("Ask for a check"))
    beside = ("portal:statement", "hard_inquiries_3m")
    yield stage.shot("statement_wrong", *beside, act=press("Save my statement"))
    write_statement(
        applicant=applicant, characteristic="hard_inquiries_3m", text="Two of them were for one loan.", by=by,
        now=now(),
    )  # fmt: skip
    yield stage.shot("statement", *beside)
    yield stage.shot("held_with_statement", "portal:held")
    dispute = open_dispute(
        applicant=applicant, characteristic="hard_inquiries_3m", claim="There was one, not seven.", by=by,
        now=now(),
    )  # fmt: skip
    yield stage.shot("dispute", "portal:dispute", dispute.reference)
    yield stage.shot("held_disputed", "portal:held")
    yield stage.shot("erase_disputed", "portal:erase")
    settle_dispute(
        dispute=dispute, outcome="CORRECTED", answer="You are right: it was one.", value=1,
        by=acting(stage.cleo), now=now(),
    )  # fmt: skip
    work()
    yield stage.shot("dispute_settled", "portal:dispute", dispute.reference)
    yield stage.shot("score_after_dispute", "portal:score")
    yield stage.shot("who_decides_person", "portal:who_decides", act=_refuse)
    yield stage.shot("rights_person", "portal:rights")


def copies_links_and_helpers(stage: Stage) -> Iterator[Shot]:
    """A copy, a link, a helper and what the helper sees; deleting."""
    decision = sample_decision("li_na", user=stage.ada, now=now())
    applicant, by = decision.applicant, acting(stage.ada)
    yield stage.shot("erase", "portal:erase")
    yield stage.shot("erase_unsure", "portal:erase", act=press("Delete my data for good"))
    ask_for_copy(applicant=applicant, by=by, now=now())
    yield stage.shot("copies_waiting", "portal:copies")
    work()
    yield stage.shot("copies", "portal:copies")
    yield stage.shot("links_wrong", "portal:links", act=press("Make the link"))
    create_link(applicant=applicant, items=["SCORE", "DECISION"], by=by, now=now())
    yield stage.shot("links", "portal:links", act=_make_link)
    yield stage.shot("helpers_wrong", "portal:helpers", act=press("Allow this person to help"))
    name_helper(
        applicant=applicant, name="Ben", email=stage.ben.email, scope="WRITE", days="30", by=by, now=now()
    )
    yield stage.shot("helpers", "portal:helpers")
    yield from _helping(stage, decision.reference)
    yield stage.shot("looks", "portal:looks")
    yield stage.shot("erased", "portal:erase", act=_erase)


def _helping(stage: Stage, decision: str) -> Iterator[Shot]:
    ben = stage.ben
    grant = HelperGrant.objects.get()
    yield stage.shot("rights_helper", "portal:rights", by=ben)
    yield stage.shot("helped", "portal:helped", by=ben)
    yield stage.shot("helped_one", "portal:helped_one", grant.reference, by=ben)
    yield stage.shot("decision_helper", "portal:decision", decision, by=ben)
    yield stage.shot("reason_helper", "portal:reason", decision, "U02", by=ben)
    yield stage.shot("appeal_start_helper", "portal:start_appeal", decision, by=ben)
    appeal = open_appeal(decision=grant.applicant.decisions.get(), by=acting(stage.ada), now=now())
    yield stage.shot("appeal_tasks_helper", "portal:appeal", appeal.reference, by=ben)
    yield stage.shot("appeal_check_helper", "portal:appeal_check", appeal.reference, by=ben)
    withdraw_appeal(appeal=appeal, expected_version=appeal.version, by=acting(stage.ada), now=now())


def messages(stage: Stage) -> Iterator[Shot]:
    """The inbox, one message, and how to be told."""
    sample_decision("li_na", user=stage.ada, now=now())
    work()
    yield stage.shot("messages", "portal:messages")
    yield stage.shot("message", "portal:messages", act=_open_first)
    yield stage.shot("messages_read", "portal:messages")
    yield stage.shot("preferences", "portal:preferences")
    yield stage.shot("preferences_wrong", "portal:preferences", act=_half_quiet)


def _refuse(window: Visitor) -> None:
    if window.find("A person should decide").count():
        window.press("A person should decide")


def _make_link(window: Visitor) -> None:
    window.page.locator("#page-form input[type=checkbox]").first.check()
    window.press("Make the link")


def _erase(window: Visitor) -> None:
    window.page.locator("#id_is_sure").check()
    window.press("Delete my data for good")


def _open_first(window: Visitor) -> None:
    window.follow("main a.whole")


def _half_quiet(window: Visitor) -> None:
    window.page.locator("#id_quiet_from").fill("22:00")
    with window.page.expect_navigation():
        window.page.locator("#page-form button.button").first.click()
