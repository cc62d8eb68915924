"""A PMML scorecard and its score: partial scores added up, and reason codes ranked by their gap.

DMG PMML 4.4, Scorecard. The first attribute that is true counts; none true means no result. A gap is
baseline minus points (pointsBelow) or points minus baseline (pointsAbove). Gaps that share a code are added,
below zero too; only sums above zero are reasons, the largest first, ties by what stands first in the
document among the attributes and characteristics that gave the score. There is no padding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from assessment.errors import PmmlError
from assessment.pmml_expressions import Expression
from assessment.pmml_fields import DataField, InputField, MiningField
from assessment.pmml_numbers import fits_double
from assessment.pmml_predicates import Predicate, Values


class Scored(NamedTuple):
    """A score, the gaps of its reasons by code in order, and the partial score of each characteristic."""

    score: Fraction
    gaps: tuple[tuple[str, Fraction], ...]
    partials: tuple[Fraction, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reason codes, the most important first."""
        return tuple(code for code, _ in self.gaps)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One range or set of values with its points; an expression takes precedence over a number."""

    predicate: Predicate
    partial: Fraction | None = None
    expression: Expression | None = None
    reason: str | None = None
    place: str = field(default="", compare=False)

    def points(self, values: Values) -> Fraction:
        """The partial score; PmmlError names the element whose expression has no value."""
        if self.expression is None:
            assert self.partial is not None, "the reader takes no attribute without points"
            return self.partial
        value = self.expression.evaluate(values)
        if value is None:
            raise PmmlError(self.place, "the partial score is missing because a value in it is")
        return value


@dataclass(frozen=True, slots=True)
class CardCharacteristic:
    """One characteristic; `extensions` are (name, value) pairs of our own."""

    attributes: tuple[Attribute, ...]
    name: str | None = None
    reason: str | None = None
    baseline: Fraction | None = None
    extensions: tuple[tuple[str, str], ...] = ()
    place: str = field(default="", compare=False)

    def find(self, values: Values) -> Attribute:
        """The first attribute that is true; PmmlError names the characteristic where none is."""
        for one in self.attributes:
            if one.predicate.test(values):
                return one
        called = f" {self.name!r}" if self.name else ""
        raise PmmlError(
            self.place, f"no attribute of the characteristic{called} is true, so there is no score"
        )


class OutputField(NamedTuple):
    """A name under which a result leaves the card: the score, or the reason code of one rank."""

    name: str
    feature: str
    rank: int | None = None
    display: str | None = None
    optype: str | None = None
    data_type: str | None = None


class Header(NamedTuple):
    """What a document says about itself; nothing of it touches a score."""

    copyright: str | None = None
    description: str | None = None
    model_version: str | None = None
    application: tuple[str, str | None] | None = None
    timestamp: str | None = None
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A whole scorecard as the document describes it; equal documents make equal cards."""

    data_fields: tuple[DataField, ...]
    mining_fields: tuple[MiningField, ...]
    characteristics: tuple[CardCharacteristic, ...]
    initial: Fraction = Fraction(0)
    uses_reasons: bool = True
    algorithm: str = "pointsBelow"
    baseline: Fraction | None = None
    baseline_method: str = "other"
    model_name: str | None = None
    algorithm_name: str | None = None
    outputs: tuple[OutputField, ...] = ()
    header: Header = field(default_factory=Header)

    @property
    def inputs(self) -> dict[str, InputField]:
        """The active fields by name."""
        declared = {one.name: one for one in self.data_fields}
        return {
            one.name: InputField(declared[one.name], one)
            for one in self.mining_fields
            if one.usage == "active"
        }

    def score(self, row: Mapping[str, object]) -> Scored:
        """Score one row of JSON values by field; a field that is absent or None is missing.

        Raises PmmlError that names the field or the element where there is no result.
        """
        values = {name: one.prepare(row) for name, one in self.inputs.items()}
        found = [one.find(values) for one in self.characteristics]
        partials = tuple(one.points(values) for one in found)
        score = self.initial + sum(partials, Fraction(0))
        if not fits_double(score):
            raise PmmlError("score", "the sum is larger than a number can be")
        return Scored(score, self._gaps(found, partials) if self.uses_reasons else (), partials)

    def _gaps(
        self, found: list[Attribute], partials: tuple[Fraction, ...]
    ) -> tuple[tuple[str, Fraction], ...]:
        sign = 1 if self.algorithm == "pointsBelow" else -1
        sums: dict[str, Fraction] = {}
        for one, attribute, points in zip(self.characteristics, found, partials, strict=True):
            code = attribute.reason or one.reason
            baseline = self.baseline if one.baseline is None else one.baseline
            assert code is not None, "the reader takes no card without its codes"
            assert baseline is not None, "nor without its baselines"
            sums[code] = sums.get(code, Fraction(0)) + sign * (baseline - points)
        ranked = sorted(sums.items(), key=lambda item: -item[1])
        return tuple((code, gap) for code, gap in ranked if gap > 0)

    def outputs_of(self, scored: Scored) -> dict[str, Fraction | str | None]:
        """The results under the names of the card's Output; a rank beyond the reasons is None."""
        found: dict[str, Fraction | str | None] = {}
        for one in self.outputs:
            if one.rank is None:
                found[one.name] = scored.score
            else:
                found[one.name] = scored.reasons[one.rank - 1] if one.rank <= len(scored.gaps) else None
        return found
