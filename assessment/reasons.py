"""Principal reasons: what decided, in order, never padded.

Failed rules come first in precedence order, each with its own code. When the score gate failed,
the characteristics whose points lie below the baseline follow, added up by reason code and sorted
by gap, ties in card order. At most four; under US rules a fifth only for enquiries or many lenders,
and there the characteristics stand in the place of "score too low".
(12 CFR 1002.9(b)(2) and comments; FCRA 615(a).)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from assessment.policy import Baseline, Policy, Setting
from assessment.rules import LIMIT_CODE, SEVERITY, UNKNOWN, Hit
from assessment.scoring import Score, Scorecard

SCORE_CODE = "S01"
CHANGE_CODE = "P01"
EXTRA_CODES = ("S07", "U01")
MOST = 4
_TAGS = {"changeable": 0, "with_time": 1, "fixed": 2}


class Reason(NamedTuple):
    """One principal reason.

    `rules` are the failed rules behind it, `characteristics` the points each fell short of the
    baseline, `gap` their sum (for S01: how far the score is from the gate), `cap` the limit that
    bound it, `tag` whether it is changeable, changes with_time, or is fixed.
    """

    code: str
    tag: str
    rules: tuple[str, ...] = ()
    characteristics: tuple[tuple[str, int], ...] = ()
    gap: int | None = None
    cap: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "code": self.code,
            "tag": self.tag,
            "rules": list(self.rules),
            "characteristics": dict(self.characteristics),
            "gap": self.gap,
            "cap": self.cap,
        }


def principal_reasons(
    policy: Policy,
    setting: Setting,
    hits: Sequence[Hit],
    codes: Sequence[str],
    *,
    card: Scorecard,
    score: Score,
    cap: str | None,
    rules_changed: bool,
    us_reasons: bool,
) -> tuple[Reason, ...]:
    """The reasons of one decision; `codes` are the hits' reason codes with LIMIT resolved.

    `rules_changed` says that older rules or the normal market would have been kinder.
    """
    pairs = list(zip(hits, codes, strict=True))
    if len(pairs) > 1:
        pairs.sort(key=precedence)
    failed = _merge([_rule_reason(setting, hit, code, score, cap) for hit, code in pairs])
    gate_failed = SCORE_CODE in [hit.reason for hit in hits]
    gaps = score_reasons(card, policy.baselines[card.applicant], score) if gate_failed else []
    in_us = gate_failed and us_reasons
    ranked = _in_place_of_score(failed, gaps, hits) if in_us else _merge([*failed, *gaps]) if gaps else failed
    if rules_changed:
        ranked = _attach_change(ranked, len(failed))
    fifth = [one for one in ranked[MOST:] if one.code in EXTRA_CODES][:1] if us_reasons else []
    return tuple(ranked[:MOST] + fifth)


def score_reasons(card: Scorecard, baseline: Baseline, score: Score) -> list[Reason]:
    """Positive gaps to the baseline added up by reason code; to the best points where none is positive."""
    points = baseline.points
    found = _gap_reasons(card, [points[name] for name in card.used_names], score)
    return found or _gap_reasons(card, [one.maximum for one in card.used], score)


def _gap_reasons(card: Scorecard, compared: Sequence[int], score: Score) -> list[Reason]:
    sums: dict[str, int] = {}
    tags: dict[str, str] = {}
    parts: dict[str, list[tuple[str, int]]] = {}
    for (name, reason, tag), points, base in zip(card.shortfalls, card.earned(score), compared, strict=True):
        if points >= base:
            continue
        gap = base - points
        if reason not in sums:
            sums[reason], tags[reason], parts[reason] = gap, tag, [(name, gap)]
            continue
        sums[reason] += gap
        parts[reason].append((name, gap))
        if tag != tags[reason]:
            tags[reason] = _mildest(tag, tags[reason])
    ranked = sorted(sums, key=sums.__getitem__, reverse=True)
    return [Reason(code, tags[code], (), tuple(parts[code]), sums[code]) for code in ranked]


def precedence(pair: tuple[Hit, str]) -> tuple[int, bool, int]:
    """Outcome first, then the order of the rules; the general reason for unknown states comes last."""
    hit, _ = pair
    return SEVERITY[hit.outcome], hit.status == UNKNOWN and hit.reason != hit.rule.reason, hit.at


def _mildest(one: str, other: str) -> str:
    """Whichever comes first: changeable, with_time, fixed."""
    return one if _TAGS[one] < _TAGS[other] else other


def _rule_reason(setting: Setting, hit: Hit, code: str, score: Score, cap: str | None) -> Reason:
    gap = setting.gate - score.value if hit.reason == SCORE_CODE else None
    return Reason(code, hit.rule.changes, (hit.rule.id,), (), gap, cap if hit.reason == LIMIT_CODE else None)


def _merge(reasons: list[Reason]) -> list[Reason]:
    """Each code once, where it first stands; what else is known about it is kept with it."""
    if len(reasons) < 2:
        return reasons
    merged: dict[str, Reason] = {}
    for reason in reasons:
        first = merged.get(reason.code)
        merged[reason.code] = reason if first is None else _join(first, reason)
    return list(merged.values())


def _join(first: Reason, other: Reason) -> Reason:
    return Reason(
        first.code,
        first.tag if first.tag == other.tag else _mildest(first.tag, other.tag),
        first.rules + other.rules,
        first.characteristics + other.characteristics,
        other.gap if first.gap is None else first.gap,
        first.cap or other.cap,
    )


def _in_place_of_score(failed: list[Reason], gaps: list[Reason], hits: Sequence[Hit]) -> list[Reason]:
    """The characteristics stand after the other reasons to decline and before milder ones."""
    declining = {hit.rule.id for hit in hits if hit.outcome == "decline"}
    harder = [one for one in failed if one.code != SCORE_CODE and declining & set(one.rules)]
    milder = [one for one in failed if one.code != SCORE_CODE and not declining & set(one.rules)]
    return _merge([*harder, *gaps, *milder])


def _attach_change(ranked: list[Reason], failed: int) -> list[Reason]:
    """P01 stands after the failed rules, and always among the first four."""
    if any(reason.code == CHANGE_CODE for reason in ranked):
        return ranked
    at = min(failed, MOST - 1)
    return [*ranked[:at], Reason(CHANGE_CODE, "with_time"), *ranked[at:]]
