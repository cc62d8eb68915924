"""Every page opens for the person it belongs to, in both languages, with few queries."""

import pytest
from django.urls import reverse

from appeals.opening import open_appeal, save_grounds, submit_appeal
from core.clock import now
from tests.people import acting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", ["home", "decisions", "messages", "profile", "apply", "help", "identity", "about_you"])
def test_own_pages_open(browser, declined, ada, name, language):
    response = browser(ada, language).get(reverse(f"portal:{name}"))
    assert response.status_code == 200
    assert f'lang="{"zh-hans" if language != "en" else "en"}"' in response.text


def test_decision(browser, declined, ada, django_assert_max_num_queries):
    client = browser(ada)
    with django_assert_max_num_queries(40):
        page = client.get(reverse("portal:decision", args=[declined.reference])).text
    with django_assert_max_num_queries(12):
        page = client.get(reverse("portal:decision", args=[declined.reference])).text
    assert "58%" in page
