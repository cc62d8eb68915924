"""Catalogues are YAML files read into versioned rows; readers always get a whole, validated version."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, LiteralString, TypeAlias

import yaml
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, NotFoundError
from core.models import CatalogueVersion
from core.prepared import fetch_prepared

Validator: TypeAlias = Callable[[Any], list[str]]
Stamp: TypeAlias = tuple[int | None, int]
"""The newest key of a catalogue version and how many there are: versions are only ever added."""
STAMP: Final[LiteralString] = "(SELECT json_build_array(max(id), count(*)) FROM core_catalogueversion)"
"""The stamp as one value that another statement may ask for too."""


class CatalogueError(DomainError):
    """A catalogue file cannot be used; the message names the file, the line and what is wrong."""

    code = "bad-catalogue"
    status = 400
    default_message = _("The catalogue file %(file)s cannot be used: %(problem)s")


class CatalogueMissingError(NotFoundError):
    """A catalogue was asked for that has never been loaded."""

    code = "catalogue-not-loaded"
    default_message = _("The catalogue %(name)s has not been loaded yet.")


_ASK_STAMP: Final[LiteralString] = f"SELECT {STAMP}"


@dataclass
class _Page:
    """What a page has looked up."""

    stamp: Stamp | None = None


_page: ContextVar[_Page | None] = ContextVar("pinned_catalogues", default=None)


@dataclass(frozen=True)
class Catalogue:
    """One version of a catalogue: its name, content hash and document."""

    name: str
    content_hash: str
    document: Any

    @cached_property
    def by_code(self) -> dict[str, Any]:
        """The entries of a document that is a list, by their code."""
        return {entry["code"]: entry for entry in self.document}


def read_yaml(path: Path) -> Any:
    """Parse one YAML file safely; a syntax error names file, line and column."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_DatelessLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise CatalogueError(file=path.name, problem=f"{where}{error.problem}") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(file=path.name, problem=f"not UTF-8 at byte {error.start}") from error


class _DatelessLoader(yaml.SafeLoader):
    """A safe loader that leaves dates as text (JSON has none) and refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Build a mapping, refusing duplicate keys with their line."""
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_DatelessLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def content_hash(document: object) -> str:
    """The SHA-256 of the document's canonical JSON."""
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def load_catalogue(*, name: str, path: Path, validate: Validator, now: datetime) -> Catalogue:
    """Store the file as the catalogue's newest version; the same content again changes nothing."""
    document = read_yaml(path)
    problems = validate(document)
    if problems:
        raise CatalogueError(file=path.name, problem="; ".join(problems))
    digest = content_hash(document)
    CatalogueVersion.objects.get_or_create(
        name=name, content_hash=digest, defaults={"document": document, "loaded_at": now}
    )
    return Catalogue(name=name, content_hash=digest, document=document)


@contextmanager
def pinned_catalogues() -> Iterator[None]:
    """Inside, all catalogues are looked up once and keep their version, so that a page is of one piece."""
    token = _page.set(_Page())
    try:
        yield
    finally:
        _page.reset(token)


def pin_versions(stamp: Sequence[int]) -> None:
    """Pin what was newest when another statement read the `STAMP`, as far as nothing was pinned before."""
    page = _page.get()
    if page is not None and page.stamp is None:
        newest, count = stamp
        page.stamp = newest, count


def read_stamp() -> Stamp:
    """The stamp of now, or the one this page began with."""
    page = _page.get()
    if page is not None and page.stamp is not None:
        return page.stamp
    row = fetch_prepared(_ASK_STAMP, ())
    assert row is not None
    newest, count = row[0]
    pin_versions((newest, count))
    return newest, count


def get_catalogue(name: str) -> Catalogue:
    """The newest version of a catalogue, or the one this page began with."""
    known = _list_newest(read_stamp())
    if name not in known:
        raise CatalogueMissingError(name=name)
    return _version(known[name])


@lru_cache(maxsize=4)
def _list_newest(stamp: Stamp) -> dict[str, int]:
    """The newest version of each catalogue under a stamp, asked for once."""
    then = CatalogueVersion.objects.filter(pk__lte=stamp[0] or 0)
    return dict(then.order_by().values_list("name").annotate(Max("pk")))


@lru_cache(maxsize=64)
def _version(pk: int) -> Catalogue:
    row = CatalogueVersion.objects.get(pk=pk)
    return Catalogue(name=row.name, content_hash=row.content_hash, document=row.document)


def missing_keys(entry: Mapping[str, Any], keys: set[str], *, optional: set[str], where: str) -> list[str]:
    """What is missing from or unknown to an entry, one problem a line."""
    missing = [f"{where}: {key} is missing" for key in sorted(keys - set(entry))]
    unknown = [f"{where}: {key} is not known here" for key in sorted(set(entry) - keys - optional)]
    return missing + unknown
