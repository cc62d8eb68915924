"""Outcomes and principal reasons of every row.

Rows that fail in the same way share their reasons from rules, drawn once by the single path; the gaps of
those whose score decided are ranked row by row with numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from assessment.book_coding import Coder
from assessment.book_limits import CAPS, Limits
from assessment.book_rules import Hits, Sheet, read_hits
from assessment.policy import Policy, Setting
from assessment.reasons import CHANGE_CODE, MOST, SCORE_CODE, rule_codes
from assessment.rules import LIMIT_CODE, SEVERITY, worst_outcome
from assessment.running import FEN
from assessment.scoring import Scorecard

OUTCOMES = tuple(SEVERITY)
NONE = 255
MAINTENANCE_CODE = "P04"
Rows = npt.NDArray[np.intp]


def outcome_of(policy: Policy, setting: Setting, hits: Hits, *, maintenance: bool) -> npt.NDArray[np.uint8]:
    """The outcome of every row from its hits."""
    patterns, inverse = np.unique(hits, return_inverse=True)
    found = [
        SEVERITY[worst_outcome(read_hits(policy, setting, int(bits)), maintenance=maintenance)]
        for bits in patterns
    ]
    return np.array(found, np.uint8)[inverse]


class ReasonBook:
    """Draws the reasons of the rows that are not approved."""

    def __init__(
        self,
        policy: Policy,
        setting: Setting,
        card: Scorecard,
        coders: Mapping[str, Coder],
        *,
        reason_codes: Sequence[str],
    ) -> None:
        self.policy = policy
        self.setting = setting
        self.card = card
        self.reason_codes = tuple(reason_codes)
        self.place = {code: at for at, code in enumerate(self.reason_codes)}
        self.points = {one.name: points_table(coders[one.name], card) for one in card.used}

    def draw(
        self, sheet: Sheet, hits: Hits, limits: Limits, rows: Rows, changed: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.uint8]:
        """Reason places (rows x 4) of some rows; `changed`: kinder under older rules or a normal market."""
        distinct, place = np.unique(hits[rows], return_inverse=True)
        before, minimum = limits.before_market[rows], sheet.constants["product_min"]
        key = place * len(CAPS) + limits.binding[rows]
        key = key * 8 + _market_alone(sheet.requested[rows], before) * 4
        key += _market_alone(np.full(len(rows), minimum), before) * 2 + changed
        found = np.full((len(rows), MOST), NONE, np.uint8)
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        for members in np.split(order, starts[1:]):
            one = int(key[members[0]])
            pattern = (int(distinct[one // 8 // len(CAPS)]), one // 8 % len(CAPS), one & 4, one & 2, one & 1)
            self._fill(found, members, pattern, sheet, rows)
        return found

    def _fill(
        self,
        found: npt.NDArray[np.uint8],
        members: Rows,
        pattern: tuple[int, int, int, int, int],
        sheet: Sheet,
        rows: Rows,
    ) -> None:
        """Reasons from rules first; where the score decided, the largest gaps fill what is left."""
        hits = read_hits(self.policy, self.setting, pattern[0])
        cap = CAPS[pattern[1]]
        alone = {"requested": bool(pattern[2]), "product_min": bool(pattern[3])}
        codes = [
            _resolved(self.policy, hit.rule.expression.names, cap, alone)
            if hit.reason == LIMIT_CODE
            else hit.reason
            for hit in hits
        ]
        ordered = rule_codes(hits, codes)
        first = ordered[:MOST]
        if pattern[4] and CHANGE_CODE not in ordered:
            first = [*ordered[: MOST - 1], CHANGE_CODE]
        for column, code in enumerate(first):
            found[members, column] = self.place[code]
        if SCORE_CODE in (hit.reason for hit in hits) and len(first) < MOST:
            ranked = self._ranked(sheet, rows[members], {*ordered, *first})
            found[members, len(first) :] = ranked[:, : MOST - len(first)]

    def _ranked(self, sheet: Sheet, rows: Rows, taken: set[str]) -> npt.NDArray[np.uint8]:
        """Reason places by falling gap, ties by the first characteristic with a gap in card order."""
        by_code: dict[str, list[int]] = {}
        for at, one in enumerate(self.card.used):
            by_code.setdefault(one.reason, []).append(at)
        by_code = {code: members for code, members in by_code.items() if code not in taken}
        keys = np.zeros((len(rows), len(by_code)), np.int64)
        baseline = self.policy.baselines[self.card.applicant].points
        gaps = self._gaps(sheet, rows, baseline)
        without = ~(gaps > 0).any(axis=0)
        if without.any():
            best = {one.name: one.maximum for one in self.card.used}
            gaps[:, without] = self._gaps(sheet, rows[without], best)
        for column, members in enumerate(by_code.values()):
            part = np.maximum(gaps[members], 0)
            first = np.array(members)[(part > 0).argmax(axis=0)]
            keys[:, column] = part.sum(axis=0) * 1000 - first * (part.sum(axis=0) > 0)
        places = np.array([self.place[code] for code in by_code], np.uint8)
        order = np.argsort(-keys, axis=1, kind="stable")
        ranked = places[order]
        ranked[np.take_along_axis(keys, order, axis=1) <= 0] = NONE
        padding = np.full((len(rows), MOST), NONE, np.uint8)
        return np.hstack([ranked, padding])

    def _gaps(self, sheet: Sheet, rows: Rows, compared: Mapping[str, int]) -> npt.NDArray[np.int64]:
        return np.stack(
            [
                compared[one.name] - self.points[one.name][sheet.codes[one.name][rows]]
                for one in self.card.used
            ]
        )


def points_table(coder: Coder, card: Scorecard) -> npt.NDArray[np.int64]:
    """Points of every cell."""
    one = card.by_name[coder.name]
    return np.array([one.points[one.encode(cell)] for cell in coder.cells], np.int64)


def _market_alone(wanted: npt.NDArray[np.int64], before: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return (before * FEN >= wanted).astype(np.int64)


def _resolved(policy: Policy, names: Sequence[str], cap: str, alone: dict[str, bool]) -> str:
    wanted = "requested" if "requested" in names else "product_min"
    return CHANGE_CODE if alone[wanted] else policy.consumer.cap_reasons[cap]
