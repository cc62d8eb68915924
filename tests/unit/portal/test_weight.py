"""No page of the portal is heavy to carry or asks the database much: each one that a person can open."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.unit.portal.browsing import address, signed_in, words
from tests.unit.portal.test_guard import OF_SOMEBODY, OPEN_TO_ALL, OWN, places

__all__ = ["places"]
MOST_BYTES = 60_000
MOST_QUERIES = 12
# Files to keep, not pages; what the letters weigh is their fonts.
FILES = {"notice", "card", "card_picture", "letter", "appeal_letter", "appeal_receipt", "document"}
OF_ONE_KIND = {
    "consent": ["credit_report"], "score_item": ["debt_service_pct"], "dispute_record": ["active_lenders"],
    "statement": ["active_lenders"],
}  # fmt: skip
_STATIC = re.compile(r'(?:href|src)="/?static/([^"?]+)"')


def weight(page: str) -> int:
    """The page as it is answered and every file that it names, each compressed as it is served."""
    named = {str(finders.find(name)) for name in _STATIC.findall(page)}
    return len(page.encode()) + sum(len(gzip.compress(Path(name).read_bytes())) for name in named)


def test_every_page_is_light_and_asks_little(places: dict[str, list[str]], ada: User) -> None:
    client, weights, queries = signed_in(ada), {}, {}
    arguments = places | OF_ONE_KIND
    for name in sorted((OWN | OF_SOMEBODY | OPEN_TO_ALL) - FILES - {"shared"}):
        path = address(name, *arguments.get(name, []))
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        if answer.status_code == 200:
            weights[name], queries[name] = weight(words(answer)), len(asked)
    assert len(weights) > 40, sorted(weights)
    assert {name: count for name, count in queries.items() if count > MOST_QUERIES} == {}
    assert {name: size for name, size in weights.items() if size > MOST_BYTES} == {}
