"""Rules over a book: every answer of the single path found once per cell, and kept as bits of a number.

A bit says that one rule stands in the way in one manner. The higher a bit, the earlier its reason comes, so
that the highest bit tells the outcome. The lowest bits, `shadows`, count only for the predecessor's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import BookError
from assessment.book_layout import Coding
from assessment.expressions import Bound
from assessment.policy import Policy, Rule, Setting
from assessment.reasons import precedence
from assessment.rules import FAILED, SEVERITY, UNKNOWN, Hit, unknown_hit
from assessment.scoring import Scorecard

Bits = npt.NDArray[np.uint64]
Key = tuple[str, str]
SCORE, COVERAGE, LIMIT, REQUESTED = "score", "data_coverage", "limit", "requested"
CONSTANT, CELLS = "constant", "cells"
ABSENT_PASSES = "regulatory_cap"
STATUSES = ("", FAILED, UNKNOWN)
MOST_BITS = 58
MOST_CELLS = 65_536


@dataclass(frozen=True)
class Frame:
    """What rules are read in: codes, the card's score and points, and what is the same for everybody."""

    coding: Coding
    card: Scorecard
    constants: Mapping[str, Any]


@dataclass(frozen=True)
class CellBits:
    """Bits that the cells of some inputs set: one number per combination, the last input changing fastest."""

    names: tuple[str, ...]
    bits: Bits


@dataclass(frozen=True)
class AmountBits:
    """A comparison of amounts in fen, and the bits that it sets when it fails or cannot be told."""

    bound: Bound
    failed: int
    unknown: int

    @property
    def about_limit(self) -> bool:
        """Whether the limit is one side of it."""
        return LIMIT in (self.bound.name, self.bound.limit)


@dataclass(frozen=True)
class RuleBits:
    """What stands in the way by bit, lowest first, and what sets each bit."""

    hits: tuple[Hit | None, ...]
    older: tuple[tuple[int, int], ...]
    shadows: int
    always: int
    cells: tuple[CellBits, ...]
    by_score: Bits
    by_known: Bits
    amounts: tuple[AmountBits, ...]

    def read(self, bits: int) -> list[Hit]:
        """What stands in one row's way, first reason first."""
        return [hit for at, hit in reversed(list(enumerate(self.hits))) if hit is not None and bits >> at & 1]

    def older_severity(self, bits: int) -> int:
        """How the predecessor's rules would have ended."""
        ends = [severity for at, severity in self.older if bits >> at & 1]
        return min(ends, default=SEVERITY["approve"])

    def floor(self, outcome: str) -> int | None:
        """The lowest bit that is at least as severe as an outcome; None where no rule ends so."""
        severe = [
            at
            for at, hit in enumerate(self.hits)
            if hit is not None and SEVERITY[hit.outcome] <= SEVERITY[outcome]
        ]
        return min(severe, default=None)


@dataclass(frozen=True)
class _Answers:
    """How a rule ends: per cell, score or number of known points 0 passed, 1 failed, 2 unknown."""

    kind: str
    table: npt.NDArray[np.uint8]
    names: tuple[str, ...] = ()
    bound: Bound | None = None

    @property
    def statuses(self) -> list[str]:
        return [STATUSES[at] for at in np.unique(self.table) if at]

    def bits(self, failed: int, unknown: int) -> Bits:
        return np.array([0, failed, unknown], np.uint64)[self.table]


def read_rules(policy: Policy, setting: Setting, frame: Frame) -> RuleBits:
    """The bits of a policy's rules and of its predecessor's; BookError names a rule that no book can run."""
    every, older = list(setting.rules), []
    if policy.predecessor is not None:
        before = policy.predecessor.setting(setting.product.code, setting.market).rules
        tests = {rule.test for rule in every}
        every += [rule for rule in before if rule.test not in tests]
        older = _consequences(policy.predecessor, before)
    answers = {rule.test: _answers(rule, frame) for rule in every}
    possible = {(test, status) for test, one in answers.items() for status in one.statuses}
    now = [pair for pair in _consequences(policy, setting.rules) if pair[0] in possible]
    now.sort(key=lambda pair: precedence((pair[1], "")), reverse=True)
    keys = {key for key, _ in now}
    shadows = list(dict.fromkeys(key for key, _ in older if key in possible - keys))
    if len(shadows) + len(now) > MOST_BITS:
        raise BookError(f"{setting.product.code}: rules can fail in more than {MOST_BITS} ways")
    return _assign(answers, shadows, now, older, frame)


def _consequences(policy: Policy, rules: Sequence[Rule]) -> list[tuple[Key, Hit]]:
    """By test and status, what it comes to when a rule does not pass."""
    found: list[tuple[Key, Hit]] = []
    for at, rule in enumerate(rules):
        found.append(((rule.test, FAILED), Hit(rule, at, FAILED, rule.outcome, rule.reason)))
        unknown = unknown_hit(policy, rule, at)
        if unknown is not None:
            found.append(((rule.test, UNKNOWN), unknown))
    return found


def _assign(
    answers: Mapping[str, _Answers],
    shadows: Sequence[Key],
    now: Sequence[tuple[Key, Hit]],
    older: Sequence[tuple[Key, Hit]],
    frame: Frame,
) -> RuleBits:
    """Give each way to fail its bit: shadows first, then by rising precedence."""
    places: dict[Key, list[int]] = {}
    for at, key in enumerate([*shadows, *(key for key, _ in now)]):
        places.setdefault(key, []).append(at)
    masks = {key: sum(1 << at for at in found) for key, found in places.items()}
    found: dict[str, list[tuple[_Answers, Bits]]] = {}
    amounts = []
    for test, one in answers.items():
        failed, unknown = masks.get((test, FAILED), 0), masks.get((test, UNKNOWN), 0)
        if one.bound is not None:
            # A cap that may be absent lets everybody pass, also those whose limit is not known.
            amounts.append(AmountBits(one.bound, failed, 0 if ABSENT_PASSES in one.names else unknown))
        else:
            found.setdefault(one.kind, []).append((one, one.bits(failed, unknown)))
    return RuleBits(
        hits=(*(None for _ in shadows), *(hit for _, hit in now)),
        older=tuple((places[key][0], SEVERITY[hit.outcome]) for key, hit in older if key in places),
        shadows=len(shadows),
        always=int(_joined(found.get(CONSTANT, ()), 1)[0]),
        cells=tuple(CellBits(one.names, bits) for one, bits in found.get(CELLS, ()) if bits.any()),
        by_score=_joined(found.get(SCORE, ()), _score_count(frame.card)),
        by_known=_joined(found.get(COVERAGE, ()), frame.card.total + 1),
        amounts=tuple(amounts),
    )


def _joined(found: Iterable[tuple[_Answers, Bits]], size: int) -> Bits:
    joined = np.zeros(size, np.uint64)
    for _, bits in found:
        joined |= bits
    return joined


def _score_count(card: Scorecard) -> int:
    return card.base + card.total + 1


def _answers(rule: Rule, frame: Frame) -> _Answers:
    """What a rule reads and how it ends for each of it."""
    names = tuple(name for name in rule.expression.names if name not in frame.constants)
    if {LIMIT, REQUESTED} & set(names):
        return _Answers(
            LIMIT, np.array([0, 1, 2], np.uint8), rule.expression.names, _amount_bound(rule, frame)
        )
    if names == (SCORE,):
        return _Answers(
            SCORE, _table(rule, frame, [{SCORE: score} for score in range(_score_count(frame.card))])
        )
    if names == (COVERAGE,):
        total = frame.card.total
        return _Answers(
            COVERAGE, _table(rule, frame, [{COVERAGE: known / total} for known in range(total + 1)])
        )
    coders = frame.coding.coders
    if any(name not in coders for name in names):
        raise BookError(f"{rule.id}: reads {', '.join(names)} together")
    if names and any(isinstance(bound.limit, str) for bound in rule.expression.bounds):
        raise BookError(f"{rule.id}: compares an input with something that is no number of its own")
    cells: list[dict[str, Any]] = [{}]
    for name in names:
        if len(cells) * len(coders[name].cells) > MOST_CELLS:
            raise BookError(f"{rule.id}: too many combinations of {', '.join(names)}")
        cells = [{**one, name: cell} for one in cells for cell in coders[name].cells]
    return _Answers(CELLS if names else CONSTANT, _table(rule, frame, cells), names)


def _table(rule: Rule, frame: Frame, cases: Sequence[Mapping[str, Any]]) -> npt.NDArray[np.uint8]:
    answers = [rule.expression.answer({**frame.constants, **case}) for case in cases]
    return np.array([2 if answer is None else int(not answer) for answer in answers], np.uint8)


def _amount_bound(rule: Rule, frame: Frame) -> Bound:
    """The one comparison of a rule about amounts that are the same for everybody, asked for, or the limit."""
    bounds = rule.expression.bounds
    known = {LIMIT, REQUESTED, *frame.constants}
    if (
        len(bounds) != 1
        or rule.test.split() != [bounds[0].name, bounds[0].symbol, str(bounds[0].limit)]
        or not known.issuperset(rule.expression.names)
    ):
        raise BookError(f"{rule.id}: compares amounts together with something else")
    return bounds[0]
