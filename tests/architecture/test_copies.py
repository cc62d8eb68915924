"""A copy of somebody's data holds every table that leads to a person, or there is a reason why not."""

import re
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings

from applicants.models import Applicant

APPS: Final = ("applicants", "decisions", "evidence", "notifications", "appeals")
NOT_IN_A_COPY: Final = {
    "appeals.FirstLook": "words between colleagues before the effect is known",
    "appeals.InternalNote": "words between colleagues",
    "appeals.QualityCheck": "how a colleague's work was read again",
    "appeals.Recusal": "about the colleague who stepped back",
    "appeals.Relation": "about the colleague who declared it",
    "appeals.Reminder": "which clock rang; the message it sent is in the copy",
    "appeals.Uncounted": "a note that our own figures do not hold an event yet",
    "decisions.BookEntry": "the same decision as a row of the book",
    "decisions.BookRow": "the same decision as a row of the sample book",
    "decisions.ClassRemedyCase": "what a remedy for many did; what came of it is a decision",
    "decisions.DecisionReason": "read through the decision",
    "decisions.FrozenPage": "made from the decision, which is copied whole",
    "decisions.ReferralProposal": "words between colleagues; what came of it is a decision",
    "decisions.RenderedExplanation": "made from the decision, which is copied whole",
    "decisions.RunChange": "what a run did; what came of it is a decision",
    "evidence.Page": "made from the paper, which is listed",
    "evidence.RedactedCopy": "made from the paper, which is listed",
    "evidence.Upload": "a file on its way; the paper that it becomes is listed",
    "evidence.UploadPart": "a file on its way; the paper that it becomes is listed",
}


def leading_to_a_person() -> set[Any]:
    """Every model from which keys lead to an applicant."""
    reached: set[Any] = {Applicant}
    while True:
        further = {
            model
            for model in apps.get_models()
            if any(
                field.is_relation and field.related_model in reached for field in model._meta.concrete_fields
            )
        }
        if further <= reached:
            return reached
        reached |= further


def test_every_table_is_copied_or_has_its_reason() -> None:
    root = Path(settings.BASE_DIR)
    readers = "".join((root / app / "holding.py").read_text() for app in APPS)
    copied = {
        model._meta.label for model in leading_to_a_person() if re.search(rf"\b{model.__name__}\b", readers)
    }
    labels = {model._meta.label for model in leading_to_a_person()}
    assert sorted(labels - copied - set(NOT_IN_A_COPY)) == []
    assert sorted(set(NOT_IN_A_COPY) - labels) == []
