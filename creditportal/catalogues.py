"""Loading every catalogue and policy of a folder, all or nothing, cross-checked before anything is stored."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from appeals.terms import validate_appeals
from applicants.characteristics_check import validate_characteristics
from applicants.sources import validate_sources
from applicants.vocabularies import validate_vocabularies
from core.catalogues import Catalogue, CatalogueError, Validator, load_catalogue, read_yaml
from decisions.catalogue_check import validate_reasons, validate_words
from decisions.catalogue_crosscheck import Catalogues, cross_check
from decisions.help_topics import validate_help
from decisions.jurisdictions import validate_jurisdictions
from decisions.letter_words import validate_letters
from decisions.models import PolicyVersion
from decisions.policies import load_policy_version, read_policy_file
from decisions.warning_catalogue import check_against_policy, validate_warnings
from evidence.catalogue import validate_evidence

FOLDER = Path(__file__).resolve().parent.parent / "catalogue"


def load_catalogues(*, folder: Path = FOLDER, now: datetime) -> tuple[list[Catalogue], PolicyVersion]:
    """Store the newest version of each catalogue and of the policy; a bad file stores nothing at all."""
    documents = {name: read_yaml(_path(folder, name)) for name in _validators({})}
    validators = _validators(documents)
    for name, validate in validators.items():
        problems = validate(documents[name])
        if problems:
            raise CatalogueError(file=f"{name}.yaml", problem="; ".join(problems))
    _cross_check(folder, documents)
    with transaction.atomic():
        loaded = [
            load_catalogue(name=name, path=_path(folder, name), validate=validate, now=now)
            for name, validate in validators.items()
        ]
        policy = load_policy_version(document_path=_path(folder, "policy"), now=now)
    return loaded, policy


def _path(folder: Path, name: str) -> Path:
    path = folder / f"{name}.yaml"
    if not path.is_file():
        raise CatalogueError(file=path.name, problem="the file is missing")
    return path


def _validators(documents: dict[str, Any]) -> dict[str, Validator]:
    sources = documents.get("sources") or {}
    vocabularies = documents.get("vocabularies") or {}
    return {
        "sources": validate_sources,
        "vocabularies": validate_vocabularies,
        "characteristics": lambda document: validate_characteristics(
            document, sources=sources, vocabularies=vocabularies
        ),
        "reasons": validate_reasons,
        "evidence": validate_evidence,
        "jurisdictions": validate_jurisdictions,
        "products": validate_words,
        "words": validate_words,
        "appeals": validate_appeals,
        "letters": validate_letters,
        "help": validate_help,
        "warnings": validate_warnings,
    }


def _cross_check(folder: Path, documents: dict[str, Any]) -> None:
    policy = read_policy_file(_path(folder, "policy"))
    names = ("reasons", "evidence", "characteristics", "vocabularies", "jurisdictions", "words", "products")
    problems = cross_check(Catalogues(**{name: documents[name] for name in names}, policy=policy))
    problems += check_against_policy(documents["warnings"], policy.document, documents["reasons"])
    if problems:
        raise CatalogueError(file="catalogue", problem="; ".join(problems))
