"""Words for the values of an event's codes that are written nowhere else in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.roles import Scope
from appeals.states import Party
from applicants.models import HelperScope

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
    "OFFER_ENDED": pgettext_lazy("audit value", "offer not taken up in time"),
    "DRAWN": pgettext_lazy("audit value", "borrowed from"),
    "REPAID": pgettext_lazy("audit value", "repayment"),
    "ASSESSED": pgettext_lazy("audit value", "assessment"),
    "UNUSED": pgettext_lazy("audit value", "not used"),
    "RESTORED": pgettext_lazy("audit value", "restored"),
    "NOTICE_PASSED": pgettext_lazy("audit value", "notice passed"),
    "CURED": pgettext_lazy("audit value", "put right"),
    "LOOKED_AGAIN": pgettext_lazy("audit value", "assessed again after facts changed"),
    "STAYED": pgettext_lazy("audit value", "given back while the appeal runs"),
    "STAY_ENDED": pgettext_lazy("audit value", "the appeal has ended"),
    "NOTHING_TO_CUT": pgettext_lazy("audit value", "nothing was left to reduce"),
    "CORRECTED": pgettext_lazy("audit value", "corrected"),
    "NO_LINE": pgettext_lazy("audit value", "there is no line any more"),
}
OTHER_CAUSES: Final[Words] = {
    "LIMIT": gettext_lazy("the amount, with the same outcome"),
    "RATE": gettext_lazy("the rate, with the same amount"),
}
LEFT_WORDS: Final[Words] = {
    "MOVED": gettext_lazy("something about the person changed meanwhile"),
    "PERSON": gettext_lazy("a person had decided"),
    "ASKED": gettext_lazy("the applicant asked that a person decides"),
    "APPEAL": gettext_lazy("an appeal is open"),
    "REFER": gettext_lazy("the new result needs a person, and a line is in use"),
    "DRAWN": gettext_lazy("all that could be reduced is drawn"),
    "ANNOUNCED": gettext_lazy("a change of the line is announced already"),
    "SIGNER": gettext_lazy("nobody signed the change of the line"),
}
COUNTED: Final[Words] = {
    "causes": pgettext_lazy("audit value", "causes"),
    "outcomes": pgettext_lazy("audit value", "outcomes"),
    "better": pgettext_lazy("audit value", "better"),
    "worse": pgettext_lazy("audit value", "less"),
}
SCOPES: Final[Words] = {
    Scope.APPLICATIONS_WRITE: pgettext_lazy("audit value", "send applications"),
    Scope.DECISIONS_READ: pgettext_lazy("audit value", "read decisions"),
    Scope.APPEALS_WRITE: pgettext_lazy("audit value", "send appeals"),
    Scope.APPEALS_READ: pgettext_lazy("audit value", "read appeals"),
    Scope.EVIDENCE_WRITE: pgettext_lazy("audit value", "send papers"),
}
HELP: Final[Words] = {
    HelperScope.SEE: pgettext_lazy("audit value", "look"),
    HelperScope.WRITE: pgettext_lazy("audit value", "look, and write in drafts"),
    HelperScope.SEND: pgettext_lazy("audit value", "look, write, and send"),
}
SHARED: Final[Words] = {
    "IDENTITY": pgettext_lazy("audit value", "identity"),
    "SCORE": pgettext_lazy("audit value", "score"),
    "DECISION": pgettext_lazy("audit value", "decision"),
    "LINE": pgettext_lazy("audit value", "line"),
}
FILE_PROBLEMS: Final[Words] = {
    "missing": pgettext_lazy("audit value", "no file"),
    "wrong_type": pgettext_lazy("audit value", "wrong kind of file"),
    "too_big": pgettext_lazy("audit value", "too big"),
    "empty": pgettext_lazy("audit value", "empty"),
    "virus": pgettext_lazy("audit value", "virus found"),
    "password": pgettext_lazy("audit value", "locked with a password"),
    "failed": pgettext_lazy("audit value", "could not be read"),
    "too_many": pgettext_lazy("audit value", "too many files"),
}
FIELDS: Final[Words] = {
    "name": pgettext_lazy("audit value", "name"),
    "id_number": pgettext_lazy("audit value", "ID number"),
    "birth_date": pgettext_lazy("audit value", "date of birth"),
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
