"""What codes of the record are called in words: kinds of messages and work, and what an event says."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from notifications.kinds import Kind

Words = Mapping[str, Promise]

MESSAGE_KINDS: Final[Words] = {
    Kind.APPLICATION_RECEIVED: pgettext_lazy("message kind", "application received"),
    Kind.DECISION_READY: pgettext_lazy("message kind", "decision made"),
    Kind.APPEAL_RECEIVED: pgettext_lazy("message kind", "appeal received"),
    Kind.APPEAL_INFO_REQUESTED: pgettext_lazy("message kind", "applicant asked for something"),
    Kind.APPEAL_DECIDED: pgettext_lazy("message kind", "appeal decided"),
    Kind.APPEAL_WITHDRAWN: pgettext_lazy("message kind", "appeal withdrawn"),
    Kind.DRAFT_EXPIRING: pgettext_lazy("message kind", "draft ends soon"),
    Kind.EVIDENCE_PROBLEM: pgettext_lazy("message kind", "file not usable"),
    Kind.LINE_CHANGED: pgettext_lazy("message kind", "line changed"),
    Kind.CORRECTION_MADE: pgettext_lazy("message kind", "decision corrected"),
    Kind.APPEAL_WAITING: pgettext_lazy("message kind", "appeal waits for us"),
    Kind.RELATED_CHANGED: pgettext_lazy("message kind", "related person changed"),
    Kind.DISPUTE_RECEIVED: pgettext_lazy("message kind", "dispute of a record received"),
    Kind.DISPUTE_EXTENDED: pgettext_lazy("message kind", "check of a record takes longer"),
    Kind.DISPUTE_SETTLED: pgettext_lazy("message kind", "check of a record answered"),
    Kind.DATA_READY: pgettext_lazy("message kind", "copy of the data ready"),
    Kind.DATA_ERASED: pgettext_lazy("message kind", "data deleted"),
    Kind.PROMISE_SAVED: pgettext_lazy("message kind", "plan kept"),
    Kind.PROMISE_KEPT: pgettext_lazy("message kind", "promise kept"),
    Kind.PROMISE_EXPIRING: pgettext_lazy("message kind", "promise ends soon"),
    Kind.PROMISE_EXPIRED: pgettext_lazy("message kind", "promise ran out"),
    Kind.PROMISE_BARRED: pgettext_lazy("message kind", "promise stopped by law"),
    Kind.APPEAL_ACCEPTED: pgettext_lazy("message kind", "appeal taken in"),
    Kind.APPEAL_NOT_ACCEPTED: pgettext_lazy("message kind", "appeal not taken in"),
    Kind.APPEAL_REINSTATED: pgettext_lazy("message kind", "appeal taken up again"),
    Kind.INFO_CHASED: pgettext_lazy("message kind", "reminder to answer"),
    Kind.INFO_LAPSED: pgettext_lazy("message kind", "time to answer is over"),
    Kind.THIRD_PARTY_ASKED: pgettext_lazy("message kind", "third party asked"),
    Kind.REQUEST_GRANTED: pgettext_lazy("message kind", "request granted"),
    Kind.REQUEST_REFUSED: pgettext_lazy("message kind", "request not granted"),
    Kind.APPEAL_EXTENDED: pgettext_lazy("message kind", "more time for the appeal"),
    Kind.APPEAL_OVERDUE: pgettext_lazy("message kind", "appeal late"),
    Kind.LINE_STAYED: pgettext_lazy("message kind", "change of a line on hold"),
    Kind.REMEDY_DONE: pgettext_lazy("message kind", "result in effect"),
    Kind.APPEAL_ANSWERED: pgettext_lazy("message kind", "wait for an answer over"),
    Kind.PETITION_MADE: pgettext_lazy("message kind", "applicant asks for something"),
    Kind.CLAIM_LAPSED: pgettext_lazy("message kind", "idle case back in the queue"),
    Kind.APPEAL_RETURNED: pgettext_lazy("message kind", "proposal sent back"),
    Kind.APPEAL_TO_COUNTERSIGN: pgettext_lazy("message kind", "signature wanted"),
    Kind.REMEDY_LATE: pgettext_lazy("message kind", "result not in effect in time"),
    Kind.APPEAL_ON_YOUR_DESK: pgettext_lazy("message kind", "case on your desk"),
    Kind.MARKET_REVIEW_LATE: pgettext_lazy("message kind", "review of the market late"),
    Kind.DISPUTE_UNANSWERED: pgettext_lazy("message kind", "source has not answered"),
    Kind.POLICY_REVIEW_OPENED: pgettext_lazy("message kind", "review of the policy opened"),
    Kind.CLASS_REMEDY_PROPOSED: pgettext_lazy("message kind", "correction for many proposed"),
    Kind.RULING_READ_AGAIN: pgettext_lazy("message kind", "your ruling read again"),
    Kind.EXTENSION_PROPOSED: pgettext_lazy("message kind", "more time proposed"),
    Kind.WORK_DEAD: pgettext_lazy("message kind", "step needs a person"),
    Kind.WARNING_RAISED: pgettext_lazy("message kind", "early warning"),
    Kind.REPAYMENT_REMINDER: pgettext_lazy("message kind", "reminder of a repayment"),
    Kind.MEASURE_TAKEN: pgettext_lazy("message kind", "measure taken"),
    Kind.MEASURE_ANNOUNCED: pgettext_lazy("message kind", "measure announced"),
    Kind.MEASURE_ENDED: pgettext_lazy("message kind", "measure ended"),
}
WORK_KINDS: Final[Words] = {
    "CLOSE_APPEAL": pgettext_lazy("work", "close an appeal"),
    "COMBINE_RELATED": pgettext_lazy("work", "combine a firm and its people"),
    "DECIDE_APPLICATION": pgettext_lazy("work", "decide on an application"),
    "DECISION_READY": pgettext_lazy("work", "tell a decision"),
    "DELIVER_MESSAGE": pgettext_lazy("work", "deliver a message"),
    "DOCUMENT_CHECKED": pgettext_lazy("work", "go on after a file was checked"),
    "DRAW_PAGES": pgettext_lazy("work", "draw the pages of a paper"),
    "DRY_RUN_POLICY": pgettext_lazy("work", "try a policy on the book"),
    "FACTS_CHANGED": pgettext_lazy("work", "look again after facts changed"),
    "FREEZE_ANSWER": pgettext_lazy("work", "freeze the answer"),
    "HEARTBEAT": pgettext_lazy("work", "sign of life"),
    "LOOK_AGAIN": pgettext_lazy("work", "decide again after facts changed"),
    "LOOK_AT_APPLICANT": pgettext_lazy("work", "look at one applicant for early warnings"),
    "LOOK_FOR_WARNINGS": pgettext_lazy("work", "look for early warnings"),
    "MAKE_COPY": pgettext_lazy("work", "make a copy of the data"),
    "RERUN_APPEAL": pgettext_lazy("work", "assess again for an appeal"),
    "RERUN_DISPUTE": pgettext_lazy("work", "assess again after a dispute"),
    "SCAN_DOCUMENT": pgettext_lazy("work", "check a file"),
    "SCREEN_APPEAL": pgettext_lazy("work", "check an appeal in"),
    "SEND_ACCOUNT_MAIL": pgettext_lazy("work", "send a mail about an account"),
    "SEND_DIGEST": pgettext_lazy("work", "send a summary"),
    "TELL_DATA": pgettext_lazy("work", "tell about a request for data"),
    "TELL_DISPUTE": pgettext_lazy("work", "tell about a dispute"),
    "WORK_ON_REMEDY": pgettext_lazy("work", "go on with a correction for many"),
    "WORK_ON_RUN": pgettext_lazy("work", "go on with a run"),
}
LOOKS: Final[Words] = {
    "IDENTITY": pgettext_lazy("look", "identity"),
    "SEARCH": pgettext_lazy("look", "search by ID number"),
    "LINK": pgettext_lazy("look", "shared link"),
    "COPY": pgettext_lazy("look", "copy of the data"),
    "DECISION": pgettext_lazy("look", "decision"),
    "DOCUMENT": pgettext_lazy("look", "paper"),
}
CODE_NAMES: Final[Words] = {
    "accepted": pgettext_lazy("audit code", "accepted"),
    "actions": pgettext_lazy("audit code", "steps"),
    "after": pgettext_lazy("audit code", "after"),
    "against": pgettext_lazy("audit code", "reasons to keep"),
    "amount_cny": pgettext_lazy("audit code", "amount in yuan"),
    "applicant": pgettext_lazy("audit code", "applicant"),
    "approvals": pgettext_lazy("audit code", "approvals"),
    "attempt": pgettext_lazy("audit code", "attempt"),
    "base": pgettext_lazy("audit code", "compared with"),
    "base_hash": pgettext_lazy("audit code", "hash compared with"),
    "baseline": pgettext_lazy("audit code", "frozen at the start"),
    "before": pgettext_lazy("audit code", "before"),
    "boxes": pgettext_lazy("audit code", "covered places"),
    "by": pgettext_lazy("audit code", "decision"),
    "cannot": pgettext_lazy("audit code", "what cannot be done"),
    "cause": pgettext_lazy("audit code", "cause"),
    "causes": pgettext_lazy("audit code", "causes"),
    "changed": pgettext_lazy("audit code", "changed"),
    "changes": pgettext_lazy("audit code", "changes"),
    "characteristic": pgettext_lazy("audit code", "item of data"),
    "chunk": pgettext_lazy("audit code", "part"),
    "code": pgettext_lazy("audit code", "reason"),
    "commitments": pgettext_lazy("audit code", "seals kept"),
    "correction": pgettext_lazy("audit code", "correction"),
    "cured": pgettext_lazy("audit code", "ended by itself"),
    "days": pgettext_lazy("audit code", "days"),
    "decided": pgettext_lazy("audit code", "decided"),
    "decision": pgettext_lazy("audit code", "decision"),
    "dimension": pgettext_lazy("audit code", "looked at by"),
    "document": pgettext_lazy("audit code", "paper"),
    "due_on": pgettext_lazy("audit code", "due"),
    "effective_on": pgettext_lazy("audit code", "in effect from"),
    "engine": pgettext_lazy("audit code", "engine"),
    "exposure_pct": pgettext_lazy("audit code", "share of exposure in percent"),
    "facts": pgettext_lazy("audit code", "facts"),
    "failed_checks": pgettext_lazy("audit code", "checks that failed"),
    "field": pgettext_lazy("audit code", "field"),
    "fired": pgettext_lazy("audit code", "raised"),
    "first_day": pgettext_lazy("audit code", "first day"),
    "first_row": pgettext_lazy("audit code", "first row"),
    "found": pgettext_lazy("audit code", "found"),
    "from": pgettext_lazy("audit code", "from"),
    "from_on": pgettext_lazy("audit code", "from the day"),
    "gone": pgettext_lazy("audit code", "deleted"),
    "hash": pgettext_lazy("audit code", "hash"),
    "helper": pgettext_lazy("audit code", "helper"),
    "honoured_until": pgettext_lazy("audit code", "honoured until"),
    "id_number": pgettext_lazy("audit code", "ID number"),
    "input_version": pgettext_lazy("audit code", "version of the findings"),
    "is_active": pgettext_lazy("audit code", "may sign in"),
    "item": pgettext_lazy("audit code", "item"),
    "items": pgettext_lazy("audit code", "items"),
    "jurisdiction": pgettext_lazy("audit code", "place of law"),
    "kind": pgettext_lazy("audit code", "kind"),
    "last_day": pgettext_lazy("audit code", "last day"),
    "last_error": pgettext_lazy("audit code", "last problem"),
    "last_row": pgettext_lazy("audit code", "last row"),
    "law": pgettext_lazy("audit code", "law"),
    "leaning": pgettext_lazy("audit code", "first view"),
    "letter": pgettext_lazy("audit code", "letter"),
    "level": pgettext_lazy("audit code", "level"),
    "line": pgettext_lazy("audit code", "line"),
    "link": pgettext_lazy("audit code", "link"),
    "looked": pgettext_lazy("audit code", "looked at"),
    "looked_at": pgettext_lazy("audit code", "looked at"),
    "marked": pgettext_lazy("audit code", "with a mark of the reader"),
    "market": pgettext_lazy("audit code", "market"),
    "measure": pgettext_lazy("audit code", "measure"),
    "note": pgettext_lazy("audit code", "note"),
    "outcome": pgettext_lazy("audit code", "outcome"),
    "outcomes": pgettext_lazy("audit code", "outcomes"),
    "overturned": pgettext_lazy("audit code", "changed on appeal"),
    "page": pgettext_lazy("audit code", "page"),
    "party": pgettext_lazy("audit code", "in the part of"),
    "people": pgettext_lazy("audit code", "people"),
    "phase": pgettext_lazy("audit code", "phase"),
    "place": pgettext_lazy("audit code", "place"),
    "policy": pgettext_lazy("audit code", "policy"),
    "policy_hash": pgettext_lazy("audit code", "hash of the policy"),
    "problem": pgettext_lazy("audit code", "problem"),
    "product": pgettext_lazy("audit code", "product"),
    "proof": pgettext_lazy("audit code", "proof"),
    "proposed_by": pgettext_lazy("audit code", "proposed by"),
    "provider": pgettext_lazy("audit code", "provider"),
    "purpose": pgettext_lazy("audit code", "purpose"),
    "reason": pgettext_lazy("audit code", "reason"),
    "reasons": pgettext_lazy("audit code", "reasons"),
    "redacted": pgettext_lazy("audit code", "with parts covered"),
    "related": pgettext_lazy("audit code", "related person"),
    "reply": pgettext_lazy("audit code", "reply"),
    "request": pgettext_lazy("audit code", "request"),
    "rerun": pgettext_lazy("audit code", "calculation"),
    "result": pgettext_lazy("audit code", "result"),
    "role": pgettext_lazy("audit code", "role"),
    "rule": pgettext_lazy("audit code", "rule"),
    "rules_changed": pgettext_lazy("audit code", "rules that changed"),
    "scan": pgettext_lazy("audit code", "virus check"),
    "scope": pgettext_lazy("audit code", "what a helper may do"),
    "scopes": pgettext_lazy("audit code", "what access allows"),
    "seed": pgettext_lazy("audit code", "seed of the draw"),
    "sha256": pgettext_lazy("audit code", "SHA-256"),
    "share_pct": pgettext_lazy("audit code", "share in percent"),
    "signed_by": pgettext_lazy("audit code", "signed by"),
    "size": pgettext_lazy("audit code", "size in bytes"),
    "source": pgettext_lazy("audit code", "source"),
    "state": pgettext_lazy("audit code", "state"),
    "stated": pgettext_lazy("audit code", "stated"),
    "supersedes": pgettext_lazy("audit code", "takes the place of"),
    "threshold_pct": pgettext_lazy("audit code", "threshold in percent"),
    "tier": pgettext_lazy("audit code", "tier"),
    "to": pgettext_lazy("audit code", "to"),
    "triggers": pgettext_lazy("audit code", "what led to it"),
    "user": pgettext_lazy("audit code", "colleague"),
    "value": pgettext_lazy("audit code", "value"),
    "verdict": pgettext_lazy("audit code", "verdict"),
    "version": pgettext_lazy("audit code", "version"),
    "view": pgettext_lazy("audit code", "view"),
    "week": pgettext_lazy("audit code", "week"),
    "what": pgettext_lazy("audit code", "what"),
}


def with_code(code: str, words: Words) -> SafeString | str:
    """The words for a code with the code small beside them; a code without words stands alone."""
    found = words.get(code)
    return code if found is None or str(found) == code else beside(found, code)


def beside(words: object, code: str) -> SafeString:
    """Words with their code small beside them."""
    return format_html('{} <code class="small soft">{}</code>', words, code)


def message_kind(code: str) -> SafeString | str:
    """What a kind of message is called."""
    return with_code(code, MESSAGE_KINDS)


def work_kind(code: str) -> SafeString | str:
    """What a kind of work is called."""
    return with_code(code, WORK_KINDS)


def looked_at(code: str) -> SafeString | str:
    """What somebody looked at."""
    return with_code(code, LOOKS)


def code_name(code: str) -> SafeString | str:
    """What a code of the audit says."""
    return with_code(code, CODE_NAMES)
