from django.db import connection
from django.test.utils import CaptureQueriesContext
from appeals.models import Attachment
from tests.factories.appeals import accepted, find, verified
import pytest
pytestmark = pytest.mark.django_db
def test_dump(held, cleo, sit_down):
    accepted(Attachment.objects.get(ground__appeal=held), cleo)
    find(held, cleo, "U02", debt_service_pct=30)
    find(held, cleo, "U01", active_lenders=3)
    verified(held, cleo)
    client = sit_down(cleo)
    client.get(f"/staff/cases/{held.reference}/")
    with CaptureQueriesContext(connection) as q:
        client.get(f"/staff/cases/{held.reference}/")
    open("/tmp/cs/q.txt","w").write("\n".join(f"{i} {x['sql'][:60]} ...FROM{x['sql'].split('FROM',1)[1][:500] if 'FROM' in x['sql'] else x['sql']}" for i,x in enumerate(q.captured_queries)))
    assert len(q) < 100
