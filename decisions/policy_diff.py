"""What differs between two policies, part by part; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessment import Policy

Path = tuple[str, ...]
Part = Any
_LEFT_OUT = frozenset({"policy_version", "effective_from", "predecessor", "currency"})
_BY_CODE = {
    ("rules",): "id",
    ("recourse", "groups"): "id",
    ("bands",): "code",
    ("price_bands",): "code",
    ("early_warning", "triggers"): "id",
    ("early_warning", "measures"): "id",
}
_WHOLE: tuple[Path, ...] = (
    ("rules", "*"),
    ("recourse", "groups", "*"),
    ("scorecards", "*", "characteristics", "*"),
)
"""Parts that come or go as one."""


@dataclass(frozen=True)
class Change:
    """One place where two policies differ; None where it is not there."""

    path: Path
    old: Part
    new: Part


def find_changes(old: Policy, new: Policy) -> list[Change]:
    """Every difference between two policies in the order of the newer document, each once."""
    return list(_compare((), _keyed(old.document, ()), _keyed(new.document, ())))


def _keyed(value: Part, path: Path) -> Part:
    """The document with its lists as mappings where their entries have names."""
    if isinstance(value, Mapping):
        return {
            key: _keyed(item, (*path, key))
            for key, item in value.items()
            if not (not path and key in _LEFT_OUT) and not (len(path) == 2 and key == "order")
        }
    if path[-1:] == ("bins",):
        return {_bin_key(one): one["pts"] for one in value}
    if path in _BY_CODE:
        return {one[_BY_CODE[path]]: {k: v for k, v in one.items() if k != _BY_CODE[path]} for one in value}
    return value


def _bin_key(one: Mapping[str, Any]) -> str:
    if "is" in one:
        return f"is {one['is']}"
    return "more" if one["max"] is None else f"max {one['max']}"


def _compare(path: Path, old: Part, new: Part) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _compare((*path, key), old.get(key), new.get(key))
    elif _is_whole(path) or not (isinstance(old, Mapping) or isinstance(new, Mapping)):
        yield Change(path, old, new)
    else:
        for key in new if isinstance(new, Mapping) else old:
            yield from _compare((*path, key), (old or {}).get(key), (new or {}).get(key))


def _is_whole(path: Path) -> bool:
    return any(
        len(path) == len(whole) and all(want in ("*", part) for want, part in zip(whole, path, strict=True))
        for whole in _WHOLE
    )
