"""Moments stand in the time of the reader's place, summer and winter, and that time is named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts.models import User
from appeals.models import Appeal
from appeals.opening import submit_appeal
from applicants.models import Applicant, HelperScope
from applicants.sharing import create_link
from applicants.terms import today_of
from core.clock import now
from creditportal.portal.formatting import add_clock, show_day, show_moment
from creditportal.portal.places import told_in
from decisions.models import Decision
from tests.factories.decisions import sample_applicant
from tests.people import acting
from tests.unit.portal.browsing import address, signed_in, visitor, words
from tests.unit.portal.test_helping import helped

pytestmark = pytest.mark.django_db
WINTER, SUMMER = datetime(2026, 1, 15, 23, 30, tzinfo=UTC), datetime(2026, 7, 15, 23, 30, tzinfo=UTC)
TOLD = {
    "CN": ("16 Jan 2026, 07:30", "16 Jul 2026, 07:30", "Beijing time", "\u5317\u4eac\u65f6\u95f4"),
    "US": ("15 Jan 2026, 18:30", "15 Jul 2026, 19:30", "New York time", "\u7ebd\u7ea6\u65f6\u95f4"),
    "EU": ("16 Jan 2026, 00:30", "16 Jul 2026, 01:30", "Brussels time", "布鲁塞尔时间"),
    "UK": ("15 Jan 2026, 23:30", "16 Jul 2026, 00:30", "London time", "\u4f26\u6566\u65f6\u95f4"),
}
ZONES = {
    "CN": ZoneInfo("Asia/Shanghai"), "US": ZoneInfo("America/New_York"), "EU": ZoneInfo("Europe/Brussels"),
    "UK": ZoneInfo("Europe/London"),
}  # fmt: skip


@pytest.mark.parametrize("place", TOLD)
def test_moments_in_winter_and_summer(catalogues: None, place: str) -> None:
    winter, summer, clock, chinese = TOLD[place]
    with told_in(lambda: place), translation.override("en"):
        assert (show_moment(WINTER), show_moment(SUMMER)) == (winter, summer)
        assert show_day(SUMMER) == summer.partition(",")[0]
        assert add_clock("here") == f"here ({clock})"
    with told_in(lambda: place), translation.override("zh-hans"):
        assert add_clock("here") == f"here\uff08{chinese}\uff09"


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("US", "1 Nov 2026, 01:30", "1 Nov 2026, 01:30"), ("EU", "1 Nov 2026, 06:30", "1 Nov 2026, 07:30"),
        ("UK", "1 Nov 2026, 05:30", "1 Nov 2026, 06:30"), ("CN", "1 Nov 2026, 13:30", "1 Nov 2026, 14:30"),
    ],
)  # fmt: skip
def test_the_hour_that_clocks_are_put_back(catalogues: None, place: str, before: str, after: str) -> None:
    with told_in(lambda: place), translation.override("en"):
        told = [show_moment(datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) for hour in (5, 6)]
    assert told == [before, after]


def sent_from(place: str, draft: Appeal, ada: User) -> tuple[str, str]:
    """The page that says when the appeal arrived, and the hour there, reckoned here."""
    Applicant.objects.filter(user=ada).update(jurisdiction=place)
    at = now()
    submit_appeal(appeal=draft, expected_version=draft.version, by=acting(ada), now=at)
    return address("appeal_sent", draft.reference), f"{at.astimezone(ZONES[place]):%H:%M}"


@pytest.mark.parametrize("place", TOLD)
def test_an_appeal_arrives_in_the_time_of_the_place(draft: Appeal, ada: User, place: str) -> None:
    _winter, _summer, clock, chinese = TOLD[place]
    page, hour = sent_from(place, draft, ada)
    assert f", {hour} ({clock})" in words(signed_in(ada).get(page))
    assert f" {hour}\uff08{chinese}\uff09" in words(signed_in(ada, "zh-hans").get(page))


def test_a_helper_reads_the_time_of_the_person_helped(draft: Appeal, ada: User, ben: User) -> None:
    sample_applicant("zhao_ming", user=ben)
    helped(draft.decision, ben, HelperScope.SEE.value)
    page, hour = sent_from("US", draft, ada)
    assert f", {hour} (New York time)" in words(signed_in(ben).get(page))


@pytest.mark.parametrize("place", TOLD)
def test_a_shared_page_tells_the_time_of_its_owner(declined: Decision, ada: User, place: str) -> None:
    Applicant.objects.filter(user=ada).update(jurisdiction=place)
    made = create_link(applicant=declined.applicant, items=["SCORE"], by=acting(ada), now=now())
    page = words(visitor().get(address("shared", made.token)))
    assert f"{made.link.expires_at.astimezone(ZONES[place]):%H:%M} ({TOLD[place][2]})" in page


@pytest.mark.parametrize("place", TOLD)
def test_the_day_of_the_place(declined: Decision, place: str) -> None:
    applicant = declined.applicant
    applicant.jurisdiction = place
    assert today_of(applicant, SUMMER).day == (15 if place == "US" else 16)


@pytest.mark.parametrize(
    ("place", "body"),
    [("CN", "NFRA"), ("US", "CFPB"), ("EU", "data protection authority"), ("UK", "Ombudsman")],
)
def test_help_names_the_outside_body_of_the_reader(
    catalogues: None, ada: User, place: str, body: str
) -> None:
    sample_applicant("chen_jing_before", user=ada)
    Applicant.objects.update(jurisdiction=place)
    page = words(signed_in(ada).get(address("help")))
    assert body in page[page.index("Outside bodies") :]


@pytest.mark.parametrize(
    ("key", "title"), [("hengxin", "guarantee scheme"), ("chen_jing_before", "State student loan")]
)
def test_other_ways_are_for_firms_or_for_persons(catalogues: None, ada: User, key: str, title: str) -> None:
    sample_applicant(key, user=ada)
    assert title in words(signed_in(ada).get(address("alternatives")))


def test_other_ways_of_one_place_are_not_shown_in_another(catalogues: None, ada: User) -> None:
    sample_applicant("chen_jing_before", user=ada)
    Applicant.objects.update(jurisdiction="UK")
    assert "State student loan" not in words(signed_in(ada).get(address("alternatives")))
