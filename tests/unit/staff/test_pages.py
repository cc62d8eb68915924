"""Pages of the desk."""

import pytest

from accounts.models import User
from appeals.models import Appeal
from tests.unit.staff.conftest import SitDown

pytestmark = pytest.mark.django_db

def test_queue(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).get("/staff/queue/")
    assert answer.status_code == 200
    open("/tmp/queue.html","w").write(answer.content.decode())
    assert appeal.reference in answer.content.decode()

def test_case(appeal: Appeal, cleo: User, sit_down: SitDown) -> None:
    answer = sit_down(cleo).get(f"/staff/cases/{appeal.reference}/")
    open("/tmp/case.html","w").write(answer.content.decode())
    assert answer.status_code == 200
