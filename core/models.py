"""The versions of the catalogues that were ever loaded."""

from django.db import models


class CatalogueVersion(models.Model):
    """One loaded version of a catalogue (reasons, evidence, jurisdictions, ...), never edited."""

    name = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    document = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "content_hash"], name="core_catalogue_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.content_hash[:12]}"
