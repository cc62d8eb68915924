"""Class remedies: one proved error, everybody whom it touched, two approvals, and what was done for each."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from decisions.class_remedy_states import APPROVERS, REMEDY_MOVES
from decisions.models.decisions import Decision
from decisions.models.policies import PolicyVersion


class ErrorKind(models.TextChoices):
    """What proved wrong."""

    SOURCE = "SOURCE", _("a source")
    RULE = "RULE", _("a rule")
    VALUE = "VALUE", _("one value of an input")


class Correction(models.TextChoices):
    """How the decisions are assessed again."""

    CURRENT = "CURRENT", _("with what we hold about the input now")
    VALUE = "VALUE", _("with the right value")
    LEAVE_OUT = "LEAVE_OUT", _("without the input")
    POLICY = "POLICY", _("under the rules of another policy version")


class ClassRemedyState(models.TextChoices):
    """Where a class remedy stands."""

    FINDING = "FINDING", _("looking for decisions")
    PROPOSED = "PROPOSED", _("waits for two people")
    APPLYING = "APPLYING", _("correcting decisions")
    DONE = "DONE", _("finished")
    STOPPED = "STOPPED", _("ended early")


class ClassRemedy(models.Model):
    """One proved error of a source, rule or value in a window of time, and how it is put right for all."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=6, choices=ErrorKind)
    source = models.CharField(max_length=60, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    characteristic = models.CharField(max_length=60, blank=True)
    value = models.JSONField(null=True, blank=True, help_text="the wrong value")
    correction = models.CharField(max_length=9, choices=Correction)
    right_value = models.JSONField(null=True, blank=True)
    policy = models.ForeignKey(
        PolicyVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_day = models.DateField()
    last_day = models.DateField()
    proof = models.CharField(max_length=40, help_text="the appeal or dispute that proved it")
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=ClassRemedyState, default=ClassRemedyState.FINDING)
    found_up_to = models.BigIntegerField(default=0, help_text="key of the last decision looked at")
    looked_at = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="what the dry run found, and what came of it")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="decisions_remedy_window"),
            models.CheckConstraint(
                condition=Q(kind="SOURCE") & ~Q(source="")
                | Q(kind="RULE") & ~Q(rule="")
                | Q(kind="VALUE") & ~Q(characteristic=""),
                name="decisions_remedy_names_error",
            ),
            models.CheckConstraint(
                condition=~Q(correction="POLICY") | Q(policy__isnull=False), name="decisions_remedy_policy"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DONE", "STOPPED"], ended_at__isnull=False)
                | (~Q(state__in=["DONE", "STOPPED"]) & Q(ended_at__isnull=True)),
                name="decisions_remedy_end",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="remedy_moves", field="state", transitions=sorted(REMEDY_MOVES)),
            pgtrigger.ReadOnly(
                name="remedy_is_final",
                fields=[
                    "kind", "source", "rule", "characteristic", "value", "correction", "right_value",
                    "policy", "first_day", "last_day", "proof", "reason", "started_by", "started_at",
                ],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="two_approve",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="PROPOSED", new__state="APPLYING"),
                func=f"""
                    IF (SELECT count(DISTINCT approved_by_id) FROM decisions_classremedyapproval
                        WHERE remedy_id = NEW.id AND approved_by_id <> NEW.started_by_id) < {APPROVERS} THEN
                        RAISE EXCEPTION 'class remedy % needs two people', NEW.reference
                            USING ERRCODE = '23514';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608  a number of ours
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference


class ClassRemedyApproval(models.Model):
    """One person's approval of a class remedy after its dry run; never that of who proposed it."""

    remedy = models.ForeignKey(ClassRemedy, on_delete=models.PROTECT, related_name="approvals")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["remedy", "approved_by"], name="decisions_remedy_approved_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="decisions_remedy_approval_reason"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (SELECT 1 FROM decisions_classremedy
                               WHERE id = NEW.remedy_id AND started_by_id = NEW.approved_by_id) THEN
                        RAISE EXCEPTION 'user % proposed class remedy %', NEW.approved_by_id, NEW.remedy_id
                            USING ERRCODE = '23514', CONSTRAINT = 'decisions_remedy_by_another';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remedy} {self.approved_by_id}"


class Effect(models.TextChoices):
    """What the corrected assessment means for the person."""

    BETTER = "BETTER", _("better for the person")
    SAME = "SAME", _("the same result")
    WORSE = "WORSE", pgettext_lazy("effect", "less than now: stays as it is")


class LeftReason(models.TextChoices):
    """Why a decision that was found stays as it is."""

    SAME = "SAME", _("the result is the same")
    WORSE = "WORSE", _("the result would have been less")
    APPEAL = "APPEAL", _("an appeal is open")
    NEWER = "NEWER", _("a newer decision stands")
    FAILED = "FAILED", _("it could not be assessed again")


class ClassRemedyCase(models.Model):
    """One decision that used what proved wrong: what the dry run says, and what was done; done once."""

    remedy = models.ForeignKey(ClassRemedy, on_delete=models.PROTECT, related_name="cases")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="remedy_cases")
    effect = models.CharField(max_length=6, choices=Effect)
    before = models.JSONField(help_text="outcome, score and amount that stood")
    after = models.JSONField(help_text="the same as assessed again")
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    left = models.CharField(max_length=6, choices=LeftReason, blank=True)
    corrected = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="remedied_case"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["remedy", "decision"], name="decisions_remedied_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, corrected__isnull=True, left="")
                | Q(done_at__isnull=False, corrected__isnull=False, left="")
                | (Q(done_at__isnull=False, corrected__isnull=True) & ~Q(left="")),
                name="decisions_remedied_or_left",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remedy", "id"], condition=Q(done_at__isnull=True), name="decisions_remedy_open"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="done_is_done",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__done_at__isnull=False),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.remedy} {self.decision_id}"
