"""Many reads of one client at once, on both ways of reading: exactly the rate is answered and kept."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.actors import Actor
from decisions.models import DecisionAccess
from tests.factories.appeals import load_everything
from tests.factories.partners import Partner, decided
from tests.people import NOW


@pytest.mark.django_db(transaction=True)
def test_of_forty_reads_at_once_exactly_the_rate_is_answered(
    lender: Actor, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_everything()
    decision, partner = decided(lender), Partner(lender)
    settings.API_RATES = {**settings.API_RATES, "read": (12, 3600)}
    for module in ("explanations", "throttling"):
        monkeypatch.setattr(f"creditportal.api.{module}.now", lambda: NOW)

    def read(number: int) -> int:
        # An odd query goes the usual way, the plain one the short way; both count into one window.
        more = "&" if number % 2 else ""
        try:
            answer = partner.get(f"decisions/{decision.reference}/explanation?lang=en{more}")
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(read, range(40)))
    assert statuses == [200] * 12 + [429] * 28
    assert DecisionAccess.objects.filter(decision=decision).count() == 12
