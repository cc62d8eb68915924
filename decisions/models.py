"""Policy versions, applications, decisions with their reasons, what was read, and credit lines."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.models import Applicant
from decisions.line_states import LINE_MOVES

ADVERSE_OUTCOMES = ("counter", "hold", "refer", "decline", "close", "cut")


class PolicyVersion(models.Model):
    """One version of the lending policy, whole and content-hashed."""

    version = models.CharField(max_length=20, unique=True)
    content_hash = models.CharField(max_length=64)
    document = models.JSONField()
    effective_from = models.DateField()
    retired_on = models.DateField(null=True, blank=True)
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-effective_from", "-id"]
        triggers = [
            pgtrigger.Protect(
                name="content_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.content_hash IS DISTINCT FROM NEW.content_hash"),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.version


class Market(models.TextChoices):
    """The market condition that staff set."""

    EASING = "easing", _("easing")
    NORMAL = "normal", _("normal")
    TIGHT = "tight", _("tight")


class MarketSwitch(models.Model):
    """One dated, reasoned change of the market condition."""

    condition = models.CharField(max_length=8, choices=Market)
    reason = models.CharField(max_length=300)
    switched_at = models.DateTimeField()
    switched_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-switched_at", "-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.condition} {self.switched_at:%Y-%m-%d}"


class PlatformNoticeKind(models.TextChoices):
    """What the platform says about itself."""

    EXPOSURE = "EXPOSURE", _("overall use of a product")
    MAINTENANCE = "MAINTENANCE", _("maintenance")


class PlatformNotice(models.Model):
    """One dated statement about us: how full a product is, or when maintenance runs; the newest counts."""

    kind = models.CharField(max_length=12, choices=PlatformNoticeKind)
    product = models.CharField(max_length=40, blank=True, help_text="empty: every product")
    exposure_pct = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    stated_at = models.DateTimeField()
    stated_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-stated_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(exposure_pct__gte=0), name="decisions_exposure_from_zero"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="decisions_notice_dates"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.stated_at:%Y-%m-%d}"


class ApplicationState(models.TextChoices):
    """Where an application stands."""

    RECEIVED = "RECEIVED", _("received")
    DECIDED = "DECIDED", _("decided")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class Application(models.Model):
    """One request for credit: product, amount, term, purpose."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="applications")
    client_id = models.CharField(max_length=100, blank=True, help_text="machine client that sent it")
    product = models.CharField(max_length=40)
    amount_cny = models.DecimalField(max_digits=12, decimal_places=2)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    term_days = models.PositiveSmallIntegerField(null=True, blank=True)
    purpose = models.CharField(max_length=40)
    method = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=ApplicationState, default=ApplicationState.RECEIVED)
    submission_key = models.CharField(max_length=120, unique=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cny__gt=0), name="decisions_amount_positive"),
            models.CheckConstraint(
                condition=Q(term_months__isnull=False) ^ Q(term_days__isnull=False),
                name="decisions_one_term",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="decisions_application_list"),
            models.Index(fields=["client_id", "-id"], name="decisions_application_client"),
            models.Index(fields=["id"], condition=Q(state="RECEIVED"), name="decisions_application_new"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="terms_are_final",
                fields=["applicant", "product", "amount_cny", "term_months", "term_days", "purpose", "method"],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference


class DecisionKind(models.TextChoices):
    """What was decided: an application, or a change of an existing line."""

    APPLICATION = "APPLICATION", _("application")
    LINE_CLOSED = "LINE_CLOSED", _("line closed")
    LINE_CUT = "LINE_CUT", _("line reduced")


class Outcome(models.TextChoices):
    """How a decision ended."""

    APPROVE = "approve", _("approved")
    COUNTER = "counter", _("another offer")
    HOLD = "hold", _("waiting")
    REFER = "refer", _("a person decides")
    DECLINE = "decline", _("not approved")
    CLOSE = "close", _("line closed")
    CUT = "cut", _("line reduced")


class Decision(models.Model):
    """One decision with everything that it was made from, frozen so that it can be replayed."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=DecisionKind, default=DecisionKind.APPLICATION)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="decisions")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    line = models.ForeignKey("Line", null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    policy_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    market = models.CharField(max_length=8, choices=Market)
    product = models.CharField(max_length=40)
    outcome = models.CharField(max_length=8, choices=Outcome)
    score = models.PositiveSmallIntegerField()
    limit_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    facts = models.JSONField(help_text="characteristic -> value, source, dates, detail, as used")
    request = models.JSONField(help_text="product, amount, term, purpose and context, as used")
    result = models.JSONField(help_text="the assessment: points, rules, limit, price, coverage")
    is_automatic = models.BooleanField(default=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120)
    note = models.TextField(blank=True, help_text="why a person decided so; internal")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=350) & Q(score__lte=950), name="decisions_score_range"
            ),
            models.CheckConstraint(
                condition=Q(kind="APPLICATION", application__isnull=False)
                | (~Q(kind="APPLICATION") & Q(line__isnull=False)),
                name="decisions_about_something",
            ),
            models.CheckConstraint(
                condition=Q(is_automatic=True) | ~Q(note=""), name="decisions_person_says_why"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(kind="APPLICATION", supersedes__isnull=True),
                name="decisions_first_once",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="decisions_decision_list"),
            models.Index(
                fields=["id"], condition=Q(outcome__in=["refer", "hold"]), name="decisions_decision_waiting"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="has_reason",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__outcome__in=ADVERSE_OUTCOMES),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM decisions_decisionreason WHERE decision_id = NEW.id) THEN
                        RAISE EXCEPTION 'decision % has no reason', NEW.reference USING ERRCODE = '23514';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DecisionReason(models.Model):
    """One principal reason of a decision, as code and parameters, in order."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reasons")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=4)
    parameters = models.JSONField(default=dict)
    tag = models.CharField(max_length=12)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "position"], name="decisions_reason_position"),
            models.UniqueConstraint(fields=["decision", "code"], name="decisions_reason_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.decision} {self.code}"


class RenderedExplanation(models.Model):
    """The explanation of a decision in one language and catalogue version, made on first read."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="explanations")
    language = models.CharField(max_length=10)
    catalogue_hash = models.CharField(max_length=64)
    document = models.JSONField()
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "language", "catalogue_hash"], name="decisions_explained_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.language}"


class DecisionAccess(models.Model):
    """One look at a decision: who and when."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="accesses")
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.decision} {self.actor}"


class ProposalState(models.TextChoices):
    """A proposal waits for its second signature, was returned, or became the decision."""

    PROPOSED = "PROPOSED", _("proposed")
    RETURNED = "RETURNED", _("returned")
    FINAL = "FINAL", _("final")


class ReferralProposal(models.Model):
    """What a person wants to decide on a referral where two people must agree."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="proposals")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.TextField(help_text="why; internal")
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(state="PROPOSED"), name="decisions_one_proposal"
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("proposed_by")),
                name="decisions_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", signed_by__isnull=True, signed_at__isnull=True)
                | (~Q(state="PROPOSED") & Q(signed_by__isnull=False, signed_at__isnull=False)),
                name="decisions_signature_complete",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.decision} {self.outcome}"


class LineState(models.TextChoices):
    """The states of a credit line."""

    OFFERED = "offered", _("offered")
    ACTIVE = "active", _("active")
    USED_UP = "used_up", _("fully used")
    REDUCED = "reduced", _("reduced")
    ON_HOLD = "on_hold", _("on hold")
    SUSPENDED = "suspended", _("paused")
    CLOSED = "closed", _("closed")
    EXPIRED = "expired", _("expired")


class Line(models.Model):
    """A credit line: total = drawn + on hold + reduced + available, always."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="lines")
    product = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=LineState)
    total_cny = models.DecimalField(max_digits=12, decimal_places=2)
    drawn_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    on_hold_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    reduced_cny = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    annual_rate_pct = models.DecimalField(max_digits=6, decimal_places=3)
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "product"],
                condition=~Q(state__in=["closed", "expired"]),
                name="decisions_one_open_line",
            ),
            models.CheckConstraint(
                condition=Q(total_cny__gte=0) & Q(drawn_cny__gte=0) & Q(on_hold_cny__gte=0)
                & Q(reduced_cny__gte=0),
                name="decisions_line_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(total_cny__gte=F("drawn_cny") + F("on_hold_cny") + F("reduced_cny")),
                name="decisions_line_adds_up",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="state_moves", field="state", transitions=sorted(LINE_MOVES)),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference


class LineChange(models.Model):
    """One change of a line: before, after, why, by whom; never edited."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="changes")
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="line_changes"
    )
    cause = models.CharField(max_length=40)
    before = models.JSONField()
    after = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.line} {self.cause}"


class BookRow(models.Model):
    """Which row of the public table a sample applicant was loaded from."""

    applicant = models.OneToOneField(
        Applicant, on_delete=models.PROTECT, primary_key=True, related_name="book_row"
    )
    row = models.PositiveIntegerField(unique=True)

    def __str__(self) -> str:
        return f"{self.row}"
