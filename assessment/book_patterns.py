"""Ways to fail: rows with the same bits share their reasons from rules, drawn once and found again by hash.

A pattern is the bits of rules and, above them, whether a normal market would have been kinder and what a rule
about the limit needs to name its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from assessment.book_deciding import (
    ALONE_MINIMUM,
    ALONE_REQUESTED,
    CAP,
    KINDER,
    MAINTENANCE_CODE,
    Decider,
)
from assessment.book_limits import CAPS
from assessment.book_rules import REQUESTED, Bits
from assessment.policy import ConsumerLimit, Policy, ScfLimit, SmeLimit
from assessment.reasons import CHANGE_CODE, EXTRA_CODES, MOST, SCORE_CODE
from assessment.rules import LIMIT_CODE, SEVERITY, Hit

SLOT_BITS = 15
MOST_KEPT = 200_000
_EMPTY = np.uint64(2**64 - 1)
# Odd, with evenly spread bits (2**64 over the golden ratio): multiplying mixes low bits upwards.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Pattern:
    """Reasons from failed rules in order, and what else decides on the others.

    `harder` are those that stand before the characteristics in the US profile, `milder` those after them.
    """

    ordered: tuple[str, ...]
    harder: tuple[str, ...]
    milder: tuple[str, ...]
    by_score: bool
    is_changed: bool

    def compose(self, gaps: Sequence[str], *, in_us: bool) -> tuple[str, ...]:
        """The principal reasons with the codes of falling gaps, as the single path ranks them."""
        before, after = (self.harder, self.milder) if in_us and self.by_score else (self.ordered, ())
        ranked = list(dict.fromkeys((*before, *gaps, *after)))
        if self.is_changed and CHANGE_CODE not in ranked:
            ranked.insert(min(len(self.ordered), MOST - 1), CHANGE_CODE)
        fifth = [code for code in ranked[MOST:] if in_us and code in EXTRA_CODES][:1]
        return (*ranked[:MOST], *fifth)


class PatternBook:
    """Patterns under one policy, market and context, each drawn when it is first met."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider
        self._lock = Lock()
        self._cap_reasons = _cap_reasons(decider.policy, decider.coding.product)
        self._forget()

    def _forget(self) -> None:
        self.patterns: list[Pattern] = []
        self._known = np.empty(0, np.uint64)
        self._order = np.empty(0, np.intp)
        self._slots = np.full(1 << SLOT_BITS, _EMPTY)
        self._slot_numbers = np.zeros(1 << SLOT_BITS, np.intp)

    def find(self, bits: Bits) -> tuple[npt.NDArray[np.intp], list[Pattern]]:
        """The number of each row's pattern, and all patterns by number."""
        with self._lock:
            if len(self.patterns) > MOST_KEPT:
                self._forget()
            slots = _slots_of(bits)
            missing = np.flatnonzero(np.take(self._slots, slots) != bits)
            if not len(missing):
                return np.take(self._slot_numbers, slots), self.patterns
            others = np.take(bits, missing)
            places = self._places(others)
            if places is None:
                self._learn(others)
                places = np.searchsorted(self._known, others)
            found = np.take(self._slot_numbers, slots)
            # Where patterns share a slot, all but the first are found in the sorted ones.
            found[missing] = np.take(self._order, places)
            return found, self.patterns

    def _places(self, bits: Bits) -> npt.NDArray[np.intp] | None:
        """Where these patterns stand among the sorted ones; None when one of them was never met."""
        places = np.searchsorted(self._known, bits)
        found = np.take(self._known, places, mode="clip") if len(self._known) else places[:0]
        return places if np.array_equal(found, bits) else None

    def _learn(self, bits: Bits) -> None:
        """Draw the patterns that were never met, and keep each in its slot where that is free."""
        new = np.setdiff1d(bits, self._known)
        numbers = np.arange(len(self.patterns), len(self.patterns) + len(new))
        self.patterns += [self._draw(value) for value in new.tolist()]
        every = np.concatenate([self._known, new])
        order = np.argsort(every)
        self._known, self._order = every[order], np.concatenate([self._order, numbers])[order]
        slots = _slots_of(new)
        slots, first = np.unique(slots, return_index=True)
        free = self._slots[slots] == _EMPTY
        self._slots[slots[free]], self._slot_numbers[slots[free]] = new[first[free]], numbers[first[free]]

    def _draw(self, value: int) -> Pattern:
        """The reasons from rules of one pattern."""
        if self._decider.context.maintenance:
            return Pattern((MAINTENANCE_CODE,), (), (), by_score=False, is_changed=False)
        rules = self._decider.rules
        hits = rules.read(value)
        codes = [self._resolve(hit, value) if hit.reason == LIMIT_CODE else hit.reason for hit in hits]
        declining = {code for hit, code in zip(hits, codes, strict=True) if hit.outcome == "decline"}
        ordered = tuple(dict.fromkeys(codes))
        others = [code for code in ordered if code != SCORE_CODE]
        now = min(SEVERITY[hit.outcome] for hit in hits)
        return Pattern(
            ordered=ordered,
            harder=tuple(code for code in others if code in declining),
            milder=tuple(code for code in others if code not in declining),
            by_score=SCORE_CODE in [hit.reason for hit in hits],
            is_changed=bool(value >> KINDER & 1) or self._is_older_kinder(value, now),
        )

    def _is_older_kinder(self, value: int, now: int) -> bool:
        return (
            self._decider.policy.predecessor is not None and self._decider.rules.older_severity(value) > now
        )

    def _resolve(self, hit: Hit, value: int) -> str:
        """The binding cap's code, or that of a change when only the market factor stands in the way."""
        alone = ALONE_REQUESTED if REQUESTED in hit.rule.expression.names else ALONE_MINIMUM
        if value >> alone & 1:
            return CHANGE_CODE
        return self._cap_reasons[CAPS[self._decider.coding.product][value >> CAP]]


def _slots_of(bits: Bits) -> npt.NDArray[np.int64]:
    slots: npt.NDArray[np.int64] = ((bits * _SPREAD) >> np.uint64(64 - SLOT_BITS)).view(np.int64)
    return slots


def _cap_reasons(policy: Policy, product: str) -> dict[str, str]:
    terms: dict[str, ConsumerLimit | SmeLimit | ScfLimit] = {
        "consumer_loan": policy.consumer,
        "sme_working_capital": policy.sme,
        "supply_chain_finance": policy.scf,
    }
    return dict(terms[product].cap_reasons)


def reason_codes(policy: Policy, product: str) -> tuple[str, ...]:
    """Every code that a decision about a product can have, after the empty one at 0."""
    found = {rule.reason for rule in policy.rules} | {CHANGE_CODE, MAINTENANCE_CODE, policy.unknown_reason}
    found |= set(_cap_reasons(policy, product).values())
    card = policy.scorecards[policy.products[product].applicant]
    found |= {one.reason for one in card.characteristics}
    return ("", *sorted(code for code in found if code and code != LIMIT_CODE))
