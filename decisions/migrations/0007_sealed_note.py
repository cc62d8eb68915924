"""What a person says about a decision is sealed, as other free text is."""

from typing import Any

from django.db import migrations, models

import core.encryption

_PLACE = "decisions.decision.note"


def seal_notes(apps: Any, schema_editor: Any) -> None:
    """Seal the notes that stand in clear; decisions refuse every change, so their guard rests meanwhile."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, clear_note FROM decisions_decision WHERE clear_note <> ''")
        sealed = [(core.encryption.encrypt(note, place=_PLACE), key) for key, note in cursor.fetchall()]
        if not sealed:
            return
        cursor.execute("ALTER TABLE decisions_decision DISABLE TRIGGER USER")
        cursor.executemany("UPDATE decisions_decision SET note = %s WHERE id = %s", sealed)
        cursor.execute("ALTER TABLE decisions_decision ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    """What a person says about a decision is sealed, as other free text is."""

    dependencies = [("decisions", "0006_engines")]

    operations = [
        migrations.RemoveConstraint(model_name="decision", name="decisions_person_says_why"),
        migrations.RenameField(model_name="decision", old_name="note", new_name="clear_note"),
        migrations.AddField(
            model_name="decision",
            name="note",
            field=core.encryption.EncryptedTextField(
                blank=True, help_text="why a person decided so; internal", null=True
            ),
        ),
        migrations.RunPython(seal_notes, migrations.RunPython.noop),
        migrations.RemoveField(model_name="decision", name="clear_note"),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_automatic", True), ("note__isnull", False), _connector="OR"),
                name="decisions_person_says_why",
            ),
        ),
    ]
