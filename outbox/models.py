"""The outbox table: rows of work that a committed transaction asked for."""

from typing import Final

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a piece of work stands."""

    PENDING = "PENDING", _("waiting")
    LEASED = "LEASED", _("in progress")
    DONE = "DONE", _("done")
    DEAD = "DEAD", _("needs attention")


_KNOWN: Final = ", ".join(f"'{state}'" for state in State.values)
# A check constraint is parsed anew for each statement; what a function says is kept.
_WHOLE: Final = pgtrigger.Trigger(
    name="whole",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("broken", "text")],
    func=f"""
        broken := CASE
            WHEN NEW.state NOT IN ({_KNOWN}) THEN 'outbox_state_known'
            WHEN NEW.state = 'LEASED' AND (NEW.lease IS NULL OR NEW.leased_until IS NULL)
                THEN 'outbox_leased_has_lease'
        END;
        IF broken IS NOT NULL THEN
            RAISE EXCEPTION 'work % cannot stand so: %', NEW.id, broken
                USING ERRCODE = 'check_violation', CONSTRAINT = broken;
        END IF;
        RETURN NEW;
    """,
)


class Outbox(models.Model):
    """One piece of work: kind and reference only, never personal data."""

    kind = models.CharField(_("kind"), max_length=48)
    subject = models.CharField(_("reference"), max_length=64)
    key = models.CharField(_("key"), max_length=160)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"))
    leased_until = models.DateTimeField(_("in progress until"), null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    last_error = models.CharField(_("last problem"), max_length=160, blank=True)
    created_at = models.DateTimeField(_("created"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("piece of work")
        verbose_name_plural = _("pieces of work")
        constraints = [
            models.UniqueConstraint(fields=["subject", "key"], name="outbox_once"),
        ]
        triggers = [_WHOLE]
        indexes = [
            models.Index(
                fields=["next_at", "id"], condition=models.Q(state="PENDING"), name="outbox_pending"
            ),
            models.Index(fields=["leased_until"], condition=models.Q(state="LEASED"), name="outbox_leased"),
            models.Index(fields=["-id"], condition=models.Q(state="DEAD"), name="outbox_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
