"""Lines: closed, in use, offered; the cost of an offer, taking it up."""

from collections.abc import Iterator

from appeals.answering_measures import answer_measure
from core.clock import now
from decisions.models import Line
from decisions.samples import play
from decisions.warnings import look_at
from tests.factories.decisions import SAMPLES, sample_applicant, sample_decision
from tests.factories.measures import approve, waiting
from tests.factories.warnings import DAY, holder, shock
from tests.journeys.scenes.stage import Shot, Stage, press
from tests.journeys.visitor import Visitor
from tests.people import acting, person


def closed_and_used(stage: Stage) -> Iterator[Shot]:
    """A line that we closed, with its measure; and one that is used in part."""
    applicant = sample_applicant("zhang_wei", user=stage.ada, now=now())
    closing = play(
        sample=SAMPLES["zhang_wei"], applicant=applicant, signer=stage.dev, by=acting(stage.ada), now=now()
    )
    assert closing.line is not None
    yield stage.shot("decision_closed", "portal:decision", closing.reference)
    yield stage.shot("reason_policy", "portal:reason", closing.reference, "P01")
    yield stage.shot("line_closed", "portal:line", closing.line.reference)
    yield stage.shot("home_closed", "portal:home")
    yield stage.shot("warnings_measure", "portal:warnings")
    fang = person("Fang")
    applicant = sample_applicant("wang_fang", user=fang, now=now())
    used = play(
        sample=SAMPLES["wang_fang"], applicant=applicant, signer=stage.dev, by=acting(fang), now=now()
    )
    assert used.line is not None
    yield stage.shot("home_line", "portal:home", by=fang)
    yield stage.shot("line", "portal:line", used.line.reference, by=fang)
    yield stage.shot("erase_not_now", "portal:erase", by=fang)
    yield from _asked_to_answer(stage)


def _asked_to_answer(stage: Stage) -> Iterator[Shot]:
    """A firm that owes something chooses a plan."""
    boss = person("Heng")
    applicant = holder("hengxin", boss, stage.dev, now=now() - DAY)
    shock(applicant, "hengxin_after_shock", now())
    Line.objects.filter(applicant=applicant).update(drawn_cny=100_000)
    look_at(keys=[applicant.pk], now=now())
    measure = approve(waiting(), stage.dev, now=now())
    place = ("portal:measure_answer", measure.reference)
    yield stage.shot("measure_answer", *place, by=boss)
    yield stage.shot("measure_answer_wrong", *place, by=boss, act=press("Send my answer"))
    answer_measure(measure=measure, words="900 a month", by=acting(boss), now=now())
    yield stage.shot("warnings_answered", "portal:warnings", by=boss)


def taken_up(stage: Stage) -> Iterator[Shot]:
    """An offer with its cost sheet, adjusted, not signed, signed."""
    decision = sample_decision("chen_jing_after", user=stage.ada, now=now())
    assert decision.line is not None
    place = ("portal:offer", decision.reference)
    yield stage.shot("decision_offer", "portal:decision", decision.reference)
    yield stage.shot("home_offer", "portal:home")
    yield stage.shot("offer", *place)
    yield stage.shot("offer_too_much", *place, act=_Adjust("9,000,000"))
    yield stage.shot("offer_adjusted", *place, act=_Adjust("\uff13\uff0c000"))
    yield stage.shot("offer_unsigned", *place, act=_take)
    yield stage.shot("line_offered", "portal:line", decision.line.reference)
    yield stage.shot("line_taken", *place, act=_sign)
    yield stage.shot("offer_taken", *place)


class _Adjust:
    """Ask for the cost of another amount."""

    def __init__(self, amount: str) -> None:
        self.amount = amount

    def __call__(self, window: Visitor) -> None:
        window.fill("Amount in yuan", self.amount).press("Show the cost")


def _take(window: Visitor) -> None:
    with window.page.expect_navigation():
        window.page.locator("main form[method=post] button").click()


def _sign(window: Visitor) -> None:
    window.choose("I have read the cost sheet with all charges and each instalment.")
    _take(window)
