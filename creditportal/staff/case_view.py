"""Everything that the page of one case shows, gathered in a bounded number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import get_language

from accounts.actors import Actor
from accounts.roles import Permission
from appeals.clocks import target_on
from appeals.comparing import Comparison, comparison
from appeals.concluding import find_rerun
from appeals.deciding import Suggestion, possible_outcomes, suggest_ruling
from appeals.independence import list_conflicts
from appeals.models import Appeal, AppealOutcome, AppealStatus, Ruling, RulingState
from appeals.outcomes import COUNTERSIGN_LABELS
from appeals.parties import is_holder
from appeals.queries import may
from appeals.states import Event
from appeals.timeline import TimelineRow, timeline
from core.masking import mask_name
from creditportal.staff.charts import Bars, draw_waterfall
from creditportal.staff.forms import CaseForm, ReleaseForm, ReturnForm, RulingForm
from creditportal.staff.queue import due_words
from creditportal.staff.reasons import ContestedReason, Forms, list_reasons
from creditportal.staff.steps import NextStep, Standing, Step, find_next_step, list_steps
from creditportal.staff.wording import ACTIONS, LANGUAGES
from decisions.explaining import explain
from decisions.products import product_name
from evidence.models import DocumentState
from notifications.models import Message
from notifications.queries import list_messages_about
from outbox.models import Outbox, State
from outbox.queries import list_work
