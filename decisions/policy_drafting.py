"""Drafting a policy version from a document: checked whole, numbered, compared with what is in force."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, ActorKind
from accounts.roles import Permission
from assessment import Policy, PolicyError, load_policy
from assessment.policy_yaml import find_line, read_document, write_document
from audit.log import record
from audit.verbs import Verb
from core.catalogues import get_catalogue
from core.errors import ForbiddenError, InputError
from core.identity import today_in_china
from decisions.catalogue_crosscheck import Catalogues, cross_check
from decisions.models import PolicyVersion
from decisions.policies import compiled, get_latest_policy
from decisions.policy_errors import IllegalPolicyMoveError, StalePolicyError, VersionExistsError
from decisions.policy_states import STAGE_LABELS, Step, can_step, stage_of

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,19}", re.ASCII)
_TAKEN = frozenset({"new", "market", "card"})
LONGEST_NOTE = 2000
_UNKNOWN = "unknown_in_a_rule"
_CATALOGUES = (
    "reasons", "evidence", "characteristics", "vocabularies", "jurisdictions", "words", "products",
)  # fmt: skip


def draft_policy(*, document: Mapping[str, Any], note: str = "", by: Actor, now: datetime) -> PolicyVersion:
    """Store a draft; what cannot be a policy is refused with the path and what was expected there."""
    check_drafter(by)
    base = get_latest_policy(now=now)
    policy = _read(complete(document, base=compiled(base), now=now))
    return _store(policy, base=base, note=note, by=by, now=now)


def draft_from_text(*, text: str, note: str = "", by: Actor, now: datetime) -> PolicyVersion:
    """Store a draft from YAML; a refusal names the line as well."""
    check_drafter(by)
    base = get_latest_policy(now=now)
    policy = read_text(text, base=compiled(base), now=now)
    return _store(policy, base=base, note=note, by=by, now=now)


def write_text(policy_version: PolicyVersion) -> str:
    """The content of a version as YAML, from which another can be made."""
    return write_document(compiled(policy_version).document)


def redraft_policy(
    *,
    policy_version: PolicyVersion,
    document: Mapping[str, Any],
    expected_hash: str,
    by: Actor,
    now: datetime,
) -> PolicyVersion:
    """Replace the content of a draft; the version keeps its name and is compared with what is in force."""
    check_drafter(by)
    base = get_latest_policy(now=now)
    named = {**document, "policy_version": policy_version.version}
    policy = _read(complete(named, base=compiled(base), now=now))
    return _replace(policy_version, policy, base, expected_hash=expected_hash, by=by, now=now)


def redraft_from_text(
    *, policy_version: PolicyVersion, text: str, expected_hash: str, by: Actor, now: datetime
) -> PolicyVersion:
    """Replace the content of a draft with YAML."""
    check_drafter(by)
    base = get_latest_policy(now=now)
    policy = read_text(text, base=compiled(base), now=now, version=policy_version.version)
    return _replace(policy_version, policy, base, expected_hash=expected_hash, by=by, now=now)


def complete(document: Mapping[str, Any], *, base: Policy, now: datetime) -> dict[str, Any]:
    """The document with the day of drafting and what it changes of the rules in force, for reason P01."""
    whole = {name: value for name, value in document.items() if name != "predecessor"}
    whole["effective_from"] = today_in_china(now).isoformat()
    changes = rule_changes(whole, base)
    if changes:
        labels = get_catalogue("words").document["rules"]
        whole["predecessor"] = {
            "policy_version": base.version, "effective_from": base.effective_from, "changes": changes,
            "words": {code: _words_of(labels.get(code)) for code in changes},
        }  # fmt: skip
    return whole


def rule_changes(document: Mapping[str, Any], base: Policy) -> dict[str, str]:
    """How the rules in force differ from those of a document, as far as tests of rules can tell it."""
    older = {rule.id: rule for rule in base.rules}
    found = {}
    rules = document.get("rules")
    for rule in rules if isinstance(rules, list) else []:
        code, test = (rule.get("id"), rule.get("test")) if isinstance(rule, Mapping) else (None, None)
        if not isinstance(code, str):
            continue
        if code not in older:
            found[code] = "absent"
        elif older[code].test != test:
            found[code] = older[code].test
    if base.unknown_outcome == "pass" and document.get(_UNKNOWN) != {"outcome": "pass"}:
        found[_UNKNOWN] = "pass"
    return {code: change for code, change in found.items() if _is_readable(document, code, change)}


def check_words(policy: Policy) -> list[str]:
    """Every name that the policy uses and no catalogue explains: people could not be told about it."""
    documents = {name: get_catalogue(name).document for name in _CATALOGUES}
    return cross_check(Catalogues(**documents, policy=policy))


def read_text(text: str, *, base: Policy, now: datetime, version: str | None = None) -> Policy:
    """The policy of a YAML text on the base of another; raises InputError that names line, path and why."""
    try:
        document, lines = read_document(text)
    except PolicyError as error:
        raise _refused(error) from error
    if version is not None:
        document["policy_version"] = version
    try:
        return load_policy(complete(document, base=base, now=now))
    except PolicyError as error:
        raise _refused(PolicyError(error.path, error.expected, line=find_line(lines, error.path))) from error


def _is_readable(document: Mapping[str, Any], code: str, change: str) -> bool:
    """Whether the older test can be asked of the inputs of this document."""
    predecessor = {"policy_version": "older", "changes": {code: change}}
    try:
        load_policy({**document, "predecessor": predecessor})
    except PolicyError as error:
        return not error.path.startswith("predecessor")
    return True


def _words_of(label: Mapping[str, str] | None) -> dict[str, str]:
    """What P01 says about a changed rule: its name, in both languages."""
    if label is None:
        return {"zh": "\u90e8\u5206\u5ba1\u6838\u89c4\u5219\u6709\u8c03\u6574", "en": "some checks changed"}
    return {
        "zh": f"\u8c03\u6574\u4e86\u201c{label['zh']}\u201d\u8fd9\u4e00\u9879\u68c0\u67e5",
        "en": f"the check \u201c{label['en']}\u201d changed",
    }


def _read(document: Mapping[str, Any]) -> Policy:
    try:
        return load_policy(document)
    except PolicyError as error:
        raise _refused(error) from error


def _refused(error: PolicyError) -> InputError:
    return InputError(fields={"document": [str(error)]})


def _store(policy: Policy, *, base: PolicyVersion, note: str, by: Actor, now: datetime) -> PolicyVersion:
    if not _NAME.fullmatch(policy.version) or policy.version in _TAKEN:
        problem = _("policy_version: at most 20 letters, digits, points and hyphens, such as 2026.2.")
        raise InputError(fields={"document": [problem]})
    with transaction.atomic():
        if PolicyVersion.objects.filter(version=policy.version).exists():
            raise VersionExistsError(version=policy.version)
        row = PolicyVersion.objects.create(
            version=policy.version, content_hash=policy.hash, document=policy.document, predecessor=base,
            note=note.strip()[:LONGEST_NOTE], loaded_at=now, drafted_by=by.code,
        )  # fmt: skip
        _record(Verb.POLICY_DRAFTED, row, by, now)
    return row


def _replace(
    known: PolicyVersion,
    policy: Policy,
    base: PolicyVersion,
    *,
    expected_hash: str,
    by: Actor,
    now: datetime,
) -> PolicyVersion:
    with transaction.atomic():
        row = PolicyVersion.objects.select_for_update(of=("self",)).get(pk=known.pk)
        stage = stage_of(row, today=today_in_china(now))
        if not can_step(Step.REDRAFT, stage):
            raise IllegalPolicyMoveError(version=row.version, stage=STAGE_LABELS[stage])
        if row.content_hash != expected_hash:
            raise StalePolicyError(version=row.version)
        row.content_hash, row.document, row.predecessor = policy.hash, policy.document, base
        row.loaded_at, row.drafted_by = now, by.code
        row.save(update_fields=["content_hash", "document", "predecessor", "loaded_at", "drafted_by"])
        _record(Verb.POLICY_CHANGED, row, by, now)
    return row


def _record(verb: Verb, row: PolicyVersion, by: Actor, now: datetime) -> None:
    record(
        verb=verb, subject=f"policy:{row.version}", actor=by.code, now=now, codes={"hash": row.content_hash}
    )


def check_drafter(by: Actor) -> None:
    """A policy manager drafts, or the site itself for a card that was fitted or imported."""
    if by.kind is not ActorKind.SITE and not by.can(Permission.MANAGE_POLICY):
        raise ForbiddenError
