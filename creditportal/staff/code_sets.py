"""Words for the values of an event's codes that are written nowhere else in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from appeals.states import Party

Words = Mapping[str, Promise]

PARTIES: Final[Words] = {
    Party.APPLICANT: pgettext_lazy("audit value", "applicant"),
    Party.LENDER: pgettext_lazy("audit value", "lender"),
    Party.HELPER: pgettext_lazy("audit value", "helper"),
    Party.REVIEWER: pgettext_lazy("audit value", "reviewer"),
    Party.COUNTERSIGNER: pgettext_lazy("audit value", "second signature"),
    Party.SUPERVISOR: pgettext_lazy("audit value", "supervisor"),
    Party.SITE: pgettext_lazy("audit value", "automatic step"),
}
DRAFT_PARTS: Final[Words] = {
    "statement": pgettext_lazy("audit value", "own words"),
    "grounds": pgettext_lazy("audit value", "contested reasons"),
    "evidence": pgettext_lazy("audit value", "papers"),
}
LINE_CAUSES: Final[Words] = {
    "APPROVED": pgettext_lazy("audit value", "offered"),
    "DECIDED": pgettext_lazy("audit value", "came from a decision"),
    "EARLIER_RULES": pgettext_lazy("audit value", "given under earlier rules"),
    "ACCEPTED": pgettext_lazy("audit value", "taken up"),
    "REPLACED": pgettext_lazy("audit value", "replaced by a newer offer"),
    "DRAWN": pgettext_lazy("audit value", "borrowed from"),
    "REPAID": pgettext_lazy("audit value", "repayment"),
    "ASSESSED": pgettext_lazy("audit value", "assessment"),
    "UNUSED": pgettext_lazy("audit value", "not used"),
    "RESTORED": pgettext_lazy("audit value", "restored"),
    "NOTICE_PASSED": pgettext_lazy("audit value", "notice passed"),
    "CURED": pgettext_lazy("audit value", "put right"),
    "LOOKED_AGAIN": pgettext_lazy("audit value", "assessed again after facts changed"),
}
FIELDS: Final[Words] = {
    "name": pgettext_lazy("audit value", "name"),
    "id_number": pgettext_lazy("audit value", "ID number"),
    "phone": pgettext_lazy("audit value", "phone"),
    "bank_card": pgettext_lazy("audit value", "bank card"),
}
HOLDS: Final[Words] = {
    "OPEN_DISPUTE": pgettext_lazy("audit value", "open check of a record"),
    "COUNTS_FOR_A_FIRM": pgettext_lazy("audit value", "counts for a firm"),
    "OPEN_APPLICATION": pgettext_lazy("audit value", "open application"),
    "OPEN_LINE": pgettext_lazy("audit value", "open line"),
    "OPEN_APPEAL": pgettext_lazy("audit value", "open appeal"),
    "OPEN_HELP": pgettext_lazy("audit value", "helps somebody"),
}
GONE: Final[Words] = {
    "appeals": pgettext_lazy("audit value", "appeals"),
    "copies": pgettext_lazy("audit value", "copies"),
    "documents": pgettext_lazy("audit value", "papers"),
    "helpers": pgettext_lazy("audit value", "helpers"),
    "identity": pgettext_lazy("audit value", "identity"),
    "invoices": pgettext_lazy("audit value", "invoices"),
    "links": pgettext_lazy("audit value", "links"),
    "message_settings": pgettext_lazy("audit value", "settings of messages"),
    "messages": pgettext_lazy("audit value", "messages"),
    "plans": pgettext_lazy("audit value", "plans"),
    "salts": pgettext_lazy("audit value", "private values"),
}
