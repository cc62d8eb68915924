"""The list of all records, and their registration with the site."""

from dataclasses import dataclass

from allauth.idp.oidc.models import Client
from django.db.models import Model
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from appeals.models import Appeal, AppealEvent
from applicants.models import Applicant, Consent, Fact
from creditportal.staff.access import StaffRequest
from creditportal.staff.desk import show, staff_page
from creditportal.staff.records import accounts, appeals, decisions, evidence, messages, people, work
from creditportal.staff.records.base import RecordAdmin
from creditportal.staff.site import site
from decisions.models import Application, Decision, Line, MarketSwitch, PolicyVersion
from evidence.models import Document
from notifications.models import Delivery, Message
from outbox.models import Outbox

RECORDS: dict[type[Model], type[RecordAdmin]] = {
    Applicant: people.ApplicantAdmin,
    Fact: people.FactAdmin,
    Consent: people.ConsentAdmin,
    Application: decisions.ApplicationAdmin,
    Decision: decisions.DecisionAdmin,
    Line: decisions.LineAdmin,
    Appeal: appeals.AppealAdmin,
    AppealEvent: appeals.AppealEventAdmin,
    Document: evidence.DocumentAdmin,
    Message: messages.MessageAdmin,
    Delivery: messages.DeliveryAdmin,
    Outbox: work.OutboxAdmin,
    PolicyVersion: decisions.PolicyVersionAdmin,
    MarketSwitch: decisions.MarketSwitchAdmin,
    User: accounts.ColleagueAdmin,
    Client: accounts.ClientAdmin,
}


@dataclass(frozen=True)
class Shelf:
    """One kind of record and where it stands."""

    label: Promise
    url: str


def register_records() -> None:
    """Put every kind of record into the site, once."""
    for model, admin in RECORDS.items():
        if not site.is_registered(model):
            site.register(model, admin)


@staff_page(None)
def list_shelves(request: StaffRequest) -> HttpResponse:
    """The kinds of records that this person may read."""
    shelves = [
        Shelf(
            label=admin.plural,
            url=reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        )
        for model, admin in RECORDS.items()
        if site.get_model_admin(model).has_view_permission(request)
    ]
    return show(request, "staff/records/index.html", {"title": _("Records"), "shelves": shelves})
