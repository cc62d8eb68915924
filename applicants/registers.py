"""What each app holds about somebody, who looked at it there, what stands against deleting, and what goes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from django.db import models
from django.utils.functional import Promise

from applicants.models import Applicant
from core.audiences import InternalText
from core.canonical import Json, plain

Rows: TypeAlias = list[dict[str, Any]]
Read: TypeAlias = Callable[[Applicant], Rows]


@dataclass(frozen=True)
class Look:
    """One look at somebody's data: when, by whom in a word, and at what."""

    at: datetime
    who: str
    what: str
    about: str


@dataclass(frozen=True)
class Hold:
    """One reason why data must stay for now, as a code, and until when if that is known."""

    code: str
    until: date | None = None


@dataclass(frozen=True)
class Section:
    """One part of a copy of somebody's data."""

    name: str
    title: str | Promise
    read: Read


_sections: dict[str, Section] = {}
_lookers: list[Callable[[Applicant, int], list[Look]]] = []
_holders: list[Callable[[Applicant, datetime], Iterable[Hold]]] = []
_erasers: list[Callable[[Applicant, datetime], Mapping[str, int]]] = []


def holds(name: str, *, title: str | Promise) -> Callable[[Read], Read]:
    """Register the function that reads one part of everything that is held about an applicant."""

    def register(read: Read) -> Read:
        _sections[name] = Section(name, title, read)
        return read

    return register


def noted_looks(
    read: Callable[[Applicant, int], list[Look]],
) -> Callable[[Applicant, int], list[Look]]:
    """Register a function that lists who looked, newest first and at most so many."""
    _lookers.append(read)
    return read


def holds_back(
    read: Callable[[Applicant, datetime], Iterable[Hold]],
) -> Callable[[Applicant, datetime], Iterable[Hold]]:
    """Register a function that says what stands against deleting now."""
    _holders.append(read)
    return read


def erases(
    act: Callable[[Applicant, datetime], Mapping[str, int]],
) -> Callable[[Applicant, datetime], Mapping[str, int]]:
    """Register a function that lets go of what may go, and says of how much."""
    _erasers.append(act)
    return act


def list_sections() -> list[Section]:
    """Return the parts in the order of their registration: nearest to the person first."""
    return list(_sections.values())


def list_looks(applicant: Applicant, *, limit: int = 100) -> list[Look]:
    """Return who looked at somebody's data, newest first."""
    found = [look for read in _lookers for look in read(applicant, limit)]
    return sorted(found, key=lambda look: look.at, reverse=True)[:limit]


def list_holds(applicant: Applicant, now: datetime) -> list[Hold]:
    """Return every reason why the data must stay for now."""
    return [hold for read in _holders for hold in read(applicant, now)]


def let_go(applicant: Applicant, now: datetime) -> dict[str, int]:
    """Let go of what may go, in the caller's transaction; return how much of what."""
    gone: dict[str, int] = {}
    for act in _erasers:
        gone |= act(applicant, now)
    return gone


def dump(row: models.Model, *without: str) -> dict[str, Json]:
    """Return every column of a row by name, without keys of rows and without words between colleagues."""
    found: dict[str, Json] = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.is_relation or column.primary_key or column.name in without:
            continue
        if isinstance(value, InternalText | bytes | memoryview):
            continue
        found[column.name] = plain(value) if not hasattr(value, "isoformat") else value.isoformat()
    return found


def dump_all(rows: Iterable[models.Model], *without: str) -> Rows:
    """Return every column of every row."""
    return [dump(row, *without) for row in rows]
