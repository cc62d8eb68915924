"""Tables of the audit: private to this app, everybody else calls audit.log and audit.queries."""

import pgtrigger
from django.db import models

_FROZEN = pgtrigger.Update | pgtrigger.Delete


def _refuse_truncate() -> pgtrigger.Trigger:
    """Return a trigger that refuses to empty the table at one stroke."""
    return pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the audit cannot be emptied';",
    )


class Chain(models.Model):
    """The head of one case's chain; its row lock puts the events of a case in order."""

    subject = models.CharField(max_length=64, primary_key=True)
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            _refuse_truncate(),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.seq}"


class Event(models.Model):
    """One thing that happened to one case, hashed together with the event before it."""

    subject = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    verb = models.CharField(max_length=48)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    codes = models.JSONField(default=dict)
    commitments = models.JSONField(default=dict)
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="audit_event_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=_FROZEN), _refuse_truncate()]

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq} {self.verb}"


class Salt(models.Model):
    """The salt of one commitment; deleting it makes the commitment say nothing for ever."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="salts")
    name = models.CharField(max_length=48)
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="audit_salt_once")]
        triggers = [pgtrigger.Protect(name="no_update", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.event} {self.name}"


class Leaf(models.Model):
    """The place of one event in the Merkle tree; empty until the sealer gives it one."""

    # No event can be deleted, and verifying finds a leaf that has none.
    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, db_constraint=False)
    index = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["index"], condition=models.Q(index__isnull=False), name="audit_leaf_index_once"
            )
        ]
        indexes = [
            models.Index(fields=["event"], condition=models.Q(index__isnull=True), name="audit_leaf_unsealed")
        ]
        triggers = [
            pgtrigger.Protect(
                name="sealed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__index__isnull=False),
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            _refuse_truncate(),
        ]

    def __str__(self) -> str:
        return f"{self.index}"


class Node(models.Model):
    """One inner node of the tree, kept so that proving one leaf does not read all the others."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="audit_node_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=_FROZEN), _refuse_truncate()]

    def __str__(self) -> str:
        return f"node {self.level}.{self.index}"


class Checkpoint(models.Model):
    """A signed statement: the first `size` events hash to `root`."""

    size = models.PositiveBigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    key_id = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=_FROZEN), _refuse_truncate()]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"
