"""`bin/mutate [MODULE ...]`: changes the engine in one place at a time and sees whether a test notices.

The changes are those of cosmic-ray, whose runner would start Python anew for each; here every change runs in
a fork of one process that has read all libraries. Annotations and kinds of parameters are left alone: mypy
reads them. A survivor that docs/mutation.md does not name, with its reason, is a missing test.
"""

import contextlib
import importlib
import importlib.abc
import importlib.util
import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, Final

from creditportal.embedded.places import CHECKOUT

LISTED: Final = CHECKOUT / "docs" / "mutation.md"
SECONDS: Final = 120
# The quick ones first: the first failure ends it.
TESTS: Final = {
    "scoring": ("scoring", "reasons", "assessment", "persons", "rules"),
    "reasons": ("reasons", "assessment", "persons", "rules", "baselines"),
    "recourse": ("recourse", "targets", "certificates"),
    "knapsack": ("knapsack", "recourse"),
    "rules": ("rules", "reasons", "assessment", "persons", "limits"),
}
USUAL: Final = ("scoring", "reasons", "recourse")
LIBRARIES: Final = ("pytest", "hypothesis", "hypothesis.strategies", "numpy", "yaml", "scipy.optimize")
OPTIONS: Final = (
    "-c", os.devnull, "--rootdir", str(CHECKOUT), "--noconftest", "-x", "-q",
    *(flag for name in ("cacheprovider", "django", "xdist", "schemathesis") for flag in ("-p", f"no:{name}")),
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One changed source, and what was changed in it."""

    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"`{self.before}` -> `{self.after}`"


class _Loader(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Gives one module from a changed source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._name else None

    def get_source(self, fullname: str) -> str:
        return self._source

    def exec_module(self, module: Any) -> None:
        exec(compile(self._source, self._path, "exec"), module.__dict__)


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


def survives(module: str, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether every test passes on a changed module, in a process of its own; too slow counts as noticed."""
    child = os.fork()
    if child == 0:
        _run(module, mutant, tests)
    return _waited(child) == 0


def _run(module: str, mutant: Mutant, tests: Sequence[str]) -> None:
    os.setsid()
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    code: Any = 1
    with contextlib.suppress(BaseException):
        path = CHECKOUT / "assessment" / f"{module}.py"
        sys.meta_path.insert(0, _Loader(f"assessment.{module}", path, mutant.source))
        code = importlib.import_module("pytest").main([*OPTIONS, *tests])
    os._exit(int(code != 0))


def _waited(child: int) -> int:
    """The exit code of a process, which is stopped when it takes too long."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 1


def check(module: str, listed: str) -> int:
    """Try every change of one module and print what survives; return how many the list does not name."""
    source = (CHECKOUT / "assessment" / f"{module}.py").read_text()
    tests = [f"tests/unit/assessment/test_{name}.py" for name in TESTS[module]]
    tests = [path for path in tests if (CHECKOUT / path).exists()]
    if not survives(module, Mutant(0, "", "", source), tests):
        print(f"{module}: the tests fail without any change")
        return 1
    tried = left = new = 0
    for mutant in mutants(source):
        tried += 1
        if survives(module, mutant, tests):
            left += 1
            is_new = str(mutant) not in listed
            new += is_new
            print(f"{module}.py:{mutant.line}: {mutant}{'' if is_new else ' (listed)'}", flush=True)
    print(f"{module}: {tried} changes, {tried - left} noticed, {left} survived, {new} of them not listed")
    return new


def main(names: Sequence[str]) -> int:
    """Check the named modules of the engine, or the usual three; 0 when all survivors are listed."""
    unknown = set(names) - set(TESTS)
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(TESTS)}.", file=sys.stderr)
        return 2
    os.chdir(CHECKOUT)
    for library in LIBRARIES:
        importlib.import_module(library)
    listed = LISTED.read_text() if LISTED.exists() else ""
    return int(sum(check(name, listed) for name in names or USUAL) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
