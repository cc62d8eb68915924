"""Rules over a book: every answer of the single path, found once per cell and looked up per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.book_coding import BookError, Coder, Codes
from assessment.expressions import COMPARISONS
from assessment.policy import Policy, Rule, Setting
from assessment.rules import FAILED, PASSED, UNKNOWN, Hit, unknown_hit

Hits = npt.NDArray[np.uint64]
Fen = npt.NDArray[np.int64]
ANSWERS = (PASSED, FAILED, UNKNOWN)
MOST_RULES = 32
MOST_PAIRS = 65_536
SCORE, COVERAGE, LIMIT, REQUESTED = "score", "data_coverage", "limit", "requested"


@dataclass(frozen=True)
class Sheet:
    """What rules read of every row: codes, score, known points, and amounts in fen (limit -1: none known).

    `constants` are the same for everybody; rules about the limit are not run where `has_band` is false.
    """

    coders: Mapping[str, Coder]
    codes: Mapping[str, Codes]
    score: npt.NDArray[np.int32]
    known: npt.NDArray[np.int32]
    total: int
    requested: Fen
    limit: Fen
    has_band: npt.NDArray[np.bool_]
    constants: Mapping[str, Any]

    def take(self, rows: npt.NDArray[Any]) -> Sheet:
        """The sheet of some rows."""
        codes = {name: column[rows] for name, column in self.codes.items()}
        arrays = (self.score[rows], self.known[rows])
        amounts = (self.requested[rows], self.limit[rows], self.has_band[rows])
        return Sheet(self.coders, codes, *arrays, self.total, *amounts, self.constants)


def find_hits(setting: Setting, sheet: Sheet) -> Hits:
    """Per row two bits for each rule in order: 1 failed, 2 unknown."""
    if len(setting.rules) > MOST_RULES:
        raise BookError(f"more than {MOST_RULES} rules for {setting.product.code}")
    hits = np.zeros(len(sheet.score), np.uint64)
    for at, rule in enumerate(setting.rules):
        answers = _answers(rule, sheet)
        if answers is not None:
            hits |= answers.astype(np.uint64) << np.uint64(2 * at)
    return hits


def read_hits(policy: Policy, setting: Setting, bits: int) -> list[Hit]:
    """What stands in the way in one row's bits, as the single path has it."""
    hits = []
    for at, rule in enumerate(setting.rules):
        answer = ANSWERS[bits >> (2 * at) & 3]
        if answer == FAILED:
            hits.append(Hit(rule, at, FAILED, rule.outcome, rule.reason))
        elif answer == UNKNOWN:
            hit = unknown_hit(policy, rule, at)
            if hit is not None:
                hits.append(hit)
    return hits


def _answers(rule: Rule, sheet: Sheet) -> npt.NDArray[np.uint8] | None:
    """Per row 0 passed, 1 failed, 2 unknown; None when everybody passes."""
    free = [name for name in rule.expression.names if name not in sheet.constants]
    if {LIMIT, REQUESTED} & set(free):
        return _compare_amounts(rule, sheet)
    if free == [SCORE]:
        return _table(rule, sheet, SCORE, range(int(sheet.score.max(initial=0)) + 1))[sheet.score]
    if free == [COVERAGE]:
        shares = [known / sheet.total for known in range(sheet.total + 1)]
        return _table(rule, sheet, COVERAGE, shares)[sheet.known]
    if any(name not in sheet.coders for name in free):
        raise BookError(f"{rule.id}: reads {', '.join(free)} together")
    if any(bound.limit in sheet.coders for bound in rule.expression.bounds):
        raise BookError(f"{rule.id}: compares two inputs with each other")
    return _look_up(rule, sheet, free)


def _answer(rule: Rule, env: Mapping[str, Any]) -> int:
    answer = rule.expression.answer(env)
    return 2 if answer is None else int(not answer)


def _table(rule: Rule, sheet: Sheet, name: str, values: Sequence[Any]) -> npt.NDArray[np.uint8]:
    return np.array([_answer(rule, {**sheet.constants, name: value}) for value in values], np.uint8)


def _look_up(rule: Rule, sheet: Sheet, names: Sequence[str]) -> npt.NDArray[np.uint8] | None:
    """A table over the cells of one name, or over the combinations of several."""
    envs: list[dict[str, Any]] = [dict(sheet.constants)]
    index: Any = None
    for name in names:
        cells = sheet.coders[name].cells
        if len(envs) * len(cells) > MOST_PAIRS:
            raise BookError(f"{rule.id}: too many combinations of {', '.join(names)}")
        envs = [{**env, name: cell} for env in envs for cell in cells]
        codes = sheet.codes[name]
        index = codes if index is None else index.astype(np.int32) * len(cells) + codes
    table = np.array([_answer(rule, env) for env in envs], np.uint8)
    if not table.any():
        return None
    return np.full(len(sheet.score), table[0]) if index is None else table[index]


def _compare_amounts(rule: Rule, sheet: Sheet) -> npt.NDArray[np.uint8]:
    bounds = rule.expression.bounds
    if len(bounds) != 1 or rule.test.split() != [bounds[0].name, bounds[0].symbol, str(bounds[0].limit)]:
        raise BookError(f"{rule.id}: compares amounts together with something else")
    if isinstance(bounds[0].limit, str):
        right: Any = _amount(sheet, bounds[0].limit)
    else:
        right = round(bounds[0].limit * 100)
    left = _amount(sheet, bounds[0].name)
    if left is None or right is None:
        return np.zeros(len(sheet.score), np.uint8)
    answers = (~np.asarray(COMPARISONS[bounds[0].symbol](left, right))).astype(np.uint8)
    answers = np.broadcast_to(answers, sheet.score.shape).copy()
    if LIMIT in (bounds[0].name, bounds[0].limit):
        answers[sheet.limit < 0] = 2
        answers[~sheet.has_band] = 0
    return answers


def _amount(sheet: Sheet, name: str) -> Any:
    """An amount of every row or of everybody; None is an absent cap, which passes."""
    if name == LIMIT:
        return sheet.limit
    return sheet.requested if name == REQUESTED else sheet.constants[name]
