"""Policy versions, the market condition, and what the platform says about itself."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

POLICY_PRODUCTS = ("consumer_loan", "sme_working_capital", "supply_chain_finance")


class PolicyState(models.TextChoices):
    """How far a version has come; the dates of a published one say whether it is in force."""

    DRAFT = "DRAFT", _("draft")
    PROPOSED = "PROPOSED", _("proposed")
    APPROVED = "APPROVED", _("approved")
    PUBLISHED = "PUBLISHED", _("published")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


def _never_two(product: str) -> ExclusionConstraint:
    """On no day two published versions that both have this product."""
    period = Func(
        F("effective_from"), F("retired_on"), Value("[]"), function="daterange", output_field=DateRangeField()
    )
    return ExclusionConstraint(
        name=f"decisions_one_policy_{product}",
        expressions=[(period, RangeOperators.OVERLAPS)],
        condition=Q(state=PolicyState.PUBLISHED, document__products__has_key=product),
    )


class PolicyVersion(models.Model):
    """One version of the lending policy, whole and content-hashed, from draft to retired."""

    version = models.CharField(max_length=20, unique=True)
    content_hash = models.CharField(max_length=64)
    document = models.JSONField()
    state = models.CharField(max_length=10, choices=PolicyState, default=PolicyState.DRAFT)
    is_shipped = models.BooleanField(default=False, help_text="came with a release, which others reviewed")
    effective_from = models.DateField(null=True, blank=True, help_text="first day in force")
    retired_on = models.DateField(null=True, blank=True, help_text="last day in force")
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, help_text="why this version; internal")
    impact = models.CharField(
        max_length=300, blank=True, help_text="link or reference of the assessment of its impact"
    )
    loaded_at = models.DateTimeField(help_text="when the content was stored")
    drafted_by = models.CharField(max_length=120)
    proposed_by = models.CharField(max_length=120, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True, help_text="why it was sent back or taken back; internal")

    class Meta:
        ordering = ["-effective_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by="")
                | (~Q(approved_by=F("proposed_by")) & ~Q(approved_by=F("drafted_by"))),
                name="decisions_policy_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="WITHDRAWN")
                | Q(state="DRAFT", proposed_by="", approved_by="")
                | (Q(state="PROPOSED", approved_by="") & ~Q(proposed_by=""))
                | (Q(state="APPROVED") & ~Q(proposed_by="") & ~Q(approved_by=""))
                | Q(state="PUBLISHED", is_shipped=True)
                | (Q(state="PUBLISHED") & ~Q(proposed_by="") & ~Q(approved_by="") & ~Q(published_by="")),
                name="decisions_policy_steps",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by="", proposed_at__isnull=True)
                | (~Q(proposed_by="") & Q(proposed_at__isnull=False)),
                name="decisions_policy_proposed",
            ),
            models.CheckConstraint(
                condition=Q(approved_by="", approved_at__isnull=True)
                | (~Q(approved_by="") & Q(approved_at__isnull=False)),
                name="decisions_policy_approved",
            ),
            models.CheckConstraint(
                condition=Q(state="PUBLISHED", effective_from__isnull=False)
                | (~Q(state="PUBLISHED") & Q(effective_from__isnull=True, retired_on__isnull=True)),
                name="decisions_policy_dated",
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(retired_on__gte=F("effective_from")),
                name="decisions_policy_dates",
            ),
            *(_never_two(product) for product in POLICY_PRODUCTS),
        ]
        triggers = [
            pgtrigger.Protect(
                name="content_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.version IS DISTINCT FROM NEW.version"
                    " OR OLD.is_shipped IS DISTINCT FROM NEW.is_shipped"
                    " OR (OLD.state <> 'DRAFT' AND (OLD.content_hash IS DISTINCT FROM NEW.content_hash"
                    " OR OLD.document IS DISTINCT FROM NEW.document"
                    " OR OLD.impact IS DISTINCT FROM NEW.impact))"
                ),
            ),
            pgtrigger.Protect(
                name="assessed_first",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'PROPOSED' AND NEW.state = 'APPROVED' AND NEW.impact = ''"
                ),
            ),
            pgtrigger.FSM(
                name="moves",
                field="state",
                transitions=[
                    ("DRAFT", "PROPOSED"),
                    ("PROPOSED", "DRAFT"),
                    ("PROPOSED", "APPROVED"),
                    ("APPROVED", "PUBLISHED"),
                    ("DRAFT", "WITHDRAWN"),
                    ("PROPOSED", "WITHDRAWN"),
                    ("APPROVED", "WITHDRAWN"),
                    ("PUBLISHED", "WITHDRAWN"),
                ],
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


class SwitchState(models.TextChoices):
    """A switch waits for a second person, counts from its moment on, or was sent back."""

    PROPOSED = "PROPOSED", _("proposed")
    SWITCHED = "SWITCHED", _("in effect")
    RETURNED = "RETURNED", _("returned")


class MarketSwitch(models.Model):
    """One dated, reasoned change of the market condition by two people, with the day of its review."""

    condition = models.CharField(max_length=8, choices=Market)
    reason = models.CharField(max_length=300)
    review_on = models.DateField()
    state = models.CharField(max_length=8, choices=SwitchState, default=SwitchState.PROPOSED)
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=120, blank=True)
    switched_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-switched_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("proposed_by")),
                name="decisions_market_two_people",
            ),
            models.CheckConstraint(
                condition=(Q(state="SWITCHED", switched_at__isnull=False) & ~Q(approved_by=""))
                | (~Q(state="SWITCHED") & Q(switched_at__isnull=True, approved_by="")),
                name="decisions_market_complete",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="PROPOSED"), name="decisions_market_one_proposal"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> 'PROPOSED'"),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.condition} {self.proposed_at:%Y-%m-%d}"


class PlatformNoticeKind(models.TextChoices):
    """What the platform says about itself."""

    EXPOSURE = "EXPOSURE", _("overall use of a product")
    MAINTENANCE = "MAINTENANCE", _("maintenance")
    EVERY_PAGE = "EVERY_PAGE", _("notice on every page")


class PlatformNotice(models.Model):
    """One dated statement about us: exposure, maintenance, a notice; the newest of its kind counts."""

    kind = models.CharField(max_length=12, choices=PlatformNoticeKind)
    product = models.CharField(max_length=40, blank=True, help_text="empty: every product")
    exposure_pct = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    text_zh = models.CharField(max_length=240, blank=True, help_text="a notice in Chinese; empty ends it")
    text_en = models.CharField(max_length=240, blank=True, help_text="the same in English")
    stated_at = models.DateTimeField()
    stated_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-stated_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(exposure_pct__gte=0), name="decisions_exposure_from_zero"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="decisions_notice_dates",
            ),
            models.CheckConstraint(
                condition=~Q(kind="EVERY_PAGE") | Q(ends_at__isnull=False), name="decisions_notice_ends"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.stated_at:%Y-%m-%d}"
