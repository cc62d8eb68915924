"""How long somebody stays signed in: looking renews nothing, one's word does."""

from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import Session, User
from core.clock import now
from tests.unit.portal.browsing import address, signed_in, visitor, words

pytestmark = pytest.mark.django_db


def test_looking_renews_nothing_and_a_word_does(ada: User) -> None:
    client = signed_in(ada)
    Session.objects.filter(user=ada).update(expire_date=now() + timedelta(minutes=5))
    for _twice in range(2):
        assert 280 < client.get(address("stay")).json()["seconds"] <= 300
    assert client.post(address("stay")).json() == {"seconds": settings.SESSION_COOKIE_AGE}
    assert client.get(address("stay")).json()["seconds"] > settings.SESSION_COOKIE_AGE - 60


def test_only_who_is_signed_in_is_told(ada: User) -> None:
    assert visitor().get(address("stay")).status_code == 302
    assert 'role="status" data-stay="/stay/"' in words(signed_in(ada).get(address("help")))
    assert "data-stay" not in words(visitor().get(address("help")))
