"""Firms in the book: both their products say what the single path says, and take part in every run."""

from datetime import timedelta
from random import Random

import pytest

from accounts.actors import SITE
from accounts.models import User
from applicants.facts import record_fact
from applicants.usable import usable_facts
from decisions.book_codes import Encoder, decide_records, read_entries
from decisions.book_entries import current_layout, refresh_entries
from decisions.book_products import PLACES, PRODUCTS
from decisions.dry_run import dry_run
from decisions.dry_run_showing import write_csv, write_table
from decisions.freezing import assess_frozen, freeze_context, used_facts
from decisions.jurisdictions import get_profile
from decisions.line_changes import accept_line
from decisions.models import BookEntry, Decision, Line, RunChange, RunResult, RunState
from decisions.policies import compiled, get_policy_in_force
from decisions.replaying import replay
from tests.factories.decisions import NOW, sample_decision
from tests.factories.firms import SCF, SME, apply, drawn_firm
from tests.factories.policies import changed_document, drafted_version
from tests.factories.runs import begun_run, released, small_book, worked

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
FIRMS = 24


@pytest.fixture
def firms(catalogues: None) -> None:
    """Firms of each product."""
    for number in range(FIRMS):
        drawn_firm(number, (SME, SCF)[number % 2])


@pytest.mark.usefixtures("firms")
@pytest.mark.parametrize("market", ["easing", "normal", "tight"])
@pytest.mark.parametrize("product", [SME, SCF])
def test_the_stored_inputs_decide_as_the_single_path_does(product: str, market: str) -> None:
    policy, layout = compiled(get_policy_in_force(now=LATER)), current_layout(product)
    assert refresh_entries(product=product, first=1, last=2**62, now=LATER) == FIRMS // 2
    records = read_entries(product=product, layout=layout, first=1, last=2**62)
    context = freeze_context(profile=get_profile("CN"), product=product, market=market, now=LATER)
    (part,) = decide_records(
        encoder=Encoder(product, layout, (policy,)), policy=policy, market=market,
        contexts={"CN": context}, records=records,
    )  # fmt: skip
    for at, key in enumerate(records["standing_id"]):
        decision = Decision.objects.select_related("applicant").get(pk=int(key))
        facts = used_facts(policy, product, usable_facts(decision.applicant, LATER))
        single = assess_frozen(policy, facts, {**decision.request, "context": context})
        found = part.result.row(at)
        assert (found["score"], found["outcome"]) == (single.score, single.outcome), facts
        assert list(found["reasons"]) == [reason.code for reason in single.reasons]
        assert found["limit"] == (single.limit.high if single.limit else None)


@pytest.mark.usefixtures("firms")
def test_a_record_can_be_read_back() -> None:
    refresh_entries(product=SME, first=1, last=2**62, now=LATER)
    layout = current_layout(SME)
    for entry in BookEntry.objects.filter(product=PLACES[SME]):
        head, facts = layout.unpack(bytes(entry.codes))
        usable = usable_facts(entry.applicant, LATER)
        assert head["applicant"] == entry.applicant_id
        assert facts == {name: one["value"] for name, one in usable.items()}


@pytest.mark.usefixtures("firms")
def test_a_run_of_the_same_rules_assesses_every_product_and_changes_nobody() -> None:
    small_book(40)
    run = worked(begun_run())
    assert (run.state, run.counts["causes"], run.people) == (RunState.DONE, {}, 40 + FIRMS)
    counted = {name: one["people"] for name, one in run.counts["products"].items()}
    assert counted == {PRODUCTS[0]: 40, SME: FIRMS // 2, SCF: FIRMS // 2}
    assert RunResult.objects.filter(run_id=run.pk).count() == 40 + FIRMS


@pytest.fixture
def hengxin(catalogues: None) -> Decision:
    """A firm with a line in use, whose figures fell."""
    decision = sample_decision("hengxin")
    assert decision.line is not None
    accept_line(line=decision.line, by=SITE, now=NOW)
    for name, value in (("inflow_cover_x", 1.1), ("debt_to_assets_pct", 63)):
        source = "business_flows" if name == "inflow_cover_x" else "financial_statements"
        record_fact(
            applicant=decision.applicant, characteristic=name, value=value, source=source,
            observed_on=NOW.date(), by=SITE, now=NOW,
        )  # fmt: skip
    return decision


def test_a_firms_line_is_put_on_what_its_figures_give(hengxin: Decision, dev: User, pia: User) -> None:
    before = Line.objects.get(applicant=hengxin.applicant)
    braked = worked(begun_run())
    assert braked.state == RunState.BRAKED
    assert all(one["products"] == [SME] for one in braked.brake.values())
    run = worked(released(braked, dev, pia))
    assert run.state == RunState.DONE
    change = RunChange.objects.select_related("decision").get(run=run)
    assert (change.product, change.applicant) == (SME, hengxin.applicant)
    if change.decision is not None:
        told = change.decision.result["line"]
        assert Line.objects.get(pk=before.pk).reduced_cny == before.reduced_cny
        assert float(told["after"]["reduced_cny"]) > before.reduced_cny
        assert told["effective_on"] > LATER.date().isoformat()
        assert replay(change.decision) == []
    else:
        assert change.left in ("SIGNER", "DRAWN")


@pytest.mark.usefixtures("catalogues")
def test_one_firm_with_two_products_has_two_records_and_two_results() -> None:
    decision = drawn_firm(1, SME)
    apply(decision.applicant, SCF, Random(1))
    run = worked(begun_run())
    assert BookEntry.objects.filter(applicant=decision.applicant).count() == 2
    results = RunResult.objects.filter(run_id=run.pk, applicant_id=decision.applicant_id)
    assert {PRODUCTS[result.product] for result in results} == {SME, SCF}


@pytest.mark.usefixtures("firms")
def test_a_dry_run_has_a_table_for_each_product() -> None:
    small_book(40)

    def edit(document: dict[str, object]) -> None:
        for market, gate in document["gates"][SME].items():  # type: ignore[index]
            document["gates"][SME][market] = gate + 150  # type: ignore[index]

    made = dry_run(version=drafted_version(changed_document(edit=edit)), by=SITE, now=LATER)
    tables = made.counts["products"]
    assert {name: one["people"] for name, one in tables.items()} == {
        PRODUCTS[0]: 40, SME: FIRMS // 2, SCF: FIRMS // 2,
    }  # fmt: skip
    assert tables[SCF]["changed"] == tables[PRODUCTS[0]]["changed"] == 0
    assert made.changed == tables[SME]["changed"]
    assert "sex" not in tables[SME]["groups"]
    text, csv = write_table(made.counts), write_csv(made.counts)
    assert all(f"\n{name}: " in text and f"\n{name}," in csv for name in tables)


@pytest.mark.usefixtures("catalogues")
def test_a_product_that_hardly_anybody_has_is_not_shown() -> None:
    small_book(30)
    sample_decision("ruian_confirmed")
    made = dry_run(version=drafted_version(), by=SITE, now=LATER)
    assert "supply_chain_finance: fewer than 10, not shown" in write_table(made.counts)
    assert "supply_chain_finance," not in write_csv(made.counts)
    assert made.counts["products"][SCF]["people"] == 1
    assert made.people == 31
