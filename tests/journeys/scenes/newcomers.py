"""From the first page after signing up to waiting for a decision."""

from collections.abc import Iterator

from core.clock import now
from tests.factories.decisions import application_of, sample_applicant
from tests.journeys.scenes.stage import Shot, Stage, press
from tests.journeys.visitor import Visitor
from tests.people import acting


def first_steps(stage: Stage) -> Iterator[Shot]:
    """Nothing is known yet; then who somebody is; then an application."""
    for name, place in (("start", "home"), ("rights_unregistered", "rights"), ("messages_empty", "messages")):
        yield stage.shot(name, f"portal:{place}")
    yield stage.shot("register", "portal:register")
    yield stage.shot("register_wrong", "portal:register", act=press("Save and continue"))
    yield stage.shot("register_firm", "portal:register_firm")
    yield stage.shot("register_firm_wrong", "portal:register_firm", act=press("Save and continue"))
    applicant = sample_applicant("chen_jing_before", user=stage.ada, now=now())
    yield stage.shot("start_registered", "portal:home")
    yield stage.shot("identity", "portal:identity")
    yield stage.shot("identity_checked", "portal:identity", act=press("Check my details"))
    yield stage.shot("about", "portal:about_you")
    yield stage.shot("about_wrong", "portal:about_you", act=_wrong_day)
    yield stage.shot("profile", "portal:profile")
    yield stage.shot("bank_card", "portal:bank_card")
    yield stage.shot("bank_card_wrong", "portal:bank_card", act=press("Confirm this card"))
    for name in ("decisions", "score", "plans", "warnings", "looks", "held", "copies", "links", "helpers"):
        yield stage.shot(f"{name}_empty", f"portal:{name}")
    yield stage.shot("apply", "portal:apply")
    yield stage.shot("apply_wrong", "portal:apply", act=press("Continue"))
    yield stage.shot("apply_check", "portal:apply", act=_fill_application)
    application = application_of(applicant, by=acting(stage.ada), now=now())
    yield stage.shot("waiting", "portal:application", application.reference)
    yield stage.shot("home_waiting", "portal:home")


def _wrong_day(window: Visitor) -> None:
    window.page.locator("#id_address_since").fill("1700-01-01")
    window.press("Save and continue")


def _fill_application(window: Visitor) -> None:
    window.page.locator("#id_amount_cny").fill("5,000")
    window.page.locator("#id_term_2").check()
    window.page.locator("#id_purpose").select_option(index=1)
    window.press("Continue")
