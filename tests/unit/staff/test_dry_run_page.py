"""The page of a version shows its dry run by product and group, and hides what too few people share."""

from typing import Any

import pytest

from accounts.models import User
from decisions.models import DryRun
from decisions.policies import get_policy_in_force
from tests.factories import policies as made
from tests.factories.decisions import NOW
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db
PATH = "/staff/policies/2026.2/"


def counts(people: int, favourable: int, **groups: Any) -> dict[str, Any]:
    return {
        "people": people, "changed": 3, "better": 2, "worse": 1, "favourable_before": people,
        "favourable_after": favourable, "matrix": {"approve": {"approve": people}}, "groups": groups,
    }  # fmt: skip


@pytest.fixture
def tried(catalogues: None, pia: User) -> DryRun:
    """A dry run in which women fare worse, one age group is small, and one firm takes part."""
    sexes = {"female": counts(100, 70), "male": counts(100, 100)}
    ages = {"18-24": counts(9, 4), "25-34": counts(191, 166)}
    consumer = counts(200, 170, sex=sexes, age=ages)
    row, base = made.proposed_version(), get_policy_in_force(now=NOW)
    products = {
        "consumer_loan": consumer, "sme_working_capital": counts(40, 12),
        "supply_chain_finance": counts(1, 1),
    }  # fmt: skip
    return DryRun.objects.create(
        policy=row, base=base, policy_hash=row.content_hash, base_hash=base.content_hash, market="normal",
        people=241, changed=9, made_by="site", made_at=NOW,
        counts={"shown": {**counts(241, 183, sex=sexes, age=ages), "products": products}},
    )  # fmt: skip


def test_groups_are_shown_with_the_line_at_four_fifths(tried: DryRun, pia: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(pia).get(PATH))
    assert '0.70 <span class="tag wait">below 0.8</span>' in page
    assert page.count("below 0.8") == 2  # everybody, and the consumer loan
    assert "1 group of fewer than 10 people is not shown." in page


def test_each_product_has_a_table_unless_hardly_anybody_has_it(
    tried: DryRun, pia: User, sit_down: SitDown
) -> None:
    page = text_of(sit_down(pia).get(PATH))
    assert "Another result for 3 of 40" in page
    assert "fewer than 10 have it, so it is not shown" in page
    assert "Another result for 3 of 1 " not in page


def test_the_numbers_can_be_downloaded(tried: DryRun, pia: User, sit_down: SitDown) -> None:
    answer = sit_down(pia).get(f"{PATH}dry-run.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dry-run-2026.2.csv"'
    lines = answer.content.decode().splitlines()
    assert any(line.startswith("consumer_loan,sex,female,100,") and line.endswith(",yes") for line in lines)
    assert not any("18-24" in line or "supply_chain_finance" in line for line in lines)
