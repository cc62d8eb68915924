"""How tables are made: no second index beside each unique text."""

from typing import Any

from django.db.backends.postgresql import schema


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Django's own, without the indexes for searches by the beginning of a text: nothing searches so."""

    def _create_like_index_sql(self, model: Any, field: Any) -> None:
        """Each would be written with every row, and equality has the other index."""
