"""Pages for everybody: help, the pre-check, checking a letter, a shared link, what is not there."""

from collections.abc import Iterator

from appeals.models import Tally
from applicants.sharing import create_link
from core.clock import now
from decisions.notices import send_notice
from tests.factories.boards import full_boards
from tests.factories.decisions import sample_decision
from tests.journeys.scenes.stage import Shot, Stage, press
from tests.journeys.visitor import Visitor
from tests.people import acting

_OPEN = (
    "help", "alternatives", "hardship", "glossary", "verify", "precheck", "feedback", "feedback_thanks",
    "rule_log",
)  # fmt: skip


def pages_for_everybody(stage: Stage) -> Iterator[Shot]:
    """What a visitor sees without an account."""
    yield stage.shot("landing", "portal:home", everybody=True)
    for name in _OPEN:
        yield stage.shot(name, f"portal:{name}", everybody=True)
    full_boards()
    for name in ("figures", "figures_few"):
        yield stage.shot(name, "portal:figures", everybody=True)
        Tally.objects.all().delete()
    yield stage.shot("feedback_empty", "portal:feedback", everybody=True, act=press("Send"))
    for name, income in (("precheck_not_yet", "7,200"), ("precheck_likely", "17,200"), ("precheck_open", "")):
        yield stage.shot(name, "portal:precheck", everybody=True, act=_Answer(income))
    yield stage.shot("precheck_wrong", "portal:precheck", everybody=True, act=_Answer("abc"))
    yield stage.shot("verify_unknown", "portal:verify", everybody=True, act=_Code("0000-0000-0000"))
    yield stage.shot("verify_empty", "portal:verify", everybody=True, act=_Code(""))
    decision = sample_decision("li_na", user=stage.ada, now=now())
    by = acting(stage.ada)
    letter = send_notice(decision=decision, by=by, now=now())
    yield stage.shot("verify_genuine", "portal:verify", everybody=True, act=_Code(letter.verify_code))
    link = create_link(
        applicant=decision.applicant, items=["IDENTITY", "SCORE", "DECISION", "LINE"], by=by, now=now()
    )
    yield stage.shot("shared", "portal:shared", link.token, everybody=True)
    yield stage.shot("shared_dead", "portal:shared", "x" * 43, everybody=True)
    yield stage.shot("missing", "/nowhere/", everybody=True)


class _Answer:
    """The five questions, with this income."""

    def __init__(self, income: str) -> None:
        self.income = income

    def __call__(self, window: Visitor) -> None:
        typed = {"age": "31", "income_cny": self.income, "repayments_cny": "4176", "lenders": "2"}
        for name, value in typed.items():
            window.page.locator(f"#id_{name}").fill(value)
        window.choose("No").press("See what today's rules say")


class _Code:
    """A check code, typed and sent."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __call__(self, window: Visitor) -> None:
        window.page.locator("#id_code").fill(self.code)
        window.press("Check")
