"""`bin/mutate [MODULE[:FROM] ...]`: changes the engine in one place at a time; does a test notice?

The changes are those of cosmic-ray, whose runner would start Python anew for each; here they run in forks
(`_mutation_trying`). Annotations and kinds of parameters are left alone: mypy reads them. A survivor that
docs/mutation.md does not name, with its reason, is a missing test. `knapsack:251` goes on with change 251.
"""

import importlib
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bench._mutation_trying import Mutant, prepare, try_all
from creditportal.embedded.places import CHECKOUT

LISTED: Final = CHECKOUT / "docs" / "mutation.md"
_TELL_EVERY: Final = 25
TESTS: Final = {
    "scoring": ("scoring", "reasons", "assessment", "persons", "rules", "properties"),
    "reasons": ("reasons", "assessment", "persons", "rules", "baselines", "properties"),
    "recourse": ("recourse", "targets", "certificates", "exactness"),
    "knapsack": ("knapsack", "recourse", "certificates", "exactness"),
    "rules": ("rules", "reasons", "assessment", "persons", "limits", "properties"),
}


def mutants(source: str) -> Iterator[Mutant]:
    """Every change that an operator of cosmic-ray makes to a source, each once; and += becomes -=."""
    provider = importlib.import_module("cosmic_ray.operators.provider").OperatorProvider()
    read = importlib.import_module("cosmic_ray.ast").get_ast
    seen = {source}
    for name in provider:
        operator = provider[name]
        if operator.arguments() or _is_by_identity(name):
            continue
        count = sum(len(list(operator().mutation_positions(node))) for node in _nodes(read(source)))
        for at in range(count):
            changed = _changed(read(source), operator(), at)
            if changed is not None and changed not in seen:
                seen.add(changed)
                yield _mutant(source, changed)
    for sum_ in re.finditer(r" \+= ", source):
        yield _mutant(source, f"{source[: sum_.start()]} -= {source[sum_.end() :]}")


def _is_by_identity(name: str) -> bool:
    """Whether it compares equal values by identity, which CPython's shared texts answer alike."""
    return name.endswith(("_Is", "_IsNot")) and not name.startswith("ReplaceComparisonOperator_Is")


def _nodes(tree: Any) -> list[Any]:
    """A tree's nodes, parents first."""
    return [tree, *(found for child in getattr(tree, "children", ()) for found in _nodes(child))]


def _changed(tree: Any, operator: Any, wanted: int) -> str | None:
    """The source after one change; None where it would change a signature."""
    for node in _nodes(tree):
        places = len(list(operator.mutation_positions(node)))
        if wanted < places:
            if _is_signature(node):
                return None
            parent, at = node.parent, None if node.parent is None else node.parent.children.index(node)
            new = operator.mutate(node, wanted)
            if new is None:
                del parent.children[at]
            elif new is not node:
                parent.children[at] = new
            return str(tree.get_code())
        wanted -= places
    return None


def _is_signature(node: Any) -> bool:
    """Whether it is part of an annotation, or marks the kind of parameters that follow."""
    if node.type == "operator" and node.parent.type in ("param", "parameters"):
        return True
    while node.parent is not None:
        above, node = node, node.parent
        at = next(number for number, child in enumerate(node.children) if child is above)
        before = str(node.children[at - 1]) if at else ""
        if node.type in ("annassign", "tfpdef", "funcdef") and before in (
            "<Operator: :>",
            "<Operator: ->>",
        ):
            return node.type != "funcdef" or before == "<Operator: ->>"
    return False


def _mutant(source: str, changed: str) -> Mutant:
    """The first line that differs, with what was cut from or added to it."""
    old, new = source.splitlines(), changed.splitlines()
    at = next(n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1])
    if len(old) == len(new):
        return Mutant(at + 1, old[at].strip(), new[at].strip(), changed)
    at += not old[at].strip()
    return Mutant(at + 1, f"{old[at].strip()} {old[at + 1].strip()}", "(removed)", changed)


def check(module: str, listed: str, first: int = 1) -> int:
    """Try the changes of a module from one on, print what survives; return how many are not listed."""
    source = (CHECKOUT / "assessment" / f"{module}.py").read_text()
    tests = [f"tests/unit/assessment/test_{name}.py" for name in TESTS[module]]
    whole = list(mutants(source))
    every = whole[first - 1 :]
    started = time.monotonic()
    tried = left = new = 0
    for mutant, survives in zip(every, try_all(module, source, every, tests), strict=False):
        tried += 1
        if tried % _TELL_EVERY == 0:
            print(f"{module}: {first - 1 + tried} of {len(whole)}", file=sys.stderr, flush=True)
        if survives:
            left += 1
            is_new = str(mutant) not in listed
            new += is_new
            print(f"{module}.py:{mutant.line}: {mutant}{'' if is_new else ' (listed)'}", flush=True)
    if tried < len(every):
        print(f"{module}: {tried} of {len(every)} changes tried; do the tests pass without any?", flush=True)
        return 1
    minutes = (time.monotonic() - started) / 60
    print(
        f"{module}: {tried} changes from {first} on, {tried - left} noticed, {left} survived,"
        f" {new} of them not listed, {minutes:.0f} minutes",
        flush=True,
    )
    return new


def main(names: Sequence[str]) -> int:
    """Check the named modules of the engine, or all five whole; 0 when all survivors are listed."""
    wanted = [name.partition(":") for name in names or TESTS]
    unknown = {name for name, _, first in wanted if name not in TESTS or not (first or "1").isdigit()}
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(TESTS)}.", file=sys.stderr)
        return 2
    os.chdir(CHECKOUT)
    prepare()
    listed = LISTED.read_text() if LISTED.exists() else ""
    return int(sum([check(name, listed, max(1, int(first or "1"))) for name, _, first in wanted]) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
