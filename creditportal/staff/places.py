"""The places of the desk, who may go where, and what the roles are called."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission, Role

ROLE_LABELS: dict[Role, Promise] = {
    Role.APPLICANT: _("applicant"),
    Role.CASEWORKER: _("caseworker"),
    Role.SUPERVISOR: _("supervisor"),
    Role.POLICY_MANAGER: _("policy manager"),
    Role.AUDITOR: _("auditor"),
}


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    label: Promise
    url: str


_PLACES: tuple[tuple[Promise, str, Permission | None], ...] = (
    (_("Appeals"), "admin:queue", Permission.SEE_QUEUE),
    (_("Papers"), "admin:papers", Permission.SEE_PERSONAL_DATA),
    (_("Referrals"), "admin:referrals", Permission.DECIDE_REFERRAL),
    (_("Disputed records"), "admin:disputes", Permission.SEE_PERSONAL_DATA),
    (_("Runs"), "admin:runs", Permission.SEE_RUNS),
    (_("Measures"), "admin:measures", Permission.SEE_RUNS),
    (_("Corrections for many"), "admin:class_remedies", Permission.SEE_RUNS),
    (_("Boards"), "admin:boards", Permission.SEE_RUNS),
    (_("Policy"), "admin:policies", Permission.APPROVE_POLICY),
    (_("Catalogue"), "admin:catalogues", Permission.APPROVE_POLICY),
    (_("Policy reviews"), "admin:policy_reviews", Permission.APPROVE_POLICY),
    (_("Read again"), "admin:quality", Permission.COUNTERSIGN),
    (_("Audit"), "admin:audit", Permission.SEE_AUDIT),
    (_("Notice to all"), "admin:notice", Permission.TELL_EVERYBODY),
    (_("Messages"), "admin:inbox", None),
    (_("Records"), "admin:records", None),
)


def list_places(user: User) -> list[Place]:
    """Where this person may go, in the order of the navigation."""
    return [
        Place(label=label, url=reverse(name))
        for label, name, permission in _PLACES
        if permission is None or user.can(permission)
    ]
