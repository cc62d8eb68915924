"""A firm: its people, what they answer, its invoice and its decision."""

from collections.abc import Iterator

from applicants.models import RelatedPerson
from applicants.related import agree, invite_person
from core.clock import now
from tests.factories.decisions import application_of, sample_applicant, sample_decision
from tests.journeys.desk import work
from tests.journeys.scenes.stage import Shot, Stage, press
from tests.people import acting, person


def a_firm_and_its_people(stage: Stage) -> Iterator[Shot]:
    """From naming the first person to the number of all together."""
    sue, by = person("Sue"), acting(stage.ada)
    firm = sample_applicant("hengxin", user=stage.ada, now=now())
    yield stage.shot("rights_firm", "portal:rights")
    yield stage.shot("company_empty", "portal:company")
    yield stage.shot("invite", "portal:invite")
    yield stage.shot("invite_wrong", "portal:invite", act=press("Send the invitation"))
    for user, role, share in ((stage.ben, "LEGAL_REPRESENTATIVE", "0"), (sue, "SHAREHOLDER", "40")):
        invite_person(
            firm=firm, name=user.display_name, email=user.email, role=role, share_pct=share, by=by, now=now()
        )
    yield stage.shot("company_asked", "portal:company")
    related = RelatedPerson.objects.get(role="LEGAL_REPRESENTATIVE")
    yield stage.shot("firm_unregistered", "portal:firm", related.reference, by=stage.ben)
    li = sample_applicant("li_na", user=stage.ben, now=now())
    yield stage.shot("firms", "portal:firms", by=stage.ben)
    yield stage.shot("firm", "portal:firm", related.reference, by=stage.ben)
    yield stage.shot("rights_asked", "portal:rights", by=stage.ben)
    agree(related=related, person=li, by=acting(stage.ben), now=now())
    zhao = sample_applicant("zhao_ming_after", user=sue, now=now())
    agree(related=RelatedPerson.objects.get(role="SHAREHOLDER"), person=zhao, by=acting(sue), now=now())
    work()
    yield stage.shot("firm_agreed", "portal:firm", related.reference, by=stage.ben)
    yield stage.shot("company", "portal:company")
    yield stage.shot("apply_product", "portal:apply")
    application_of(firm, by=by, now=now(), product="sme_working_capital", amount_cny=100_000)
    yield stage.shot("home_firm", "portal:home")
    yield from _invoice(stage)


def _invoice(stage: Stage) -> Iterator[Shot]:
    boss = person("Ruian")
    sample_decision("ruian", user=boss, now=now())
    yield stage.shot("invoice", "portal:invoice", by=boss)
    yield stage.shot("invoice_wrong", "portal:invoice", by=boss, act=press("Save and continue"))
    yield stage.shot("score_firm", "portal:score", by=boss)
