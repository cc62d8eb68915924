"""Which messages come how: every choice in words, what is ticked is kept, and quiet hours are whole."""

import re

import pytest
from django.utils import translation

from accounts.models import User
from creditportal.portal.preferences import list_offered
from decisions.models import Decision
from notifications.models import MessageSettings
from notifications.preferences import list_choices
from tests.unit.portal.browsing import address, signed_in, words

pytestmark = pytest.mark.django_db


def test_every_choice_has_words_of_its_own() -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            offered = list_offered()
        assert set(offered) == {f"{kind}:{channel}" for kind, channel in list_choices()}
        assert [words for code, words in offered.items() if code.partition(":")[0].lower() in words] == []
    assert all(re.search("[\u4e00-\u9fff]", words.partition("\u00b7")[0]) for words in offered.values())


def test_quiet_hours_and_channels_are_kept(declined: Decision, ada: User) -> None:
    client, place = signed_in(ada), address("preferences")
    half = client.post(place, {"digest": "NEVER", "quiet_from": "22:00"})
    assert (half.status_code, "Enter both times" in words(half)) == (400, True)
    wrong = client.post(place, {"digest": "NEVER", "quiet_from": "late", "quiet_until": "07:00"})
    assert (wrong.status_code, "hours and minutes" in words(wrong)) == (400, True)
    chosen = {
        "digest": "DAILY",
        "quiet_from": "22:00",
        "quiet_until": "07:00",
        "emails": ["DATA_READY:EMAIL"],
        "texts": ["DATA_READY:SMS", "DECISION_READY:SMS"],
    }
    assert client.post(place, {**chosen, "texts": ["APPEAL_RECEIVED:SMS"]}).status_code == 400
    assert client.post(place, chosen).status_code == 302
    settings = MessageSettings.objects.get()
    assert settings.switched_on == ["DATA_READY:SMS", "DECISION_READY:SMS"]
    ticked = re.findall(r'value="(\w+:\w+)"[^>]*checked', client.get(place).content.decode())
    assert sorted(ticked) == ["DATA_READY:EMAIL", "DATA_READY:SMS", "DECISION_READY:SMS"]
    assert "APPLICATION_RECEIVED:EMAIL" in settings.switched_off
    assert "DATA_READY:EMAIL" not in settings.switched_off
    assert not any(one.startswith("DECISION_READY") for one in settings.switched_off)
