"""A declined application is looked at again when facts change: better for the person, or as it was."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.actors import SITE
from accounts.models import User
from appeals.looking_again import look_again
from appeals.opening import open_appeal
from applicants.automation import refuse_automation
from applicants.facts import record_fact
from decisions.models import Decision, LineState
from decisions.replaying import replay
from decisions.samples import SAMPLES as ALL
from notifications.models import Message
from outbox.draining import drain
from tests.factories.decisions import NOW, SAMPLES, sample_decision
from tests.people import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LATER = NOW + timedelta(days=3)
