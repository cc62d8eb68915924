"""Row locks of one case, always taken in the same order: applicant, then appeal."""

from appeals.models import Appeal
from applicants.models import Applicant


def lock_appeal(appeal: Appeal) -> None:
    """Lock the appeal until the transaction ends, and bring the object up to date."""
    Appeal.objects.select_for_update().only("pk").get(pk=appeal.pk)
    appeal.refresh_from_db()


def lock_case(appeal: Appeal) -> None:
    """Lock the applicant and the appeal until the transaction ends, and bring the appeal up to date."""
    Applicant.objects.select_for_update().only("pk").get(pk=appeal.applicant_id)
    lock_appeal(appeal)
