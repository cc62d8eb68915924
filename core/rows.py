"""Rows of several tables in one value of a statement, and the objects that Django makes of them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
Reader = Callable[[Any], Any]

# What JSON has no value for: how the column is written, and how it is read back.
_WRITTEN: Final = {
    "BinaryField": "encode({}, 'hex')", "DecimalField": "{}::text", "JSONField": "{}::text",
}  # fmt: skip
_READ: Final[dict[str, Reader]] = {
    "BinaryField": bytes.fromhex, "DecimalField": Decimal, "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
}  # fmt: skip


class Shape(Generic[M]):
    """The columns of one table that a statement asks for; others are read when somebody needs them."""

    def __init__(self, model: type[M], *, without: Sequence[str] = ()) -> None:
        self._model, self._without = model, without

    def columns(self, alias: str) -> str:
        """The expression for one row of the table that goes by this alias."""
        written = (
            _WRITTEN.get(field.get_internal_type(), "{}").format(f"{alias}.{field.column}")
            for field in self._fields
        )
        return f"json_build_array({', '.join(written)})"

    def rows(self, source: str, *, order: str) -> str:
        """The expression for a list of rows of `source`, in which the table goes by `x`."""
        return f"(SELECT coalesce(json_agg({self.columns('x')} ORDER BY {order}), '[]') FROM {source})"  # noqa: S608 - our own tables

    def read(self, values: Sequence[Any]) -> M:
        """The object of one row."""
        row = list(values)
        for at, reader in self._readers:
            if row[at] is not None:
                row[at] = reader(row[at])
        return self._model.from_db(connection.alias, self._names, row)

    def read_all(self, rows: Sequence[Sequence[Any]]) -> list[M]:
        """The objects of a list of rows."""
        return [self.read(row) for row in rows]

    @cached_property
    def _fields(self) -> list[Any]:
        return [field for field in self._model._meta.concrete_fields if field.attname not in self._without]

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]

    @cached_property
    def _readers(self) -> list[tuple[int, Reader]]:
        found = ((at, _reader_of(field)) for at, field in enumerate(self._fields))
        return [(at, reader) for at, reader in found if reader is not None]


def _reader_of(field: Any) -> Reader | None:
    plain = _READ.get(field.get_internal_type())
    if not hasattr(field, "from_db_value"):
        return plain
    if plain is None:
        return lambda value: field.from_db_value(value, None, connection)
    return lambda value: field.from_db_value(plain(value), None, connection)


def keep_related(owner: models.Model, name: str, rows: Sequence[models.Model], *, back: str) -> None:
    """Have `owner` know these rows as its `name`, and each of them know its owner, without asking again."""
    model: Any = owner._meta.get_field(name).related_model
    known: Any = models.QuerySet(model)
    known._result_cache, known._prefetch_done = list(rows), True  # noqa: SLF001 - as prefetching does
    vars(owner).setdefault("_prefetched_objects_cache", {})[name] = known
    for row in rows:
        setattr(row, back, owner)


def keep_one(owner: models.Model, name: str, row: models.Model | None, *, back: str) -> None:
    """Have `owner` know this row, or that there is none, as its `name`."""
    owner._state.fields_cache[name] = row  # noqa: SLF001 - as select_related does
    if row is not None:
        setattr(row, back, owner)
