"""The notice to everybody on the desk: put up, read, taken down."""

import pytest

from accounts.models import User
from creditportal.site_notice import board
from decisions.models import PlatformNotice
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db
PLACE = "/staff/notice/"
TYPED = {
    "text_zh": "\u4fe1\u4ef6\u4f1a\u665a\u5230\u3002", "text_en": "Letters come late.",
    "starts_at": "2026-11-20T08:00", "ends_at": "2099-11-20T20:00",
}  # fmt: skip


def typed(**changed: str) -> dict[str, str]:
    """What somebody types, until an hour that fits."""
    return {**TYPED, **changed}


def test_a_notice_is_put_up_and_taken_down(dev: User, cleo: User, sit_down: SitDown) -> None:
    desk = sit_down(dev)
    assert "No notice stands, and none is to come." in text_of(desk.get(PLACE))
    ends = text_of(desk.get(PLACE)).split('name="starts_at" value="')[1][:10]
    done = desk.post(PLACE, typed(ends_at=f"{ends}T23:59"), follow=True)
    assert "Stands now" in text_of(done)
    assert "Letters come late." in text_of(sit_down(cleo).get("/staff/queue/")).split("<main")[0]
    assert "No notice stands" in text_of(desk.post(f"{PLACE}end/", follow=True))
    assert "Letters come late." not in text_of(sit_down(cleo).get("/staff/queue/"))
    assert board.find() is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text_en": ""}, "This field is required."),
        ({"text_zh": "x" * 241}, "at most 240"),
        ({"starts_at": "soon"}, "Enter a valid date/time."),
        ({"ends_at": "2026-11-20T07:00"}, "The end lies after the start, and after now."),
        ({}, "A notice stands for 31 days at most."),
    ],
)
def test_what_cannot_stand_is_explained_and_nothing_typed_is_lost(
    dev: User, sit_down: SitDown, changed: dict[str, str], words: str
) -> None:
    answer = sit_down(dev).post(PLACE, typed(**changed))
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert typed(**changed)["text_en"] in text_of(answer)
    assert not PlatformNotice.objects.exists()


def test_who_may_not_tell_everybody_finds_no_way_there(cleo: User, sit_down: SitDown) -> None:
    desk = sit_down(cleo)
    assert [desk.get(PLACE).status_code, desk.post(f"{PLACE}end/").status_code] == [403, 403]
    assert PLACE not in text_of(desk.get("/staff/queue/"))
