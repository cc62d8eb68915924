"""Trying one change of a module: does a test notice it?

One process reads the tests and stays as it is. A first fork runs them all and tells how long each takes and
which lines of the module it reaches. Each change then has a fork of its own, in which the changed function
takes the place of the real one and the tests that reach it run, quick ones first, until one fails. What no
test noticed there, and what stands outside functions, is tried again where everything is read anew.
"""

import ast
import contextlib
import functools
import importlib
import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

from creditportal.embedded.places import CHECKOUT

CPU_SECONDS: Final = 60
WALL_SECONDS: Final = 900
LOOK_SECONDS: Final = 0.005
MOST_BYTES: Final = 4 << 30
LIBRARIES: Final = ("pytest", "hypothesis.strategies", "numpy", "yaml", "scipy.optimize", "coverage")
OPTIONS: Final = (
    "-c", os.devnull, "--rootdir", str(CHECKOUT), "--noconftest", "-x", "-q", "-s",
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


@dataclass(frozen=True)
class Reference:
    """What the tests do without any change: seconds and lines of the module by test; empty when one fails."""

    seconds: Mapping[str, float]
    lines: Mapping[str, frozenset[int]]

    def reaching(self, lines: range) -> list[str]:
        """The tests that reach one of some lines, quick ones first."""
        found = [test for test, own in self.lines.items() if not own.isdisjoint(lines)]
        return sorted(found, key=self.seconds.__getitem__)


def prepare() -> None:
    """Read the libraries once for all processes to come; what hypothesis draws is the same every time."""
    for library in LIBRARIES:
        importlib.import_module(library)
    hypothesis = importlib.import_module("hypothesis")
    hypothesis.settings.register_profile(
        "mutation", deadline=None, derandomize=True, database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    hypothesis.settings.load_profile("mutation")


def try_all(module: str, source: str, mutants: Sequence[Mutant], tests: Sequence[str]) -> Iterator[bool]:
    """Of each change in order, whether it survives; ends at once when the tests fail without any."""
    told = _Told(*os.pipe())
    child = os.fork()
    if child == 0:
        _serve(_Session(module, source, mutants, told), tests)
    with told.read() as lines:
        for line, mutant in zip(lines, mutants, strict=False):
            noticed, nodes = json.loads(line)
            yield not noticed and _survives_anew(module, mutant, nodes or tests)
    os.waitpid(child, 0)


class _Told:
    """A pipe of lines from a process to the one that started it."""

    def __init__(self, out: int, into: int) -> None:
        self._out, self._into = out, into

    def read(self) -> Any:
        os.close(self._into)
        return os.fdopen(self._out)

    def tell(self, what: Any) -> None:
        line = json.dumps(what).encode() + b"\n"
        while line:  # a process that was stopped in between may have written a part only
            line = line[os.write(self._into, line) :]


def _serve(session: "_Session", tests: Sequence[str]) -> None:
    os.setsid()
    _hush()
    with contextlib.suppress(BaseException):
        importlib.import_module("pytest").main([*OPTIONS, *tests], plugins=[session])
    os._exit(0)


def _hush() -> None:
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)


class _Session:
    """A plugin of pytest that runs the collected tests in forks, once for every change."""

    def __init__(self, module: str, source: str, mutants: Sequence[Mutant], told: _Told) -> None:
        self.name, self.mutants, self.told = f"assessment.{module}", mutants, told
        self.path = str(CHECKOUT / "assessment" / f"{module}.py")
        self.functions = list(_functions(ast.parse(source)))
        self.has_failed = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember a failure; what follows cannot make up for it."""
        self.has_failed |= report.failed

    def pytest_runtestloop(self, session: Any) -> bool:
        """Measure once without any change, then try each."""
        items = {item.nodeid: item for item in session.items}
        reference = self._measure(items)
        for mutant in self.mutants if reference.seconds else ():
            body = self._body_around(mutant.line)
            nodes = [] if body is None else reference.reaching(body[1])
            noticed = body is not None and self._is_noticed(mutant, body[0], [items[one] for one in nodes])
            self.told.tell([noticed, nodes])
        return True

    def _body_around(self, line: int) -> tuple[str, range] | None:
        """The function, as Python names it, whose body holds a line, with all lines of that body."""
        return next((one for one in self.functions if line in one[1]), None)

    def _measure(self, items: Mapping[str, Any]) -> Reference:
        told = _Told(*os.pipe())
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                told.tell(self._measured(items))
            os._exit(0)
        with told.read() as lines:
            found = json.loads(lines.readline() or "{}")
        os.waitpid(child, 0)
        return Reference(
            {test: seconds for test, (seconds, _) in found.items()},
            {test: frozenset(own) for test, (_, own) in found.items()},
        )

    def _measured(self, items: Mapping[str, Any]) -> dict[str, tuple[float, list[int]]]:
        coverage = importlib.import_module("coverage")
        found = {}
        for node, item in items.items():
            measured = coverage.Coverage(data_file=None, include=[self.path])
            started = time.process_time()
            with measured.collect():
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            found[node] = (time.process_time() - started, measured.get_data().lines(self.path) or [])
        return {} if self.has_failed else found

    def _is_noticed(self, mutant: Mutant, function: str, items: Sequence[Any]) -> bool:
        """Whether a test fails once a function does what its changed source says."""
        child = os.fork()
        if child == 0:
            code = 1
            with contextlib.suppress(BaseException):
                _bound()
                _replace(sys.modules[self.name], function, mutant.source, self.path)
                for item in items:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                    if self.has_failed:
                        break
                code = int(self.has_failed)
            os._exit(code)
        return _waited(child) != 0


def _functions(tree: ast.AST, above: str = "") -> Iterator[tuple[str, range]]:
    """Functions and methods as Python names them, with the lines of their bodies; none within others."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{above}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None, "whatever was parsed has an end"
            yield f"{above}{node.name}", range(node.body[0].lineno, node.end_lineno + 1)


def _replace(module: Any, name: str, source: str, path: str) -> None:
    """Let a function of a module do what a changed source of that module says."""
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    while not isinstance(found, FunctionType):
        found = _inside(found)
    found.__code__ = next(code for code in _codes(compile(source, path, "exec")) if code.co_qualname == name)


def _inside(found: Any) -> Any:
    """What a property, a cached one, a method of the class or a wrapper calls."""
    if isinstance(found, property):
        return found.fget
    if isinstance(found, functools.cached_property):
        return found.func
    return found.__wrapped__


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


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


def _survives_anew(module: str, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether every test passes where all modules are read after the change."""
    child = os.fork()
    if child == 0:
        code: Any = 1
        with contextlib.suppress(BaseException):
            os.setsid()
            _hush()
            _bound()
            path = CHECKOUT / "assessment" / f"{module}.py"
            sys.meta_path.insert(0, _Loader(f"assessment.{module}", path, mutant.source))
            code = importlib.import_module("pytest").main([*OPTIONS, *tests])
        os._exit(int(code != 0))
    return _waited(child) == 0


def _bound() -> None:
    """Whatever runs on or asks for all memory is ended, which counts as noticed."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def _waited(child: int) -> int:
    """The exit code of a process, which is stopped when it takes too long."""
    # Rounds and not the clock: both may be stopped while somebody measures.
    for _ in range(round(WALL_SECONDS / LOOK_SECONDS)):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(LOOK_SECONDS)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 1
