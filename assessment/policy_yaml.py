"""Reading a policy from YAML text, so that every refusal names the line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assessment.errors import PolicyError
from assessment.policy import Policy
from assessment.policy_reading import load_policy

MAX_PARTS = 50_000


def read_policy(text: str, *, version: str | None = None) -> Policy:
    """Load a policy from YAML text; raises PolicyError with path, expectation and line."""
    document, lines = read_document(text)
    try:
        return load_policy(document, version=version)
    except PolicyError as error:
        raise PolicyError(error.path, error.expected, line=find_line(lines, error.path)) from None


def write_document(document: Mapping[str, Any]) -> str:
    """The document as YAML that reads back the same; the version, which must be new, stands first."""
    import yaml

    ordered = {"policy_version": document["policy_version"], **document}
    return yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=110)


def read_document(text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The document and the line of every path in it; keys must be unique and no part may contain itself."""
    import yaml  # only reading text needs it, so that importing the library stays quick

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[str, int] = {"": 1}
        if root is None:
            raise PolicyError("", "a policy, not an empty text", line=1)
        _walk(root, "", lines, ())
        document = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else None
        raise PolicyError("", f"readable YAML ({error.problem})", line=line) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, PolicyError):
            raise
        raise PolicyError("", "readable YAML") from None
    if not isinstance(document, dict):
        raise PolicyError("", "a mapping of names to values", line=1)
    return document, lines


def find_line(lines: dict[str, int], path: str) -> int:
    """The line of `path`, or of the nearest part that contains it."""
    path = re.sub(r"^predecessor \(.*\)$", "predecessor", path)
    while path not in lines:
        path = re.sub(r"(^|\.)[^.\[]*$|\[\d+\]$", "", path)
    return lines[path]


def _walk(node: Any, path: str, lines: dict[str, int], above: tuple[int, ...]) -> None:
    line = node.start_mark.line + 1
    if id(node) in above:
        raise PolicyError(path, "no part that contains itself", line=line)
    if len(lines) > MAX_PARTS:
        raise PolicyError(path, f"at most {MAX_PARTS} parts", line=line)
    above = (*above, id(node))
    if node.id == "mapping":
        for inner, line, value in _entries(node, path):
            lines[inner] = line
            _walk(value, inner, lines, above)
    elif node.id == "sequence":
        for at, item in enumerate(node.value):
            lines[f"{path}[{at}]"] = item.start_mark.line + 1
            _walk(item, f"{path}[{at}]", lines, above)


def _entries(node: Any, path: str) -> Iterator[tuple[str, int, Any]]:
    seen = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        inner = f"{path}.{key.value}" if path else str(key.value)
        if inner in seen:
            raise PolicyError(inner, "each key once", line=line)
        seen.add(inner)
        yield inner, line, value
